//! The panes around the table: notes about a field, the keys, the help.

use ratatui::Frame;
use ratatui::layout::{Constraint, Rect};
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Clear, Padding, Paragraph, Wrap};

use super::keys::HELP;
use super::view::View;
use crate::printable::printable;
use crate::style;
use crate::watch::rows::Row;

/// The documentation of the selected field.
pub(crate) fn notes(frame: &mut Frame<'_>, view: &View<'_>, area: Rect) {
    let Some(row) = view.watching.table.rows.get(view.state.selected) else { return };
    let faint = view.theme.style(style::DIM);
    // The border is faint, its contents are not.
    let title = view.theme.style(style::TITLE).remove_modifier(Modifier::DIM);
    let title = Span::styled(format!(" {} ", row.label()), title);
    let block = Block::new().borders(Borders::TOP).border_style(faint).title(title);
    let block = block.padding(Padding::horizontal(2));
    let mut lines = vec![facts(view, row)];
    lines.extend(row.notes.doc.lines().map(|line| Line::raw(printable(line).into_owned())));
    if row.notes.doc.is_empty() {
        lines.push(Line::styled("no documentation", faint));
    }
    let text = Paragraph::new(lines).wrap(Wrap { trim: true });
    frame.render_widget(text.block(block), area);
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
        ("space", pause),
        ("+/-", "interval"),
        ("↑↓", "select"),
        ("d", "notes"),
        ("?", "help"),
    ];
    let (key_style, faint) = (view.theme.style(style::KEY), view.theme.style(style::DIM));
    let mut line = vec![Span::raw(" ")];
    for (key, does) in keys {
        line.push(Span::styled(key, key_style));
        line.push(Span::styled(format!(" {does}  "), faint));
    }
    if view.watching.table.rows[view.state.visible()].iter().any(Row::is_unlocked) {
        line.push(Span::styled("~", view.theme.style(style::NOTICE)));
        line.push(Span::styled(" unlocked snapshot", faint));
    }
    frame.render_widget(Line::from(line), area);
}

/// All keys, over the middle of the window.
pub(crate) fn help(frame: &mut Frame<'_>, view: &View<'_>) {
    let lines = HELP.map(|(keys, does)| {
        let keys = Span::styled(format!(" {keys:<16}"), view.theme.style(style::KEY));
        Line::from(vec![keys, Span::raw(does)])
    });
    let area = frame.area().centered(Constraint::Length(50), Constraint::Length(10));
    let block = Block::bordered().border_type(BorderType::Rounded).title(" Keys ");
    frame.render_widget(Clear, area);
    frame.render_widget(Paragraph::new(lines.to_vec()).block(block), area);
}
