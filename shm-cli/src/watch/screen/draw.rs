//! Drawing the window.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::areas::{Areas, Columns};
use super::fade::highlight;
use super::panes;
use super::places::Place;
use super::sheets;
use super::shorten::{keep_end, keep_start};
use super::state::State;
use super::theme::Theme;
use super::view::View;
use crate::printable::printable;
use crate::style;
use crate::watch::reading::Reading;
use crate::watch::rows::Row;
use crate::watch::sparkline::sparkline;

/// The part of the region's name that is always shown, in characters.
const SHORT_NAME: usize = 16;

/// Draws everything.
pub(crate) fn window(frame: &mut Frame<'_>, view: &View<'_>) {
    let notice = view.watching.source.notice();
    let areas = Areas::of(frame.area(), view.state.notes, notice.is_some());
    frame.render_widget(header(view, areas.header.width), areas.header);
    rows(frame, view, &areas);
    panes::notes(frame, view, areas.notes);
    if let Some(notice) = notice {
        let text = keep_start(&format!(" {notice}"), areas.notice.width.into());
        let notice = Span::styled(text, view.theme.style(style::NOTICE));
        frame.render_widget(notice, areas.notice);
    }
    panes::keys(frame, view, areas.keys);
    if view.state.help {
        panes::help(frame, view);
    }
}

/// The region, its type, the interval, the participants; at the right, the visible part of the rows.
fn header<'a>(view: &View<'_>, width: u16) -> Line<'a> {
    let right = standing(view);
    let right_width: usize = right.iter().map(Span::width).sum();
    let left_width = usize::from(width).saturating_sub(right_width + 1);
    let mut facts = facts(view);
    let width = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    // Details that are known otherwise are left out before the name.
    while left_width < width(&facts) + SHORT_NAME && facts.pop().is_some() {}
    let name = keep_end(&view.watching.source.name(), left_width.saturating_sub(width(&facts)));
    let mut line = vec![Span::raw(" "), Span::styled(name, view.theme.style(style::TITLE))];
    line.extend(facts);
    line.push(Span::raw(" ".repeat((left_width + 1).saturating_sub(width(&line)))));
    line.extend(right);
    Line::from(line)
}

/// The details after the name, the most important first.
fn facts<'a>(view: &View<'_>) -> Vec<Span<'a>> {
    let faint = view.theme.style(style::DIM);
    let every = humantime::format_duration(view.state.interval);
    let mut facts = vec![
        Span::styled(format!("  {}", view.type_name), view.theme.style(style::TYPE)),
        Span::styled(format!("  every {every}"), faint),
    ];
    if let Some((alive, dead)) = view.participants {
        facts.push(Span::styled(format!("  {alive} attached"), faint));
        if dead > 0 {
            facts.push(Span::styled(format!("  {dead} dead"), view.theme.style(style::WARNING)));
        }
    }
    facts
}

/// The text at the right: the visible rows, and whether the table is paused.
fn standing<'a>(view: &View<'_>) -> Vec<Span<'a>> {
    let (table, visible) = (&view.watching.table, view.state.visible());
    let mut right = Vec::new();
    let State { filter, typing, order, .. } = view.state;
    if *typing || !filter.is_empty() {
        let cursor = if *typing { "▏" } else { "" };
        let text = format!("/{}{cursor} ", printable(filter));
        right.push(Span::styled(text, view.theme.style(style::NOTICE)));
    }
    if let Some(order) = order.text() {
        right.push(Span::styled(format!("{order} "), view.theme.style(style::NOTICE)));
    }
    if view.state.paused {
        right.push(Span::styled("paused ", view.theme.style(style::NOTICE)));
    }
    let all = view.places.len();
    if visible.len() < all || table.cut {
        let (first, last) = (visible.start + 1, visible.end);
        let more = if table.cut { " and more" } else { "" };
        let part = format!("{first}-{last} of {all}{more} ");
        right.push(Span::styled(part, view.theme.style(style::DIM)));
    }
    right
}

fn rows(frame: &mut Frame<'_>, view: &View<'_>, areas: &Areas) {
    let visible = view.state.visible();
    let lines: Vec<_> = view.places.within(visible).collect();
    let table = &view.watching.table.rows;
    let shown = lines.iter().filter_map(|(_, place)| match place {
        Place::Row(row) => Some(&table[*row]),
        _ => None,
    });
    let longest = shown.map(|row| row.label().width() + mark(row).width()).max();
    let columns = Columns::of(areas.rows.width, longest.unwrap_or(0));
    let titles = ["FIELD", "VALUE", "HISTORY", "CHANGES"];
    let alignments = [Alignment::Left, Alignment::Left, Alignment::Left, Alignment::Right];
    for ((column, title), alignment) in
        columns.split(areas.titles).into_iter().zip(titles).zip(alignments)
    {
        let title = Line::styled(title, view.theme.style(style::HEAD)).alignment(alignment);
        frame.render_widget(title, column);
    }
    let mut sheet: Option<(usize, sheets::Columns)> = None;
    for ((index, place), y) in lines.into_iter().zip(areas.rows.y..areas.rows.bottom()) {
        let line = Rect { y, height: 1, ..areas.rows };
        match place {
            Place::Row(at) => {
                row(frame, view, columns, (&table[at], index == view.state.selected), line);
            }
            Place::Titles(at) | Place::Element(at, _) => {
                let of = sheet.take().filter(|(known, _)| *known == at);
                let known = of.or_else(|| Some((at, columns_of(view, at, line.width)?)));
                if let Some((_, columns)) = &known {
                    element(frame, view, columns, place, line);
                }
                sheet = known;
            }
        }
        if index == view.state.selected {
            frame.render_widget(Span::styled("›", view.theme.style(style::KEY)), line);
        }
    }
}

