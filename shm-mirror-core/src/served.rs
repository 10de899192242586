//! [`Served`]: the origin's side of one region.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shm_core::DynRegion;
use shm_core::dynamic::units::{Shadow, Units, UnitsError};
use shm_core::inspect::Inspection;
use shm_core::{Error, ReadWrite};

use crate::message::{Facts, Flags, Head, Kind, begin, put_change, set_count};
use crate::random;

/// How often an origin looks and is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The time between two calls of [`Served::tick`]. Followers are told.
    pub scan_period: Duration,
    /// The longest time without a message. Followers are told.
    pub beat: Duration,
}

/// 100 looks a second, and a beat twice a second.
impl Default for Settings {
    fn default() -> Self {
        Self { scan_period: Duration::from_millis(10), beat: Duration::from_millis(500) }
    }
}

/// The reasons why a region is not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It cannot be opened.
    #[error(transparent)]
    Region(#[from] Error),
    /// It has too many parts.
    #[error("{region} cannot be mirrored")]
    Units {
        /// The path.
        region: String,
        /// The reason.
        source: UnitsError,
    },
    /// It is a mirror itself.
    #[error("{region} is a mirror of {origin}: follow that")]
    Mirror {
        /// The path.
        region: String,
        /// The region of which it is a mirror.
        origin: String,
    },
    /// A type in it is of a kind that a later version defines.
    #[error("{region} has a part that this version does not know")]
    Unknown {
        /// The path.
        region: String,
    },
}

/// A region that followers of other hosts may have: what was sent of it, and the number of the last delta.
///
/// Of each unit it remembers with which delta it last changed. So a follower that missed some gets what has changed
/// since, in one message, and no old message is kept.
#[derive(Debug)]
pub struct Served {
    units: Units<ReadWrite>,
    shadow: Shadow,
    /// For each unit, the number of the delta with its last change.
    changed_with: Vec<u64>,
    sequence: u64,
    instance: u64,
    fingerprint: u64,
    facts: OwnFacts,
    /// The last delta.
    message: Vec<u8>,
}

/// The facts about a region.
#[derive(Debug)]
struct OwnFacts {
    schema: Vec<u8>,
    annotations: Vec<u8>,
    tail_len: u64,
    data_len: u64,
    heap_len: u64,
    boot_id: [u8; 16],
    created_at: u64,
    settings: Settings,
}

impl Served {
    /// Opens a region to serve it, and looks at it for the first time.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn open(name: impl AsRef<Path>, settings: Settings) -> Result<Self, ServeError> {
        let name = name.as_ref();
        let inspection = Inspection::of(name)?;
        let region = || inspection.path().display().to_string();
        if let Some(mirror) = inspection.mirror()? {
            let origin = mirror.origin().to_owned();
            return Err(ServeError::Mirror { region: region(), origin });
        }
        let opened = DynRegion::open(name)?;
        let schema = opened.schema();
        let fingerprint = schema.fingerprint();
        let fingerprint = fingerprint.ok_or_else(|| ServeError::Unknown { region: region() })?;
        let header = inspection.header();
        let creator = header.creator();
        let facts = OwnFacts {
            schema: schema.to_bytes(),
            annotations: schema.annotations().unwrap_or_default(),
            tail_len: header.tail_len(),
            data_len: header.data_len(),
            heap_len: header.heap().ok().flatten().map_or(0, |(_, len)| len),
            boot_id: creator.boot_id,
            created_at: creator.created_at,
            settings,
        };
        let units = opened.units();
        let units = units.map_err(|source| ServeError::Units { region: region(), source })?;
        let mut shadow = units.shadow();
        units.scan(&mut shadow, |_, _| ());
        Ok(Self {
            changed_with: vec![0; units.len()],
            shadow,
            units,
            sequence: 0,
            instance: random::number(),
            fingerprint,
            facts,
            message: Vec::new(),
        })
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &DynRegion {
        self.units.region()
    }

    /// The number that was drawn for this.
    #[must_use]
    pub fn instance(&self) -> u64 {
        self.instance
    }

