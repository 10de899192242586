//! Values in exported Python: equality, copies, and buffers in both directions.
//! These tests need `python3`, or the one that the environment variable `SHM_PYTHON` names; those of numpy
//! say so and pass where it is missing.
#![allow(clippy::print_stdout, reason = "says what was skipped")]

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/companion.rs"]
mod companion;
#[path = "export/scripts.rs"]
mod scripts;

use std::num::{NonZeroU16, NonZeroU32};

use companion::Companion;
use regions::{Fixture, unique};
use scripts::Script;
use shm_core::field::byteorder::{BE, U32};
use shm_core::{CText, Latest, Mutex, Region, SharedLayout, Text, field::Be};
use support::{Account, Mode, Pose};

/// The same numbers as a mode, under another name.
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u8)]
enum Color {
    Red,
    Green,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Path {
    points: [Pose; 3],
    modes: [Mode; 2],
    length: f32,
}

/// A struct with structs in every kind of place.
#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    id: u32,
    origin: Pose,
    pose: Latest<Pose>,
    path: Path,
    account: Mutex<Account>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Values {
    origin: Pose,
    other: Pose,
    poses: [Pose; 2],
    path: Path,
    robots: [Robot; 2],
    latest_pose: Latest<Pose>,
    latest_path: Latest<Path>,
    latest_text: Latest<Text<16>>,
    latest_array: Latest<[f64; 3]>,
    mutex_flag: Mutex<bool>,
    mode: Mode,
    color: Color,
    never_zero: [NonZeroU16; 2],
    maybe: [Option<NonZeroU32>; 2],
    bools: [bool; 3],
    chars: [char; 2],
    modes: [Mode; 3],
    names: [CText<4>; 2],
    big: [Be<i32>; 3],
    packed: [U32<BE>; 2],
    small: [i8; 6],
    halves: [u16; 6],
    floats: [f32; 6],
    grid: [[f32; 3]; 4],
    bytes: [u8; 1 << 20],
    longs: [u64; 1 << 17],
    doubles: [f64; 1 << 17],
    table: [[i32; 512]; 512],
}

fn values(what: &str) -> Fixture<Values> {
    let name = unique(what);
    let region = Region::<Values>::options().create_with(&name, |values| {
        values.never_zero.iter().for_each(|one| one.set(NonZeroU16::MIN));
        values.latest_pose.store(&pose(1.0)).expect("the only writer");
    });
    Fixture::of(name, region.expect("making a region"))
}

fn pose(x: f64) -> Pose {
    Pose { x, y: f64::NAN, heading: 0.5 }
}

/// Runs a part of `export/values.py`.
fn run(what: &str) -> String {
    let fixture = values(&format!("export-values-{what}"));
    let script = Script::of(&fixture.name, "values", include_str!("export/values.py"));
    script.run(&[what, &fixture.name])
}

#[test]
fn values_are_equal_by_what_they_hold() {
    run("equality");
}

#[test]
fn a_change_is_seen_once_by_a_reader_that_keeps_the_last_value() {
    let fixture = values("export-values-changes");
    let script = Script::of(&fixture.name, "values", include_str!("export/values.py"));
    let mut python = Companion::start(script.command(&["changes", &fixture.name]));
    let all = &fixture.region;
    // At the first look everything is new; then nothing has changed, NaN or not.
    assert_eq!(python.ask("look"), "latest_pose latest_path latest_text latest_array origin path");
    assert_eq!(python.ask("look"), "none");
    all.latest_pose.store(&pose(2.0)).unwrap();
    all.path.points[2].y.set(1.0);
    assert_eq!(python.ask("look"), "latest_pose path");
    assert_eq!(python.ask("look"), "none");
    all.latest_text.store(&Text::new("north").unwrap()).unwrap();
    all.latest_array.store(&[0.0, 0.0, f64::NAN]).unwrap();
    all.origin.heading.set(f32::NAN);
    assert_eq!(python.ask("look"), "latest_text latest_array origin");
    // A new version with the old value does not change the value.
    all.latest_pose.store(&pose(2.0)).unwrap();
    assert_eq!(python.ask("look"), "none");
    python.end();
}

#[test]
fn comparing_a_view_with_itself_warns() {
    run("warning");
}

#[test]
fn a_copy_is_private_and_keeps_its_contents() {
    let fixture = values("export-values-copies");
    let all = &fixture.region;
    all.robots[1].pose.store(&pose(7.0)).unwrap();
    all.robots[1].account.lock().unwrap().balance.set(-5);
    all.robots[1].origin.x.set(3.0);
    let script = Script::of(&fixture.name, "values", include_str!("export/values.py"));
    script.run(&["copies", &fixture.name]);
}

#[test]
fn the_value_of_a_mutex_has_no_truth_or_equality_before_unlocked() {
    run("guarded");
}

#[test]
fn an_invalid_value_is_refused_and_changes_nothing() {
    run("refusals");
}

#[test]
fn any_buffer_of_the_same_numbers_is_stored_and_others_if_they_fit() {
    run("buffers");
}

#[test]
fn a_megabyte_is_read_and_written_without_an_object_for_each_element() {
    run("megabytes");
}

#[test]
fn many_elements_are_copied_in_steps_that_keep_each_of_them_whole() {
    run("steps");
}

#[test]
fn memoryviews_and_arrays_of_numpy_can_share_the_memory_and_outlive_the_region() {
    run("sharing");
}

#[test]
fn numpy_shares_the_memory_or_says_that_it_cannot() {
    if run("numpy").contains("skipped") {
        println!("skipped: numpy is missing");
    }
}
