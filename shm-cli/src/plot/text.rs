//! A chart for a terminal, in the dots of braille characters: two by four in each.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::axis::Axis;
use super::panel::{Chart, Panel};
use super::svg::legend_text;
use crate::printable::printable;
use crate::style;

/// The rows of a chart.
const ROWS: usize = 12;

/// The colours of the lines.
const COLOURS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Yellow,
    AnsiColor::Green,
    AnsiColor::Magenta,
    AnsiColor::Red,
    AnsiColor::Blue,
];

/// Draws a chart that is so many columns wide.
///
/// # Errors
/// The writer's.
pub(crate) fn write(chart: &Chart<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let title = style::TITLE;
    writeln!(out, "{title}{}{title:#}", printable(&chart.title))?;
    let axes: Vec<_> = chart.panels.iter().map(|panel| panel.axis(3)).collect();
    let labels = axes.iter().flat_map(|axis| &axis.ticks).map(|(_, text)| text.width());
    let left = labels.max().unwrap_or(1);
    let columns = width.saturating_sub(left + 2).max(10);
    let times = chart.times(columns / 16);
    for (panel, axis) in chart.panels.iter().zip(&axes) {
        legend(panel, width, out)?;
        let canvas = Canvas::of(chart, panel, columns, (&times, axis));
        canvas.write(axis, left, out)?;
    }
    below(&times, left, columns, out)?;
    let (dim, label) = (style::DIM, chart.time_label());
    writeln!(out, "{:left$}  {dim}{}{dim:#}", "", printable(&label))
}

fn colour(index: usize) -> Style {
    COLOURS[index % COLOURS.len()].on_default()
}

fn legend(panel: &Panel<'_>, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut used = 0;
    for (at, (index, series)) in panel.series.iter().enumerate() {
        let (text, colour) = (legend_text(series), colour(*index));
        let text = printable(&text);
        let gap = if at == 0 { "" } else { "   " };
        if at > 0 && used + gap.len() + 3 + text.width() > width {
            writeln!(out)?;
            used = 0;
        } else {
            write!(out, "{gap}")?;
            used += gap.len();
        }
        write!(out, "{colour}━━{colour:#} {text}")?;
        used += 3 + text.width();
    }
    writeln!(out)
}

/// The numbers below the axis of time.
fn below(times: &Axis, left: usize, columns: usize, out: &mut dyn Write) -> io::Result<()> {
    let (mut line, mut used) = (String::new(), 0);
    for (tick, text) in &times.ticks {
        let at = (times.share(*tick) * (columns - 1) as f64).round() as usize;
        // In the middle below its place, as far as the line allows.
        let start = at.saturating_sub(text.width() / 2).min(columns.saturating_sub(text.width()));
        if start < used + usize::from(used > 0) {
            continue;
        }
        line.push_str(&" ".repeat(start - used));
        line.push_str(text);
        used = start + text.width();
    }
    writeln!(out, "{:left$}  {line}", "")
}

/// The dots of a panel.
struct Canvas {
    columns: usize,
    /// The dots of each character, and the series of the last one.
    cells: Vec<(u8, usize)>,
}

impl Canvas {
    fn of(
        chart: &Chart<'_>,
        panel: &Panel<'_>,
        columns: usize,
        (times, axis): (&Axis, &Axis),
    ) -> Self {
        let mut canvas = Self { columns, cells: vec![(0, 0); columns * ROWS] };
        let (width, height) = ((columns * 2 - 1) as f64, (ROWS * 4 - 1) as f64);
        for (index, series) in &panel.series {
            let mut last: Option<(f64, f64)> = None;
            for (time, number) in &series.points {
                if number.is_nan() {
                    last = None;
                    continue;
                }
                let x = times.share(time / chart.scale.1) * width;
                let y = (1.0 - axis.share(*number)) * height;
                match last {
                    Some((x0, y0)) if chart.steps => {
                        canvas.line((x0, y0), (x, y0), *index);
                        canvas.line((x, y0), (x, y), *index);
                    }
                    Some(before) => canvas.line(before, (x, y), *index),
                    None => canvas.dot((x, y), *index),
                }
                last = Some((x, y));
            }
        }
        canvas
    }

    fn line(&mut self, (x0, y0): (f64, f64), (x1, y1): (f64, f64), series: usize) {
        let steps = (x1 - x0).abs().max((y1 - y0).abs()).ceil().max(1.0);
        for step in 0..=steps as usize {
            let share = step as f64 / steps;
            self.dot((x0 + (x1 - x0) * share, y0 + (y1 - y0) * share), series);
        }
    }

    fn dot(&mut self, (x, y): (f64, f64), series: usize) {
        // The dots of a braille character, column by column, as bits of its code.
        const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
        let (x, y) = (x.round().max(0.0) as usize, y.round().max(0.0) as usize);
        if x < self.columns * 2 && y < ROWS * 4 {
            let cell = &mut self.cells[y / 4 * self.columns + x / 2];
            *cell = (cell.0 | DOTS[x % 2][y % 4], series);
        }
    }

    fn write(&self, axis: &Axis, left: usize, out: &mut dyn Write) -> io::Result<()> {
        for (row, cells) in self.cells.chunks(self.columns).enumerate() {
            let is_here = |tick: f64| {
                let y = (1.0 - axis.share(tick)) * (ROWS * 4 - 1) as f64;
                y.round() as usize / 4 == row
            };
            let label = axis.ticks.iter().find(|(tick, _)| is_here(*tick));
            let (text, edge) = label.map_or(("", '│'), |(_, text)| (text, '┤'));
            write!(out, "{}{text} {edge}", " ".repeat(left - text.width().min(left)))?;
            let end = cells.iter().rposition(|(dots, _)| *dots != 0).map_or(0, |end| end + 1);
            let mut before = None;
            for (dots, series) in &cells[..end] {
                let shown = Some(*series).filter(|_| *dots != 0);
                if shown != before {
                    Self::change(before, shown, out)?;
                    before = shown;
                }
                match char::from_u32(0x2800 + u32::from(*dots)) {
                    Some(character) if *dots != 0 => write!(out, "{character}")?,
                    _ => write!(out, " ")?,
                }
            }
            Self::change(before, None, out)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Ends the colour of one series, and begins that of another.
    fn change(before: Option<usize>, now: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
        if let Some(before) = before {
            write!(out, "{:#}", colour(before))?;
        }
        now.map_or(Ok(()), |now| write!(out, "{}", colour(now)))
    }
}
