use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    #[shm(alias = "pressure")]
    temperature: f64,
    pressure: f64,
    #[shm(alias = "wet")]
    humidity: f32,
    #[shm(alias = "wet")]
    rain: f32,
    #[shm(alias = "gusts", alias = "gusts")]
    wind: f32,
}

fn main() {}
