//! Regions that are followed on other hosts, as regions there: what the two sides do, without a network.
//!
//! ```text
//! origin:  region -> units -> Served::tick  -> message ─┐
//!                                                       │  any transport that loses, repeats and reorders
//! follower: region <- units <- Follower::receive <──────┘
//!           Follower::query -> a question -> Served::answer -> Follower::receive_answer
//! ```
//!
//! State crosses, not history: a follower converges to the origin's newest state and may skip states between. Each delta
//! has a number. A follower that misses one asks, and gets what has changed since, or everything. So nothing that a
//! follower does, or fails to do, makes the origin wait.
//!
//! A follower keeps a [mirror](shm_core::region::mirror): a region of the same layout, which other programs on its host
//! open for reading as any region, and which says how old it is. [`shm_core::dynamic::units`] has the table of what is
//! mirrored.
//!
//! ```
//! use std::time::Duration;
//! use shm_core::Region;
//! use shm_mirror_core::{Follower, Settings, Served};
//!
//! let name = format!("shm-doc-mirrored-{}", std::process::id());
//! let station = Region::<[f64; 2]>::create(&name)?;
//! let mut served = Served::open(&name, Settings::default())?;
//!
//! // On another host, under the same name; here under another one.
//! let mut follower = Follower::new(format!("{name}-copy"), &format!("alpha:{name}"), 64 << 20);
//! let now = Duration::ZERO; // of any clock that goes on
//! let query = follower.query(now).expect("it has nothing yet");
//! let answer = served.answer(query.since);
//! follower.receive_answer(now, now, &answer)?;
//!
//! station[1].set(2.5);
//! let delta = served.tick().expect("a change").to_vec();
//! follower.receive(now, &delta)?;
//!
//! let copy = Region::<[f64; 2]>::open_read_only(format!("{name}-copy"))?; // any program there
//! assert_eq!(copy[1].get(), 2.5);
//! copy.mirror().unwrap().fresh(Duration::from_secs(60))?;
//! # copy.unlink()?;
//! # station.unlink()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

pub mod commands;
pub mod message;

mod follower;
mod names;
mod random;
mod replica;
mod served;
mod transit;

pub use follower::{Counts, FollowError, Follower, Query};
pub use names::{decoded, encoded};
pub use replica::ReplicaError;
pub use served::{ServeError, Served, Settings, Since};
