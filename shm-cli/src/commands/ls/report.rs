//! The report of `shm ls`.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use crate::mirrored::Mirrored;
use crate::output::Report;
use crate::owner::Owner;
use crate::printable::printable;
use crate::processes::unseen_note;
use crate::table::{Cell, Side, Table};
use crate::{quantity, style};

/// Regions, and what was left out.
#[derive(Debug, Default, Serialize)]
pub(super) struct Listing {
    /// By path.
    pub(super) regions: Vec<Listed>,
    /// Files under temporary names: of unfinished regions, or left by dead processes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) leftovers: Vec<Temporary>,
    /// Files that are not regions, if requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) skipped: Vec<Skipped>,
    /// The number of processes of other users whose mappings are unknown.
    pub(super) unseen_processes: usize,
    /// Whether `/proc` hides some processes, or all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) hidden_processes: bool,
    /// Whether everything is said.
    #[serde(skip)]
    pub(super) all: bool,
}

/// A region.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    /// The name by which other commands find it.
    pub(super) name: String,
    pub(super) path: String,
    /// The type of the whole, as its author wrote it; `null` if it is damaged.
    #[serde(rename = "type")]
    pub(super) type_name: Option<String>,
    /// Bytes in the region.
    pub(super) size: u64,
    /// Bytes that the file takes up: fewer, if it is sparse.
    pub(super) allocated: u64,
    /// Living processes that use it.
    pub(super) alive: usize,
    /// Processes that died without releasing their slot.
    pub(super) dead: usize,
    /// The time of its creation, in milliseconds since 1970-01-01 00:00 UTC.
    pub(super) created_unix_ms: Option<u64>,
    pub(super) age_seconds: Option<u64>,
    pub(super) owner: Option<Owner>,
    /// Whether its creator has finished.
    pub(super) ready: bool,
    /// Whether it was created since this machine last started; `null` if unknown.
    pub(super) this_boot: Option<bool>,
    /// The region of which it is a mirror, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mirror: Option<Mirrored>,
    /// The reason why it is damaged.
    pub(super) error: Option<String>,
}

/// A file under a temporary name.
#[derive(Debug, Serialize)]
pub(super) struct Temporary {
    pub(super) path: String,
    /// Bytes in the file.
    pub(super) size: u64,
    /// Bytes that the file takes up.
    pub(super) allocated: u64,
    /// One word: `being_made`, `abandoned`, `displaced`, `unknown`.
    pub(super) state: &'static str,
    /// The meaning of that word, and what to do.
    #[serde(skip)]
    pub(super) meaning: &'static str,
}

/// A file that is not a region.
#[derive(Debug, Serialize)]
pub(super) struct Skipped {
    pub(super) path: String,
    pub(super) reason: String,
}

impl Report for Listing {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new([
            ("NAME", Side::Left),
            ("TYPE", Side::Left),
            ("SIZE", Side::Right),
            ("PROCESSES", Side::Left),
            ("AGE", Side::Right),
            ("OWNER", Side::Left),
            ("NOTE", Side::Left),
        ]);
        self.regions.iter().for_each(|region| table.row(region.row()));
        if self.regions.is_empty() {
            writeln!(out, "no regions")?;
        } else {
            table.write(out)?;
        }
        self.leftovers(out)?;
        self.skipped(out)?;
        let dim = style::DIM;
        match unseen_note(self.unseen_processes, self.hidden_processes)
            .filter(|_| (self.all || self.hidden_processes) && !self.regions.is_empty())
        {
            Some(note) => writeln!(out, "\n{dim}{note}{dim:#}"),
            None => Ok(()),
        }
    }
}

impl Listing {
    fn leftovers(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.leftovers.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let columns =
            [("TEMPORARY FILE", Side::Left), ("TAKES", Side::Right), ("WHICH IS", Side::Left)];
        let mut table = Table::new(columns);
        for file in &self.leftovers {
            table.row([
                Cell::new(printable(&file.path), style::TITLE),
                Cell::plain(quantity::size(file.allocated)),
                Cell::new(file.meaning, style::WARNING),
            ]);
        }
        table.write(out)
    }

    fn skipped(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.skipped.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let mut table = Table::new([("LEFT OUT", Side::Left), ("BECAUSE IT IS", Side::Left)]);
        for Skipped { path, reason } in &self.skipped {
            table.row([Cell::plain(printable(path)), Cell::new(reason.clone(), style::DIM)]);
        }
        table.write(out)
    }
}

/// The note about a mirror.
fn note(mirror: &Mirrored) -> (String, anstyle::Style) {
    (format!("mirror {}", mirror.text()), mirror.style())
}

impl Listed {
    fn row(&self) -> [Cell; 7] {
        let processes = match (&self.type_name, self.alive, self.dead) {
            (None, ..) => Cell::plain(""),
            (_, alive, 0) if alive > 0 => Cell::new(alive.to_string(), style::ALIVE),
            (_, alive, 0) => Cell::new(alive.to_string(), style::DIM),
            (_, alive, dead) => Cell::new(format!("{alive}, {dead} dead"), style::WARNING),
        };
        let age = self
            .age_seconds
            .map_or_else(String::new, |seconds| quantity::age(Duration::from_secs(seconds)));
        let (note, note_style) = self.note();
        [
            Cell::new(printable(&self.name), style::TITLE),
            Cell::new(printable(self.type_name.as_deref().unwrap_or("?")), style::TYPE),
            Cell::plain(quantity::size(self.size)),
            processes,
            Cell::plain(age),
            Cell::plain(self.owner.as_ref().map_or_else(String::new, Owner::text)),
            Cell::new(note, note_style),
        ]
    }

    fn note(&self) -> (String, anstyle::Style) {
        if let Some(error) = &self.error {
            return (error.clone(), style::ERROR);
        }
        let note = match (self.ready, self.this_boot) {
            (false, _) => "not ready",
            (_, Some(false)) => "created before this machine was last started",
            (_, None) => "perhaps created before this machine was last started: no boot id",
            _ => return self.mirror.as_ref().map_or_else(Default::default, note),
        };
        (note.to_owned(), style::WARNING)
    }
}
