//! Containers in a region against those of std: a map against `HashMap`, a queue and a ring against `VecDeque`,
//! values of any length against `String` and `Vec`. proptest makes up the operations and, if they end in a
//! difference, shrinks them to the few that matter; in between, the heap is audited and recovered, other processes
//! are killed at their work, and the region is opened again.
//!
//! `PROPTEST_CASES=10000 cargo test --test against_std` tries more of them.

#[path = "../support/mod.rs"]
mod support;

mod map;
mod owned;
mod queue;
mod ring;
mod world;

use proptest::test_runner::{Config, FileFailurePersistence};

/// 64 cases, or as many as `PROPTEST_CASES` says.
fn config() -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let persistence: Option<Box<FileFailurePersistence>> = None;
    Config {
        cases: asked.unwrap_or(64),
        failure_persistence: persistence.map(|it| it as _),
        // Each one is a run against a region.
        max_shrink_iters: 2000,
        ..Config::default()
    }
}

#[test]
#[ignore = "the second process of other tests"]
fn second_process() {
    match support::role().as_deref() {
        Some("changes a map") => map::change(),
        Some("changes places") => owned::change(),
        Some("pushes and pops") => queue::change(),
        Some("pushes to a ring") => ring::push(),
        None => {}
        Some(role) => panic!("no role {role}"),
    }
}
