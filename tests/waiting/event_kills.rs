//! Notifiers and waiters are killed; every other waiter notices all the same.

use std::time::Duration;

use shm_core::fault::NOTIFY_POINTS;
use shm_core::{Event, Region, SharedLayout, View, Watched, sync::Ticket, traits::Access};

use crate::kills::{self, ANY_MOMENT, Round, Signals, play_rounds, this_thread, timed};
use crate::support::{Folder, PATIENCE, argument, wait_until};

const ABOUT_TO_SLEEP: &str = NOTIFY_POINTS[0];
const NOT_COUNTED: &str = NOTIFY_POINTS[1];
const FLAG_DOWN: &str = NOTIFY_POINTS[3];
/// Passed by this test itself: the victim is killed from outside, asleep.
const ASLEEP: &str = "wait: asleep";

/// The event and the value that are waited for, and the news that they announce.
#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    news: u32,
    event: Event,
    watched: Watched<u32>,
}

/// The kind of notification in a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notify {
    One,
    All,
    Set,
    /// Like `Set`, by a process that is killed before the change counts.
    SetUnheard,
}

#[test]
fn the_news_of_a_killed_notifier_is_noticed_and_a_killed_waiter_is_not_missed() {
    let points: Vec<_> = NOTIFY_POINTS.into_iter().chain([ASLEEP, ANY_MOMENT]).collect();
    play_rounds("killed-notifier", &points, |folder, round| {
        let signals = Round::signals(folder);
        let board = Region::<Board>::options().create_or_replace(folder.file("board")).unwrap();
        // The survivor may be able to write, or not.
        if (round.lap / 6).is_multiple_of(2) {
            let survivor = Region::<Board>::open_read_only(folder.file("board")).unwrap();
            play(folder, round, &signals, &board, &survivor)
        } else {
            play(folder, round, &signals, &board, &board)
        }
    });
}

/// Plays one round. Returns the time that the survivor took from the victim's death.
fn play<A: Access>(
    folder: &Folder,
    round: Round,
    signals: &View<Signals>,
    board: &View<Board>,
    survivor: &View<Board, A>,
) -> Duration {
    let how = Notify::of(round.point, round.lap);
    // Some sleeper gave up, or died: the flag is up, so that notifiers come past their points.
    board.raise_flag(how);
    std::thread::scope(|scope| {
        let notice = move || survivor.notice(how, round.number);
        let waiting = round.waits.then(|| kills::spawn_until_asleep(scope, notice));
        let mut victim = round.victim("notifies", folder);
        if round.point == ASLEEP {
            wait_until("the victim waits", || signals.thread.get() != 0);
            victim.wait_until_asleep(signals.thread.get());
            victim.kill();
            victim.expect_killed(round.point);
        } else {
            round.let_die(&mut victim, signals);
        }
        let (noticed, took) = timed(|| {
            if [ABOUT_TO_SLEEP, ASLEEP, ANY_MOMENT].contains(&round.point) {
                board.notify(how, round.number);
            }
            waiting.map_or_else(notice, |waiter| waiter.join().expect("the survivor survives"))
        });
        assert!(noticed, "{}: not noticed", round.point);
        took
    })
}

impl Notify {
    fn of(point: &str, lap: u32) -> Self {
        match lap / 2 % 3 {
            _ if point == NOT_COUNTED => Self::SetUnheard,
            // `notify_one` takes the flag down only if there was no sleeper to wake.
            0 if point != FLAG_DOWN || !lap.is_multiple_of(2) => Self::One,
            0 | 1 => Self::All,
            _ => Self::Set,
        }
    }
}

impl<A: Access> BoardView<A> {
    fn ticket(&self, how: Notify) -> Ticket {
        match how {
            Notify::One | Notify::All => self.event.ticket(),
            Notify::Set | Notify::SetUnheard => self.watched.ticket(),
        }
    }

    fn wait(&self, how: Notify, ticket: Ticket, timeout: Duration) -> bool {
        match how {
            Notify::One | Notify::All => self.event.wait_timeout(ticket, timeout),
            Notify::Set | Notify::SetUnheard => self.watched.wait_timeout(ticket, timeout),
        }
    }

    /// Waits for this news. Returns whether it came. Uses the count alone, except where no count comes.
    fn notice(&self, how: Notify, news: u32) -> bool {
        if how == Notify::SetUnheard {
            let seen = self.watched.wait_until_timeout(PATIENCE, |value| value == news);
            return seen.unwrap() == Some(news) && self.news.get() == news;
        }
        loop {
            let ticket = self.ticket(how);
            if self.news.get() == news {
                return true;
            }
            if !self.wait(how, ticket, PATIENCE) {
                return false;
            }
        }
    }
}

impl BoardView {
    /// Writes the news, and notifies.
    fn notify(&self, how: Notify, news: u32) {
        self.news.set(news);
        match how {
            Notify::One => self.event.notify_one(),
            Notify::All => self.event.notify_all(),
            Notify::Set | Notify::SetUnheard => self.watched.set(news),
        }
    }

    /// Says that it sleeps, and gives up.
    fn raise_flag(&self, how: Notify) {
        kills::until_slept(|| {
            self.wait(how, self.ticket(how), Duration::from_millis(1));
        });
    }
}

/// The life of a victim.
pub(crate) fn victim() {
    let (number, point) = (argument("SHM_ROUND").parse().unwrap(), argument("SHM_POINT"));
    let how = Notify::of(&point, argument("SHM_LAP").parse().unwrap());
    let signals = kills::signals();
    let board = Region::<Board>::open(kills::folder().join("board")).unwrap();
    kills::die_where_due();
    match point.as_str() {
        ABOUT_TO_SLEEP | ASLEEP => {
            let ticket = board.ticket(how);
            if point == ASLEEP {
                kills::prepare_to_die();
            }
            signals.thread.set(this_thread());
            board.wait(how, ticket, PATIENCE);
        }
        ANY_MOMENT => {
            kills::reach();
            loop {
                board.notify(how, 0);
            }
        }
        _ => board.notify(how, number),
    }
}
