//! Pictures of terminals: a screen as SVG.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::fmt::Write;

use vt100::{Cell, Color, Screen};

use super::terminal::size;

/// The size of a cell and the margin around the cells, in pixels.
const WIDTH: f64 = 8.43;
const HEIGHT: f64 = 19.0;
const MARGIN: f64 = 16.0;
const TITLE: f64 = 34.0;
/// From the top of a cell to the baseline.
const BASE: f64 = 14.0;

const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d8dee9";
const FRAME: &str = "#2b303b";

/// The sixteen colours that have names.
const PALETTE: [&str; 16] = [
    "#3b4252", "#f0717b", "#9fd18b", "#f2c56b", "#7aa7e0", "#c792d8", "#7fd1d1", "#d8dee9",
    "#6b7487", "#ff8a94", "#b5e3a2", "#ffd98a", "#95bdf0", "#dbaeea", "#9ce6e6", "#ffffff",
];

/// The screen in a window with this title, without empty lines at its end.
pub(crate) fn svg(screen: &Screen, title: &str) -> String {
    let (lines, columns) = size(screen);
    let used = (0..lines).rev().find(|line| !is_empty(screen, *line)).map_or(1, |last| last + 1);
    let width = f64::from(columns) * WIDTH + 2.0 * MARGIN;
    let height = f64::from(used) * HEIGHT + TITLE + MARGIN;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0}" height="{height:.0}" viewBox="0 0 {width:.0} {height:.0}">
<style>text {{ font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: {FOREGROUND}; white-space: pre }}</style>
<rect x="0.5" y="0.5" width="{:.0}" height="{:.0}" rx="9" fill="{BACKGROUND}" stroke="{FRAME}"/>
<circle cx="20" cy="17" r="5.5" fill="#f0717b"/><circle cx="39" cy="17" r="5.5" fill="#f2c56b"/><circle cx="58" cy="17" r="5.5" fill="#9fd18b"/>
<text x="{:.0}" y="22" text-anchor="middle" opacity="0.75">{}</text>
"##,
        width - 1.0,
        height - 1.0,
        width / 2.0,
        escaped(title),
    );
    for line in 0..used {
        draw_line(&mut svg, screen, line);
    }
    svg.push_str("</svg>\n");
    svg
}

fn is_empty(screen: &Screen, line: u16) -> bool {
    let (_, columns) = size(screen);
    (0..columns)
        .filter_map(|column| screen.cell(line, column))
        .all(|cell| cell.contents().trim().is_empty() && Look::of(cell).background.is_none())
}

