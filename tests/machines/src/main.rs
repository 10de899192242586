//! One of two programs that share a region. `tests/crossing.rs` starts both; the other one may be built for
//! another kind of machine, and run by an emulator.
//!
//! Each request is one word, then the region's path and what else it needs. What it finds goes to the standard
//! output; a refusal goes to the standard error, with exit code 3.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its answer"
)]

#[path = "../../two_processes/everything.rs"]
#[allow(dead_code, reason = "the fields of the sums are added to elsewhere")]
mod everything;

use std::error::Error;
use std::process::ExitCode;

use everything::{Everything, check, write};
use shm_core::dynamic::DynRegion;
use shm_core::{Event, Latest, Map, Mutex, Owned, Queue, Region, SharedLayout};

/// A field of every type, and something of each kind that processes wait for or own together.
#[derive(SharedLayout)]
#[repr(C)]
struct Shared {
    all: Everything,
    sum: u64,
    account: Mutex<u64>,
    pose: Latest<[u64; 8]>,
    questions: Queue<u64, 16>,
    answers: Queue<u64, 16>,
    title: Owned<str>,
    squares: Map<u64, u64>,
    held: Event,
}

type Answer = Result<(), Box<dyn Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match answer(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(3)
        }
    }
}

fn answer(arguments: &[&str]) -> Answer {
    match *arguments {
        ["machine"] => {
            let order = if cfg!(target_endian = "big") { "big" } else { "little" };
            println!("{} {order} {}", std::env::consts::ARCH, usize::BITS);
            Ok(())
        }
        ["make", path] => make(path),
        ["check", path, which] => found(path, which.parse()?),
        ["names", path] => names(path),
        ["add", path, count] => add(path, count.parse()?),
        ["ask", path, count] => ask(path, count.parse()?),
        ["reply", path, count] => reply(path, count.parse()?),
        ["hold", path] => hold(path),
        ["inherit", path] => inherit(path),
        ["total", path] => total(path),
        _ => Err("no such request; tests/crossing.rs has those that there are".into()),
    }
}

fn make(path: &str) -> Answer {
    let region = Region::<Shared>::options().heap_max(1 << 20).create_with(path, |shared| {
        write(&shared.all, 0);
    })?;
    region.pose.store(&[7; 8])?;
    region.title.set("made elsewhere – näher")?;
    for number in 0..100 {
        region.squares.insert(&number, &(number * number))?;
    }
    Ok(())
}

/// Checks every value of the maker's; then, as the only one who does, writes the others.
fn found(path: &str, which: usize) -> Answer {
    let region = Region::<Shared>::open(path)?;
    check(&region.all, which);
    assert_eq!(region.pose.load()?, [7; 8]);
    assert_eq!(region.title.load()?, "made elsewhere – näher");
    for number in 0..100 {
        assert_eq!(region.squares.get(&number)?, Some(number * number));
    }
    write(&region.all, 1 - which);
    Ok(())
}

/// The fields by name, without the struct: each path and value, so that two machines can be compared.
fn names(path: &str) -> Answer {
    let region = DynRegion::open_read_only(path)?;
    for field in region.fields() {
        if let Ok(value) = region.get(field.path()) {
            println!("{} = {value:?}", field.path());
        }
    }
    Ok(())
}

/// Adds without a lock, and with one.
fn add(path: &str, count: u64) -> Answer {
    let region = Region::<Shared>::open(path)?;
    for _ in 0..count {
        region.sum.fetch_add(1);
        let account = region.account.lock()?;
        account.set(account.get() + 1);
    }
    Ok(())
}

/// Pushes questions and sleeps until each answer is there.
fn ask(path: &str, count: u64) -> Answer {
    let region = Region::<Shared>::open(path)?;
    for question in 0..count {
        region.questions.push_wait(question)?;
        assert_eq!(region.answers.pop_wait()?, question * question);
    }
    Ok(())
}

fn reply(path: &str, count: u64) -> Answer {
    let region = Region::<Shared>::open(path)?;
    for _ in 0..count {
        let question = region.questions.pop_wait()?;
        region.answers.push_wait(question * question)?;
    }
    Ok(())
}

/// Takes the lock, says so, and waits to be killed.
fn hold(path: &str) -> Answer {
    let region = Region::<Shared>::open(path)?;
    let account = region.account.lock()?;
    account.set(1_000_000);
    region.held.notify_all();
    println!("held");
    loop {
        std::thread::park();
    }
}

/// Takes a lock whose holder was killed: is told so, and repairs what it guards.
fn inherit(path: &str) -> Answer {
    let region = Region::<Shared>::open(path)?;
    let mut was_told = false;
    let account = region.account.lock_or_repair(|account| {
        was_told = true;
        account.set(5);
    })?;
    println!("{} {}", if was_told { "told" } else { "not told" }, account.get());
    Ok(())
}

fn total(path: &str) -> Answer {
    let region = Region::<Shared>::open(path)?;
    let account = region.account.lock()?;
    println!("{} {}", region.sum.get(), account.get());
    Ok(())
}
