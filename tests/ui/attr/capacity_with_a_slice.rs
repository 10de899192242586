use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = 512)]
struct Image {
    width: u32,
    pixels: [u8],
}

fn main() {}
