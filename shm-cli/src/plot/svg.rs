//! A chart as SVG, for a report: black on white, in colours that people with other eyes can tell apart.

use std::fmt::Write;

use super::axis::Axis;
use super::panel::{Chart, Panel};
use super::series::{Point, Series, thinned};

/// The colours of Okabe and Ito, without yellow, which is too light for a line.
const COLOURS: [&str; 7] =
    ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
/// The dashes of the lines when all colours are used up.
const DASHES: [&str; 4] =
    ["", " stroke-dasharray=\"6 3\"", " stroke-dasharray=\"2 2\"", " stroke-dasharray=\"8 3 2 3\""];

/// The size of a text, and about the width of a character of it.
const FONT: f64 = 12.0;
const CHARACTER: f64 = 6.8;

const TOP: f64 = 40.0;
const RIGHT: f64 = 20.0;
const BOTTOM: f64 = 48.0;
/// The height of a line of a legend.
const LEGEND: f64 = 20.0;
/// The least height of a panel.
const LOWEST: f64 = 60.0;
/// The distance of two panels.
const BETWEEN: f64 = 18.0;

/// A place on the picture, in its pixels.
struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// Draws a chart of that size.
pub(crate) fn draw(chart: &Chart<'_>, (width, height): (f64, f64)) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = whole(&mut out, chart, (width, height));
    out
}

fn whole(out: &mut String, chart: &Chart<'_>, (width, height): (f64, f64)) -> std::fmt::Result {
    let axes: Vec<_> = chart.panels.iter().map(|panel| panel.axis(5)).collect();
    let labels = axes.iter().flat_map(|axis| &axis.ticks).map(|(_, text)| text.chars().count());
    let left = 44.0 + labels.max().unwrap_or(1) as f64 * CHARACTER;
    let inner = (width - left - RIGHT).max(50.0);
    let legends: Vec<_> = chart.panels.iter().map(|panel| rows(panel, inner)).collect();
    let above: f64 = legends.iter().map(|rows| rows.len() as f64 * LEGEND + BETWEEN).sum();
    let (count, around) = (chart.panels.len().max(1) as f64, TOP + BOTTOM + above - BETWEEN);
    // A picture that is too low for its panels is made higher.
    let each = ((height - around) / count).max(LOWEST);
    let height = around + each * count;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"{FONT}\" fill=\"#222222\">"
    )?;
    let title = escaped(&chart.title);
    writeln!(out, "<title>{title}</title>")?;
    writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>")?;
    writeln!(
        out,
        "<text x=\"{}\" y=\"24\" text-anchor=\"middle\" font-size=\"15\" font-weight=\"bold\">{title}</text>",
        width / 2.0
    )?;
    let times = chart.times((inner / 100.0) as usize);
    let mut top = TOP;
    for (at, (panel, axis)) in chart.panels.iter().zip(&axes).enumerate() {
        legend(out, &legends[at], left, top)?;
        top += legends[at].len() as f64 * LEGEND;
        let frame = Frame { left, top, width: inner, height: each };
        let is_last = at + 1 == chart.panels.len();
        draw_panel(out, chart, panel, &frame, (&times, axis), is_last)?;
        top += frame.height + BETWEEN;
    }
    writeln!(out, "</svg>")
}

/// A series in a legend: its text, and its place among all series.
type Entry = (String, usize, f64);

/// The entries of a legend in rows, each with its distance from the left.
fn rows(panel: &Panel<'_>, width: f64) -> Vec<Vec<Entry>> {
    let mut rows: Vec<Vec<Entry>> = vec![Vec::new()];
    let mut at = 0.0;
    for (index, series) in &panel.series {
        let text = legend_text(series);
        let len = 40.0 + text.chars().count() as f64 * CHARACTER;
        if at > 0.0 && at + len > width {
            rows.push(Vec::new());
            at = 0.0;
        }
        if let Some(row) = rows.last_mut() {
            row.push((text, *index, at));
        }
        at += len;
    }
    rows
}

