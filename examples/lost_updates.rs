//! Two processes count and write pairs: CPython's `multiprocessing.Value` beside a region.
//!
//! `value.value += 1` takes the lock of a `multiprocessing.Value` twice, once to read and once to
//! write, and loses the other process's writes in between. And a struct in a `Value` is written field by
//! field: a concurrent reader gets the left half of one pair and the right half of another. In a region
//! a count is one step (`fetch_add`), and a pair in a `Latest` is read whole.

use std::error::Error;
use std::process::Command;

use shm_core::{Latest, Region, SharedLayout, View};

/// The number of times that each of the two processes counts, and writes the pair.
const EACH: u64 = 400_000;

/// Both halves are always equal if the pair is written in one go.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pair {
    left: u64,
    right: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    count: u64,
    pair: Latest<Pair>,
    /// both writers wait for each other, so that they write at the same time
    ready: u32,
    done: u32,
}

/// The same in Python; prints the count, the pairs read and those that were torn.
const PYTHON: &str = r#"
import ctypes, multiprocessing as mp, sys
class Pair(ctypes.Structure):
    _fields_ = [("left", ctypes.c_uint64), ("right", ctypes.c_uint64)]
def write(count, pair, start, done, each):
    start.wait()
    for i in range(each):
        count.value += 1
        pair.left = i
        pair.right = i
    with done.get_lock():
        done.value += 1
if __name__ == "__main__":
    context, each = mp.get_context("fork"), int(sys.argv[1])
    count, pair, done = context.Value("Q", 0), context.Value(Pair), context.Value("i", 0)
    start = context.Barrier(2)
    writers = [context.Process(target=write, args=(count, pair, start, done, each)) for _ in "ab"]
    for writer in writers: writer.start()
    looked = torn = 0
    while done.value < 2:
        left, right = pair.left, pair.right
        looked += 1
        torn += left != right
    for writer in writers: writer.join()
    print(count.value, looked, torn)
"#;

/// The results.
struct Outcome {
    count: u64,
    looked: u64,
    torn: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        let shared = Region::<Shared>::open(name)?;
        return write(&shared);
    }
    let name = format!("lost-updates-{}", std::process::id());
    let shared = Region::<Shared>::create(&name)?;
    let ours = with_shared_memory(&shared, &name);
    shared.unlink()?;

    println!("two processes, {EACH} times each:");
    match with_cpython() {
        Ok(theirs) => show("multiprocessing.Value", &theirs),
        Err(error) => println!("  multiprocessing.Value  not run: {error}"),
    }
    let ours = ours?;
    show("fetch_add, Latest", &ours);
    assert_eq!((ours.count, ours.torn), (2 * EACH, 0));
    Ok(())
}

fn show(what: &str, outcome: &Outcome) {
    let Outcome { count, looked, torn } = outcome;
    println!(
        "  {what:<22} counted {count:>6}, {:>6} updates lost; {looked:>8} pairs read, {torn:>6} torn",
        2 * EACH - count
    );
}

fn with_shared_memory(shared: &View<Shared>, name: &str) -> Result<Outcome, Box<dyn Error>> {
    let start = || Command::new(std::env::current_exe()?).arg(name).spawn();
    let mut writers = [start()?, start()?];
    let (mut looked, mut torn) = (0, 0);
    while shared.done.get() < 2 {
        let pair = shared.pair.load()?;
        looked += 1;
        torn += u64::from(pair.left != pair.right);
        for writer in &mut writers {
            if looked % 100_000 == 0 && writer.try_wait()?.is_some_and(|status| !status.success()) {
                return Err("a writer failed".into());
            }
        }
    }
    for writer in &mut writers {
        writer.wait()?;
    }
    Ok(Outcome { count: shared.count.get(), looked, torn })
}

fn write(shared: &View<Shared>) -> Result<(), Box<dyn Error>> {
    shared.ready.fetch_add(1);
    while shared.ready.get() < 2 {
        std::hint::spin_loop();
    }
    for i in 0..EACH {
        shared.count.fetch_add(1);
        shared.pair.store(&Pair { left: i, right: i })?;
    }
    shared.done.fetch_add(1);
    Ok(())
}

fn with_cpython() -> Result<Outcome, Box<dyn Error>> {
    let output = Command::new("python3").args(["-c", PYTHON, &EACH.to_string()]).output()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [count, looked, torn] = numbers[..] else {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    };
    Ok(Outcome { count, looked, torn })
}
