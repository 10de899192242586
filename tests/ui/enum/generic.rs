use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
enum Mode<const N: usize> {
    Idle,
}

fn main() {}
