//! Two processes count to 2,000,000 together, and lose nothing.
//!
//! In Python, `value.value += 1` from two processes loses about a third of the updates: it reads,
//! adds and writes in three steps. `fetch_add` is one.

use std::error::Error;
use std::process::Command;

use shm_core::{Region, SharedLayout};

const EACH: u64 = 1_000_000;

#[derive(SharedLayout)]
#[repr(C)]
struct Counters {
    /// counted with `fetch_add`
    exact: u64,
    /// counted with `get` and `set`, to show the difference
    careless: u64,
    /// both processes wait for this, so that they count at the same time
    ready: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        let counters = Region::<Counters>::open(name)?;
        count(&counters);
        return Ok(());
    }

    let name = format!("counter-{}", std::process::id());
    let counters = Region::<Counters>::create(&name)?;
    let child = Command::new(std::env::current_exe()?).arg(&name).spawn();
    let mut child = child.inspect_err(|_| drop(counters.unlink()))?;
    count(&counters);
    let status = child.wait();
    counters.unlink()?;
    assert!(status?.success());

    let careless = counters.careless.get();
    println!("fetch_add    {:>9} of {}", counters.exact.get(), 2 * EACH);
    println!("get, then set {careless:>8} of {} ({} lost)", 2 * EACH, 2 * EACH - careless);
    assert_eq!(counters.exact.get(), 2 * EACH);
    Ok(())
}

fn count(counters: &shm_core::View<Counters>) {
    counters.ready.fetch_add(1);
    while counters.ready.get() < 2 {
        std::hint::spin_loop();
    }
    for _ in 0..EACH {
        counters.exact.fetch_add(1);
        counters.careless.set(counters.careless.get() + 1);
    }
}
