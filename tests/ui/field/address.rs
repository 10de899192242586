use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Node {
    value: u64,
    next: *const Node,
    name: &'static [u8],
    links: [*mut Node; 2],
}

fn next(node: &NodeView) {
    node.next.set(std::ptr::null());
    node.links[1].set(std::ptr::null_mut());
    node.value.set(1);
}

fn main() {}
