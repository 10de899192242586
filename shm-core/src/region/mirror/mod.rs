//! Regions that are copies of a region elsewhere, and how current they are.
//!
//! A program that follows a region of another host keeps a *mirror* of it here: a region of the same layout, which other
//! programs open as any region, for reading only. [`Region::mirror`](crate::Region::mirror) says of which region it is a
//! mirror and when that was last heard. What is written into it comes from
//! [`dynamic::units`](crate::dynamic::units); this library knows no network.

mod access;
mod keeper;
mod words;

pub use keeper::{Keeper, Origin};

pub(crate) use access::{Denied, open_denied, refusal, reopen_denied};
pub(crate) use words::{LEN, Words};

use std::fmt;
use std::time::Duration;

use self::words::Copied;
use crate::sys;

/// What a mirror says of itself, as of one moment.
///
/// ```
/// use std::time::Duration;
/// use shm_core::dynamic::DynLayout;
/// use shm_core::region::mirror::{Origin, State};
/// use shm_core::{DynRegion, Region};
///
/// let name = format!("shm-doc-mirror-{}", std::process::id());
/// let replica = DynRegion::options().mirror(true).mode(0o444).create(&name, &DynLayout::of("f64")?)?;
/// let keeper = replica.keep_mirror()?; // the program that follows the origin
/// keeper.begin(&Origin { name: "alpha:temperature".to_owned(), ..Origin::default() });
/// keeper.heard(1);
///
/// let temperature = Region::<f64>::open_read_only(&name)?; // any program
/// let mirror = temperature.mirror().expect("a mirror");
/// assert_eq!((mirror.origin(), mirror.state()), ("alpha:temperature", State::Following));
/// mirror.fresh(Duration::from_secs(3600))?;
/// assert!(Region::<f64>::open(&name).unwrap_err().to_string().contains("a mirror of alpha:temperature"));
/// # replica.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Mirror(Copied);

impl Mirror {
    pub(crate) fn of(words: &Words) -> Self {
        Self(words.copied())
    }

    /// From the bytes of the section, in this machine's byte order.
    pub(crate) fn from_bytes(bytes: &[u8; LEN]) -> Self {
        Self(Copied::from_bytes(bytes))
    }

    /// The region of which this is a mirror: `HOST:NAME`. Its follower wrote it, so it is to be shown with the same care as
    /// any text from elsewhere.
    #[must_use]
    pub fn origin(&self) -> &str {
        let text = &self.0.origin;
        let len = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
        match std::str::from_utf8(&text[..len]) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default(),
        }
    }

    /// The state that the follower wrote last. A follower that was killed leaves the one that it had; the
    /// [age](Self::age) tells.
    #[must_use]
    pub fn state(&self) -> State {
        State::from_code(self.0.state)
    }

    /// The time since the origin was last heard with nothing newer than what is here; `None` if it never was. A value read
    /// after this was taken is as the origin had it at most this long ago, plus the time of one message and one period of
    /// the origin's [scans](Self::scan_period).
    ///
    /// It is measured by this machine's clock alone (`CLOCK_BOOTTIME`, which goes on while the machine sleeps).
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.age_at(sys::clock::since_boot())
    }

    /// As [`Mirror::age`], at a time that this machine's `CLOCK_BOOTTIME` shows.
    #[must_use]
    pub fn age_at(&self, since_boot: Duration) -> Option<Duration> {
        let heard_at = Duration::from_nanos(self.0.heard_at);
        (self.0.heard_at != 0).then(|| since_boot.saturating_sub(heard_at))
    }

    /// Checks that the whole value was filled in, and that the age is at most `limit`.
    ///
    /// # Errors
    /// [`Stale`], with the age.
    pub fn fresh(&self, limit: Duration) -> Result<(), Stale> {
        let age = self.age().filter(|_| self.state() != State::Filling);
        if age.is_some_and(|age| age <= limit) {
            return Ok(());
        }
        Err(Stale { origin: self.origin().to_owned(), state: self.state(), age, limit })
    }

    /// The number of the origin's last change that is here.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.0.sequence
    }

    /// The time since something here last changed; `None` if nothing did.
    #[must_use]
    pub fn unchanged_for(&self) -> Option<Duration> {
        let changed_at = Duration::from_nanos(self.0.changed_at);
        (self.0.changed_at != 0).then(|| sys::clock::since_boot().saturating_sub(changed_at))
    }

    /// The time of day at the origin when it last looked at its region, in nanoseconds since 1970; 0 if it was never heard.
    /// By the origin's clock.
    #[must_use]
    pub fn origin_time(&self) -> u64 {
        self.0.origin_time
    }

    /// The longest time between two messages of an origin that is well: also without changes it sends one this often.
    #[must_use]
    pub fn beat(&self) -> Duration {
        Duration::from_millis(self.0.beat_ms.into())
    }

    /// How often the origin looks for changes.
    #[must_use]
    pub fn scan_period(&self) -> Duration {
        Duration::from_micros(self.0.scan_us.into())
    }

    /// The process id of the follower, in its pid namespace; 0 if there was none yet.
    #[must_use]
    pub fn follower(&self) -> u32 {
        self.0.follower_pid
    }

    /// The number that the origin's server drew when it started to serve this region.
    #[must_use]
    pub fn instance(&self) -> u64 {
        self.0.instance
    }

    /// When the origin's region was made, in nanoseconds since 1970 by its clock, and during which boot of its machine.
    #[must_use]
    pub fn origin_made(&self) -> (u64, [u8; 16]) {
        (self.0.created_at, self.0.boot_id)
    }
}

