//! Lines over a number of things; both scales logarithmic.

use crate::svg::{self, Anchor, LogAxis, Picture};

/// A line: its name and its points.
pub(crate) struct Line<'a> {
    pub(crate) name: &'a str,
    pub(crate) points: Vec<(f64, f64)>,
}

/// Draws lines; `None` if there is nothing above zero. `label` writes a value of the vertical axis.
pub(crate) fn lines(
    title: &str,
    (x, y): (&str, &str),
    lines: &[Line<'_>],
    label: impl Fn(f64) -> String,
) -> Option<String> {
    let (width, top, bottom, left, right) = (760.0, 72.0, 330.0, 84.0, 570.0);
    let points = || lines.iter().flat_map(|line| &line.points);
    let x_axis = LogAxis::around(points().map(|point| point.0), left, right)?;
    let y_axis = LogAxis::around(points().map(|point| point.1), bottom, top)?;
    let mut picture = Picture::new(width, bottom + 52.0);
    picture.text(16.0, 26.0, 16.0, svg::INK, Anchor::Start, title);
    let subtitle = format!("{y}; both scales logarithmic");
    picture.text(16.0, 44.0, 12.0, svg::FAINT, Anchor::Start, &subtitle);
    for tick in y_axis.ticks() {
        picture.line((left, y_axis.at(tick)), (right, y_axis.at(tick)), svg::GRID, 1.0);
        picture.text(
            left - 8.0,
            y_axis.at(tick) + 4.0,
            11.0,
            svg::FAINT,
            Anchor::End,
            &label(tick),
        );
    }
    let first = lines.first().map(|line| line.points.as_slice()).unwrap_or_default();
    for (at, _) in first {
        let text = format!("{at}");
        picture.line((x_axis.at(*at), bottom), (x_axis.at(*at), bottom + 4.0), svg::FAINT, 1.0);
        picture.text(x_axis.at(*at), bottom + 18.0, 11.0, svg::FAINT, Anchor::Middle, &text);
    }
    picture.text(f64::midpoint(left, right), bottom + 38.0, 12.0, svg::FAINT, Anchor::Middle, x);
    let mut taken: Vec<f64> = Vec::new();
    for (line, color) in lines.iter().zip(svg::LINES[1..].iter().cycle()) {
        let shown: Vec<_> =
            line.points.iter().map(|(x, y)| (x_axis.at(*x), y_axis.at(*y))).collect();
        let Some((end, mut at)) = shown.last().copied() else { continue };
        picture.polyline(&shown, color);
        shown.iter().for_each(|point| picture.dot(*point, color));
        at += 4.0;
        while taken.iter().any(|other| (other - at).abs() < 14.0) {
            at += 1.0;
        }
        taken.push(at);
        picture.text(end + 10.0, at, 12.0, color, Anchor::Start, line.name);
    }
    Some(picture.finish())
}
