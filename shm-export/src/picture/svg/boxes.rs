//! Strips as boxes with labels.

use super::canvas::{BYTE, Canvas, Label, MEDIUM, SMALL, escaped};
use super::fit;
use super::segments::{Piece, Segment};
use super::strips::{Fold, Line, Part};
use super::theme::COLOURS;
use crate::picture::LINE;
use crate::picture::model::{Picture, Tail};
use crate::picture::text::counted;
use crate::picture::walk::Meaning;
use crate::printable::printable;

/// The height of a line of bytes.
const BOX: u64 = 50;
/// The height of the band that names the struct around fields.
const BAND: u64 = 17;
/// The height of a strip that stands for many lines.
const FOLD: u64 = 24;
/// The space below a strip.
const BELOW: u64 = 8;
/// The space between a box and its text.
const INSET: u64 = 5;

/// Draws a cache line.
pub(super) fn line(line: &Line<'_>, canvas: &mut Canvas) {
    if line.parts.iter().any(|part| part.segment.parent.is_some()) {
        bands(line, canvas);
        canvas.y += BAND;
    }
    canvas.offset(line.index, BOX);
    for part in &line.parts {
        cell(part, line, canvas);
    }
    for part in &line.parts {
        labels(part, line, canvas);
    }
    canvas.y += BOX + BELOW;
}

/// Draws the path and type of a struct above its fields.
fn bands(line: &Line<'_>, canvas: &mut Canvas) {
    let y = canvas.y;
    let same = |a: &Part<'_>, b: &Part<'_>| a.segment.parent == b.segment.parent;
    for parts in line.parts.chunk_by(same) {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { continue };
        let Some((path, ty)) = &first.segment.parent else { continue };
        let is_field = |part: &Part<'_>| matches!(part.segment.what, Piece::Field | Piece::More(_));
        if !parts.iter().any(is_field) {
            continue;
        }
        let (x, end) = (x_of(first.from, line, canvas), x_of(last.to, line, canvas));
        let colour = first.segment.group % COLOURS;
        canvas.element(&format!(
            "<rect class=\"band c{colour}\" x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"2\"/>",
            x + 1,
            end - x - 2,
            BAND - 3,
        ));
        if let Some(text) = band_text(path, ty, end - x - 2 * INSET) {
            canvas.label(&Label { x: x + INSET, y: y + 11, font: SMALL, class: "", text: &text });
        }
    }
}

/// Path and type or, if there is no room for the whole path, its end.
fn band_text(path: &str, ty: &str, room: u64) -> Option<String> {
    let (path, ty) = (printable(path), printable(ty));
    if fit::width(&path, SMALL) <= room * 10 {
        return fit::cut(&format!("{path}: {ty}"), SMALL, room).or(Some(path.into_owned()));
    }
    fit::cut(path.rsplit('.').next()?, SMALL, room)
}

/// The horizontal position of a byte of a line.
fn x_of(byte: u64, line: &Line<'_>, canvas: &Canvas) -> u64 {
    canvas.left + byte.saturating_sub(line.index.saturating_mul(LINE)) * BYTE
}

fn cell(part: &Part<'_>, line: &Line<'_>, canvas: &mut Canvas) {
    let (x, y, end) = (x_of(part.from, line, canvas), canvas.y, x_of(part.to, line, canvas));
    let (look, dashes) = look(part.segment);
    canvas.element(&format!(
        "<rect {look} x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{BOX}\" rx=\"3\"{dashes}><title>{}</title></rect>",
        x + 1,
        end - x - 2,
        escaped(&about(part.segment)),
    ));
    ticks(part, line, canvas);
}

