//! The keys and their actions.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// The action of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Quit,
    /// Closes an open pane; without one, quits.
    Back,
    Pause,
    Slower,
    Faster,
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    Notes,
    Help,
}

/// The keys as the help shows them.
pub(crate) const HELP: [(&str, &str); 8] = [
    ("q  Esc  Ctrl-C", "quit"),
    ("space", "pause, resume"),
    ("+  -", "a longer, a shorter interval"),
    ("↑ ↓  k j", "the row above, the row below"),
    ("PgUp PgDn", "a page up, a page down"),
    ("Home End  g G", "the first row, the last row"),
    ("d  Enter", "notes about the selected field"),
    ("?", "this help"),
];

/// The action of a key, if it has one.
pub(crate) fn action(key: KeyEvent) -> Option<Action> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return (key.code == KeyCode::Char('c')).then_some(Action::Quit);
    }
    Some(match key.code {
        KeyCode::Char('q') => Action::Quit,
        KeyCode::Esc => Action::Back,
        KeyCode::Char(' ') => Action::Pause,
        KeyCode::Char('+' | '=') => Action::Slower,
        KeyCode::Char('-') => Action::Faster,
        KeyCode::Up | KeyCode::Char('k') => Action::Up,
        KeyCode::Down | KeyCode::Char('j') => Action::Down,
        KeyCode::PageUp => Action::PageUp,
        KeyCode::PageDown => Action::PageDown,
        KeyCode::Home | KeyCode::Char('g') => Action::First,
        KeyCode::End | KeyCode::Char('G') => Action::Last,
        KeyCode::Char('d') | KeyCode::Enter => Action::Notes,
        KeyCode::Char('?' | 'h') => Action::Help,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctrl_c_quits_and_no_other_control_key_does_anything() {
        let control = |c| action(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL));
        assert_eq!(control('c'), Some(Action::Quit));
        assert_eq!((control('q'), control('d')), (None, None));
    }

    #[test]
    fn letting_go_of_a_key_does_nothing() {
        let key = |kind| KeyEvent::new_with_kind(KeyCode::Down, KeyModifiers::NONE, kind);
        assert_eq!(action(key(KeyEventKind::Press)), Some(Action::Down));
        assert_eq!(action(key(KeyEventKind::Repeat)), Some(Action::Down));
        assert_eq!(action(key(KeyEventKind::Release)), None);
    }
}
