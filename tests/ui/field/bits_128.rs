use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Id {
    uuid: u128,
    signed: i128,
}

fn main() {}
