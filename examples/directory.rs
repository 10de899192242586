//! A directory: texts of any length, found by name. One process writes it, any number of others read it.
//!
//! Entries come, change and go, and the directory grows while it is read. Readers may not even write to the region:
//! they take no lock, and a reader never misses an entry that is always there. If the writer is killed, in the middle of
//! anything, each entry is whole, the old one or the new one, and the next writer simply continues.
//!
//! `Map` does that. This example starts two readers as processes of their own, and kills the writer.

use std::error::Error;
use std::process::{Child, Command};
use std::time::Duration;

use shm_core::{Map, Region, SharedLayout};

/// A person's room, and the first year in it.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Desk {
    room: u32,
    since: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Directory {
    /// a description of each person's work, in any number of words
    about: Map<str, str>,
    desks: Map<str, Desk>,
    /// the rounds that the writer has completed
    rounds: u64,
    /// 1 when everything is over
    over: u32,
}

/// Always there: readers insist on it.
const FOUNDER: &str = "Ada";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => direct(),
        ["write", name] => write(name),
        ["read", name] => read(name),
        _ => Err("usage: directory".into()),
    }
}

/// A text that begins with the number of its words, so that half of one would be noticed.
fn description(count: u64) -> String {
    format!("{count}{}", " letters".repeat(count as usize))
}

fn is_whole(text: &str) -> bool {
    let mut words = text.split(' ');
    let count = words.next().and_then(|count| count.parse().ok());
    count == Some(words.filter(|word| *word == "letters").count())
}

/// Changes the directory until the process is killed.
fn write(name: &str) -> Result<(), Box<dyn Error>> {
    let directory = Region::<Directory>::open(name)?;
    loop {
        let round = directory.rounds.fetch_add(1);
        directory.about.insert(FOUNDER, &description(round % 300))?;
        // Staff come, and go again.
        let newcomer = format!("number {}", round % 500);
        directory.about.insert(&newcomer, &description(round % 20))?;
        directory.desks.insert(&newcomer, &Desk { room: (round % 40) as u32, since: 1843 })?;
        let leaver = format!("number {}", (round + 250) % 500);
        directory.about.remove(&leaver)?;
        directory.desks.remove(&leaver)?;
        // No other writer comes in between.
        directory.desks.update(FOUNDER, |desk| {
            if let Some(desk) = desk {
                desk.room += 1;
            }
        })?;
    }
}

/// Reads until everything is over. It cannot write, not even by mistake: its view has no such methods.
fn read(name: &str) -> Result<(), Box<dyn Error>> {
    let directory = Region::<Directory>::open_read_only(name)?;
    let (mut reads, mut about) = (0_u64, String::new());
    while directory.over.get() == 0 {
        // Into the same string each time: no allocation.
        if !directory.about.get_into(FOUNDER, &mut about)? {
            return Err("the founder was missing".into());
        }
        if !is_whole(&about) {
            return Err(format!("torn: {about}").into());
        }
        reads += 1;
    }
    println!("reader {} read {reads} times, whole each time", std::process::id());
    Ok(())
}

fn direct() -> Result<(), Box<dyn Error>> {
    let name = format!("directory-{}", std::process::id());
    let directory = Region::<Directory>::options().heap_max(4 << 20).create(&name)?;
    directory.about.insert(FOUNDER, &description(3))?;
    directory.desks.insert(FOUNDER, &Desk { room: 1, since: 1815 })?;

    let start = |role: &str| Command::new(std::env::current_exe()?).args([role, &name]).spawn();
    let mut readers = [start("read")?, start("read")?];
    for _ in 0..3 {
        let mut writer = start("write")?;
        let before = directory.rounds.get();
        while directory.rounds.get() < before + 2000 {
            std::thread::sleep(Duration::from_millis(1));
        }
        writer.kill()?;
        writer.wait()?;
        println!("killed a writer after {} rounds", directory.rounds.get() - before);
    }
    directory.over.set(1);
    let ended: Result<Vec<_>, _> = readers.iter_mut().map(Child::wait).collect();
    if !ended?.iter().all(std::process::ExitStatus::success) {
        return Err("a reader failed".into());
    }

    // Three dead writers left whole entries, and memory that can be recovered.
    let mut all = directory.about.entries()?;
    all.sort();
    assert!(all.iter().all(|(_, about)| is_whole(about)));
    println!("{} entries, the first of them {:?}", all.len(), all[0].0);
    let heap = directory.heap().ok_or("it was created with a heap")?;
    println!("recovered {} blocks of dead processes", heap.recover()?);
    assert!(heap.audit().faults.is_empty());
    directory.unlink()?;
    Ok(())
}
