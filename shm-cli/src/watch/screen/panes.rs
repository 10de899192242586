//! The panes around the table: notes about a field, the keys, the help.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Clear, Padding, Paragraph, Wrap};
use shm_core::path::Segment;
use unicode_width::UnicodeWidthStr;

use super::keys::HELP;
use super::places::Place;
use super::view::View;
use crate::printable::printable;
use crate::style;
use crate::watch::rows::Row;

/// The documentation of the selected field, or of the selected column of an array of structs.
pub(crate) fn notes(frame: &mut Frame<'_>, view: &View<'_>, area: Rect) {
    let Some(place) = view.selected() else { return };
    let row = &view.watching.table.rows[place.row()];
    let column = match place {
        Place::Row(_) => None,
        Place::Titles(_) | Place::Element(..) => of_column(view, row, place),
    };
    let (name, facts, doc) = column
        .unwrap_or_else(|| (row.label().to_owned(), facts(view, row), row.notes.doc.to_string()));
    let faint = view.theme.style(style::DIM);
    // The border is faint, its contents are not.
    let title = view.theme.style(style::TITLE).remove_modifier(Modifier::DIM);
    let title = Span::styled(format!(" {name} "), title);
    let block = Block::new().borders(Borders::TOP).border_style(faint).title(title);
    let block = block.padding(Padding::horizontal(2));
    let mut lines = vec![facts];
    lines.extend(doc.lines().map(|line| Line::raw(printable(line).into_owned())));
    if doc.is_empty() {
        lines.push(Line::styled("no documentation", faint));
    }
    let text = Paragraph::new(lines).wrap(Wrap { trim: true });
    frame.render_widget(text.block(block), area);
}

/// The path, the facts and the documentation of the selected column.
fn of_column<'a>(view: &View<'_>, row: &Row, place: Place) -> Option<(String, Line<'a>, String)> {
    let sheet = row.sheet.as_ref()?;
    let grid = sheet.grid()?;
    let column = grid.columns.get(view.state.column.min(grid.columns.len() - 1))?;
    let element = match place {
        Place::Element(_, line) => grid.element(sheet.index(line)),
        _ => grid.array.with(Segment::ALL),
    };
    let path = element.join(&column.inside);
    let mut facts = column.type_name.clone();
    if !column.unit.is_empty() {
        facts.push_str(&format!(" in {}", column.unit));
    }
    if column.unlocked {
        facts.push_str("; an unlocked snapshot");
    }
    let facts = Line::styled(printable(&facts).into_owned(), view.theme.style(style::DIM));
    Some((printable(path.as_str()).into_owned(), facts, column.doc.clone()))
}

fn facts<'a>(view: &View<'_>, row: &Row) -> Line<'a> {
    let mut facts = row.notes.ty.to_string();
    if !row.notes.unit.is_empty() {
        facts.push_str(&format!(" in {}", row.notes.unit));
    }
    if let Some((counter, count)) = view.watching.table.count(row) {
        let counter = printable(counter);
        facts.push_str(&format!("; changed {count} times, as `{counter}` counts"));
    }
    if row.is_unlocked() {
        facts.push_str("; an unlocked snapshot");
    }
    Line::styled(facts, view.theme.style(style::DIM))
}

/// The most important keys.
pub(crate) fn keys(frame: &mut Frame<'_>, view: &View<'_>, area: Rect) {
    let pause = if view.state.paused { "resume" } else { "pause" };
    let keys = [
        ("q", "quit"),
        ("?", "help"),
        ("space", pause),
        ("↑↓", "select"),
        ("/", "filter"),
        ("s", "sort"),
        ("+/-", "interval"),
        ("d", "notes"),
    ];
    let opens = view.watching.table.rows.iter().any(|row| row.sheet.is_some());
    let opens = opens.then_some(("Enter", "open"));
    let (key_style, faint) = (view.theme.style(style::KEY), view.theme.style(style::DIM));
    let mut line = vec![Span::raw(" ")];
    // Those that have no room are in the help.
    let mut left = usize::from(area.width).saturating_sub(1);
    let unlocked = " unlocked snapshot";
    let is_unlocked = |(_, place): (usize, Place)| {
        view.watching.table.rows.get(place.row()).is_some_and(Row::is_unlocked)
    };
    let explains = view.places.within(view.state.visible()).any(is_unlocked);
    let explained = if explains { unlocked.len() + 1 } else { 0 };
    for (key, does) in keys[..4].iter().copied().chain(opens).chain(keys[4..].iter().copied()) {
        let width = key.width() + does.width() + 3;
        if width + explained > left {
            break;
        }
        left -= width;
        line.push(Span::styled(key, key_style));
        line.push(Span::styled(format!(" {does}  "), faint));
    }
    if explains {
        line.push(Span::styled("~", view.theme.style(style::NOTICE)));
        line.push(Span::styled(unlocked, faint));
    }
    frame.render_widget(Line::from(line), area);
}

/// All keys, over the middle of the window.
pub(crate) fn help(frame: &mut Frame<'_>, view: &View<'_>) {
    let lines = HELP.map(|(keys, does)| {
        let keys = Span::styled(format!(" {keys:<13}"), view.theme.style(style::KEY));
        Line::from(vec![keys, Span::raw(does)])
    });
    let area =
        frame.area().centered(Constraint::Length(40), Constraint::Length(HELP.len() as u16 + 2));
    let block = Block::bordered().border_type(BorderType::Rounded).title(" Keys ");
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(lines.to_vec()).block(block), area);
}
