//! The report of `shm show`, for people.

use std::io::{self, Write};
use std::time::Duration;

use super::report::{Header, Shown};
use crate::fields::{FieldReport, HolderReport, Line, LockReport};
use crate::fitting::wrapped;
use crate::output::Report;
use crate::printable::printable;
use crate::processes::{ELSEWHERE, Process, State, unseen_note};
use crate::quantity::{age, grouped, size};
use crate::style;
use crate::table::{self, Cell, Side, Table};

/// The space before the text of a fact.
const INDENT: usize = 14;

impl Report for Shown<'_> {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let (title, type_style) = (style::TITLE, style::TYPE);
        let type_name = printable(&self.type_name).into_owned();
        write!(out, "{title}{}{title:#}  ", printable(&self.path))?;
        write!(out, "{type_style}{type_name}{type_style:#}")?;
        writeln!(out, "{}\n", first_paragraph("  ", self.doc))?;
        self.facts(out)?;
        self.table(out)?;
        self.tables(out)?;
        if self.more_fields {
            let dim = style::DIM;
            let note = "there are more fields: name a path, or say how deep to go with --depth";
            writeln!(out, "\n{dim}{note}{dim:#}")?;
        }
        self.objects(out)
    }
}

impl Shown<'_> {
    fn facts(&self, out: &mut dyn Write) -> io::Result<()> {
        let dim = style::DIM;
        let room = table::room().unwrap_or(usize::MAX);
        let mut fact = |name: &str, text: &str| {
            let line = format!("  {dim}{name:<11}{dim:#} {text}");
            writeln!(out, "{}", wrapped(&line, room, INDENT))
        };
        let header = &self.header;
        fact("format", &header.format())?;
        fact("size", &header.size())?;
        fact("fingerprint", &header.fingerprint)?;
        fact("created", &header.created())?;
        if let Some(mirror) = &header.mirror {
            let style = mirror.style();
            fact("mirror", &format!("{style}{}{style:#}", mirror.text()))?;
        }
        fact("owner", &format!("{}, mode {}", header.owner.text(), header.mode))?;
        let sections = header.sections.iter().map(|section| {
            let end = section.offset.saturating_add(section.size);
            format!("{} {}..{}", section.kind, grouped(section.offset), grouped(end))
        });
        fact("sections", &sections.collect::<Vec<_>>().join(", "))?;
        if let Some(slots) = header.slots {
            let taken = self.processes.iter().filter(|process| process.slot.is_some()).count();
            fact("locks", &format!("{taken} of {slots} slots are taken"))?;
        }
        let mut name = "processes";
        if self.processes.is_empty() {
            fact(name, "none")?;
        }
        for process in &self.processes {
            fact(name, &line_about(process))?;
            name = "";
        }
        let note = unseen_note(self.unseen_processes, self.hidden_processes);
        if let Some(note) = note.filter(|_| self.all || self.hidden_processes) {
            fact("", &format!("{dim}{note}{dim:#}"))?;
        }
        writeln!(out)
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new([
            ("OFFSET", Side::Right),
            ("TYPE", Side::Left),
            ("NAME", Side::Left),
            ("VALUE", Side::Left),
            ("NOTES", Side::Left),
        ]);
        for line in &self.fields {
            table.row(match line {
                Line::Field(field) => field.row(self.readable),
                Line::More(count, depth) => more(*count, *depth),
            });
        }
        table.write(out)
    }
}

impl Shown<'_> {
    /// The table of the named objects, if there are any.
    fn objects(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.objects.is_empty() {
            return Ok(());
        }
        let mut table =
            Table::new([("OBJECT", Side::Left), ("TYPE", Side::Left), ("SIZE", Side::Right)]);
        for object in &self.objects {
            let shown_type = printable(&object.type_name);
            let shown_type = match object.len {
                None => shown_type.into_owned(),
                Some(len) => format!("{shown_type}, {} elements", grouped(len)),
            };
            table.row([
                Cell::new(printable(&object.name), style::TITLE),
                Cell::new(shown_type, style::TYPE),
                Cell::plain(size(object.bytes)),
            ]);
        }
        writeln!(out)?;
        table.write(out)
    }
}

impl Header {
    fn format(&self) -> String {
        let Self { format_version, byte_order, pointer_width, .. } = self;
        format!("version {format_version}, {byte_order}-endian, {}-bit creator", pointer_width * 8)
    }

