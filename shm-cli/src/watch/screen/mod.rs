//! The live table in a terminal.
//!
//! [`keys`] become actions, which change the [`state`]; [`draw`] puts the table into the [`areas`] of the
//! window. Only visible rows are read. However this ends, by a key, an error, a panic or one of the
//! [`signals`] that end programs, the terminal is restored.

mod areas;
mod draw;
mod fade;
mod keys;
mod panes;
mod places;
mod sheets;
mod shorten;
mod signals;
mod state;
mod theme;
mod view;

use std::io;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use anstream::ColorChoice;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event};
use ratatui::layout::Rect;

use self::areas::Areas;
use self::keys::Action;
use self::places::{Order, Place, Places};
use self::signals::Signals;
use self::state::State;
use self::theme::Theme;
use self::view::View;
use super::history::Moment;
use super::{Watching, table};
use crate::failure::{Answer, Failure};
use crate::output::Output;

/// The longest time without a refresh, so that highlights fade and signals are handled.
const REFRESH: Duration = Duration::from_millis(100);

/// The time between counts of the participants.
const COUNTING: Duration = Duration::from_secs(1);

/// Shows the table until a key, a signal, or enough samples end it.
///
/// # Errors
/// If the terminal cannot be used.
pub(crate) fn run(watching: Watching, output: &Output) -> Result<Answer, Failure> {
    let colored = output.stdout().current_choice() != ColorChoice::Never;
    let failed = |error| Failure::io("using the terminal", error);
    let signals = Signals::catch().map_err(failed)?;
    // From here on, a panic restores the terminal as well.
    let terminal = ratatui::try_init().map_err(failed);
    let outcome = terminal.and_then(|mut terminal| {
        let outcome = Session::new(watching, Theme { colored }).run(&mut terminal, &signals);
        let shown = terminal.show_cursor().map_err(failed);
        outcome.and(shown)
    });
    let restored = ratatui::try_restore().map_err(failed);
    signals.obey();
    outcome.and(restored).map(|()| Answer::Done)
}

/// A table on its screen.
struct Session {
    watching: Watching,
    state: State,
    places: Places,
    theme: Theme,
    start: Instant,
    /// The time of the table, which stands still while it is paused.
    now: Duration,
    /// The number of samples so far, and the time of the next one.
    samples: u64,
    due: Duration,
    type_name: String,
    participants: Option<(usize, usize)>,
    /// The time of the next count.
    count_at: Duration,
    /// Whether everything must be drawn again: a window that was small for a moment has lost its
    /// contents.
    repaint: bool,
}

impl Session {
    fn new(watching: Watching, theme: Theme) -> Self {
        Self {
            state: State::new(watching.interval),
            type_name: table::type_name(watching.source.region()),
            watching,
            places: Places::default(),
            theme,
            start: Instant::now(),
            now: Duration::ZERO,
            samples: 0,
            due: Duration::ZERO,
            participants: None,
            count_at: Duration::ZERO,
            repaint: false,
        }
    }