pub(super) fn legend_text(series: &Series) -> String {
    let path = if series.path.is_empty() { "value" } else { &*series.path };
    if series.unit.is_empty() { path.to_owned() } else { format!("{path} ({})", series.unit) }
}

fn style(index: usize) -> (&'static str, &'static str) {
    (COLOURS[index % COLOURS.len()], DASHES[index / COLOURS.len() % DASHES.len()])
}

fn legend(out: &mut String, rows: &[Vec<Entry>], left: f64, top: f64) -> std::fmt::Result {
    for (row, entries) in rows.iter().enumerate() {
        let y = top + row as f64 * LEGEND + LEGEND / 2.0;
        for (text, index, at) in entries {
            let (colour, dash) = style(*index);
            let x = left + at;
            writeln!(
                out,
                "<path d=\"M{x:.1} {y:.1}h22\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>\
                 <text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                x + 28.0,
                y + 4.0,
                escaped(text)
            )?;
        }
    }
    Ok(())
}

fn draw_panel(
    out: &mut String,
    chart: &Chart<'_>,
    panel: &Panel<'_>,
    frame: &Frame,
    (times, axis): (&Axis, &Axis),
    is_last: bool,
) -> std::fmt::Result {
    let Frame { left, top, width, height } = *frame;
    for (tick, text) in &axis.ticks {
        let y = frame.y(axis, *tick);
        writeln!(
            out,
            "<path d=\"M{left:.1} {y:.1}h{width:.1}\" stroke=\"#dddddd\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            left - 6.0,
            y + 4.0
        )?;
    }
    for (tick, text) in &times.ticks {
        let x = frame.x(times, *tick);
        writeln!(out, "<path d=\"M{x:.1} {top:.1}v{height:.1}\" stroke=\"#eeeeee\"/>")?;
        if is_last {
            let y = top + height + 17.0;
            writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{text}</text>")?;
        }
    }
    writeln!(
        out,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"none\" stroke=\"#666666\"/>"
    )?;
    if is_last {
        let (x, y) = (left + width / 2.0, top + height + 36.0);
        let label = escaped(&chart.time_label());
        writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{label}</text>")?;
    }
    if !panel.unit.is_empty() {
        let (x, y) = (16.0, top + height / 2.0);
        writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" transform=\"rotate(-90 {x:.1} {y:.1})\">{}</text>",
            escaped(panel.unit)
        )?;
    }
    for (index, series) in &panel.series {
        let (colour, dash) = style(*index);
        let line = line(chart, series, frame, (times, axis));
        writeln!(
            out,
            "<path d=\"{line}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-linejoin=\"round\" \
             stroke-linecap=\"round\"{dash}/>"
        )?;
    }
    Ok(())
}

impl Frame {
    fn x(&self, times: &Axis, time: f64) -> f64 {
        self.left + times.share(time) * self.width
    }

    fn y(&self, axis: &Axis, number: f64) -> f64 {
        self.top + (1.0 - axis.share(number)) * self.height
    }
}

/// The line of a series, with gaps where it has no number.
fn line(
    chart: &Chart<'_>,
    series: &Series,
    frame: &Frame,
    (times, axis): (&Axis, &Axis),
) -> String {
    let most = frame.width as usize * 4;
    let points: &[Point] = &series.points;
    let fewer = thinned(points, points.len().div_ceil(most.max(1)) * 2);
    let points = if points.len() > most { &fewer } else { points };
    let (mut line, mut last) = (String::new(), None);
    for (time, number) in points {
        if number.is_nan() {
            last = None;
            continue;
        }
        let (x, y) = (frame.x(times, time / chart.scale.1), frame.y(axis, *number));
        let _ = match last {
            // A point alone is a dot, because the line has round ends.
            None => write!(line, "M{x:.1} {y:.1}h0"),
            Some(_) if chart.steps => write!(line, "H{x:.1}V{y:.1}"),
            Some(_) => write!(line, "L{x:.1} {y:.1}"),
        };
        last = Some(y);
    }
    line
}

/// A text in XML.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML has no way to write them.
            character if character.is_control() => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}
