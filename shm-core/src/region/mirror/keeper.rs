//! [`Keeper`]: the follower's side of a mirror.

use std::sync::Arc;
use std::time::Duration;

use super::State;
use super::words::{Copied, NAME_LEN, Words};
use crate::error::Error;
use crate::region::Mapping;
use crate::sys;

/// The byte that the follower of a mirror has write-locked, for as long as it is one.
const FOLLOWERS_BYTE: u64 = (1 << 62) + 1028;

/// The facts about the region that is followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// `HOST:NAME`. Of a longer one, the first 104 bytes are kept.
    pub name: String,
    /// The number that its server drew.
    pub instance: u64,
    /// During which boot of its machine the region was made.
    pub boot_id: [u8; 16],
    /// When it was made, in nanoseconds since 1970 by the clock there.
    pub created_at: u64,
    /// The longest time between two messages of the server.
    pub beat: Duration,
    /// The time between two looks of the server at the region.
    pub scan_period: Duration,
}

/// The right to say what a mirror is, of which one process has it at a time: the follower. Given up when it is dropped;
/// the kernel takes it from a process that dies.
///
/// [`DynRegion::keep_mirror`](crate::DynRegion::keep_mirror) makes one; see there.
#[derive(Debug)]
pub struct Keeper(Arc<Mapping>);

impl Keeper {
    /// Takes the right in a mapping that is writable.
    pub(crate) fn of(mapping: &Arc<Mapping>) -> Result<Self, Error> {
        let region = || mapping.label().to_owned();
        if mapping.mirror().is_none() {
            return Err(Error::NotAMirror { region: region() });
        }
        let lost = || std::io::Error::other("its descriptor was closed");
        let locked = mapping.file_of_participants().ok_or_else(lost);
        match locked.and_then(|file| sys::byte_lock::try_lock(file, FOLLOWERS_BYTE)) {
            Ok(true) => Ok(Self(Arc::clone(mapping))),
            Ok(false) => Err(Error::HasFollower { region: region() }),
            Err(source) => {
                let doing = "locking the byte of its follower";
                Err(Error::Io { region: region(), doing, source })
            }
        }
    }

    fn words(&self) -> &Words {
        self.0.mirror().expect("a keeper's mapping has the section")
    }

    /// Notes that another origin is followed from now on, or another instance of the same: the state is
    /// [`State::Filling`], and nothing was heard yet.
    pub fn begin(&self, origin: &Origin) {
        let mut name = [0; NAME_LEN];
        let len = (0..=origin.name.len().min(NAME_LEN))
            .rev()
            .find(|len| origin.name.is_char_boundary(*len));
        let len = len.unwrap_or(0);
        name[..len].copy_from_slice(&origin.name.as_bytes()[..len]);
        self.words().store_origin(&Copied {
            state: State::Filling.code(),
            beat_ms: u32::try_from(origin.beat.as_millis()).unwrap_or(u32::MAX),
            sequence: 0,
            heard_at: 0,
            changed_at: 0,
            origin_time: 0,
            instance: origin.instance,
            follower_pid: std::process::id(),
            scan_us: u32::try_from(origin.scan_period.as_micros()).unwrap_or(u32::MAX),
            follower_start_time: sys::process::own_start_time().unwrap_or(0),
            boot_id: origin.boot_id,
            created_at: origin.created_at,
            origin: name,
        });
    }

    /// Notes that a change was applied, with the origin's time of day.
    pub fn changed(&self, origin_time: u64) {
        let now = sys::clock::since_boot();
        self.words().note_change(nanos(now), origin_time);
    }

    /// Notes that the origin was heard, and has nothing newer than what is here. Call it after the changes were applied. A
    /// mirror in any other state is [`State::Following`] from then on.
    pub fn heard(&self, sequence: u64) {
        self.heard_at(sequence, sys::clock::since_boot());
    }

    /// As [`heard`](Self::heard), by a message that left the origin so long ago: it never makes the mirror older than what was
    /// heard before.
    pub fn heard_ago(&self, sequence: u64, ago: Duration) {
        let before = self.words().last_heard();
        let at = nanos(sys::clock::since_boot().saturating_sub(ago)).max(before).max(1);
        self.heard_at(sequence, Duration::from_nanos(at));
    }

    pub(super) fn heard_at(&self, sequence: u64, since_boot: Duration) {
        self.words().heard(sequence, nanos(since_boot));
        self.set_state(State::Following);
    }

    /// Sets the state.
    pub fn set_state(&self, state: State) {
        self.words().store_state(state.code());
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let Some(file) = self.0.file_of_participants() {
            let _ = sys::byte_lock::unlock(file, FOLLOWERS_BYTE);
        }
    }
}
