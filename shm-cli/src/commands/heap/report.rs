//! The report of `shm heap`.

use std::io::{self, Write};

use anstyle::Style;
use serde::Serialize;
use shm_core::heap::Fault;
use shm_core::inspect::{HeapHolder, HeapState};

use super::objects::{self, Object};
use super::predicate;
use crate::output::Report;
use crate::printable::printable;
use crate::processes::{State, named};
use crate::quantity::{grouped, size};
use crate::style;
use crate::table::{Cell, Side, Table};

/// A heap.
#[derive(Debug, Serialize)]
pub(super) struct HeapReport {
    path: String,
    page_size: u64,
    /// The pages that the heap can have.
    capacity: u64,
    /// Of these, the pages that have memory.
    frontier: u64,
    /// Of these, the pages that are divided into blocks or are one.
    used_pages: u64,
    /// The longest run of the others, in pages.
    longest_free_run: u64,
    /// The part of the free pages that is not in that run, in percent: memory for small values only.
    fragmentation_percent: u64,
    linked: Use,
    held: Use,
    /// The blocks that no one owns.
    free: Use,
    sizes: Vec<Size>,
    holders: Vec<Holder>,
    /// The pages that named objects have, at the end of the heap.
    object_pages: u64,
    /// The named objects.
    objects: Vec<Object>,
    /// The number of blocks that were taken back from dead processes, or from this command.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<usize>,
    /// The contradictions, after an audit.
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<Vec<Described>>,
}

/// Blocks, and their bytes.
#[derive(Debug, Serialize)]
struct Use {
    blocks: u64,
    bytes: u64,
}

/// The blocks of one size.
#[derive(Debug, Serialize)]
struct Size {
    /// The bytes of a block; `null` for blocks of whole pages.
    block_size: Option<u64>,
    spans: u64,
    pages: u64,
    blocks: u64,
    linked: u64,
    held: u64,
    free: u64,
}

/// A process that has blocks.
#[derive(Debug, Serialize)]
struct Holder {
    slot: u32,
    pid: Option<u32>,
    name: Option<String>,
    state: State,
    blocks: u64,
    bytes: u64,
}

/// A contradiction.
#[derive(Debug, Serialize)]
struct Described {
    page: usize,
    block: usize,
    fault: String,
}

impl HeapReport {
    pub(super) fn of(
        path: String,
        state: &HeapState,
        faults: Option<Vec<Fault>>,
        settled: Option<usize>,
    ) -> Self {
        let stats = &state.stats;
        let uses = |blocks: usize, bytes| Use { blocks: blocks as u64, bytes };
        let free_pages = stats.free_pages as u64;
        let scattered = free_pages.saturating_sub(state.longest_free);
        let described = |fault: Fault| Described {
            page: fault.page,
            block: fault.block,
            fault: predicate(fault.what),
        };
        Self {
            path,
            page_size: state.page_size,
            capacity: stats.capacity as u64,
            frontier: stats.frontier as u64,
            used_pages: (stats.frontier - stats.free_pages.min(stats.frontier)) as u64,
            longest_free_run: state.longest_free,
            fragmentation_percent: (100 * scattered).checked_div(free_pages).unwrap_or(0),
            linked: uses(stats.linked, stats.linked_bytes),
            held: uses(stats.owned, stats.owned_bytes),
            free: uses(stats.free, stats.free_bytes),
            sizes: state.sizes.iter().map(Size::of).collect(),
            holders: state.holders.iter().map(Holder::of).collect(),
            object_pages: stats.object_pages as u64,
            objects: state.objects.iter().map(Object::of).collect(),
            settled,
            faults: faults.map(|faults| faults.into_iter().map(described).collect()),
        }
    }
}

impl Size {
    fn of(size: &shm_core::inspect::HeapSize) -> Self {
        Self {
            block_size: size.block_size,
            spans: size.spans,
            pages: size.pages,
            blocks: size.blocks,
            linked: size.linked,
            held: size.held,
            free: size.blocks.saturating_sub(size.linked + size.held),
        }
    }
}

impl Holder {
    fn of(holder: &HeapHolder) -> Self {
        let process = holder.process.as_ref();
        Self {
            slot: holder.slot,
            pid: process.and_then(|process| process.pid_here),
            name: process.map(|process| process.name.clone()),
            state: holder.liveness().into(),
            blocks: holder.blocks,
            bytes: holder.bytes,
        }
    }

