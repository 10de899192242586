//! One stream of events, and readers that each follow it at their own pace.
//!
//! A device reports what happens to it. Some programs want every event: one that counts alarms, another
//! that writes a log to a slow disk. The device must not wait for either of them, a reader must not take
//! an event away from another, and one that was too slow has to know that it missed something.
//!
//! `Ring` does that. This example starts two readers as processes of their own, which may not even write
//! to the region. One keeps up. The other one is slow, and is told exactly how many events it missed.

use std::error::Error;
use std::process::{Child, Command};
use std::time::Duration;

use shm_core::errors::FollowError;
use shm_core::{Region, Ring, SharedLayout};

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
struct Event {
    /// 1 for the first event, 2 for the second
    number: u64,
    level: f32,
    code: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Device {
    /// the number of readers that follow the events
    readers: u32,
    events: Ring<Event, 256>,
}

const EVENTS: u64 = 5_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => report_events(),
        ["alarms", name] => follow(name, "alarms", Duration::ZERO),
        ["log", name] => follow(name, "log", Duration::from_millis(40)),
        _ => Err("usage: events".into()),
    }
}

/// The device: pushes its events, and waits for no reader.
fn report_events() -> Result<(), Box<dyn Error>> {
    let name = format!("events-{}", std::process::id());
    let device = Region::<Device>::create(&name)?.remove_on_drop();
    let readers = [start("alarms", &name)?, start("log", &name)?];
    while device.readers.get() < 2 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut events = device.events.publisher()?;
    for number in 1..=EVENTS {
        events.push(&Event { number, level: number as f32 / 10.0, code: number as u32 % 7 });
        if number % 50 == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    for mut reader in readers {
        assert!(reader.wait()?.success());
    }
    println!("{} events were pushed", device.events.pushed());
    Ok(())
}

/// A reader. Its place in the stream is its own: `seen`, in its own memory.
fn follow(name: &str, role: &str, pause: Duration) -> Result<(), Box<dyn Error>> {
    Region::<Device>::open(name)?.readers.fetch_add(1);
    let device = Region::<Device>::open_read_only(name)?;
    let mut seen = device.events.follow_from_oldest();
    let (mut got, mut missed) = (0, 0);
    while seen.cursor() < EVENTS {
        match seen.next_wait() {
            Ok(event) => {
                assert_eq!(event.number, seen.cursor(), "each event once, and in order");
                got += 1;
            }
            Err(FollowError::Missed(count)) => missed += count,
            Err(error) => return Err(error.into()),
        }
        if got % 100 == 0 {
            std::thread::sleep(pause);
        }
    }
    println!("{role}: {got} events, {missed} missed");
    assert_eq!(got + missed, EVENTS);
    Ok(())
}

fn start(role: &str, name: &str) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?).args([role, name]).spawn()
}