    fn run(&mut self, terminal: &mut DefaultTerminal, signals: &Signals) -> Result<(), Failure> {
        let failed = |error| Failure::io("using the terminal", error);
        while !signals.came() {
            let window = Rect::from(terminal.size().map_err(failed)?);
            self.fit(window);
            self.advance()?;
            if std::mem::take(&mut self.repaint) {
                // Clears the window as well, and unlike `clear` does not query the terminal.
                terminal.resize(window).map_err(failed)?;
            }
            terminal.draw(|frame| draw::window(frame, &self.view())).map_err(failed)?;
            let enough = self.watching.count.is_some_and(|count| self.samples >= count.get());
            if enough || self.obey_keys().map_err(failed)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Updates the size of the window, before rows are read.
    fn fit(&mut self, window: Rect) {
        let notice = self.watching.source.notice().is_some();
        let rows = Areas::of(window, self.state.notes, notice).rows;
        self.arrange();
        self.state.resize(self.places.len(), rows.height.into());
    }

    /// Finds out which lines there are.
    fn arrange(&mut self) {
        let State { filter, order, .. } = &self.state;
        self.places = Places::of(&self.watching.table.rows, filter, *order);
    }

    /// Reads the lines in sight; those that were read before only if `again`. The order by changes depends on all rows.
    fn sample(&mut self, again: bool) {
        let (moment, table) = (self.moment(), &mut self.watching.table);
        let visible: Vec<_> = self.places.within(self.state.visible()).collect();
        let rows = visible.iter().filter_map(|(_, place)| match place {
            Place::Row(row) => Some(*row),
            _ => None,
        });
        match (again, self.state.order) {
            (true, Order::Changes) => table.sample(0..table.rows.len(), moment),
            (true, _) => table.sample(rows, moment),
            (false, _) => table.sample_unread(rows, moment),
        }
        for of_one in visible.chunk_by(|(_, one), (_, other)| one.row() == other.row()) {
            let lines = of_one.iter().filter_map(|(_, place)| match place {
                Place::Element(_, line) => Some(*line),
                _ => None,
            });
            table.sample_elements(of_one[0].1.row(), lines, moment, again);
        }
    }

    /// Performs the action of a key; breaks on quit.
    fn act(&mut self, action: Action) -> ControlFlow<()> {
        let selected = self.places.at(self.state.selected);
        if action != Action::Open {
            let grids =
                self.watching.table.rows.iter().filter_map(|row| row.sheet.as_ref()?.grid());
            let most = grids.map(|grid| grid.columns.len()).max().unwrap_or(1);
            let outcome = self.state.apply(action);
            self.state.column = self.state.column.min(most - 1);
            return outcome;
        }
        let Some(place) = selected else { return ControlFlow::Continue(()) };
        if self.watching.table.rows[place.row()].sheet.is_none() {
            return self.state.apply(action);
        }
        self.watching.table.toggle(place.row());
        self.arrange();
        self.state.resize(self.places.len(), self.state.visible().len().max(1));
        self.state.select(self.places.line_of(place.row()).unwrap_or_default());
        ControlFlow::Continue(())
    }

    /// Takes a sample if one is due.
    fn advance(&mut self) -> Result<(), Failure> {
        let now = self.start.elapsed();
        if !self.state.paused {
            self.now = now;
        }
        if now >= self.count_at {
            self.participants = self.watching.source.participants();
            self.count_at = now + COUNTING;
        }
        if !self.state.paused && now >= self.due {
            if self.watching.look()?.is_some() {
                self.type_name = table::type_name(self.watching.source.region());
                self.count_at = now;
                self.arrange();
                self.state.resize(self.places.len(), self.state.visible().len());
            }
            self.samples += 1;
            self.sample(true);
            // Missed samples, say while the machine slept, are skipped.
            self.due = (self.due + self.state.interval).max(now);
        }
        // Rows that became visible meanwhile.
        self.sample(false);
        Ok(())
    }

    fn moment(&self) -> Moment {
        Moment { number: self.samples, at: self.now }
    }

    fn view(&self) -> View<'_> {
        View {
            watching: &self.watching,
            state: &self.state,
            places: &self.places,
            theme: self.theme,
            now: self.now,
            type_name: &self.type_name,
            participants: self.participants,
        }
    }

    /// Waits until a sample or a refresh is due, or for an event of the terminal; performs the actions of
    /// keys.
    fn obey_keys(&mut self) -> io::Result<ControlFlow<()>> {
        let mut time = REFRESH;
        if !self.state.paused {
            time = time.min(self.due.saturating_sub(self.start.elapsed()));
        }
        // All keys typed meanwhile are handled before the screen is drawn again.
        while event::poll(time)? {
            match event::read()? {
                Event::Key(key) if self.state.typing => {
                    keys::edit(key).into_iter().for_each(|edit| self.state.edit(edit));
                }
                Event::Key(key) => {
                    let outcome = keys::action(key).map(|action| self.act(action));
                    if outcome.is_some_and(|outcome| outcome.is_break()) {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Event::Resize(..) => self.repaint = true,
                _ => {}
            }
            time = Duration::ZERO;
        }
        // A shorter interval begins now.
        self.due = self.due.min(self.start.elapsed() + self.state.interval);
        Ok(ControlFlow::Continue(()))
    }
}
