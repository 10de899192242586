use shm_core::{traits::Root, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Label {
    name: String,
    text: std::string::String,
    rest: str,
}

fn main() {
    let _ = Label::TAIL;
}