    fn size(&self) -> String {
        let mut text = format!(
            "{} bytes, {} of them data from {} on",
            grouped(self.size),
            grouped(self.data_size),
            grouped(self.data_offset)
        );
        if let Some(len) = self.len {
            text.push_str(&format!(", {} elements", grouped(len)));
        }
        if self.value_size < self.data_size {
            let used = grouped(self.value_size);
            text.push_str(&format!("; the value takes {used}, the rest is room to grow"));
        }
        if self.file_size != self.size {
            text.push_str(&format!("; the file has {}", grouped(self.file_size)));
        }
        if self.allocated < self.size {
            text.push_str(&format!("; {} are in use", grouped(self.allocated)));
        }
        text
    }

    fn created(&self) -> String {
        let ago = age(Duration::from_secs(self.age_seconds));
        let pid = self.creator_pid;
        let mut text = if self.creator_running {
            format!("{ago} ago by process {pid}")
        } else {
            format!("{ago} ago by a process that is not running here (its own number was {pid})")
        };
        let warning = style::WARNING;
        match self.this_boot {
            Some(true) => {}
            Some(false) => text.push_str(&format!(
                ", {warning}before this machine was last started{warning:#}: its contents were \
                 written back in no particular order"
            )),
            None => text.push_str(&format!(
                ", {warning}perhaps before this machine was last started{warning:#}: that is unknown \
                 without a boot id, here or in the region"
            )),
        }
        if !self.ready {
            text.push_str(&format!(", {warning}which has not finished{warning:#}"));
        }
        text
    }
}

/// `1234 station, alive, maps it, slot 0`.
fn line_about(process: &Process) -> String {
    let state = match process.state {
        State::Alive => style::ALIVE,
        _ => style::WARNING,
    };
    let mut text = process.pid.map_or_else(|| ELSEWHERE.to_owned(), |pid| pid.to_string());
    if !process.name.is_empty() {
        let comma = if process.elsewhere { "," } else { "" };
        text.push_str(&format!("{comma} {}", printable(&process.name)));
    }
    text.push_str(&format!(", {state}{}{state:#}", process.state.name()));
    if let Some(slot) = process.slot {
        text.push_str(&format!(", slot {slot}"));
    }
    text
}

impl FieldReport<'_> {
    fn row(&self, readable: bool) -> [Cell; 5] {
        let indent = "  ".repeat(self.depth);
        let name = match self.path.last() {
            None => "(the whole)".to_owned(),
            Some(last) if self.depth > 0 => last.to_string(),
            Some(_) => self.path.to_string(),
        };
        [
            Cell::new(grouped(self.offset), style::DIM),
            Cell::new(printable(&self.type_name), style::TYPE),
            Cell::new(format!("{indent}{}", printable(&name)), style::TITLE),
            self.value(readable),
            Cell::new(self.about(), style::DIM),
        ]
    }

    fn value(&self, readable: bool) -> Cell {
        if let Some(error) = &self.error {
            return Cell::new(printable(error), style::ERROR);
        }
        let value = match &self.value {
            None if self.closed => "{ .. }".to_owned(),
            None if self.table.is_some() => "as a table below".to_owned(),
            None if !readable => "?".to_owned(),
            None => String::new(),
            Some(shown) if self.unit.is_empty() => shown.to_string(),
            Some(shown) => format!("{shown} {}", self.unit),
        };
        let style = if self.unlocked { style::DIM } else { anstyle::Style::new() };
        Cell::new(printable(&value), style)
    }

    /// The doc comment, and remarks about the value.
    fn about(&self) -> String {
        let mut parts = Vec::new();
        if let Some(version) = self.version.filter(|_| self.is_whole_latest()) {
            parts.push(match (self.is_ring(), version) {
                (true, 0) => "nothing has been pushed yet".to_owned(),
                (true, number) => format!("item {}", grouped(number)),
                (false, version) => format!("version {}", grouped(version)),
            });
        }
        if let Some(entries) = self.entries {
            let noun = if entries == 1 { "entry" } else { "entries" };
            parts.push(format!("{} {noun}", grouped(entries)));
        }
        if self.too_large {
            parts.push("too large to show here: `shm get` prints it".to_owned());
        }
        if self.mixed {
            parts.push("too large to show as one version".to_owned());
        }
        if let Some(lock) = &self.lock {
            let is_below = self.table.as_ref().is_some_and(|table| table.retired.is_some());
            parts.extend(if is_below { Some(lock.rows_taken()) } else { lock.about() });
        }
        if self.unlocked && self.lock.is_some() {
            parts.push("unlocked snapshot".to_owned());
        }
        if !self.guarded_by.is_empty() {
            parts.push(format!("guarded by {}", printable(self.guarded_by)));
        }
        let doc = first_paragraph("", self.doc);
        parts.extend((!doc.is_empty()).then_some(doc));
        parts.join("; ")
    }

    /// Whether to show the version here, and not at the containing value.
    fn is_whole_latest(&self) -> bool {
        self.type_name.contains("Latest")
            || self.is_ring()
            || self.lock.is_some()
            || self.depth == 0
    }

    fn is_ring(&self) -> bool {
        self.type_name.contains("Ring<")
    }
}

