//! The picture as a text, after `pahole`.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::LINE;
use super::file_map::{FileMap, FilePart};
use super::gaps::Gaps;
use super::model::Picture;
use super::options::TextOptions;
use super::ruler::{Begin, Ruler};
use super::runs::{self, Shown};
use super::walk::{Inside, Meaning, Row};
use crate::printable::printable;

/// Columns of the line that names a better order.
const WIDTH: usize = 100;
/// Fields named in a better order.
const MOST_FIELDS: usize = 40;

/// Returns the picture as plain text.
///
/// ```
/// use shm_core::SharedLayout;
/// use shm_export::{Description, picture};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station {
///     online: bool,
///     hits: u64,
/// }
///
/// let description = Description::of(Station::LAYOUT)?;
/// let text = picture::text(&picture::Picture::of(&description));
/// assert!(text.contains("9 bytes of fields, 7 in 1 hole"));
/// # Ok::<(), shm_schema::schema::SchemaError>(())
/// ```
#[must_use]
pub fn text(picture: &Picture<'_>) -> String {
    let mut text = Vec::new();
    // Writes to memory succeed, and only text is written.
    let _ = write_text(picture, &TextOptions::default(), &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// Writes the picture as text.
///
/// # Errors
/// The error of the writer.
pub fn write_text(
    picture: &Picture<'_>,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    title(picture, options, out)?;
    table(picture, options, out)?;
    totals(picture, options, out)?;
    orders(picture, out)?;
    shared_lines(picture, options, out)?;
    picture.file_map.as_ref().map_or(Ok(()), |map| file(map, options, out))
}

fn title(picture: &Picture, options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    let (style, ty) = (options.title, printable(&picture.ty));
    writeln!(out, "{style}{ty}{style:#}: {}\n", facts(picture))
}

/// The size, in one line.
pub(super) fn facts(picture: &Picture) -> String {
    let Picture { size, align, cache_lines, .. } = picture;
    let lines = counted(*cache_lines, "cache line");
    let mut facts = format!("{}, {lines}, aligned to {align}", counted(*size, "byte"));
    if let Some(tail) = &picture.tail {
        facts += &format!("; {} per element", counted(tail.element_size, "byte"));
        if let (Some(len), Some(total)) = (tail.len, tail.total) {
            facts += &format!("; with {}: {}", counted(len, "element"), counted(total, "byte"));
        }
    }
    facts
}

/// The widths of the columns.
struct Columns<'p> {
    options: &'p TextOptions,
    number: usize,
    name: usize,
    ty: usize,
}

fn table(picture: &Picture, options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    let shown = if options.full {
        picture.rows.iter().map(Shown::Row).collect()
    } else {
        runs::shorten(&picture.rows)
    };
    let end = picture.rows.iter().map(|row| row.offset.max(row.size)).max().unwrap_or(0);
    let width = |text: fn(&Row) -> String| {
        let rows = shown.iter().filter_map(|shown| match shown {
            Shown::Row(row) => Some(text(row).width()),
            Shown::LeftOut(_) => None,
        });
        rows.max().unwrap_or(0).clamp(4, 48)
    };
    let columns = Columns {
        options,
        number: end.to_string().len().max(6),
        name: width(label),
        ty: width(|row| printable(row.ty.as_deref().unwrap_or("")).into_owned()),
    };
    let Columns { number, name, .. } = columns;
    let head = options.head;
    writeln!(
        out,
        "{head}{:>number$}  {:>number$}  {:name$}  type{head:#}",
        "offset", "size", "name"
    )?;
    let mut ruler = Ruler::new();
    for shown in shown {
        match shown {
            Shown::Row(row) => {
                line(ruler.before(row), &columns, out)?;
                field(row, &columns, out)?;
            }
            Shown::LeftOut(rows) => {
                left_out(rows, &columns, out)?;
                line(rows.last().and_then(|row| ruler.before(row)), &columns, out)?;
            }
        }
    }
    line(ruler.until(picture.size), &columns, out)
}

/// The name, indented as deep as the field is.
fn label(row: &Row) -> String {
    let name = match row.what {
        Meaning::Field => row.name.filter(|name| !name.is_empty()).unwrap_or("(the whole)"),
        Meaning::Hole => "-- hole",
        Meaning::Padding => "-- padding",
        Meaning::Spacing => "-- spacing",
    };
    format!("{:indent$}{}", "", printable(name), indent = row.depth * 2)
}

fn field(row: &Row, columns: &Columns<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Columns { options, number, name, ty } = *columns;
    let (offset, size, label) = (row.offset, row.size, label(row));
    let style = match row.what {
        Meaning::Field => anstyle::Style::new(),
        Meaning::Hole | Meaning::Padding => options.lost,
        Meaning::Spacing => options.dim,
    };
    write!(out, "{offset:>number$}  {size:>number$}  {style}")?;
    let Some(text) = &row.ty else { return writeln!(out, "{label}{style:#}") };
    let remark = remark(row);
    let ty = if remark.is_empty() { 0 } else { ty };
    let (of_type, dim) = (options.ty, options.dim);
    let blanks = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
    let (text, blank) = (printable(text), blanks(&label, name));
    write!(out, "{label}{style:#}{blank}  {of_type}{text}{of_type:#}{}", blanks(&text, ty))?;
    if remark.is_empty() { writeln!(out) } else { writeln!(out, "  {dim}{remark}{dim:#}") }
}

/// The remark after the type.
fn remark(row: &Row) -> String {
    let inside = match row.inside {
        Inside::Nothing | Inside::Parts => "",
        Inside::FirstElement => "each like the first:",
        Inside::AsBefore => "as above",
    };
    let guard = row.guarded_by.map(|lock| format!("guarded by {}", printable(lock)));
    let unit = row.unit.map(|unit| printable(unit).into_owned());
    let inside = Some(inside.to_owned()).filter(|inside| !inside.is_empty());
    let remarks: Vec<_> = [unit, guard, inside].into_iter().flatten().collect();
    remarks.join(", ")
}

/// The mark of a cache line's beginning.
fn line(begin: Option<Begin<'_>>, columns: &Columns<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(Begin { first, last, inside }) = begin else { return Ok(()) };
    let (dim, number) = (columns.options.dim, columns.number);
    write!(out, "{dim}{:>number$}  ", first.saturating_mul(LINE))?;
    if first == last {
        write!(out, "---- cache line {first} ----")?;
    } else {
        write!(out, "---- cache lines {first} to {last} ----")?;
    }
    if let Some((path, far)) = inside {
        write!(out, " {} into {}", counted(far, "byte"), printable(path))?;
    }
    writeln!(out, "{dim:#}")
}

fn left_out(rows: &[Row], columns: &Columns<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (Some(first), Columns { options, number, .. }) = (rows.first(), columns) else {
        return Ok(());
    };
    let (dim, indent) = (options.dim, first.depth * 2);
    let size = rows.iter().map(|row| row.size).sum::<u64>();
    let what = format!("{} more of {}", rows.len(), first.ty.as_deref().unwrap_or(""));
    let (offset, what) = (first.offset, printable(&what));
    writeln!(out, "{dim}{offset:>number$}  {size:>number$}  {:indent$}.. {what}{dim:#}", "")
}

fn totals(picture: &Picture, options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    use_of_bytes(picture.size, &picture.gaps, options, out)?;
    if let Some(tail) = &picture.tail {
        write!(out, "per element: ")?;
        use_of_bytes(tail.element_size, &tail.element_gaps, options, out)?;
    }
    Ok(())
}

fn use_of_bytes(
    size: u64,
    gaps: &Gaps,
    options: &TextOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{} of fields", counted(size.saturating_sub(gaps.unused()), "byte"))?;
    if gaps.holes.count > 0 {
        write!(out, ", {} in {}", gaps.holes.bytes, counted(gaps.holes.count, "hole"))?;
    }
    if gaps.padding.count > 0 {
        write!(out, ", {} of padding", gaps.padding.bytes)?;
    }
    if gaps.spacing.count > 0 {
        write!(out, ", {} that space live types", gaps.spacing.bytes)?;
    }
    if gaps.lost() > 0 {
        let (style, percent) = (options.lost, percent(gaps, size));
        write!(out, ": {style}{} lost{style:#} ({percent} %)", counted(gaps.lost(), "byte"))?;
    }
    writeln!(out)
}

fn orders(picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    if picture.better_orders.is_empty() {
        return Ok(());
    }
    let saved = picture.size.saturating_sub(picture.best_size);
    let lines = picture.cache_lines.saturating_sub(picture.best_size.div_ceil(LINE));
    let lines =
        if lines > 0 { format!(", {}", counted(lines, "cache line")) } else { String::new() };
    if saved > 0 {
        writeln!(out, "\nAnother order of fields would save {}{lines}:", counted(saved, "byte"))?;
    } else {
        writeln!(out, "\nAnother order of fields would make smaller:")?;
    }
    for order in &picture.better_orders {
        let head =
            format!("  {}: {} -> {} bytes:", printable(&order.ty), order.size, order.best_size);
        let mut names: Vec<String> = order
            .fields
            .iter()
            .take(MOST_FIELDS)
            .map(|name| printable(name).into_owned())
            .collect();
        let more = order.fields.len() - names.len();
        if more > 0 {
            names.push(format!("and {more} more"));
        }
        wrapped(&head, &names, out)?;
    }
    writeln!(out, "That would be another layout: regions would have to be created again.")
}

/// Names with commas between them, in lines of a bounded width.
fn wrapped(head: &str, names: &[String], out: &mut dyn Write) -> io::Result<()> {
    let mut column = head.width();
    write!(out, "{head}")?;
    for (index, name) in names.iter().enumerate() {
        let comma = if index + 1 < names.len() { "," } else { "" };
        let width = name.width() + comma.len() + 1;
        if column + width > WIDTH {
            write!(out, "\n   ")?;
            column = 3;
        }
        write!(out, " {name}{comma}")?;
        column += width;
    }
    writeln!(out)
}

fn shared_lines(picture: &Picture, options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    for shared in &picture.shared_lines {
        let paths: Vec<_> =
            shared.paths.iter().map(|path| format!("`{}`", printable(path))).collect();
        let (warn, offset) = (options.lost, shared.offset);
        writeln!(
            out,
            "\n{warn}One cache line{warn:#} ({offset} to {}) holds the words through which processes use {}:\n\
using one slows down the users of the others; in separate lines it would not.",
            offset + LINE - 1,
            paths.join(", "),
        )?;
    }
    Ok(())
}

fn file(map: &FileMap, options: &TextOptions, out: &mut dyn Write) -> io::Result<()> {
    let (title, head, dim) = (options.title, options.head, options.dim);
    writeln!(out, "\n{title}The file{title:#}: {}\n", counted(map.size, "byte"))?;
    let number = map.size.to_string().len().max(6);
    writeln!(out, "{head}{:>number$}  {:>number$}  part{head:#}", "offset", "size")?;
    for FilePart { offset, size, what, is_used } in &map.parts {
        write!(out, "{offset:>number$}  {size:>number$}  ")?;
        if *is_used { writeln!(out, "{what}") } else { writeln!(out, "{dim}-- {what}{dim:#}") }?;
    }
    Ok(())
}

/// The share of `size` bytes that is lost, in percent.
pub(super) fn percent(gaps: &Gaps, size: u64) -> u128 {
    let (lost, size) = (u128::from(gaps.lost()), u128::from(size.max(1)));
    (lost * 100 + size / 2) / size
}

/// `1 byte`, `2 bytes`.
pub(super) fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