    /// The number of the last delta.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// What to wait for with a [`Bell`](shm_core::dynamic::units::Bell): notifications that the last look has not seen.
    #[must_use]
    pub fn announcements(&self) -> (&Units<ReadWrite>, &Shadow) {
        (&self.units, &self.shadow)
    }

    /// Looks for changes. Returns the delta to send to all followers, if there are any.
    pub fn tick(&mut self) -> Option<&[u8]> {
        let (next, mut count) = (self.sequence + 1, 0);
        let head = head(self, Kind::Delta, next);
        begin(&mut self.message, &head);
        let Self { units, shadow, message, changed_with, .. } = self;
        units.scan(shadow, |unit, change| {
            put_change(message, &change);
            changed_with[unit] = next;
            count += 1;
        });
        if count == 0 {
            return None;
        }
        set_count(&mut self.message, count);
        self.sequence = next;
        Some(&self.message)
    }

    /// The message that says that there is nothing new.
    #[must_use]
    pub fn beat(&self) -> Vec<u8> {
        let mut message = Vec::new();
        begin(&mut message, &head(self, Kind::Beat, self.sequence));
        message
    }

    /// The message that says that this ends.
    #[must_use]
    pub fn bye(&self) -> Vec<u8> {
        let mut message = Vec::new();
        begin(&mut message, &head(self, Kind::Bye, self.sequence));
        message
    }

    /// The answer to a query: what has changed since a number of this instance, or everything.
    ///
    /// It has the state of the last [`tick`](Self::tick): what has changed since comes with the next delta.
    #[must_use]
    pub fn answer(&self, since: Option<Since>) -> Vec<u8> {
        let is_known =
            |since: &Since| since.instance == self.instance && since.sequence <= self.sequence;
        let (mut message, mut count) = (Vec::new(), 0);
        let after = match since.filter(is_known) {
            Some(since) => {
                let mut head = head(self, Kind::Delta, self.sequence);
                head.flags = head.flags.with_answer();
                begin(&mut message, &head);
                Some(since.sequence)
            }
            None => {
                begin(&mut message, &head(self, Kind::Snapshot, self.sequence));
                self.facts.as_message().add_to(&mut message);
                None
            }
        };
        for (unit, changed_with) in self.changed_with.iter().enumerate() {
            if after.is_some_and(|after| *changed_with <= after) {
                continue;
            }
            if let Some(change) = self.units.last_reported(&self.shadow, unit) {
                put_change(&mut message, &change);
                count += 1;
            }
        }
        set_count(&mut message, count);
        message
    }

    /// Whether the region is still the one of its name, and has the layout that it had: otherwise it is to be opened
    /// again, which makes another instance. Costs a few system calls.
    #[must_use]
    pub fn is_current(&self) -> bool {
        is_current(self.units.region())
    }
}

/// Whether a region is still the one of its name, and has the layout that it had.
pub(crate) fn is_current(region: &DynRegion) -> bool {
    let seen = region.path().and_then(|path| Inspection::of(path).ok());
    region.is_current() && seen.is_some_and(|seen| seen.schema() == region.schema())
}

/// The last message of an instance that a follower has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// The instance.
    pub instance: u64,
    /// The number of the delta.
    pub sequence: u64,
}

fn head(served: &Served, kind: Kind, sequence: u64) -> Head {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Head {
        kind,
        flags: Flags::NATIVE,
        count: 0,
        instance: served.instance,
        sequence,
        fingerprint: served.fingerprint,
        time: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
    }
}

impl OwnFacts {
    fn as_message(&self) -> Facts<'_> {
        let Settings { scan_period, beat } = self.settings;
        Facts {
            schema: &self.schema,
            annotations: &self.annotations,
            tail_len: self.tail_len,
            data_len: self.data_len,
            heap_len: self.heap_len,
            boot_id: self.boot_id,
            created_at: self.created_at,
            beat_ms: u32::try_from(beat.as_millis()).unwrap_or(u32::MAX),
            scan_us: u32::try_from(scan_period.as_micros()).unwrap_or(u32::MAX),
        }
    }
}
