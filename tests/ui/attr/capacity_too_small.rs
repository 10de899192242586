use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(capacity = 16)]
struct Station {
    temperature: f64,
    samples: [u32; 4],
}

fn main() {}
