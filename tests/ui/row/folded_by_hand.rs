use shm_core::sync::Fold;
use shm_core::{PerProcess, Region, SharedLayout};

/// It has a sum, of a kind, but not of all its bytes.
#[derive(SharedLayout)]
#[repr(C)]
struct Counters {
    requests: u64,
    is_busy: bool,
}

impl Fold for Counters {
    fn fold(&mut self, row: &Self) {
        self.requests += row.requests;
    }
}

fn main() {
    let _ = Region::<PerProcess<Counters, 64>>::options().private();
}