/// Origin, state and age.
impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mirror");
        shown.field("origin", &self.origin()).field("state", &self.state());
        shown.field("age", &self.age()).finish_non_exhaustive()
    }
}

/// The states of a mirror.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// The whole value has not arrived yet.
    Filling,
    /// Changes arrive.
    Following,
    /// The origin was not heard for longer than it should be silent.
    Silent,
    /// The connection to the origin is gone.
    Lost,
    /// The origin said that it ends.
    Ended,
    /// The origin's region was replaced by one of another layout, of which another file is the mirror now.
    Replaced,
    /// A state that a later version defines.
    Unknown(u32),
}

impl State {
    const NAMES: [(Self, &'static str); 6] = [
        (Self::Filling, "filling"),
        (Self::Following, "following"),
        (Self::Silent, "silent"),
        (Self::Lost, "lost"),
        (Self::Ended, "ended"),
        (Self::Replaced, "replaced"),
    ];

    fn from_code(code: u32) -> Self {
        Self::NAMES.get(code as usize).map_or(Self::Unknown(code), |(state, _)| *state)
    }

    fn code(self) -> u32 {
        match self {
            Self::Unknown(code) => code,
            known => Self::NAMES.iter().position(|(state, _)| *state == known).unwrap_or(0) as u32,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMES.iter().find(|(state, _)| state == self) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "state {}", self.code()),
        }
    }
}

/// A mirror is older than a program accepts, or not complete.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mirror of {} is {state} and {}, expected at most {} ms ago", .origin.escape_debug(), heard(*.age), .limit.as_millis())]
pub struct Stale {
    /// The region of which it is a mirror.
    pub origin: String,
    /// The state that its follower wrote.
    pub state: State,
    /// The time since the origin was heard; `None` if the mirror never was complete.
    pub age: Option<Duration>,
    /// The greatest age that the program accepts.
    pub limit: Duration,
}

impl Stale {
    /// Returns advice on the error.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some("check whether its follower runs, and whether the origin can be reached".to_owned())
    }
}

shm_schema::debug_as_displayed!(Stale);

fn heard(age: Option<Duration>) -> String {
    match age {
        Some(age) => format!("was last heard {} ms ago", age.as_millis()),
        None => "never was complete".to_owned(),
    }
}

#[cfg(test)]
mod tests;
