//! The common parts of the models of notifying and waiting: a counting word in loom's memory with a
//! kernel around it, and flawed copies of the protocol.
//!
//! Sleeping is modelled truthfully, as in the models of the lock: the word is compared under the
//! kernel's own lock, and no nap ends by itself. A lost wake-up leaves a sleeper for ever, which loom
//! reports as a deadlock.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

use loom::sync::{Condvar, Mutex};
use shm_core::protocol::Word;
use shm_core::protocol::notify::{self, SLEEPERS, STEP};
use shm_core::protocol::sleep::{Awake, Sleep, Who};

use crate::{Loom, LoomU32};

/// Something to wait for, the news it is about, and the kernel.
#[derive(Debug)]
pub struct World {
    word: LoomU32,
    news: LoomU32,
    asleep: Mutex<usize>,
    queue: Condvar,
    flaw: Option<Flaw>,
}

/// A way to get the protocol, or the use of it, wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// A notification is not a Release.
    CountIsRelaxed,
    /// Noticing one is not an Acquire.
    WaitIsRelaxed,
    /// The count comes before the news.
    CountComesFirst,
    /// The waiter looks first, and then takes its ticket.
    TicketComesLast,
    /// A sleeper goes to sleep whatever the word holds by then.
    SleepDoesNotLook,
    /// The flag is taken down when the sleepers are awake.
    FlagGoesDownLate,
    /// Waking one takes the flag down, though others sleep.
    OneTakesTheFlag,
    /// Waking one takes the flag down, and raises it again if a sleeper was woken.
    OneLendsTheFlag,
    /// Waking one, if no waiter is asleep, takes the flag down without waking later sleepers.
    OneForgetsTheLate,
    /// Arming leaves the flag down.
    ArmLeavesTheFlagDown,
    /// Arming raises the flag in whatever the word holds by then, and sleeps on that.
    ArmTakesTheWordAsItIs,
}

impl World {
    /// Nothing has happened. The processes run the library's protocol, or a flawed copy.
    #[must_use]
    pub fn new(flaw: Option<Flaw>) -> Self {
        Self {
            word: LoomU32::new(0),
            news: LoomU32::new(0),
            asleep: Mutex::new(0),
            queue: Condvar::new(),
            flaw,
        }
    }

    /// Like [`World::new`], after the death of a sleeper: the flag is up.
    #[must_use]
    pub fn after_a_death(flaw: Option<Flaw>) -> Self {
        Self { word: LoomU32::new(SLEEPERS), ..Self::new(flaw) }
    }

    /// Counts a notification.
    pub fn notify(&self, who: Who) {
        match self.flaw {
            None => notify::notify(&self.word, who, self),
            Some(flaw) => self.notify_flawed(who, flaw),
        }
    }

    /// Writes this much news, and notifies.
    pub fn publish(&self, news: u32, who: Who) {
        let first = self.flaw == Some(Flaw::CountComesFirst);
        if first {
            self.notify(who);
        }
        self.news.store(news, Relaxed);
        if !first {
            self.notify(who);
        }
    }

    /// Waits until there was a notification, the first one.
    pub fn wait_for_the_first(&self) {
        self.wait(0);
    }

    /// Waits until there were this many notifications.
    pub fn wait_for_count(&self, count: u32) {
        loop {
            let ticket = notify::ticket::<Loom>(&self.word);
            if ticket == count * STEP {
                return;
            }
            self.wait(ticket);
        }
    }

    /// Waits until there is this much news, as users of an event do.
    pub fn wait_for_news(&self, news: u32) {
        loop {
            let ticket = notify::ticket::<Loom>(&self.word);
            if self.news.load(Relaxed) == news {
                return;
            }
            let late = self.flaw == Some(Flaw::TicketComesLast);
            let ticket = if late { notify::ticket::<Loom>(&self.word) } else { ticket };
            self.wait(ticket);
        }
    }

    /// Waits for the first notification, and then there must be news.
    ///
    /// # Panics
    /// If there is no news.
    pub fn find_news(&self) {
        self.wait(0);
        assert_eq!(self.news.load(Relaxed), 1, "notified of nothing");
    }

    /// Like [`World::find_news`], for a waiter that can only read, and whose naps end by themselves.
    ///
    /// # Panics
    /// If there is no news.
    pub fn find_news_blindly(&self) {
        match self.flaw {
            Some(Flaw::WaitIsRelaxed) => {
                while self.word.load(Relaxed) & !SLEEPERS == 0 {
                    loom::thread::yield_now();
                }
            }
            _ => assert!(notify::wait_raising(&self.word, 0, |_| None, &Naps)),
        }
        assert_eq!(self.news.load(Relaxed), 1, "notified of nothing");
    }

    /// The count to wait for a change of.
    #[must_use]
    pub fn ticket(&self) -> u32 {
        notify::ticket::<Loom>(&self.word)
    }

    /// Waits until there was a notification since `ticket` was taken.
    ///
    /// # Panics
    /// If the wait ends for another reason.
    pub fn wait(&self, ticket: u32) {
        match self.flaw {
            None => assert!(notify::wait(&self.word, ticket, self), "there is no time limit"),
            Some(flaw) => self.wait_flawed(ticket, flaw),
        }
    }

