use shm_core::{SharedLayout, View};

#[derive(SharedLayout)]
#[repr(C)]
union Word {
    float: f64,
    integer: u64,
}

fn bits(word: &WordView) -> u64 {
    word.integer.get()
}

fn main() {
    let _: fn(&View<Word>) -> u64 = bits;
}
