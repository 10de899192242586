//! The common parts of the models of awaiting: an event's word in loom's memory, futures that wait for it, a
//! helper with a list of them, a thread that blocks beside them, and flawed copies of the protocol.
//!
//! Sleeping is modelled truthfully: the kernel compares every word under its own lock, wakes the sleeper that
//! came first, and no nap ends by itself, except that of a helper which watches nothing. A lost wake-up leaves
//! a sleeper for ever, which loom reports as a deadlock. Memory that was unmapped may not be looked at.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed};
use std::time::{Duration, Instant};

use loom::sync::{Condvar, Mutex, MutexGuard};
use shm_core::protocol::Word;
use shm_core::protocol::awaiting::{self, Helper, Place, Renewed, Waiter, Watch};
use shm_core::protocol::notify::{self, SLEEPERS};
use shm_core::protocol::sleep::{Awake, Sleep, Who};

use crate::{Loom, LoomU32};

/// A way to get the protocol wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// None: the copy of the protocol below is a true one.
    None,
    /// The helper is roused before the future is in its list.
    RousedBeforeTheEntry,
    /// The helper reads its control word after its look.
    ControlIsReadLate,
    /// The helper sleeps on words without raising their flags.
    FlagIsLeftDown,
    /// The helper looks at a word, and raises its flag whatever it holds by then.
    LooksBeforeTheFlag,
    /// The helper keeps the words of its last look, and looks at them again without the lock.
    LooksWithoutTheLock,
    /// The helper ends because its last look found nothing, whatever is in its list by now.
    EndsWhateverItWatches,
    /// A future that is dropped keeps a wake that was meant for another sleeper.
    KeepsTheWake,
    /// The helper keeps it, if the future is gone when it looks.
    HelperKeepsTheWake,
}

/// An event's word in a mapping.
#[derive(Debug)]
pub struct Memory {
    word: LoomU32,
    is_mapped: AtomicBool,
}

/// Its position, in the helper's list.
#[derive(Clone, Debug)]
pub struct At(Arc<Memory>);

impl PartialEq for At {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Place<Loom> for At {
    fn word(&self) -> &LoomU32 {
        assert!(self.0.is_mapped.load(Relaxed), "looked at memory that is not mapped any more");
        &self.0.word
    }
}

/// A task of an executor: it is polled when it was woken.
#[derive(Debug, Default)]
pub struct Task {
    is_woken: Mutex<bool>,
    wake: Condvar,
}

impl Task {
    fn wake(&self) {
        *self.is_woken.lock().unwrap() = true;
        self.wake.notify_one();
    }

    fn park(&self) {
        let mut is_woken = self.is_woken.lock().unwrap();
        while !*is_woken {
            is_woken = self.wake.wait(is_woken).unwrap();
        }
        *is_woken = false;
    }
}

/// A future's entry.
#[derive(Debug)]
pub struct Entry(u64);

/// A sleeper in the kernel, and whether it sleeps on the event's word and on the control word.
#[derive(Clone, Copy, Debug)]
struct Sleeper {
    number: u32,
    on_word: bool,
    on_control: bool,
}

#[derive(Debug, Default)]
struct Queue {
    last: u32,
    /// All naps are over.
    is_over: bool,
    asleep: Vec<Sleeper>,
}

/// The region, the kernel, and this process's helper.
#[derive(Debug)]
pub struct World {
    memory: At,
    /// The word of an event that is never notified.
    other: At,
    news: LoomU32,
    control: LoomU32,
    unused: LoomU32,
    watch: Mutex<Watch<At, Arc<Task>>>,
    queue: Mutex<Queue>,
    changed: Condvar,
    flaw: Option<Flaw>,
    me: std::sync::Weak<Self>,
}

impl World {
    /// Nothing has happened. The process runs the library's protocol, or a flawed copy.
    #[must_use]
    #[allow(clippy::arc_with_non_send_sync, reason = "loom runs all its threads in one")]
    pub fn new(flaw: Option<Flaw>) -> Arc<Self> {
        let memory = || Memory { word: LoomU32::new(0), is_mapped: AtomicBool::new(true) };
        Arc::new_cyclic(|me| Self {
            memory: At(Arc::new(memory())),
            other: At(Arc::new(memory())),
            news: LoomU32::new(0),
            control: LoomU32::new(0),
            unused: LoomU32::new(0),
            watch: Mutex::new(Watch::new()),
            queue: Mutex::default(),
            changed: Condvar::new(),
            flaw,
            me: me.clone(),
        })
    }

