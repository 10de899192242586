//! A process is killed while it holds a lock: CPython's `multiprocessing.Value` beside `Mutex`.
//!
//! The lock of a `multiprocessing.Value` is a semaphore: it does not say who took it, and if that process
//! is killed, it is never released. The next process waits for ever. `Mutex` contains the name of its
//! holder, so the next one can see that the holder is gone, takes the lock, and gets an error.

use std::error::Error;
use std::process::Command;
use std::time::{Duration, Instant};

use shm_core::{Mutex, Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
    bookings: u64,
}

/// The same in CPython; prints how long the lock was still held after the holder's death.
const PYTHON: &str = r#"
import multiprocessing as mp, os, signal, time
def hold(value, held):
    value.get_lock().acquire()
    held.set()
    time.sleep(60)
if __name__ == "__main__":
    context = mp.get_context("fork")
    value, held = context.Value("i", 0), context.Event()
    holder = context.Process(target=hold, args=(value, held))
    holder.start()
    held.wait()
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    print("free" if value.get_lock().acquire(timeout=1.0) else "still held after 1 s")
"#;

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        return hold(&name);
    }
    let name = format!("killed-holder-{}", std::process::id());
    let account = Region::<Mutex<Account>>::create(&name)?;
    let outcome = with_shared_memory(&account, &name);
    account.unlink()?;
    let (took, balance, bookings) = outcome?;

    println!("the holder of the lock is killed; then another process wants the lock:");
    println!("  CPython's multiprocessing.Value   {}", with_cpython());
    println!(
        "  Mutex                             reported after {took:.1?}, repaired: {balance} in {bookings} bookings"
    );
    Ok(())
}

/// The text to print; an apology if there is no Python.
fn with_cpython() -> String {
    match Command::new("python3").args(["-c", PYTHON]).output() {
        Ok(output) if output.status.success() => {
            let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            assert_eq!(found, "still held after 1 s");
            found
        }
        Ok(output) => format!("(failed: {})", String::from_utf8_lossy(&output.stderr).trim()),
        Err(error) => format!("(python3 cannot be run: {error})"),
    }
}

/// Returns the time it took to be told, and the account's contents after the repair.
fn with_shared_memory(
    account: &Region<Mutex<Account>>,
    name: &str,
) -> Result<(Duration, i64, u64), Box<dyn Error>> {
    let mut holder = Command::new(std::env::current_exe()?).arg(name).spawn()?;
    while account.unlocked().balance.get() == 0 && holder.try_wait()?.is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    holder.kill()?;
    let killed = Instant::now();
    let mut took = None;
    let account = account.lock_or_repair(|account| {
        took = Some(killed.elapsed());
        // The booking was not counted before the holder died.
        account.bookings.set(1);
    })?;
    let took = took.ok_or("the death was not reported")?;
    holder.wait()?;
    Ok((took, account.balance.get(), account.bookings.get()))
}

/// The other process: is killed between two steps that belong together.
fn hold(name: &str) -> Result<(), Box<dyn Error>> {
    let account = Region::<Mutex<Account>>::open(name)?;
    let account = account.lock()?;
    account.balance.set(100);
    std::thread::sleep(Duration::from_secs(60));
    account.bookings.set(1);
    Ok(())
}
