use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(C)]
#[shm(veiw = "Seen", view = "Watched", rename_all(lower))]
struct Station {
    #[shm(units = "°C")]
    temperature: f64,
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
#[shm(view = "ModeView")]
enum Mode {
    #[shm(name = "idle")]
    Idle,
}

fn main() {
    let _: Option<&Watched> = None;
}