    fn word(&self) -> &LoomU32 {
        self.memory.word()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect("loom ends an execution that panics")
    }

    /// Another process has news, and notifies.
    pub fn publish(&self, news: u32, who: Who) {
        self.news.store(news, Relaxed);
        notify::notify(self.word(), who, self);
    }

    /// Blocks until there is news.
    pub fn block_on_news(&self) {
        loop {
            let ticket = notify::ticket::<Loom>(self.word());
            if self.news.load(Relaxed) != 0 {
                return;
            }
            notify::wait(self.word(), ticket, self);
        }
    }

    /// A task that awaits this much news.
    pub fn await_news(&self, news: u32) {
        let task = Arc::new(Task::default());
        let mut entry = None;
        loop {
            let ticket = notify::ticket::<Loom>(self.word());
            if self.news.load(Relaxed) == news {
                break;
            }
            self.wait(&self.memory, &mut entry, ticket, &task);
            task.park();
        }
        if let Some(entry) = entry {
            self.remove(&self.memory, &entry);
        }
    }

    /// A task that awaits this much news, or the event that is never notified.
    pub fn await_news_or_another(&self, news: u32) {
        let mut other = None;
        self.wait(&self.other, &mut other, 0, &Arc::new(Task::default()));
        self.await_news(news);
        if let Some(other) = other {
            self.remove(&self.other, &other);
        }
    }

    /// A task that awaits any news, is polled once, and dropped.
    pub fn give_up(&self) {
        let ticket = notify::ticket::<Loom>(self.word());
        if self.news.load(Relaxed) == 0 {
            let mut entry = None;
            self.wait(&self.memory, &mut entry, ticket, &Arc::new(Task::default()));
            if let Some(entry) = entry {
                self.drop_future(&entry);
            }
        }
    }

    /// The region is closed, after its last future was dropped.
    pub fn close(&self) {
        drop(self.with(|watch| watch.forget(|place| *place == self.memory)));
        self.memory.0.is_mapped.store(false, Relaxed);
    }

    /// Ends all naps, now that every process has what it waited for: the helper ends.
    pub fn end_naps(&self) {
        let mut queue = self.queue();
        queue.is_over = true;
        queue.asleep.clear();
        self.changed.notify_all();
    }

    /// Polls a future that has found nothing.
    fn wait(&self, place: &At, entry: &mut Option<Entry>, ticket: u32, task: &Arc<Task>) {
        let mut waiter = Waiter { ticket, due: None, waker: Arc::clone(task), stays: false };
        if let Some(Entry(id)) = entry
            && awaiting::renew(self, place, *id, &mut waiter) != Renewed::Gone
        {
            return;
        }
        if self.rouses_early() {
            self.control.fetch_add(1, AcqRel);
            self.wake_sleepers(Who::One, false);
        }
        let Ok(added) = awaiting::register::<Loom, Self>(self, place, waiter);
        *entry = Some(Entry(added.expect("a helper has room for one word")));
    }

    /// Whether the control word changes before a future is in the list, and not afterwards.
    fn rouses_early(&self) -> bool {
        self.flaw == Some(Flaw::RousedBeforeTheEntry)
    }

    fn remove(&self, place: &At, entry: &Entry) -> bool {
        self.with(|watch| watch.remove(place, entry.0)).is_none()
    }

    /// As the library drops a future that is not ready.
    fn drop_future(&self, entry: &Entry) {
        if self.remove(&self.memory, entry) && self.flaw != Some(Flaw::KeepsTheWake) {
            self.wake_sleepers(Who::One, true);
        }
    }

    /// The life of the helper.
    fn help(&self) {
        let mut last = Vec::<(At, u32)>::new();
        while self.round(&mut last) {
            if self.flaw == Some(Flaw::LooksWithoutTheLock) {
                for (place, _) in &last {
                    let _: u32 = Place::<Loom>::word(place).load(Relaxed);
                }
            }
        }
    }

