//! A region that the command `shm-mirror` serves and follows over loopback, while either is killed.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use shm_core::{Latest, Region, SharedLayout};

use super::{Part, Past, insist};
use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    count: u64,
    pair: Latest<[u64; 2]>,
}

pub(crate) struct Mirrored;

/// The variable with the path of `shm-mirror`.
pub(crate) const BINARY: &str = "SHM_SOAK_MIRROR";

const SERVE: usize = 0;
const FOLLOW: usize = 1;
const ORIGIN: usize = 2;

impl Part for Mirrored {
    fn name(&self) -> &'static str {
        "mirrored"
    }

    fn places(&self) -> usize {
        4
    }

    fn create(&self, path: &Path) -> Result<(), Fault> {
        Region::<Station>::create(path)?;
        Ok(())
    }

    fn beats(&self, place: usize) -> bool {
        place > FOLLOW
    }

    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
        match beat.place() {
            SERVE => Err(serve(path).into()),
            FOLLOW => Err(follow(path).into()),
            ORIGIN => change(path, beat, dice),
            _ => read(path, beat),
        }
    }

    fn audit(&self, path: &Path, _past: &Past) -> Result<String, Fault> {
        let origin = Region::<Station>::open_read_only(path)?.count.get();
        let copy = Region::<Station>::open_read_only(copy(path))?;
        let seen = copy.count.get();
        insist(seen <= origin, || format!("{seen} of {origin}"))?;
        copy.unlink()?;
        Ok(format!("the copy has {seen} of {origin}"))
    }
}

fn copy(path: &Path) -> PathBuf {
    path.with_extension("copy")
}

/// A port of this run's own.
fn endpoint() -> String {
    let run = rustix::process::getppid().map_or(0, |parent| parent.as_raw_nonzero().get());
    format!("tcp/127.0.0.1:{}", 20_000 + run % 20_000)
}

fn binary() -> Command {
    Command::new(std::env::var_os(BINARY).unwrap_or_else(|| "shm-mirror".into()))
}

/// Becomes the command that serves; returns only if it cannot.
fn serve(path: &Path) -> std::io::Error {
    binary().args(["serve", "--host", "soak", "--listen", &endpoint()]).arg(path).exec()
}

fn follow(path: &Path) -> std::io::Error {
    binary().args(["follow", &endpoint()]).arg(path).arg("--as").arg(copy(path)).exec()
}

fn change(path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault> {
    let station = Region::<Station>::open(path)?;
    loop {
        let count = station.count.fetch_add(1);
        station.pair.store(&[count, !count])?;
        std::thread::sleep(Duration::from_micros(dice.below(2000)));
        if !beat.again() {
            return Ok(());
        }
    }
}

/// Reads the copy. It makes progress when the copy does.
fn read(path: &Path, beat: &Beat) -> Result<(), Fault> {
    let mut last = 0;
    while !beat.is_over() {
        std::thread::sleep(Duration::from_millis(5));
        // None yet, or one that is being replaced.
        let Ok(station) = Region::<Station>::open_read_only(copy(path)) else { continue };
        let count = station.count.get();
        let Ok([left, right]) = station.pair.load() else { continue };
        let is_empty = left == 0 && right == 0;
        insist(is_empty || left == !right, || format!("a torn pair: {left}, {right}"))?;
        if count > last {
            last = count;
            beat.again();
        }
    }
    Ok(())
}