    /// The process in words.
    fn who(&self) -> String {
        match &self.name {
            None => format!("a process that had slot {}", self.slot),
            Some(name) => named(self.pid, &printable(name)),
        }
    }
}

impl Report for HeapReport {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let (title, path) = (style::TITLE, printable(&self.path));
        writeln!(out, "{title}{path}{title:#}  heap of {}", size(self.capacity * self.page_size))?;
        writeln!(out)?;
        self.pages(out)?;
        if !self.sizes.is_empty() {
            writeln!(out)?;
            self.sizes(out)?;
        }
        if !self.holders.is_empty() {
            writeln!(out)?;
            self.holders(out)?;
        }
        if !self.objects.is_empty() {
            writeln!(out)?;
            objects::write(&self.objects, out)?;
        }
        self.outcome(out)
    }
}

impl HeapReport {
    fn pages(&self, out: &mut dyn Write) -> io::Result<()> {
        let bytes = |pages: u64| size(pages.saturating_mul(self.page_size));
        let pages = |pages: u64| format!("{} pages, {}", grouped(pages), bytes(pages));
        writeln!(out, "  capacity       {}", pages(self.capacity))?;
        writeln!(out, "  with memory    {}", pages(self.frontier))?;
        writeln!(out, "  in use         {}", pages(self.used_pages))?;
        let free = self.frontier.saturating_sub(self.used_pages);
        let run = match (free, self.longest_free_run) {
            (0, _) => String::new(),
            (free, run) if free == run => ", in one run".to_owned(),
            (_, run) => format!(
                ", the longest run {} ({} % fragmented)",
                bytes(run),
                self.fragmentation_percent
            ),
        };
        writeln!(out, "  free pages     {}{run}", pages(free))?;
        for (name, used) in
            [("linked", &self.linked), ("held", &self.held), ("free blocks", &self.free)]
        {
            writeln!(out, "  {name:<13}  {} blocks, {}", grouped(used.blocks), size(used.bytes))?;
        }
        if self.object_pages > 0 {
            writeln!(out, "  objects        {}, at the end", pages(self.object_pages))?;
        }
        Ok(())
    }

    fn sizes(&self, out: &mut dyn Write) -> io::Result<()> {
        let numbers = ["spans", "pages", "blocks", "linked", "held", "free"];
        let [a, b, c, d, e, f] = numbers.map(|name| (name, Side::Right));
        let mut table = Table::new([("size", Side::Right), a, b, c, d, e, f]);
        for row in &self.sizes {
            let size = row.block_size.map_or_else(|| "pages".to_owned(), grouped);
            let number = |number: u64| Cell::plain(grouped(number));
            table.row([
                Cell::plain(size),
                number(row.spans),
                number(row.pages),
                number(row.blocks),
                number(row.linked),
                number(row.held),
                number(row.free),
            ]);
        }
        table.write(out)
    }

    fn holders(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new([
            ("held by", Side::Left),
            ("state", Side::Left),
            ("blocks", Side::Right),
            ("size", Side::Right),
        ]);
        for holder in &self.holders {
            let look = match holder.state {
                State::Alive => style::ALIVE,
                State::Dead => style::WARNING,
                State::Unknown => Style::new(),
            };
            table.row([
                Cell::plain(holder.who()),
                Cell::new(holder.state.name(), look),
                Cell::plain(grouped(holder.blocks)),
                Cell::plain(size(holder.bytes)),
            ]);
        }
        table.write(out)
    }

    /// The outcome of settling, and of an audit.
    fn outcome(&self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(settled) = self.settled {
            let blocks = if settled == 1 { "block was" } else { "blocks were" };
            writeln!(
                out,
                "\n{} {blocks} taken back from dead processes.",
                grouped(settled as u64)
            )?;
        }
        let Some(faults) = &self.faults else { return Ok(()) };
        if faults.is_empty() {
            let good = style::GOOD;
            return writeln!(out, "\n{good}The heap is consistent.{good:#}");
        }
        writeln!(out)?;
        for Described { page, block, fault } in faults {
            let error = style::ERROR;
            writeln!(out, "{error}page {page}, block {block}{error:#}: {fault}")?;
        }
        Ok(())
    }
}