fn look(segment: &Segment<'_>) -> (String, &'static str) {
    let coloured = || format!("class=\"cell c{}\"", segment.group % COLOURS);
    match segment.what {
        Piece::Field => (coloured(), ""),
        Piece::More(_) => (coloured(), " stroke-dasharray=\"4 3\" fill-opacity=\"0.5\""),
        Piece::Hole | Piece::Padding => {
            ("class=\"cell empty\" fill=\"url(#shm-hole)\"".to_owned(), "")
        }
        Piece::Spacing => ("class=\"cell empty\" fill=\"url(#shm-spacing)\"".to_owned(), ""),
    }
}

/// Everything known about a segment, shown when the mouse is over it.
fn about(segment: &Segment<'_>) -> String {
    let Segment { from, to, path, ty, .. } = segment;
    let what = match segment.what {
        Piece::Field => format!("{}: {}", printable(path), printable(ty)),
        Piece::More(count) => format!("{} more of {}", count, printable(path)),
        Piece::Hole => "hole".to_owned(),
        Piece::Padding => "padding".to_owned(),
        Piece::Spacing => "spacing".to_owned(),
    };
    format!("{what}, {} at {from}", counted(to - from, "byte"))
}

/// Lines between the elements of an array.
fn ticks(part: &Part<'_>, line: &Line<'_>, canvas: &mut Canvas) {
    let Some(size) = element_size(part.segment) else { return };
    let start = part.segment.from;
    let mut at = start + (part.from - start).div_ceil(size) * size;
    while at < part.to {
        if at > part.from {
            let (x, y) = (x_of(at, line, canvas), canvas.y);
            canvas.element(&format!(
                "<line class=\"tick\" x1=\"{x}\" y1=\"{}\" x2=\"{x}\" y2=\"{}\"/>",
                y + 1,
                y + BOX - 1
            ));
        }
        at += size;
    }
}

/// The size of the elements of an array that is shown as one.
fn element_size(segment: &Segment<'_>) -> Option<u64> {
    let count = segment.count.filter(|_| segment.what == Piece::Field)?;
    (segment.to - segment.from).checked_div(count).filter(|size| *size > 0)
}

/// Draws the name, the type and the offset of a field inside its box, as far as there is room: a label in the hole
/// beside it would name the hole.
fn labels(part: &Part<'_>, line: &Line<'_>, canvas: &mut Canvas) {
    let is_named = matches!(part.segment.what, Piece::Field | Piece::More(_));
    let (x, y, end) = (x_of(part.from, line, canvas), canvas.y, x_of(part.to, line, canvas));
    let room = (end - x).saturating_sub(2 * INSET);
    let (name, ty) = texts(part);
    if !is_named || (part.from > part.segment.from && room < 40) {
        return;
    }
    let needed = fit::width(&name, MEDIUM).div_ceil(10);
    if room >= needed || room >= 45 {
        let font = if needed <= room { MEDIUM } else { SMALL };
        let name = fit::cut(&name, font, room).unwrap_or_default();
        canvas.label(&Label { x: x + INSET, y: y + 17, font, class: "name", text: &name });
        if let Some(ty) = fit::cut(&ty, SMALL, room) {
            canvas.label(&Label { x: x + INSET, y: y + 31, font: SMALL, class: "", text: &ty });
        }
        let offset = part.from.to_string();
        if fit::width(&offset, SMALL) <= room * 10 {
            let y = y + 44;
            canvas.label(&Label { x: x + INSET, y, font: SMALL, class: "dim", text: &offset });
        }
        return;
    }
    upright(&name, x + (end - x) / 2 + 4, y + BOX - INSET, canvas);
}

/// Draws a name upwards.
fn upright(name: &str, x: u64, y: u64, canvas: &mut Canvas) {
    let Some(name) = fit::cut(name, SMALL, BOX - 2 * INSET) else { return };
    canvas.element(&format!(
        "<text class=\"name\" transform=\"translate({x} {y}) rotate(-90)\" font-size=\"{SMALL}\">{}</text>",
        escaped(&name)
    ));
}

