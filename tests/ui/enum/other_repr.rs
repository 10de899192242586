use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
enum Plain {
    Idle,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(usize)]
enum Sized {
    Idle,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8, align(4))]
enum Aligned {
    Idle,
}

fn main() {}
