//! A read-only region does not let its user lock, but does let it look.

use shm_core::{Mutex, Region};

fn main() {
    let lock = Region::<Mutex<u64>>::open_read_only("name").unwrap();
    let _ = lock.unlocked().get();
    let _ = lock.lock();
}
