use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Queue {
    head: usize,
    step: isize,
    slots: [core::primitive::usize; 8],
}

fn head(queue: &QueueView) -> u64 {
    queue.head.get()
}

fn main() {}