impl LockReport {
    /// The remark on a lock; none for the free lock of a writer.
    pub(super) fn about(&self) -> Option<String> {
        let who = match self.kind {
            "Mutex" | "RwLock" => "locked",
            "Latest" | "Ring" => "being written, or about to be,",
            _ => "being done",
        };
        let mut text = match &self.holder {
            _ if self.kind == "PerProcess" => self.rows(),
            Some(holder) => format!("{who} by {}", holder.about()),
            None if self.kind == "Semaphore" => self.permits(),
            None if self.kind == "Barrier" => self.members(),
            None if self.kind == "RwLock" && self.held => self.readers(),
            None if !matches!(self.kind, "Mutex" | "RwLock") => return None,
            None if !self.poisoned => "free".to_owned(),
            None => "free, but its last holder died or panicked".to_owned(),
        };
        if self.sleepers {
            text.push_str(", others may wait");
        }
        Some(text)
    }

    fn permits(&self) -> String {
        let (all, taken) = (self.seats.len(), self.seats.iter().flatten().count());
        match taken {
            0 => format!("all {all} free"),
            _ => format!("{taken} of {all} taken: {}", self.seated()),
        }
    }

    fn members(&self) -> String {
        let (all, joined) = (self.seats.len(), self.seats.iter().flatten().count());
        match joined {
            0 => format!("no members, of {all}"),
            _ => format!("{joined} of {all} members: {}", self.seated()),
        }
    }

    fn rows(&self) -> String {
        match self.numbered() {
            processes if processes.is_empty() => self.rows_taken(),
            processes => format!("{}: {processes}", self.rows_taken()),
        }
    }

    fn rows_taken(&self) -> String {
        let (all, taken) = (self.seats.len(), self.seats.iter().flatten().count());
        match taken {
            0 => format!("all {all} rows free"),
            _ => format!("{taken} of {all} rows taken"),
        }
    }

    /// The holders, each with the number of its seat.
    fn numbered(&self) -> String {
        let seats = self.seats.iter().enumerate();
        let seated = seats.filter_map(|(at, seat)| Some((at, seat.as_ref()?)));
        let seated = seated.map(|(at, holder)| format!("[{at}] {}", holder.about()));
        seated.collect::<Vec<_>>().join("; ")
    }

    fn readers(&self) -> String {
        let poisoned = if self.poisoned { ", after a writer died or panicked" } else { "" };
        format!("read by {}{poisoned}", self.seated())
    }

    /// The holders, in the order of their seats.
    fn seated(&self) -> String {
        let seated = self.seats.iter().flatten();
        seated.map(HolderReport::about).collect::<Vec<_>>().join("; ")
    }
}

impl HolderReport {
    pub(super) fn about(&self) -> String {
        let process = match (self.pid, &self.name) {
            (Some(pid), Some(name)) => format!("process {pid} {}", printable(name)),
            (Some(pid), None) => format!("process {pid}"),
            (None, Some(name)) if self.elsewhere => format!("{ELSEWHERE}, {}", printable(name)),
            (None, _) => "a process".to_owned(),
        };
        let state = match self.state {
            State::Alive => "",
            State::Dead => ", which is dead",
            State::Unknown => ", which may be dead",
        };
        format!("{}{state}", process.trim_end())
    }
}

/// The line for the entries of a map that are not shown.
fn more(count: u64, depth: usize) -> [Cell; 5] {
    let text = format!("{}.. {} more", "  ".repeat(depth), grouped(count));
    let nothing = || Cell::plain("");
    [nothing(), nothing(), Cell::new(text, style::DIM), nothing(), nothing()]
}

/// The first paragraph of a doc comment, in one line.
pub(super) fn first_paragraph(before: &str, doc: &str) -> String {
    let lines: Vec<_> = doc.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        String::new()
    } else {
        format!("{before}{}", printable(&lines.join(" ")))
    }
}
