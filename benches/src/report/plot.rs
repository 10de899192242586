//! The pictures: bars for a table, lines for a series. Scales are logarithmic, so that a ratio is the
//! same distance everywhere.

use super::markdown::places;
use super::number::{ratio, size, three_digits, time};
use super::results::{Line, Point, Row, Series, Table};
use super::svg::{self, Anchor, LogAxis, Picture};
use crate::contestant::PeerInfo;
use crate::peers::OURS;

const WIDTH: f64 = 760.0;
const MARGIN: f64 = 16.0;
const TITLE: f64 = 16.0;
const TEXT: f64 = 12.0;
const ROW: f64 = 24.0;

/// A bar for each row of a table that has a time; `None` if no row has one.
pub(crate) fn bars(table: &Table, peers: &[PeerInfo]) -> Option<String> {
    let rows: Vec<_> = table.rows.iter().filter(|row| row.summary.is_some()).collect();
    let name = |row: &Row| {
        peers
            .iter()
            .find(|peer| peer.key == row.peer)
            .map_or(row.peer.clone(), |peer| peer.title.clone())
    };
    let left =
        rows.iter().map(|row| svg::width_of(&name(row), TEXT)).fold(0.0, f64::max) + 2.0 * MARGIN;
    let right = WIDTH - 210.0;
    let ends =
        rows.iter().filter_map(|row| row.summary).flat_map(|summary| [summary.min, summary.max]);
    let axis = LogAxis::around(ends, left, right)?;
    let top = 64.0;
    let bottom = top + ROW * rows.len() as f64;
    let mut picture = Picture::new(WIDTH, bottom + 28.0);
    heading(&mut picture, &table.title, &format!("time per {}; logarithmic", table.operation));
    for tick in axis.ticks() {
        picture.line((axis.at(tick), top - 4.0), (axis.at(tick), bottom), svg::GRID, 1.0);
        picture.text(axis.at(tick), bottom + 16.0, 11.0, svg::FAINT, Anchor::Middle, &time(tick));
    }
    for (row, index) in rows.iter().zip(0..) {
        let y = top + ROW * f64::from(index);
        picture.text(left - 8.0, y + 15.0, TEXT, svg::INK, Anchor::End, &name(row));
        bar(&mut picture, row, &axis, left, y);
    }
    Some(picture.finish())
}

/// One bar up to the median, a whisker from the smallest to the largest, and its label.
fn bar(picture: &mut Picture, row: &Row, axis: &LogAxis, left: f64, y: f64) {
    let Some(summary) = row.summary else { return };
    let color = if row.peer == OURS { svg::OURS } else { svg::OTHERS };
    let (low, high) = (axis.at(summary.min), axis.at(summary.max));
    picture.rectangle(left, y + 4.0, axis.at(summary.median) - left, ROW - 9.0, color);
    picture.line((low, y + ROW / 2.0), (high, y + ROW / 2.0), svg::INK, 1.5);
    let noisy = if row.noisy { "~" } else { "" };
    let others = row.to_ours.filter(|_| row.peer != OURS);
    let beside = others.map_or(String::new(), |to_ours| format!(" · {} ours", ratio(to_ours)));
    let label = format!("{noisy}{}{beside}", time(summary.median));
    let x = high.max(axis.at(summary.median)) + 8.0;
    picture.text(x, y + 15.0, TEXT, svg::INK, Anchor::Start, &label);
    let wrong = wrong(row);
    let x = x + svg::width_of(&label, TEXT) + 8.0;
    picture.text(x, y + 15.0, TEXT, svg::BAD, Anchor::Start, &wrong);
}

/// The errors of a row, in few words.
fn wrong(row: &Row) -> String {
    let counted = ["lost", "torn", "backwards"];
    let words =
        counted.iter().filter(|what| row.counts.get(**what).is_some_and(|count| *count > 0));
    words.copied().collect::<Vec<_>>().join(", ")
}

