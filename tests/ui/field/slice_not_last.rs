use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Image {
    pixels: [u8],
    width: u32,
}

fn main() {}
