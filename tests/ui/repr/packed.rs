use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C, packed)]
struct Header {
    kind: u8,
    length: u32,
}

#[derive(SharedLayout)]
#[repr(C, packed(2))]
struct Two {
    kind: u8,
    length: u32,
}

fn length(header: &HeaderView) -> u32 {
    header.length.get()
}

fn main() {}
