//! The growth of costs: series of points, one plot each. Every round measures all points, and points
//! that are compared directly one after the other.

pub(crate) mod build;
pub(crate) mod bulk;
pub(crate) mod fields;
pub(crate) mod generated;
pub(crate) mod participants;
pub(crate) mod readers;
pub(crate) mod region_size;
pub(crate) mod regions;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::job::Job;
use crate::outcome::Failure;
use crate::party::Role;
use crate::series::generated::Workshop;

/// One point, measured once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) line: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Measured {
    pub(crate) fn new(line: impl Into<String>, x: f64, y: f64) -> Self {
        Self { line: line.into(), x, y }
    }
}

/// The direction that is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Better {
    Lower,
    Higher,
}

/// The process that takes the measurements of a round.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    /// A process of this program.
    Process { lead: fn(&Job) -> Result<Vec<Measured>, Failure>, partner: Option<Role> },
    /// Cargo, on generated crates.
    Cargo(fn(&Workshop) -> Result<Vec<Measured>, Failure>),
}

/// A series that can be measured.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    pub(crate) x: &'static str,
    pub(crate) y: &'static str,
    pub(crate) better: Better,
    /// The line that the others are compared with.
    pub(crate) base: Option<&'static str>,
    /// A note below the plot.
    pub(crate) note: &'static str,
    pub(crate) work: Work,
}

impl Plan {
    /// The time limit of a round.
    pub(crate) const PATIENCE: Duration = Duration::from_secs(600);
}

/// Every series, in order.
pub(crate) const ALL: &[Plan] = &[
    bulk::LOAD,
    bulk::LOAD_AS_ALLOCATED,
    bulk::STORE,
    bulk::LATEST,
    bulk::BANDWIDTH,
    region_size::PLAN,
    fields::PLAN,
    readers::PLAN,
    participants::PLAN,
    regions::PLAN,
    build::CHECK_FIELDS,
    build::BUILD_FIELDS,
    build::CHECK_STRUCTS,
    build::BUILD_STRUCTS,
    build::CLEAN_BUILD,
];

pub(crate) fn find(key: &str) -> Option<&'static Plan> {
    ALL.iter().find(|plan| plan.key == key)
}