    fn round(&self, last: &mut Vec<(At, u32)>) -> bool {
        let Some(flaw) = self.flaw else {
            return awaiting::round::<Loom, Self>(self, Instant::now);
        };
        let control = self.control.load(Acquire);
        let raises = flaw != Flaw::FlagIsLeftDown && flaw != Flaw::LooksBeforeTheFlag;
        let mut looked = self.with(|watch| watch.look::<Loom>(Instant::now(), raises));
        if flaw == Flaw::LooksBeforeTheFlag {
            for (place, value) in &mut looked.words {
                *value = place.word().fetch_or(SLEEPERS, Relaxed) | SLEEPERS;
            }
        }
        let late = flaw == Flaw::ControlIsReadLate;
        let control = if late { self.control.load(Acquire) } else { control };
        looked.fired.into_iter().for_each(|waker| waker.wake());
        if flaw != Flaw::HelperKeepsTheWake {
            looked.passed_on.iter().for_each(|place| self.pass_on(place));
        }
        let awake = self.sleep_on(control, &looked.words, looked.nap);
        *last = looked.words;
        if !last.is_empty() || awake == Awake::Roused {
            return true;
        }
        !(self.with(Watch::end) || flaw == Flaw::EndsWhateverItWatches)
    }

    /// Wakes sleepers on the event's word or on the control word.
    fn wake_sleepers(&self, who: Who, on_word: bool) -> bool {
        let mut queue = self.queue();
        let is_meant =
            |sleeper: &Sleeper| if on_word { sleeper.on_word } else { sleeper.on_control };
        let Some(first) = queue.asleep.iter().position(is_meant) else { return false };
        match who {
            Who::One => drop(queue.asleep.remove(first)),
            Who::All => queue.asleep.retain(|sleeper| !is_meant(sleeper)),
        }
        self.changed.notify_all();
        true
    }

    /// Sleeps, if `differs` does not say that a word has changed.
    fn sleep_unless(&self, differs: impl FnOnce() -> bool, on_word: bool, on_control: bool) {
        let mut queue = self.queue();
        if queue.is_over || differs() {
            return;
        }
        queue.last += 1;
        let number = queue.last;
        queue.asleep.push(Sleeper { number, on_word, on_control });
        while queue.asleep.iter().any(|sleeper| sleeper.number == number) {
            queue = self.changed.wait(queue).unwrap();
        }
    }
}

/// The blocking thread, and the notifier.
impl Sleep<Loom> for World {
    fn sleep(&self, word: &LoomU32, value: u32, _nap: Duration) -> Awake {
        self.sleep_unless(|| word.load(Relaxed) != value, true, false);
        Awake::Roused
    }

    fn wake(&self, _word: &LoomU32, who: Who) -> bool {
        self.wake_sleepers(who, true)
    }

    fn left(&self) -> Duration {
        Duration::MAX
    }
}

impl Helper<Loom> for World {
    type Place = At;
    type Waker = Arc<Task>;
    type Refused = std::convert::Infallible;

    fn with<R>(&self, work: impl FnOnce(&mut Watch<At, Arc<Task>>) -> R) -> R {
        work(&mut self.watch.lock().unwrap())
    }

    fn control(&self) -> &LoomU32 {
        if self.rouses_early() { &self.unused } else { &self.control }
    }

    fn rouse(&self) {
        if !self.rouses_early() {
            self.wake_sleepers(Who::One, false);
        }
    }

    fn start(&self) -> Result<(), Self::Refused> {
        let me = self.me.upgrade().expect("alive while it is used");
        drop(loom::thread::spawn(move || me.help()));
        Ok(())
    }

    fn wake(&self, waker: Arc<Task>) {
        waker.wake();
    }

    fn pass_on(&self, _place: &At) {
        self.wake_sleepers(Who::One, true);
    }

    fn sleeps_on_words(&self) -> bool {
        true
    }

    fn sleep_on(&self, control: u32, words: &[(At, u32)], _nap: Duration) -> Awake {
        if words.is_empty() {
            let is_quiet = self.control.load(Relaxed) == control;
            return if is_quiet { Awake::NapOver } else { Awake::Roused };
        }
        let differs = || {
            // An address without memory ends the sleep.
            let differs = |(place, value): &(At, u32)| {
                !place.0.is_mapped.load(Relaxed) || place.0.word.load(Relaxed) != *value
            };
            self.control.load(Relaxed) != control || words.iter().any(differs)
        };
        let on_word = words.iter().any(|(place, _)| *place == self.memory);
        self.sleep_unless(differs, on_word, true);
        Awake::Roused
    }
}
