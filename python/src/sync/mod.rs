//! The live types: each a class of which a field's value is an instance.

mod event;
mod items;
mod latest;
mod mutex;

pub(crate) use event::{Descriptor, Event, Moment, Watched};
pub(crate) use items::{Follower, Map, Queue, Ring};
pub(crate) use latest::Latest;
pub(crate) use mutex::{Mutex, Repair, Within};

use crate::live::generic;
