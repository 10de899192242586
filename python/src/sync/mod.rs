//! The live types: each a class of which a field's value is an instance.

mod barrier;
mod event;
mod guarded;
mod items;
mod latest;
mod mutex;
mod once;
mod rows;
mod rwlock;
mod semaphore;
mod within;

pub(crate) use barrier::{Barrier, Member};
pub(crate) use event::{Descriptor, Event, Moment, Watched};
pub(crate) use items::{Follower, Map, Queue, Ring};
pub(crate) use latest::Latest;
pub(crate) use mutex::Mutex;
pub(crate) use once::Once;
pub(crate) use rows::{PerProcess, ProcessRow, Row};
pub(crate) use rwlock::{Reading, RwLock};
pub(crate) use semaphore::{Permit, Semaphore};
pub(crate) use within::{Repair, Within};

use crate::live::generic;
