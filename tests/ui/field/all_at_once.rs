use shm_core::SharedLayout;

#[derive(SharedLayout)]
struct Everything {
    #[shm(color = "red")]
    next: *const u8,
    count: usize,
    name: String,
    good: u32,
}

fn good(view: &EverythingView) -> u32 {
    view.good.get()
}

fn main() {}
