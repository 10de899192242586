//! Arrays of structs: their ranges and columns in paths, and their tables in `shm show`.

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::os::unix::fs::MetadataExt;

use serde_json::Value;
use shm_core::{DynRegion, Latest, Mutex, Region, SharedLayout, Watched};
use support::{Folder, Mode, Pose, assert_golden_of_processes, printed, refused};
use terminal::Terminal;

/// What one worker does.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Worker {
    /// since it was started
    requests: u64,
    errors: u32,
    mode: Mode,
    #[shm(unit = "°C")]
    heat: f32,
    samples: [u16; 6],
    at: Pose,
}

/// An account with its lock.
#[derive(SharedLayout)]
#[repr(C)]
struct Desk {
    money: Mutex<Cash>,
    calls: Watched<u32>,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Cash {
    coins: i64,
    notes: u16,
}

/// A pool of workers.
#[derive(SharedLayout)]
#[repr(C)]
struct Pool {
    jobs: u64,
    /// one row each
    workers: [Worker; 12],
    desks: [Desk; 3],
    poses: [Latest<Pose>; 2],
    teams: [[Worker; 2]; 2],
}

fn pool(folder: &Folder) -> Region<Pool> {
    let pool = Region::<Pool>::options().participants(2).create(folder.file("pool")).unwrap();
    for (worker, number) in pool.workers.iter().zip(0_u16..) {
        worker.requests.set(u64::from(number) * 1000);
        worker.errors.set(number.into());
        worker.mode.set(Mode::Measuring);
        worker.heat.set(f32::from(number) / 2.0);
        worker.samples[1].set(7);
        worker.at.x.set(f64::from(number));
    }
    pool.poses[1].store(&Pose { x: 1.5, y: 2.0, heading: 0.0 }).unwrap();
    pool
}

#[test]
fn an_array_of_structs_is_shown_as_a_table_with_a_column_for_each_value() {
    let folder = Folder::new("tables-show");
    let pool = pool(&folder);
    let _money = pool.desks[1].money.lock().unwrap();
    assert_golden_of_processes("show_tables.txt", &folder, &["show", "./pool"]);
    assert_golden_of_processes("show_tables.json", &folder, &["show", "./pool", "--json"]);
}

#[test]
fn all_rows_of_a_table_are_shown_on_request_and_otherwise_the_number_of_the_others() {
    let folder = Folder::new("tables-full");
    let _pool = pool(&folder);
    let few = printed(&folder, ["show", "./pool", "workers"]);
    assert!(few.contains("\n.. 4 more rows: --full shows them\n"), "{few}");
    assert!(few.contains(" [7]") && !few.contains(" [8]"), "{few}");
    let all = printed(&folder, ["show", "./pool", "workers", "--full"]);
    assert!(all.contains("[11]") && !all.contains("more rows"), "{all}");
    let json = printed(&folder, ["show", "./pool", "workers", "--full", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let table = &json["fields"][0]["table"];
    assert_eq!(table["rows"].as_array().unwrap().len(), 12);
    assert_eq!(
        (&table["rows"][11]["path"], &table["left_out"]),
        (&"workers[11]".into(), &Value::Null)
    );
    assert_eq!(table["rows"][11]["values"][0], 11_000);
    assert_eq!(table["columns"][0]["path"], "requests");
}

#[test]
fn ranges_and_columns_are_read_and_shown_however_they_are_nested() {
    let folder = Folder::new("tables-ranges");
    let _pool = pool(&folder);
    let get = |path: &str| printed(&folder, ["get", "./pool", path]);
    assert_eq!(get("workers[..3].requests"), "[0, 1000, 2000]\n");
    assert_eq!(get("workers[2..5].at.x"), "[2.0, 3.0, 4.0]\n");
    assert_eq!(get("workers[10..].samples[0..2]"), "[[0, 7], [0, 7]]\n");
    assert_eq!(get("teams[..][1].requests"), "[0, 0]\n");
    assert_eq!(get("desks[..].money.coins"), "[0, 0, 0]\n");
    let region = DynRegion::open_read_only(folder.file("pool")).unwrap();
    let column = region.get("workers[2..4].requests").unwrap();
    assert_eq!(column.to_string(), "[2000, 3000]");
    let shown = printed(&folder, ["show", "./pool", "workers[2..5]", "workers[..3].errors"]);
    assert!(shown.contains("[0, 1, 2]"), "{shown}");
    let table = shown.split_once("workers[2..5]  [Worker; 12]").unwrap().1;
    let rows: Vec<_> = table.lines().filter(|line| line.trim_start().starts_with('[')).collect();
    let first: Vec<_> = rows.iter().map(|row| row.split_whitespace().nth(1).unwrap()).collect();
    assert_eq!(first, ["2000", "3000", "4000"], "{shown}");
    let lines = printed(&folder, ["watch", "./pool", "workers[..2].requests", "--once"]);
    assert!(lines.contains("workers[0].requests = 0\n"), "{lines}");
    assert!(lines.contains("workers[1].requests = 1000\n"), "{lines}");
}

#[test]
fn one_value_is_set_in_all_elements_of_a_range_and_a_list_one_in_each() {
    let folder = Folder::new("tables-set");
    let pool = pool(&folder);
    let set = |assignment: &str| printed(&folder, ["set", "./pool", assignment]);
    set("workers[..].requests=5");
    assert!(pool.workers.iter().all(|worker| worker.requests.get() == 5));
    set("workers[2..5].requests=[7, 8, 9]");
    let found: Vec<_> = pool.workers[1..6].iter().map(|worker| worker.requests.get()).collect();
    assert_eq!(found, [5, 7, 8, 9, 5]);
    set("workers[..2].samples[4..]=3");
    set("workers[..2].samples[..2]=[[1, 2], [3, 4]]");
    assert_eq!(pool.workers[1].samples.each_ref().map(shm_core::Field::get), [3, 4, 0, 0, 3, 3]);
    set("workers[..].mode=Failed");
    assert_eq!(pool.workers[11].mode.get().unwrap(), Mode::Failed);
    set("teams[..][..].requests=6");
    assert_eq!(pool.teams[1][1].requests.get(), 6);
    set("workers[..].requests+=2");
    assert_eq!((pool.workers[0].requests.get(), pool.workers[3].requests.get()), (7, 10));
    set("workers[3..5].requests-=4");
    assert_eq!((pool.workers[3].requests.get(), pool.workers[5].requests.get()), (6, 7));
}

#[test]
fn a_range_is_written_only_if_every_value_fits() {
    let folder = Folder::new("tables-fit");
    let pool = pool(&folder);
    let refuse = |assignments: &[&str]| {
        let arguments = [&["set", "./pool"], assignments].concat();
        refused(&folder, arguments, 6)
    };
    let error = refuse(&["workers[..3].errors=[1, 2, -1]"]);
    assert!(error.contains("`workers[2].errors`: -1 does not fit a `u32`"), "{error}");
    let error = refuse(&["workers[..3].errors=[7, 7]"]);
    assert!(error.contains("has 2 elements, there are 3"), "{error}");
    let error = refuse(&["jobs=9", "workers[..].mode=Sleeping"]);
    assert!(error.contains("Sleeping"), "{error}");
    let error = refuse(&["desks[..].calls=[9, 9]"]);
    assert!(error.contains("`desks[..].calls` has 3 elements, 2 values are given"), "{error}");
    let error = refuse(&["desks[..].calls=[9, 9, -9]"]);
    assert!(error.contains("-9 does not fit"), "{error}");
    assert_eq!((pool.jobs.get(), pool.desks[0].calls.get().unwrap()), (0, 0));
    let errors: Vec<_> = pool.workers[..3].iter().map(|worker| worker.errors.get()).collect();
    assert_eq!(errors, [0, 1, 2]);
}

#[test]
fn elements_with_locks_of_their_own_are_set_under_each_of_them() {
    let folder = Folder::new("tables-locks");
    let pool = pool(&folder);
    printed(&folder, ["set", "./pool", "desks[..].money.coins=[1, 2, 3]", "desks[1..].calls=4"]);
    printed(&folder, ["set", "./pool", "desks[..].money.notes=9", "desks[..].money.coins+=10"]);
    let coins: Vec<_> =
        pool.desks.iter().map(|desk| desk.money.lock().unwrap().coins.get()).collect();
    assert_eq!(coins, [11, 12, 13]);
    assert_eq!(pool.desks.each_ref().map(|desk| desk.calls.get().unwrap()), [0, 4, 4]);
    printed(&folder, ["set", "./pool", "poses[..].x=8"]);
    assert_eq!(pool.poses[1].load().unwrap().x, 8.0);
    assert_eq!(pool.poses[1].load().unwrap().y, 2.0);
    let _held = pool.desks[2].money.lock().unwrap();
    let arguments = ["set", "./pool", "desks[..].money.coins=0", "--wait", "1ms"];
    let error = refused(&folder, arguments, 7);
    assert!(error.contains("nothing was written"), "{error}");
    assert_eq!(pool.desks[0].money.lock().unwrap().coins.get(), 11);
}

/// A million rows.
#[derive(SharedLayout)]
#[repr(C)]
struct Crowd {
    /// in pages of their own
    counts: [u64; 2048],
    workers: [Worker; 1_000_000],
}

/// In tmpfs a page of a hole becomes a real one when it is read.
#[test]
fn a_million_elements_are_shown_by_reading_the_rows_that_are_shown() {
    let folder = Folder::new("tables-million");
    let file = folder.file("crowd");
    drop(Region::<Crowd>::options().sparse(true).create(&file).unwrap());
    let pages = || fs::metadata(&file).unwrap().blocks() / 8;
    let before = pages();
    let shown = printed(&folder, ["show", "./crowd"]);
    assert!(shown.contains(".. 999,992 more rows: --full shows them"), "{shown}");
    let read = pages() - before;
    assert!((1..16).contains(&read), "{read} pages were read for 8 rows");
    let shown = printed(&folder, ["show", "./crowd", "workers[999990..]"]);
    assert!(shown.contains("[999999]"), "{shown}");
    let read = pages() - before;
    assert!((2..24).contains(&read), "{read} pages were read for 18 rows");
    // Setting one row reads no other.
    printed(&folder, ["set", "./crowd", "workers[500000].requests=7"]);
    assert_eq!(printed(&folder, ["get", "./crowd", "workers[500000].requests"]), "7\n");
    assert!(pages() - before < 32);
}

#[test]
fn a_table_is_written_in_several_parts_where_a_line_has_no_room_for_it() {
    let folder = Folder::new("tables-narrow");
    let _pool = pool(&folder);
    let file = folder.file("pool").display().to_string();
    for columns in [80, 40] {
        let mut terminal = Terminal::start((200, columns), &["show", &file, "workers"]);
        assert!(terminal.finish().success());
        let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
        let plain = without_styles(&raw);
        let table = plain.split_once("since it was started").unwrap().1;
        for line in table.lines() {
            assert!(line.trim_end().chars().count() <= usize::from(columns), "{columns}: {line}");
        }
        for column in ["requests", "errors", "mode", "heat (°C)", "samples", "at.x", "at.heading"]
        {
            assert!(table.contains(column), "{column}: {table}");
        }
    }
}

/// A text without the commands for colours in it.
fn without_styles(text: &str) -> String {
    regex_lite::Regex::new("\x1b\\[[0-9;]*m").unwrap().replace_all(text, "").into_owned()
}
