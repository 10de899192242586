use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    #[shm(alias = "temperature")]
    temperature: f64,
}

fn main() {}
