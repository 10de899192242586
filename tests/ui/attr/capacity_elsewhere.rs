use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    #[shm(capacity = 64)]
    temperature: f64,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
#[shm(capacity = 4)]
enum Mode {
    #[shm(capacity = 4)]
    Idle,
}

fn main() {}
