//! The named objects in the report of `shm heap`.

use std::io::{self, Write};

use serde::Serialize;
use shm_core::inspect::{HeapObject, Holder as Found};

use crate::printable::printable;
use crate::processes::{State, named};
use crate::quantity::{grouped, size};
use crate::table::{Cell, Side, Table};

/// A named object.
#[derive(Debug, Serialize)]
pub(super) struct Object {
    name: String,
    r#type: String,
    /// The number of elements, if the type has a length of its own.
    len: Option<u64>,
    bytes: u64,
    page: u64,
    pages: u64,
    /// Whether its name was removed; it is there as long as a process holds it.
    removed: bool,
    holders: Vec<Holder>,
}

/// A process that holds an object.
#[derive(Debug, Serialize)]
struct Holder {
    slot: u32,
    pid: Option<u32>,
    name: Option<String>,
    state: State,
}

impl Object {
    pub(super) fn of(found: &HeapObject) -> Self {
        Self {
            name: found.object.name.clone(),
            r#type: found.object.type_name.clone(),
            len: found.object.len,
            bytes: found.object.size,
            page: found.page,
            pages: found.pages,
            removed: found.is_removed,
            holders: found.holders.iter().map(Holder::of).collect(),
        }
    }

    /// The type, with the length.
    fn shown_type(&self) -> String {
        let shown = printable(&self.r#type);
        match self.len {
            None => shown.into_owned(),
            Some(len) => format!("{shown}, {} elements", grouped(len)),
        }
    }
}

impl Holder {
    fn of(found: &Found) -> Self {
        let process = found.process.as_ref();
        Self {
            slot: found.slot,
            pid: process.and_then(|process| process.pid_here),
            name: process.map(|process| process.name.clone()),
            state: found.liveness().into(),
        }
    }

    fn who(&self) -> String {
        let who = match &self.name {
            None => format!("a process that had slot {}", self.slot),
            Some(name) => named(self.pid, &printable(name)),
        };
        match self.state {
            State::Alive => who,
            State::Dead | State::Unknown => format!("{who} ({})", self.state.name()),
        }
    }
}

/// Writes the table of the objects.
pub(super) fn write(objects: &[Object], out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new([
        ("object", Side::Left),
        ("type", Side::Left),
        ("size", Side::Right),
        ("held by", Side::Left),
    ]);
    for object in objects {
        let name = printable(&object.name);
        let name = if object.removed { format!("{name} (removed)") } else { name.into_owned() };
        let holders: Vec<_> = object.holders.iter().map(Holder::who).collect();
        table.row([
            Cell::plain(name),
            Cell::plain(object.shown_type()),
            Cell::plain(size(object.bytes)),
            Cell::plain(holders.join(", ")),
        ]);
    }
    table.write(out)
}
