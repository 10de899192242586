//! The parts: each with a region, processes that use it, and what must hold.

mod accounts;
mod directory;
mod flawed;
mod growing;
mod machines;
mod mirrored;
mod pages;
mod poses;
mod rows;
mod stream;
mod tasks;
mod turns;

pub(crate) use mirrored::BINARY as MIRROR_BINARY;

use std::path::Path;

use crate::Fault;
use crate::beat::Beat;
use crate::dice::Dice;

/// What the audit of a part is given.
pub(crate) struct Past {
    /// How many of its processes were killed.
    pub(crate) kills: u64,
}

/// A part of the soak.
pub(crate) trait Part {
    fn name(&self) -> &'static str;

    /// How many processes use its region.
    fn places(&self) -> usize;

    /// Makes its region.
    fn create(&self, path: &Path) -> Result<(), Fault>;

    /// What the process in a place does, until it is told to end. An error is a fault of the library.
    fn work(&self, path: &Path, beat: &Beat, dice: &mut Dice) -> Result<(), Fault>;

    /// Whether the process in a place says when it makes progress.
    fn beats(&self, _place: usize) -> bool {
        true
    }

    /// What must hold once all processes are gone; says what was found.
    fn audit(&self, path: &Path, past: &Past) -> Result<String, Fault>;
}

/// Every part that needs nothing but this command.
pub(crate) fn all() -> Vec<Box<dyn Part>> {
    vec![
        Box::new(accounts::Accounts),
        Box::new(pages::Pages),
        Box::new(poses::Poses),
        Box::new(tasks::Tasks),
        Box::new(stream::Stream),
        Box::new(directory::Directory),
        Box::new(rows::Rows),
        Box::new(machines::Machines),
        Box::new(turns::Turns),
        Box::new(growing::Growing),
    ]
}

/// The part that needs the command `shm-mirror`.
pub(crate) fn mirrored() -> Box<dyn Part> {
    Box::new(mirrored::Mirrored)
}

pub(crate) fn named(name: &str) -> Option<Box<dyn Part>> {
    let flawed = flawed::ALL.map(|part| -> Box<dyn Part> { Box::new(part) });
    all().into_iter().chain([mirrored()]).chain(flawed).find(|part| part.name() == name)
}

/// A fault, unless the condition holds.
fn insist(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(otherwise().into()) }
}
