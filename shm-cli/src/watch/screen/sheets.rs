//! Drawing the elements of an array of structs: a cell for each value, with its chart and its rate as far as there is
//! room.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::fade::highlight;
use super::shorten::{keep_end, keep_start};
use super::view::View;
use crate::grid::Grid;
use crate::printable::printable;
use crate::style;
use crate::watch::history::History;
use crate::watch::rate::Rate;
use crate::watch::reading::Reading;
use crate::watch::sheet::Sheet;
use crate::watch::sparkline::sparkline;

/// The largest width of a value.
const WIDEST: usize = 24;
/// The width of a rate.
const RATE: usize = 7;
/// The narrowest and the widest chart.
const CHART: (usize, usize) = (6, 20);
/// The gap between two columns, and inside one.
const GAP: usize = 2;

/// The columns that have room in a line.
pub(super) struct Columns {
    /// The width of an index.
    index: usize,
    /// The first column.
    first: usize,
    /// The widths of the values.
    widths: Vec<usize>,
    /// Which of them are numbers, and have a chart and a rate.
    numbers: Vec<bool>,
    /// The width of a chart, if there is room.
    chart: usize,
    rate: usize,
    /// Whether there are more columns.
    more: bool,
}

impl Columns {
    /// The columns for these elements of a sheet, with the selected one among them.
    pub(super) fn of(
        (sheet, grid): (&Sheet, &Grid),
        elements: &[u64],
        width: u16,
        selected: usize,
    ) -> Self {
        let last = elements.last().copied().unwrap_or_default();
        let index = last.to_string().len() + 2;
        let mut widths: Vec<_> = grid.columns.iter().map(|one| title(one).width()).collect();
        let mut numbers = vec![false; widths.len()];
        for cells in elements.iter().filter_map(|element| sheet.cells(*element)) {
            for (at, cell) in cells.iter().enumerate() {
                widths[at] = widths[at].max(cell.text().width()).min(WIDEST);
                numbers[at] |= cell.reading().is_some_and(|reading| reading.number().is_some());
            }
        }
        let room = usize::from(width).saturating_sub(GAP + index);
        let fits = |first: usize| {
            let used = |count: &usize| -> usize {
                widths[first..first + count].iter().map(|width| width + GAP).sum()
            };
            (1..=widths.len() - first).rev().find(|count| used(count) <= room).unwrap_or(1)
        };
        let selected = selected.min(widths.len().saturating_sub(1));
        let first =
            (0..=selected).find(|first| first + fits(*first) > selected).unwrap_or(selected);
        let end = first + fits(first);
        let more = first > 0 || end < widths.len();
        let (widths, numbers) = (widths[first..end].to_vec(), numbers[first..end].to_vec());
        let used: usize = widths.iter().map(|width| width + GAP).sum();
        let count = numbers.iter().filter(|number| **number).count();
        let spare = room.saturating_sub(used).checked_div(count).unwrap_or(0);
        let (chart, rate) = match spare {
            _ if spare >= CHART.0 + RATE + 2 => ((spare - RATE - 2).min(CHART.1), RATE),
            _ if spare > CHART.0 => (spare - 1, 0),
            _ => (0, 0),
        };
        Self { index, first, widths, numbers, chart, rate, more }
    }

    /// The width of a column with its chart and its rate.
    fn width(&self, at: usize) -> usize {
        let extra = |width: usize| if width > 0 { width + 1 } else { 0 };
        let beside = if self.numbers[at] { extra(self.chart) + extra(self.rate) } else { 0 };
        self.widths[at] + beside
    }

    /// The titles.
    pub(super) fn titles<'a>(&self, grid: &Grid, selected: usize, view: &View<'_>) -> Line<'a> {
        let blank = if self.more { "‹›" } else { "" };
        let mut spans = vec![Span::raw(format!("{blank:<width$}", width = GAP + self.index))];
        for at in 0..self.widths.len() {
            let column = self.first + at;
            let text = keep_end(&title(&grid.columns[column]), self.widths[at]);
            let style = view.theme.style(style::HEAD);
            let style = if column == selected.min(grid.columns.len() - 1) {
                style.patch(view.theme.style(style::TITLE))
            } else {
                style
            };
            let room = self.width(at);
            let room = if at + 1 == self.widths.len() { 0 } else { room };
            let blank = " ".repeat(room.saturating_sub(text.width()));
            spans.push(Span::raw(" ".repeat(GAP)));
            spans.push(Span::styled(text, style));
            spans.push(Span::raw(blank));
        }
        Line::from(spans)
    }

    /// The cells of an element.
    pub(super) fn cells<'a>(&self, element: u64, cells: &[History], view: &View<'_>) -> Line<'a> {
        let index = format!("[{element}]");
        let index = format!("{index:>width$}", width = GAP + self.index);
        let mut spans = vec![Span::styled(index, view.theme.style(style::DIM))];
        for (at, cell) in cells.iter().skip(self.first).take(self.widths.len()).enumerate() {
            spans.push(Span::raw(" ".repeat(GAP)));
            self.cell(at, cell, view, &mut spans);
        }
        Line::from(spans)
    }

    fn cell<'a>(&self, at: usize, cell: &History, view: &View<'_>, spans: &mut Vec<Span<'a>>) {
        let (width, theme) = (self.widths[at], view.theme);
        let style = match cell.reading() {
            Some(Reading::Value(_)) => highlight(cell.age(view.now), cell.calm()),
            Some(Reading::Fault(_)) => style::ERROR,
            Some(Reading::Unread(_)) | None => style::DIM,
        };
        let text = keep_start(cell.text(), width);
        let blank = " ".repeat(width - text.width().min(width));
        let is_number = self.numbers[at];
        let (before, after) =
            if is_number { (blank, String::new()) } else { (String::new(), blank) };
        spans.push(Span::raw(before));
        spans.push(Span::styled(text, theme.style(style)));
        spans.push(Span::raw(after));
        if is_number && self.chart > 0 {
            let width = self.chart;
            let chart = sparkline(cell.numbers(width));
            spans.push(Span::styled(format!(" {chart:>width$}"), theme.style(style::CHART)));
        }
        if is_number && self.rate > 0 {
            let rate = cell.rate();
            let style = if rate.is_none_or(Rate::is_zero) { style::DIM } else { style::PLAIN };
            let rate = rate.map(|rate| rate.to_string()).unwrap_or_default();
            let rate = format!(" {rate:>width$}", width = self.rate);
            spans.push(Span::styled(rate, theme.style(style)));
        }
    }
}

/// The title of a column, with its unit.
fn title(column: &crate::grid::Column) -> String {
    let name = printable(column.name());
    match &*column.unit {
        "" => name.into_owned(),
        unit => format!("{name} ({})", printable(unit)),
    }
}

/// The elements of a row among the lines in sight.
pub(super) fn in_sight(view: &View<'_>, row: usize) -> Vec<u64> {
    let places = view.places.within(view.state.visible());
    let sheet = view.watching.table.rows[row].sheet.as_ref();
    let element = |place| match place {
        (_, super::places::Place::Element(one, line)) if one == row => Some(sheet?.index(line)),
        _ => None,
    };
    places.filter_map(element).collect()
}