    /// Like [`World::find_news`], by a sleep of the waiter's own.
    ///
    /// # Panics
    /// If there is no news.
    pub fn find_news_armed(&self) {
        self.wait_armed(0);
        assert_eq!(self.news.load(Relaxed), 1, "notified of nothing");
    }

    /// Like [`World::wait_for_news`], by sleeps of the waiter's own.
    pub fn wait_for_news_armed(&self, news: u32) {
        loop {
            let ticket = notify::ticket::<Loom>(&self.word);
            if self.news.load(Relaxed) == news {
                return;
            }
            self.wait_armed(ticket);
        }
    }

    /// Like [`World::wait_for_the_first`], by sleeps of the waiter's own.
    pub fn wait_for_the_first_armed(&self) {
        self.wait_armed(0);
    }

    /// Like [`World::wait_for_count`], by sleeps of the waiter's own.
    pub fn wait_for_count_armed(&self, count: u32) {
        loop {
            let ticket = notify::ticket::<Loom>(&self.word);
            if ticket == count * STEP {
                return;
            }
            self.wait_armed(ticket);
        }
    }

    /// Sleeps on what it was armed with, as the loop of another runtime does.
    fn wait_armed(&self, ticket: u32) {
        while let Some(value) = self.arm(ticket) {
            self.sleep(&self.word, value, Duration::MAX);
        }
    }

    fn arm(&self, ticket: u32) -> Option<u32> {
        let Some(flaw) = self.flaw else {
            let raise = |seen| Some(notify::raise_flag::<Loom>(&self.word, seen));
            return notify::arm::<Loom>(&self.word, ticket, raise).map(|(value, _)| value);
        };
        let seen = self.word.load(Acquire);
        if seen & !SLEEPERS != ticket {
            return None;
        }
        Some(match flaw {
            Flaw::ArmLeavesTheFlagDown => seen,
            Flaw::ArmTakesTheWordAsItIs => self.word.fetch_or(SLEEPERS, Relaxed) | SLEEPERS,
            _ => {
                // If that fails, the word has changed, and the sleep ends at once.
                let _ = self.word.compare_exchange(seen, seen | SLEEPERS, Relaxed, Relaxed);
                seen | SLEEPERS
            }
        })
    }

    fn wait_flawed(&self, ticket: u32, flaw: Flaw) {
        loop {
            let order = if flaw == Flaw::WaitIsRelaxed { Relaxed } else { Acquire };
            let seen = self.word.load(order);
            if seen & !SLEEPERS != ticket {
                return;
            }
            let flagged = seen | SLEEPERS;
            let raised = self.word.compare_exchange(seen, flagged, Relaxed, Relaxed);
            if seen == flagged || raised.is_ok() {
                self.sleep(&self.word, flagged, Duration::MAX);
            }
        }
    }

    fn notify_flawed(&self, who: Who, flaw: Flaw) {
        let order = if flaw == Flaw::CountIsRelaxed { Relaxed } else { Release };
        if self.word.fetch_add(STEP, order) & SLEEPERS == 0 {
            return;
        }
        match (who, flaw) {
            (Who::All, Flaw::FlagGoesDownLate) => {
                self.wake(&self.word, Who::All);
                self.lower_flag();
            }
            (Who::One, Flaw::OneTakesTheFlag) => {
                self.lower_flag();
                self.wake(&self.word, Who::One);
            }
            (Who::One, Flaw::OneLendsTheFlag) => {
                self.lower_flag();
                if self.wake(&self.word, Who::One) {
                    self.word.fetch_or(SLEEPERS, Relaxed);
                }
            }
            (Who::One, _) if self.wake(&self.word, Who::One) => {}
            _ => {
                self.lower_flag();
                if flaw != Flaw::OneForgetsTheLate {
                    self.wake(&self.word, Who::All);
                }
            }
        }
    }

    fn lower_flag(&self) {
        let mut seen = self.word.load(Relaxed);
        while let Err(found) = self.word.compare_exchange(seen, seen & !SLEEPERS, Relaxed, Relaxed)
        {
            seen = found;
        }
    }
}

impl Sleep<Loom> for World {
    fn sleep(&self, word: &LoomU32, value: u32, _nap: Duration) -> Awake {
        let mut asleep = self.asleep.lock().unwrap();
        if word.load(Relaxed) == value || self.flaw == Some(Flaw::SleepDoesNotLook) {
            *asleep += 1;
            drop(self.queue.wait(asleep).unwrap());
        }
        Awake::Roused
    }

    fn wake(&self, _word: &LoomU32, who: Who) -> bool {
        let mut asleep = self.asleep.lock().unwrap();
        let woke = *asleep > 0;
        match who {
            Who::One => {
                *asleep = asleep.saturating_sub(1);
                self.queue.notify_one();
            }
            Who::All => {
                *asleep = 0;
                self.queue.notify_all();
            }
        }
        woke
    }

    fn left(&self) -> Duration {
        Duration::MAX
    }
}

/// Sleeping in naps that end by themselves.
struct Naps;

impl Sleep<Loom> for Naps {
    fn sleep(&self, _word: &LoomU32, _value: u32, _nap: Duration) -> Awake {
        loom::thread::yield_now();
        Awake::NapOver
    }

    fn wake(&self, _word: &LoomU32, _who: Who) -> bool {
        false
    }

    fn left(&self) -> Duration {
        Duration::MAX
    }
}
