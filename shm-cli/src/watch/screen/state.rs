//! The state that keys change: the visible part of the table, and the interval.

use std::ops::{ControlFlow, Range};
use std::time::Duration;

use super::keys::{Action, Edit};
use super::places::Order;

/// The intervals that `+` and `-` go through, in milliseconds.
const INTERVALS: [u64; 13] =
    [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];

/// The position of the reader.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) interval: Duration,
    pub(crate) paused: bool,
    pub(crate) notes: bool,
    pub(crate) help: bool,
    pub(crate) selected: usize,
    /// The selected column of open tables.
    pub(crate) column: usize,
    /// The text that the paths of all rows contain, and whether it is being typed.
    pub(crate) filter: String,
    pub(crate) typing: bool,
    pub(crate) order: Order,
    /// The first visible row.
    first: usize,
    /// The number of rows, and the number visible at a time.
    rows: usize,
    height: usize,
}

impl State {
    pub(crate) fn new(interval: Duration) -> Self {
        Self {
            interval,
            paused: false,
            notes: false,
            help: false,
            selected: 0,
            column: 0,
            filter: String::new(),
            typing: false,
            order: Order::default(),
            first: 0,
            rows: 0,
            height: 1,
        }
    }

    /// Changes the filter.
    pub(crate) fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Add(c) => self.filter.push(c),
            Edit::Remove => _ = self.filter.pop(),
            Edit::Done => self.typing = false,
            Edit::Cancel => (self.typing, self.filter) = (false, String::new()),
        }
        (self.selected, self.first) = (0, 0);
    }

    /// Selects a row.
    pub(crate) fn select(&mut self, row: usize) {
        self.selected = row;
        self.scroll();
    }

    /// Sets the number of rows, and the number that can be visible.
    pub(crate) fn resize(&mut self, rows: usize, height: usize) {
        (self.rows, self.height) = (rows, height.max(1));
        self.scroll();
    }

    /// The visible rows.
    pub(crate) fn visible(&self) -> Range<usize> {
        self.first..(self.first + self.height).min(self.rows)
    }

    /// Performs the action of a key; breaks on quit.
    pub(crate) fn apply(&mut self, action: Action) -> ControlFlow<()> {
        let page = self.height.saturating_sub(1).max(1);
        match action {
            Action::Quit => return ControlFlow::Break(()),
            Action::Back if self.help => self.help = false,
            Action::Back if !self.filter.is_empty() => self.filter.clear(),
            Action::Back => return ControlFlow::Break(()),
            Action::Pause => self.paused = !self.paused,
            Action::Slower => self.interval = slower(self.interval),
            Action::Faster => self.interval = faster(self.interval),
            Action::Up => self.selected = self.selected.saturating_sub(1),
            Action::Down => self.selected += 1,
            Action::PageUp => self.selected = self.selected.saturating_sub(page),
            Action::PageDown => self.selected += page,
            Action::First => self.selected = 0,
            Action::Last => self.selected = self.rows,
            Action::Left => self.column = self.column.saturating_sub(1),
            Action::Right => self.column += 1,
            Action::Open | Action::Notes => self.notes = !self.notes,
            Action::Filter => self.typing = true,
            Action::Sort => self.order = self.order.next(),
            Action::Help => self.help = !self.help,
        }
        self.scroll();
        ControlFlow::Continue(())
    }

    /// Keeps the selected row visible, without unnecessary empty space.
    fn scroll(&mut self) {
        self.selected = self.selected.min(self.rows.saturating_sub(1));
        let last = self.rows.saturating_sub(self.height);
        let lowest = (self.selected + 1).saturating_sub(self.height);
        self.first = self.first.clamp(lowest, self.selected).min(last);
    }
}

fn slower(interval: Duration) -> Duration {
    let longer = INTERVALS.into_iter().map(Duration::from_millis).find(|step| *step > interval);
    longer.unwrap_or(interval)
}

fn faster(interval: Duration) -> Duration {
    let mut steps = INTERVALS.into_iter().rev().map(Duration::from_millis);
    steps.find(|step| *step < interval).unwrap_or(interval)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(rows: usize, height: usize, actions: &[Action]) -> (usize, Range<usize>) {
        let mut state = State::new(Duration::from_secs(1));
        state.resize(rows, height);
        for action in actions {
            assert!(state.apply(*action).is_continue());
        }
        (state.selected, state.visible())
    }

    #[test]
    fn the_selected_row_is_always_in_sight() {
        use Action::{Down, First, Last, PageDown, PageUp, Up};
        assert_eq!(after(10, 4, &[]), (0, 0..4));
        assert_eq!(after(10, 4, &[Up, Down, Down, Down]), (3, 0..4));
        assert_eq!(after(10, 4, &[Down, Down, Down, Down]), (4, 1..5));
        assert_eq!(after(10, 4, &[PageDown, PageDown]), (6, 3..7));
        assert_eq!(after(10, 4, &[Last, Down]), (9, 6..10));
        assert_eq!(after(10, 4, &[Last, PageUp]), (6, 6..10));
        assert_eq!(after(10, 4, &[Last, First]), (0, 0..4));
    }

    #[test]
    fn a_table_that_fits_is_never_scrolled() {
        assert_eq!(after(3, 10, &[Action::Last, Action::PageDown]), (2, 0..3));
        assert_eq!(after(0, 10, &[Action::Down]), (0, 0..0));
        assert_eq!(after(3, 0, &[Action::Last]), (2, 2..3));
    }

    #[test]
    fn a_larger_window_leaves_no_empty_space() {
        let mut state = State::new(Duration::from_secs(1));
        state.resize(10, 2);
        let _ = state.apply(Action::Last);
        assert_eq!(state.visible(), 8..10);
        state.resize(10, 6);
        assert_eq!(state.visible(), 4..10);
        state.resize(5, 6);
        assert_eq!((state.selected, state.visible()), (4, 0..5));
    }

    #[test]
    fn the_interval_goes_from_step_to_step() {
        let (longest, shortest) = (Duration::from_secs(60), Duration::from_millis(10));
        assert_eq!(slower(Duration::from_millis(200)), Duration::from_millis(500));
        assert_eq!(slower(Duration::from_millis(333)), Duration::from_millis(500));
        assert_eq!(faster(Duration::from_millis(333)), Duration::from_millis(200));
        assert_eq!((slower(longest), faster(shortest)), (longest, shortest));
    }

    #[test]
    fn a_filter_ends_with_escape_before_the_table_does() {
        let mut state = State::new(Duration::from_secs(1));
        assert!(state.apply(Action::Filter).is_continue() && state.typing);
        for edit in [Edit::Add('x'), Edit::Add('y'), Edit::Remove, Edit::Done] {
            state.edit(edit);
        }
        assert_eq!((state.filter.as_str(), state.typing), ("x", false));
        assert!(state.apply(Action::Back).is_continue() && state.filter.is_empty());
        assert!(state.apply(Action::Back).is_break());
    }

    #[test]
    fn escape_closes_the_help_before_it_quits() {
        let mut state = State::new(Duration::from_secs(1));
        assert!(state.apply(Action::Help).is_continue() && state.help);
        assert!(state.apply(Action::Back).is_continue() && !state.help);
        assert!(state.apply(Action::Back).is_break());
    }
}
