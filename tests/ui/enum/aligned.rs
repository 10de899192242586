use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
#[repr(align(4))]
enum Mode {
    Idle,
    Busy,
}

// The same attribute under its raw name.
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
#[r#repr(align(4))]
enum Raw {
    Idle,
    Busy,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
#[cfg_attr(all(), r#repr(r#align(2)))]
enum Configured {
    Idle,
    Busy,
}

// Nothing here is complained about.
fn both(modes: &[shm_core::traits::Shared<Mode>; 2]) -> bool {
    modes.iter().all(|mode| matches!(mode.get(), Ok(Mode::Busy)))
}

fn main() {}
