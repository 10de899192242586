use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(view = "One", view = "Two")]
struct Station {
    #[shm(unit = "K")]
    #[shm(unit = "°C")]
    temperature: f64,
}

fn main() {}