/// A line for a row of its own.
fn row(
    frame: &mut Frame<'_>,
    view: &View<'_>,
    columns: Columns,
    (row, selected): (&Row, bool),
    line: Rect,
) {
    let [path_area, value_area, chart_area, rate_area] = columns.split(line);
    frame.render_widget(path(row, selected, columns.path, view.theme), path_area);
    frame.render_widget(value(row, columns.value, view), value_area);
    let chart = chart(row, columns.chart);
    frame.render_widget(Span::styled(chart, view.theme.style(style::CHART)), chart_area);
    if let Some(rate) = row.history.rate() {
        let style = if rate.is_zero() { style::DIM } else { style::PLAIN };
        let rate = Line::styled(rate.to_string(), view.theme.style(style));
        frame.render_widget(rate.right_aligned(), rate_area);
    }
}

/// The columns of an open array of structs.
fn columns_of(view: &View<'_>, row: usize, width: u16) -> Option<sheets::Columns> {
    let sheet = view.watching.table.rows[row].sheet.as_ref()?;
    let (elements, grid) = (sheets::in_sight(view, row), sheet.grid()?);
    Some(sheets::Columns::of((sheet, grid), &elements, width, view.state.column))
}

/// A line inside of an open array of structs.
fn element(
    frame: &mut Frame<'_>,
    view: &View<'_>,
    columns: &sheets::Columns,
    place: Place,
    line: Rect,
) {
    let Some(sheet) = view.watching.table.rows[place.row()].sheet.as_ref() else { return };
    match (place, sheet.grid()) {
        (Place::Titles(_), Some(grid)) => {
            frame.render_widget(columns.titles(grid, view.state.column, view), line);
        }
        (Place::Element(_, line_of), _) => {
            let element = sheet.index(line_of);
            let cells = sheet.cells(element).unwrap_or_default();
            frame.render_widget(columns.cells(element, cells, view), line);
        }
        _ => {}
    }
}

/// The mark after the path: of an array that opens, and of a value that was read without its lock.
fn mark(row: &Row) -> String {
    let opens = match &row.sheet {
        Some(sheet) if sheet.is_open => " ▾",
        Some(_) => " ▸",
        None => "",
    };
    format!("{opens}{}", lock_mark(row))
}

/// The mark after the path of a value that was read without its lock.
fn lock_mark(row: &Row) -> &'static str {
    if row.is_unlocked() { " ~" } else { "" }
}

fn path<'a>(row: &Row, selected: bool, width: u16, theme: Theme) -> Line<'a> {
    let mark = mark(row);
    let text = keep_end(row.label(), usize::from(width).saturating_sub(mark.width()));
    let style = if selected { theme.style(style::TITLE) } else { theme.style(style::PLAIN) };
    Line::from(vec![Span::styled(text, style), Span::styled(mark, theme.style(style::NOTICE))])
}

fn value<'a>(row: &Row, width: u16, view: &View<'_>) -> Line<'a> {
    let theme = view.theme;
    let unit =
        if row.notes.unit.is_empty() { String::new() } else { format!(" {}", row.notes.unit) };
    let changed = row.summary(view.now);
    let text = &format!("{changed}{}", row.history.text());
    if let Some(sheet) = &row.sheet {
        let text = format!("{changed}{}", sheet.text());
        let style = highlight(row.history.age(view.now), row.history.calm());
        return Line::styled(keep_start(&text, width.into()), theme.style(style));
    }
    match row.history.reading() {
        Some(reading @ Reading::Value(_)) => {
            let width = usize::from(width).saturating_sub(unit.width());
            let room = width.saturating_sub(changed.width());
            let text = reading.text_that_fits(row.elided, |text| text.width() <= room);
            let text = &format!("{changed}{text}");
            let style = theme.style(highlight(row.history.age(view.now), row.history.calm()));
            let value = Span::styled(keep_start(text, width), style);
            Line::from(vec![value, Span::styled(unit, theme.style(style::DIM))])
        }
        Some(Reading::Fault(_)) => {
            Line::styled(keep_start(text, width.into()), theme.style(style::ERROR))
        }
        Some(Reading::Unread(_)) | None => {
            Line::styled(keep_start(text, width.into()), theme.style(style::DIM))
        }
    }
}

/// The newest sample is at the right.
fn chart(row: &Row, width: u16) -> String {
    let width = usize::from(width);
    if row.sheet.is_some() {
        return String::new();
    }
    if row.history.reading().is_none_or(|reading| reading.number().is_none()) {
        return String::new();
    }
    let chart = sparkline(row.history.numbers(width));
    format!("{chart:>width$}")
}