/// A line for each line of a series; `None` if there are no points.
pub(crate) fn lines(series: &Series) -> Option<String> {
    let (top, bottom, left, right) = (72.0, 360.0, 72.0, WIDTH - 200.0);
    let xs = places(series);
    let points = || series.lines.iter().flat_map(|line| &line.points);
    let x_axis = LogAxis::around(xs.iter().copied(), left, right)?;
    let y_axis = LogAxis::around(points().filter_map(median), bottom, top)?;
    let mut picture = Picture::new(WIDTH, bottom + 52.0);
    heading(&mut picture, &series.title, &format!("{}; both scales logarithmic", series.y));
    for tick in y_axis.ticks() {
        picture.line((left, y_axis.at(tick)), (right, y_axis.at(tick)), svg::GRID, 1.0);
        let label = if series.y == "ns" { time(tick) } else { three_digits(tick) };
        picture.text(left - 8.0, y_axis.at(tick) + 4.0, 11.0, svg::FAINT, Anchor::End, &label);
    }
    for x in thinned(&xs, &x_axis) {
        picture.line((x_axis.at(x), bottom), (x_axis.at(x), bottom + 4.0), svg::FAINT, 1.0);
        picture.text(x_axis.at(x), bottom + 18.0, 11.0, svg::FAINT, Anchor::Middle, &size(x));
    }
    picture.text(
        f64::midpoint(left, right),
        bottom + 38.0,
        TEXT,
        svg::FAINT,
        Anchor::Middle,
        &series.x,
    );
    let mut taken = Vec::new();
    for (line, color) in series.lines.iter().zip(svg::LINES.iter().cycle()) {
        curve(&mut picture, line, (&x_axis, &y_axis), color, &mut taken);
    }
    Some(picture.finish())
}

fn median(point: &Point) -> Option<f64> {
    point.summary.map(|summary| summary.median)
}

/// One line, with its name at its end, below existing names.
fn curve(
    picture: &mut Picture,
    line: &Line,
    (x_axis, y_axis): (&LogAxis, &LogAxis),
    color: &str,
    taken: &mut Vec<f64>,
) {
    let mut points: Vec<_> = line
        .points
        .iter()
        .filter_map(|point| Some((x_axis.at(point.x), y_axis.at(median(point)?))))
        .collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(x, y)) = points.last() else { return };
    picture.polyline(&points, color);
    points.iter().for_each(|point| picture.dot(*point, color));
    let mut at = y + 4.0;
    while taken.iter().any(|other| (other - at).abs() < 14.0) {
        at += 1.0;
    }
    taken.push(at);
    let name = line.name.split(':').next().unwrap_or_default();
    picture.text(x + 10.0, at, TEXT, color, Anchor::Start, name);
}

/// The values whose labels do not overlap.
fn thinned(xs: &[f64], axis: &LogAxis) -> Vec<f64> {
    let mut kept: Vec<f64> = Vec::new();
    for x in xs {
        if kept.last().is_none_or(|last| axis.at(*x) - axis.at(*last) > 44.0) {
            kept.push(*x);
        }
    }
    kept
}

fn heading(picture: &mut Picture, title: &str, subtitle: &str) {
    picture.text(MARGIN, 26.0, TITLE, svg::INK, Anchor::Start, title);
    picture.text(MARGIN, 44.0, TEXT, svg::FAINT, Anchor::Start, subtitle);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::tests::table;
    use crate::series::{Measured, bulk};

    #[test]
    fn a_table_has_a_bar_for_each_row_and_ours_stands_out() {
        let table = table(&[("c", &[1.0]), ("ours", &[2.0]), ("other", &[3.0])]);
        let picture = bars(&table, &[]).unwrap();
        assert_eq!(picture.matches(svg::OTHERS).count(), 2);
        assert_eq!(picture.matches(svg::OURS).count(), 1);
    }

    #[test]
    fn errors_are_written_next_to_the_bar() {
        let mut table = table(&[("c", &[1.0])]);
        table.rows[0].counts.insert("torn".to_owned(), 3);
        assert!(bars(&table, &[]).unwrap().contains(">torn</text>"));
    }

    #[test]
    fn a_table_without_times_has_no_picture() {
        assert_eq!(bars(&table(&[("c", &[])]), &[]), None);
    }

    #[test]
    fn a_series_has_a_dot_for_each_point() {
        let mut series = Series::new(&bulk::LOAD);
        let point = |line: &str, x: f64| Measured::new(line, x, x);
        series.add(0, vec![point("memcpy", 64.0), point("memcpy", 4096.0), point("u8", 64.0)]);
        series.finish();
        let picture = lines(&series).unwrap();
        assert_eq!(picture.matches("<circle").count(), 3);
        assert_eq!(picture.matches("<polyline").count(), 2);
    }
}
