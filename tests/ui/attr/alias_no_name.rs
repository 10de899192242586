use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    #[shm(alias = "old temperature")]
    temperature: f64,
    #[shm(alias = "")]
    pressure: f64,
    #[shm(alias = "r#type")]
    kind: u32,
    #[shm(alias = "7up")]
    drink: u32,
    #[shm(alias = "01")]
    second: u32,
    #[shm(alias = " indented")]
    margin: u32,
    #[shm(alias = "type")]
    #[shm(alias = "0")]
    fine: u32,
}

fn main() {}
