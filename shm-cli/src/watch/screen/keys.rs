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
    Left,
    Right,
    /// Opens or closes an array of structs; notes, for any other row.
    Open,
    Notes,
    Filter,
    Sort,
    Help,
}

/// A change of the text of the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    Add(char),
    Remove,
    /// The text stays as it is.
    Done,
    /// No filter.
    Cancel,
}

/// The keys as the help shows them: in a window of 40 columns, too.
pub(crate) const HELP: [(&str, &str); 12] = [
    ("q Esc Ctrl-C", "quit"),
    ("space", "pause, resume"),
    ("+ -", "longer, shorter interval"),
    ("↑ ↓ k j", "a row up, a row down"),
    ("PgUp PgDn", "a page up, a page down"),
    ("Home End g G", "first row, last row"),
    ("Enter", "open, close a table"),
    ("← →", "another column of it"),
    ("d", "notes about the field"),
    ("/", "only rows with a text"),
    ("s", "sort: name, changes"),
    ("?", "this help"),
];

/// The edit of a key while the filter is typed.
pub(crate) fn edit(key: KeyEvent) -> Option<Edit> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char('c') if is_control => Edit::Cancel,
        KeyCode::Char(_) if is_control => return None,
        KeyCode::Char(c) => Edit::Add(c),
        KeyCode::Backspace => Edit::Remove,
        KeyCode::Enter => Edit::Done,
        KeyCode::Esc => Edit::Cancel,
        _ => return None,
    })
}

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
        KeyCode::Left => Action::Left,
        KeyCode::Right => Action::Right,
        KeyCode::Enter => Action::Open,
        KeyCode::Char('d') => Action::Notes,
        KeyCode::Char('/') => Action::Filter,
        KeyCode::Char('s') => Action::Sort,
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
    fn a_filter_is_typed_and_taken_back() {
        let of = |code| edit(KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(of(KeyCode::Char('q')), Some(Edit::Add('q')));
        assert_eq!(of(KeyCode::Backspace), Some(Edit::Remove));
        assert_eq!((of(KeyCode::Enter), of(KeyCode::Esc)), (Some(Edit::Done), Some(Edit::Cancel)));
        let control = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(edit(control), Some(Edit::Cancel));
    }

    #[test]
    fn the_help_has_room_in_forty_columns() {
        for (keys, does) in HELP {
            assert!(keys.chars().count() <= 12 && does.chars().count() <= 24, "{keys}: {does}");
        }
    }

    #[test]
    fn letting_go_of_a_key_does_nothing() {
        let key = |kind| KeyEvent::new_with_kind(KeyCode::Down, KeyModifiers::NONE, kind);
        assert_eq!(action(key(KeyEventKind::Press)), Some(Action::Down));
        assert_eq!(action(key(KeyEventKind::Repeat)), Some(Action::Down));
        assert_eq!(action(key(KeyEventKind::Release)), None);
    }
}
