//! A configuration that many processes read and one replaces, while all of them run.
//!
//! A reader copies the newest configuration before each piece of work: whole, without a lock, and so cheap that
//! nothing has to be cached. Whoever wants to know of a change sleeps until there is one. What is wrong is refused
//! before it is stored, so that no reader has to deal with it.

use std::error::Error;
use std::process::Command;

use shm_core::{Latest, Region, SharedLayout, Text, View, Watched};

const READERS: usize = 3;
const REVISIONS: u32 = 5;

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
struct Config {
    revision: u32,
    /// requests per second
    limit: u32,
    greeting: Text<64>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Service {
    config: Watched<Latest<Config>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(name) = std::env::args().nth(1) {
        return read(&name);
    }
    let name = format!("config-{}", std::process::id());
    let service = Region::<Service>::create(&name)?.remove_on_drop();
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(Command::new(std::env::current_exe()?).arg(&name).spawn()?);
    }
    for revision in 1..=REVISIONS {
        let greeting = format!("hello from revision {revision}");
        replace(&service, revision, 100 * revision, &greeting)?;
    }
    match replace(&service, REVISIONS + 1, 0, "nobody gets in") {
        Ok(()) => return Err("a limit of 0 was accepted".into()),
        Err(error) => println!("refused: {error}"),
    }
    for reader in &mut readers {
        assert!(reader.wait()?.success());
    }
    Ok(())
}

/// Checks a configuration, stores it as one version, and wakes those who sleep until there is one.
fn replace(
    service: &View<Service>,
    revision: u32,
    limit: u32,
    greeting: &str,
) -> Result<(), Box<dyn Error>> {
    if limit == 0 {
        return Err("a limit of 0 requests per second would stop the service".into());
    }
    let next = Config { revision, limit, greeting: greeting.try_into()? };
    service.config.change(|config| config.store(&next))?;
    Ok(())
}

/// A reader, in a process of its own, that may not write to the region.
fn read(name: &str) -> Result<(), Box<dyn Error>> {
    let service = Region::<Service>::open_read_only(name)?;
    loop {
        // Taken before the value is read: a change after this moment ends the wait below.
        let ticket = service.config.ticket();
        let config = service.config.view().load()?;
        assert_eq!(config.limit, 100 * config.revision, "a configuration is whole");
        if config.revision == REVISIONS {
            println!("{} ({} requests per second)", config.greeting, config.limit);
            return Ok(());
        }
        service.config.wait(ticket);
    }
}
