//! What a mirror says of itself, for people and programs.

use std::time::Duration;

use serde::Serialize;
use shm_core::inspect::Inspection;
use shm_core::region::mirror::{Mirror, State};

use crate::printable::printable;
use crate::{quantity, style};

/// The region of which another is a mirror.
#[derive(Debug, Serialize)]
pub(crate) struct Mirrored {
    /// `HOST:NAME`.
    pub(crate) origin: String,
    /// One word: `filling`, `following`, `silent`, `lost`, `ended`, `replaced`.
    pub(crate) state: String,
    /// The time since the origin was last heard; `null` if it never was.
    pub(crate) age_ms: Option<u64>,
    /// The number of the last change.
    pub(crate) sequence: u64,
    /// The process id of the follower, in its pid namespace.
    pub(crate) follower_pid: u32,
    #[serde(skip)]
    is_well: bool,
}

impl Mirrored {
    /// The mirror that a region is; `None` if it is none, or its section is damaged.
    pub(crate) fn of(region: &Inspection) -> Option<Self> {
        let mirror = region.mirror().ok()??;
        let age = mirror.age();
        Some(Self {
            origin: mirror.origin().to_owned(),
            state: mirror.state().to_string(),
            age_ms: age.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
            sequence: mirror.sequence(),
            follower_pid: mirror.follower(),
            is_well: is_well(&mirror, age),
        })
    }

    /// `of alpha:station, following, heard 3 s ago`.
    pub(crate) fn text(&self) -> String {
        let heard = match self.age_ms.map(Duration::from_millis) {
            None => "never heard".to_owned(),
            Some(age) => format!("heard {} ago", quantity::age(age)),
        };
        format!("of {}, {}, {heard}", printable(&self.origin), self.state)
    }

    /// Its style.
    pub(crate) fn style(&self) -> anstyle::Style {
        if self.is_well { style::DIM } else { style::WARNING }
    }
}

/// Whether the mirror is followed, and the origin missed no more than two beats.
fn is_well(mirror: &Mirror, age: Option<Duration>) -> bool {
    let patience = mirror.beat().max(Duration::from_secs(1)) * 3;
    mirror.state() == State::Following && age.is_some_and(|age| age <= patience)
}
