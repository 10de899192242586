use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = "512")]
struct Station {
    temperature: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity)]
struct Lamp {
    brightness: f32,
}

fn main() {}
