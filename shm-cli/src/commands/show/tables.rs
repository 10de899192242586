//! Arrays of structs, each as a table, for people.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::report::Shown;
use super::text::first_paragraph;
use crate::fields::{
    CellReport, FieldReport, HolderReport, Line, LockReport, TableReport, TableRow,
};
use crate::grid::Column;
use crate::printable::printable;
use crate::quantity::grouped;
use crate::style;
use crate::table::{self, cut_to};

/// The largest width of a column.
const WIDEST: usize = 32;
/// The gap between two columns.
const GAP: usize = 2;

impl Shown<'_> {
    /// The tables of the arrays of structs.
    pub(super) fn tables(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in &self.fields {
            if let Line::Field(field) = line
                && let Some(table) = &field.table
            {
                writeln!(out)?;
                title(field, table, out)?;
                let room = table::room().unwrap_or(usize::MAX);
                write(table, room, out)?;
            }
        }
        Ok(())
    }
}

/// The path and the type, and what the columns mean.
fn title(field: &FieldReport<'_>, table: &TableReport<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (bold, of_type, dim) = (style::TITLE, style::TYPE, style::DIM);
    let path = match field.path.is_empty() {
        true => "(the whole)".into(),
        false => printable(field.path.as_str()),
    };
    writeln!(out, "{bold}{path}{bold:#}  {of_type}{}{of_type:#}", printable(&field.type_name))?;
    for column in &table.grid.columns {
        let doc = first_paragraph("", &column.doc);
        if !doc.is_empty() {
            writeln!(out, "  {dim}{}: {doc}{dim:#}", printable(column.name()))?;
        }
    }
    Ok(())
}

/// Writes the rows: several times, each with some of the columns, if one line has no room for all of them.
fn write(table: &TableReport<'_>, room: usize, out: &mut dyn Write) -> io::Result<()> {
    let layout = Layout::of(table);
    for columns in layout.blocks(room) {
        layout.head(table, columns.clone(), out)?;
        if let Some(cells) = &table.retired {
            let row = Row { index: RETIRED.to_owned(), cells, notes: String::new() };
            layout.row(&row, columns.clone(), room, out)?;
        }
        table.each_row(|row| layout.row(&Row::of(row), columns.clone(), room, out))?;
    }
    let dim = style::DIM;
    if table.left_out > 0 {
        let count = grouped(table.left_out);
        writeln!(out, "{dim}.. {count} more rows: --full shows them{dim:#}")?;
    }
    if table.grid.is_cut {
        writeln!(out, "{dim}.. and more columns: name a path to see one{dim:#}")?;
    }
    Ok(())
}

/// The line for what the rows of past processes add up to.
const RETIRED: &str = "retired";

/// A line of a table.
struct Row<'a> {
    index: String,
    cells: &'a [CellReport],
    notes: String,
}

impl<'a> Row<'a> {
    fn of(row: &'a TableRow) -> Self {
        Self { index: format!("[{}]", row.index), cells: &row.cells, notes: notes(row) }
    }
}

/// The widths of the columns, as the first rows need them.
struct Layout {
    index: usize,
    widths: Vec<usize>,
    /// Whether a column has numbers, which are at the right.
    numbers: Vec<bool>,
}

impl Layout {
    fn of(table: &TableReport<'_>) -> Self {
        let last = table.grid.len.saturating_sub(1).to_string().len() + 2;
        let index = if table.retired.is_some() { last.max(RETIRED.len()) } else { last };
        let mut widths: Vec<_> = table.grid.columns.iter().map(|one| head(one).width()).collect();
        let mut numbers = vec![true; widths.len()];
        let rows = table.rows.iter().map(|row| &row.cells);
        for cells in rows.chain(&table.retired) {
            for (at, cell) in cells.iter().enumerate() {
                widths[at] = widths[at].max(text(cell).0.width().min(WIDEST));
                numbers[at] &= is_number(cell);
            }
        }
        Self { index, widths, numbers }
    }

