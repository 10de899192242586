use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(view = "no name")]
struct Station {
    #[shm(unit = 3)]
    temperature: f64,
    #[shm(unit)]
    pressure: f64,
}

fn main() {}
