use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C, align(8192))]
struct Page {
    bytes: [u8; 8192],
}

fn main() {}