    /// The columns that have room beside each other, as often as necessary.
    fn blocks(&self, room: usize) -> Vec<std::ops::Range<usize>> {
        let (mut blocks, mut start) = (Vec::new(), 0);
        while start < self.widths.len() {
            let (mut end, mut used) = (start, self.index);
            while end < self.widths.len() && (end == start || used + GAP + self.widths[end] <= room)
            {
                used += GAP + self.widths[end];
                end += 1;
            }
            blocks.push(start..end);
            start = end;
        }
        blocks
    }

    fn head(
        &self,
        table: &TableReport<'_>,
        columns: std::ops::Range<usize>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let underlined = style::HEAD;
        write!(out, "{}", " ".repeat(self.index))?;
        for at in columns {
            let name = head(&table.grid.columns[at]);
            let blank = " ".repeat(self.widths[at].saturating_sub(name.width()));
            write!(out, "{}", " ".repeat(GAP))?;
            match self.numbers[at] {
                true => write!(out, "{blank}{underlined}{name}{underlined:#}")?,
                false => write!(out, "{underlined}{name}{underlined:#}{blank}")?,
            }
        }
        writeln!(out)
    }

    fn row(
        &self,
        row: &Row<'_>,
        columns: std::ops::Range<usize>,
        room: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let dim = style::DIM;
        write!(out, "{dim}{:>width$}{dim:#}", row.index, width = self.index)?;
        let (mut used, is_last) = (self.index, columns.end == self.widths.len());
        let notes = if is_last { row.notes.as_str() } else { "" };
        let ends = columns.end - 1;
        for at in columns {
            let (text, style) = text(&row.cells[at]);
            let text = cut_to(&text, self.widths[at].max(WIDEST));
            let blank = " ".repeat(self.widths[at].saturating_sub(text.width()));
            write!(out, "{}", " ".repeat(GAP))?;
            match self.numbers[at] {
                true => write!(out, "{blank}{style}{text}{style:#}")?,
                false if at == ends && notes.is_empty() => write!(out, "{style}{text}{style:#}")?,
                false => write!(out, "{style}{text}{style:#}{blank}")?,
            }
            used += GAP + self.widths[at].max(text.width());
        }
        if !notes.is_empty() {
            let left = room.saturating_sub(used + GAP);
            // Notes that have no room are in a line of their own.
            let notes = match left < notes.width().min(12) {
                true => format!("\n{}{}", " ".repeat(self.index + GAP), cut_to(notes, room)),
                false => format!("  {}", cut_to(notes, left)),
            };
            write!(out, "{dim}{notes}{dim:#}")?;
        }
        writeln!(out)
    }
}

/// The name of a column, with its unit.
fn head(column: &Column) -> String {
    let name = printable(column.name());
    if column.unit.is_empty() {
        return cut_to(&name, WIDEST);
    }
    cut_to(&format!("{name} ({})", printable(&column.unit)), WIDEST)
}

fn text(cell: &CellReport) -> (String, anstyle::Style) {
    match cell {
        CellReport::Value(shown) => (printable(&shown.to_string()).into_owned(), style::PLAIN),
        CellReport::Fault(text) => (printable(text).into_owned(), style::ERROR),
        CellReport::Note(text) => (printable(text).into_owned(), style::DIM),
    }
}

fn is_number(cell: &CellReport) -> bool {
    match cell {
        CellReport::Value(shown) => shown.is_number(),
        CellReport::Fault(_) | CellReport::Note(_) => true,
    }
}

/// The remarks about a row: its process, its version, and the locks in it that are not free.
fn notes(row: &TableRow) -> String {
    let holder = row.holder.as_ref().map(HolderReport::about);
    let version = row.version.map(|version| format!("version {}", grouped(version)));
    let lock = |(path, lock): &(shm_core::path::Path, LockReport)| {
        let about = lock.about().filter(|_| lock.held || lock.poisoned)?;
        let name = printable(path.as_str()).into_owned();
        Some(if path.is_empty() { about } else { format!("{name}: {about}") })
    };
    let locks = row.locks.iter().filter_map(lock);
    holder.into_iter().chain(version).chain(locks).collect::<Vec<_>>().join("; ")
}