/// The look of a cell.
#[derive(Clone, PartialEq)]
struct Look {
    foreground: String,
    background: Option<String>,
    bold: bool,
    italic: bool,
    underline: bool,
    dim: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let (front, back) = (color(cell.fgcolor()), color(cell.bgcolor()));
        let (foreground, background) = if cell.inverse() {
            let front = front.unwrap_or_else(|| FOREGROUND.to_owned());
            (back.unwrap_or_else(|| BACKGROUND.to_owned()), Some(front))
        } else {
            (front.unwrap_or_else(|| FOREGROUND.to_owned()), back)
        };
        let (bold, italic) = (cell.bold(), cell.italic());
        let (underline, dim) = (cell.underline(), cell.dim());
        Self { foreground, background, bold, italic, underline, dim }
    }

    fn attributes(&self) -> String {
        let mut attributes = String::new();
        if self.foreground != FOREGROUND {
            let _ = write!(attributes, r#" style="fill: {}""#, self.foreground);
        }
        for (has, attribute) in [
            (self.bold, r#" font-weight="bold""#),
            (self.italic, r#" font-style="italic""#),
            (self.underline, r#" text-decoration="underline""#),
            (self.dim, r#" opacity="0.62""#),
        ] {
            attributes.push_str(if has { attribute } else { "" });
        }
        attributes
    }
}

fn color(color: Color) -> Option<String> {
    match color {
        Color::Default => None,
        Color::Idx(index @ 0..16) => Some(PALETTE[usize::from(index)].to_owned()),
        // The cube of six levels each, and the ramp of greys.
        Color::Idx(index @ 16..232) => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let index = index - 16;
            let (red, green, blue) = (index / 36, index / 6 % 6, index % 6);
            Some(format!("#{:02x}{:02x}{:02x}", level(red), level(green), level(blue)))
        }
        Color::Idx(index) => Some(format!("#{0:02x}{0:02x}{0:02x}", 8 + 10 * (index - 232))),
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
}

/// Draws runs of cells that look the same.
fn draw_line(svg: &mut String, screen: &Screen, line: u16) {
    let (_, columns) = size(screen);
    let cells: Vec<(u16, &Cell)> = (0..columns)
        .filter_map(|column| Some((column, screen.cell(line, column)?)))
        .filter(|(_, cell)| !cell.is_wide_continuation())
        .collect();
    let same = |a: &(u16, &Cell), b: &(u16, &Cell)| {
        Look::of(a.1) == Look::of(b.1) && bar(a.1).is_some() == bar(b.1).is_some()
    };
    for run in cells.chunk_by(same) {
        let end = run.last().map_or(0, |(column, cell)| column + 1 + u16::from(cell.is_wide()));
        draw_run(svg, line, run, end);
    }
}

fn draw_run(svg: &mut String, line: u16, run: &[(u16, &Cell)], end: u16) {
    let Some((start, first)) = run.first() else { return };
    let look = Look::of(first);
    let (x, y) = (MARGIN + f64::from(*start) * WIDTH, TITLE + f64::from(line) * HEIGHT);
    let width = f64::from(end - start) * WIDTH;
    if let Some(background) = &look.background {
        let _ = writeln!(
            svg,
            r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{HEIGHT}" fill="{background}"/>"#
        );
    }
    if bar(first).is_some() {
        draw_bars(svg, (x, y), run, &look);
        return;
    }
    let text: String = run.iter().map(|(_, cell)| shown(cell)).collect();
    // Each word on its own, where its cells are, whatever the width of the reader's font.
    for (at, word) in words(&text) {
        let (x, y) = (x + at as f64 * WIDTH, y + BASE);
        let (length, attributes) = (word.chars().count() as f64 * WIDTH, look.attributes());
        let word = escaped(word);
        let _ = writeln!(
            svg,
            r#"<text x="{x:.2}" y="{y:.2}" textLength="{length:.2}"{attributes}>{word}</text>"#
        );
    }
}

/// The words of a text, and the number of characters before each.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(' ').filter_map(move |word| {
        let start = at;
        at += word.chars().count() + 1;
        (!word.is_empty()).then_some((start, word))
    })
}

/// The number of eighths of its cell that a bar fills.
fn bar(cell: &Cell) -> Option<u32> {
    let character = cell.contents().chars().next()?;
    ('▁'..='█').contains(&character).then(|| u32::from(character) - u32::from('▁') + 1)
}

fn draw_bars(svg: &mut String, (x, y): (f64, f64), run: &[(u16, &Cell)], look: &Look) {
    let opacity = if look.dim { r#" opacity="0.62""# } else { "" };
    let _ = write!(svg, r#"<path fill="{}"{opacity} d=""#, look.foreground);
    for (index, eighths) in run.iter().filter_map(|(_, cell)| bar(cell)).enumerate() {
        // A little less than the line's height, so that charts do not touch each other.
        let high = f64::from(eighths) / 8.0 * (HEIGHT - 4.0);
        let (left, top) = (x + index as f64 * WIDTH, y + HEIGHT - 2.0 - high);
        let _ =
            write!(svg, "M{left:.2} {top:.2}h{:.2}v{high:.2}h-{:.2}z", WIDTH - 1.2, WIDTH - 1.2);
    }
    svg.push_str("\"/>\n");
}

fn shown(cell: &Cell) -> &str {
    if cell.has_contents() { cell.contents() } else { " " }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