/// The name and the type of a part.
fn texts(part: &Part<'_>) -> (String, String) {
    let segment = part.segment;
    let name = if segment.name.is_empty() { "(the whole)" } else { segment.name };
    let name = printable(name).into_owned();
    if let Piece::More(count) = segment.what {
        return (format!("{name}: {count} more"), String::new());
    }
    if part.from == segment.from {
        return (name, printable(segment.ty).into_owned());
    }
    let from_start = part.from - segment.from;
    let range = element_size(segment).filter(|size| from_start % *size == 0).map(|size| {
        let end = (part.to - segment.from).div_ceil(size);
        format!("{name}[{}..{end}]", from_start / size)
    });
    (range.unwrap_or_else(|| format!("… {name}")), String::new())
}

/// Draws lines that are inside one segment as one thin strip.
pub(super) fn fold(fold: &Fold<'_>, canvas: &mut Canvas) {
    let (segment, y) = (fold.segment, canvas.y);
    canvas.offset(fold.first, FOLD);
    let (look, _) = look(segment);
    canvas.element(&format!(
        "<rect {look} x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{FOLD}\" rx=\"3\" \
         stroke-dasharray=\"4 3\" fill-opacity=\"0.5\"><title>{}</title></rect>",
        canvas.left + 1,
        LINE * BYTE - 2,
        escaped(&about(segment)),
    ));
    let lines = counted(fold.lines, "line");
    let text = match segment.what {
        Piece::More(count) => {
            format!(
                "{lines}: {count} more of {}: {}",
                printable(segment.path),
                printable(segment.ty)
            )
        }
        Piece::Field => {
            format!("{lines} inside {}: {}", printable(segment.path), printable(segment.ty))
        }
        Piece::Hole => format!("{lines} of a hole"),
        Piece::Padding => format!("{lines} of padding"),
        Piece::Spacing => format!("{lines} of spacing"),
    };
    strip_label(&text, "halo", canvas);
}

/// Notes that the picture ends before the layout does.
pub(super) fn rest(first: u64, lines: u64, canvas: &mut Canvas) {
    canvas.offset(first, FOLD);
    strip_label(&format!("and {} more", counted(lines, "line")), "dim", canvas);
}

/// Draws the part whose length is known only at run time.
pub(super) fn tail(picture: &Picture, tail: &Tail, canvas: &mut Canvas) {
    let row = picture.rows.iter().rfind(|row| row.offset == tail.offset && row.size == 0);
    let name = row.and_then(|row| row.name).filter(|name| !name.is_empty());
    let ty = row.and_then(|row| row.ty.as_deref()).unwrap_or("");
    let (name, y) = (name.unwrap_or("(the whole)"), canvas.y);
    let fields = picture.rows.iter().filter(|row| row.depth == 0 && row.what == Meaning::Field);
    let colour = fields.count().saturating_sub(1) % COLOURS;
    canvas.element(&format!(
        "<rect class=\"cell c{colour}\" x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{FOLD}\" rx=\"3\" \
         stroke-dasharray=\"4 3\" fill-opacity=\"0.5\"/>",
        canvas.left + 1,
        LINE * BYTE - 2,
    ));
    let elements = match tail.len {
        Some(len) => format!("{len} here"),
        None => "their number is known at run time".to_owned(),
    };
    let text = format!(
        "{}: {} from {} on, {} each, {elements}",
        printable(name),
        printable(ty),
        tail.offset,
        counted(tail.element_size, "byte"),
    );
    strip_label(&text, "", canvas);
}

/// Writes a text into a thin strip, and moves below it.
fn strip_label(text: &str, class: &str, canvas: &mut Canvas) {
    let room = LINE * BYTE - 2 * INSET;
    let text = fit::cut(text, MEDIUM, room).unwrap_or_default();
    let (x, y) = (canvas.left + INSET, canvas.y + 16);
    canvas.label(&Label { x, y, font: MEDIUM, class, text: &text });
    canvas.y += FOLD + BELOW;
}
