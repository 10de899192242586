//! Values of any length in a region's heap: between processes, after deaths, at the limits of memory, and
//! with garbage in the region.
//!
//! `SHM_KILLS=10000 cargo test --test heap -- --nocapture` kills more often; `SHM_GARBAGE_SECONDS=600` writes
//! garbage for longer.

#[path = "../support/mod.rs"]
mod support;

mod dice;
mod forks;
mod garbage;
mod hostile;
mod jobs;
mod killed;
mod map;
mod named;
mod named_deaths;
mod named_parts;
mod shared;
mod slots;
mod space;
mod stopped;
mod traffic;
mod values;
mod values_hostile;
mod values_killed;
mod workers;

use shm_core::{Owned, Region, SharedLayout};

/// Plain data with padding in it.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Mark {
    line: u32,
    kind: Kind,
    weight: f64,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Kind {
    Plain = 0,
    Loud = 7,
}

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Note {
    number: u32,
    text: Owned<str>,
    marks: Owned<[Mark]>,
}

#[derive(SharedLayout, Debug)]
#[repr(C)]
struct Board {
    hits: u64,
    title: Owned<str>,
    samples: Owned<[f32]>,
    mark: Owned<Mark>,
    wide: Owned<[u128; 3]>,
    notes: [Note; 3],
}

/// The maximum that is enough for most tests.
const HEAP: u64 = 4 << 20;

/// A region without a name, with a heap.
fn board() -> Region<Board> {
    Region::<Board>::options().heap_max(HEAP).anonymous().unwrap()
}

/// A text of that many bytes, which begins with their number and cannot be mistaken for a part of another.
fn text(len: usize, seed: u64) -> String {
    let mut text = format!("{len}/{seed}:");
    text.truncate(len);
    let start = text.len();
    let shift = (seed % 26) as usize;
    let letter = |at: usize| char::from(b'a' + ((7 * shift + at) % 26) as u8);
    text.extend((start..len).map(letter));
    text
}

/// Fails unless a text is a whole text from [`text`].
#[track_caller]
fn assert_whole(found: &str) {
    let Some((head, _)) = found.split_once(':') else {
        assert!(found.len() < 30, "torn: {found:.40}");
        return;
    };
    let (len, seed) = head.split_once('/').expect("a length and a seed");
    let (len, seed) = (len.parse().unwrap(), seed.parse().unwrap());
    assert!(found == text(len, seed), "torn: {found:.40}, {} bytes", found.len());
}

#[test]
#[ignore = "the second process of other tests"]
fn second_process() {
    match support::role().as_deref() {
        Some("reads") => shared::read(),
        Some("sets") => shared::set(),
        Some("works") => traffic::work(),
        Some("dies at a point") => killed::die_at_a_point(),
        Some("takes what was passed") => shared::take_passed(),
        Some("adds one") => shared::add_one(),
        Some("is limited") => space::limited(),
        Some("writes among garbage") => garbage::write(),
        Some("reads garbage") => garbage::read(),
        Some("grows") => map::grow(),
        Some("sets values") => values::set(),
        Some("reads values") => values::read(),
        Some("works on values") => values_killed::work(),
        Some("finds objects") => named::find_all(),
        Some("constructs objects at once") => named::construct_at_once(),
        Some("holds an object") => named::hold(),
        Some("reads a stale view") => named::read_stale(),
        Some("finds an object in what was passed") => named::find_passed(),
        Some("dies with blocks") => slots::die_with_blocks(),
        Some("takes a slot") => slots::take_a_slot(),
        Some("works with objects") => named_deaths::work(),
        Some("dies at a point with objects") => named_deaths::die_at_a_point(),
        None => {}
        Some(role) => panic!("no role {role}"),
    }
}
