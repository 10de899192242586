//! Drawing the window.

use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::areas::{Areas, Columns};
use super::panes;
use super::shorten::{keep_end, keep_start};
use super::theme::Theme;
use super::view::View;
use crate::style;
use crate::watch::reading::Reading;
use crate::watch::rows::Row;
use crate::watch::sparkline::sparkline;

/// The steps of the highlight of a changed value: until when, and how strong.
const FADING: [(Duration, anstyle::Style); 3] = [
    (Duration::from_millis(600), style::FRESH),
    (Duration::from_millis(1600), style::RECENT),
    (Duration::from_millis(3200), style::FADING),
];

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
    if view.state.paused {
        right.push(Span::styled("paused ", view.theme.style(style::NOTICE)));
    }
    if visible.len() < table.rows.len() || table.cut {
        let (first, last, all) = (visible.start + 1, visible.end, table.rows.len());
        let more = if table.cut { " and more" } else { "" };
        let part = format!("{first}-{last} of {all}{more} ");
        right.push(Span::styled(part, view.theme.style(style::DIM)));
    }
    right
}

fn rows(frame: &mut Frame<'_>, view: &View<'_>, areas: &Areas) {
    let visible = view.state.visible();
    let rows = &view.watching.table.rows[visible.clone()];
    let longest = rows.iter().map(|row| row.label().width() + lock_mark(row).width()).max();
    let columns = Columns::of(areas.rows.width, longest.unwrap_or(0));
    let titles = ["FIELD", "VALUE", "HISTORY", "CHANGES"];
    let alignments = [Alignment::Left, Alignment::Left, Alignment::Left, Alignment::Right];
    for ((column, title), alignment) in
        columns.split(areas.titles).into_iter().zip(titles).zip(alignments)
    {
        let title = Line::styled(title, view.theme.style(style::HEAD)).alignment(alignment);
        frame.render_widget(title, column);
    }
    for ((index, row), y) in (visible.start..).zip(rows).zip(areas.rows.y..areas.rows.bottom()) {
        let line = Rect { y, height: 1, ..areas.rows };
        let selected = index == view.state.selected;
        if selected {
            frame.render_widget(Span::styled("›", view.theme.style(style::KEY)), line);
        }
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
}

/// The mark after the path of a value that was read without its lock.
fn lock_mark(row: &Row) -> &'static str {
    if row.is_unlocked() { " ~" } else { "" }
}

fn path<'a>(row: &Row, selected: bool, width: u16, theme: Theme) -> Line<'a> {
    let mark = lock_mark(row);
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

/// The highlight of a value by the time since its last change, and the time that it was constant before.
/// Values that change all the time stand out less.
fn highlight(age: Option<Duration>, calm: Option<Duration>) -> anstyle::Style {
    let level = age.and_then(|age| FADING.into_iter().find(|(until, _)| age < *until));
    match level {
        None => style::PLAIN,
        Some((fresh, style::FRESH)) if calm.is_some_and(|calm| calm < fresh) => style::RECENT,
        Some((_, style)) => style,
    }
}

/// The newest sample is at the right.
fn chart(row: &Row, width: u16) -> String {
    let width = usize::from(width);
    if row.history.reading().is_none_or(|reading| reading.number().is_none()) {
        return String::new();
    }
    let chart = sparkline(row.history.numbers(width));
    format!("{chart:>width$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_highlight_fades_from_step_to_step() {
        let at = |millis| highlight(Some(Duration::from_millis(millis)), None);
        assert_eq!(at(0), style::FRESH);
        assert_eq!(at(1000), style::RECENT);
        assert_eq!(at(2000), style::FADING);
        assert_eq!((at(4000), highlight(None, None)), (style::PLAIN, style::PLAIN));
    }

    #[test]
    fn a_value_that_changes_all_the_time_does_not_flash() {
        let after = |calm| highlight(Some(Duration::ZERO), Some(Duration::from_millis(calm)));
        assert_eq!((after(100), after(5000)), (style::RECENT, style::FRESH));
    }
}
