//! `shm layout`: the bytes of a layout, drawn.

mod support;

use serde_json::json;
use shm_core::{Event, Latest, Mutex, Once, Region, SharedLayout, Watched};
use support::{Folder, Mode, Pose, Station, assert_golden, printed};

/// Fields in a wasteful order.
#[derive(SharedLayout)]
#[repr(C)]
struct Careless {
    on: bool,
    total: u64,
    mode: Mode,
    places: [Place; 3],
    level: u16,
    first: Mutex<u32>,
    second: Mutex<u64>,
    queue: [Watched<u32>; 8],
    started: Once,
    rung: Event,
    home: Latest<Pose>,
    work: Latest<Pose>,
    ready: bool,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Place {
    tag: u8,
    weight: f64,
    kind: u16,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u16,
    height: u16,
    poses: [Pose],
}

#[test]
fn the_picture_of_a_station_is_the_golden_one() {
    let folder = Folder::new("layout");
    let _station = Region::<Station>::create(folder.file("station")).unwrap();
    assert_golden("layout_station.txt", &printed(&folder, ["layout", "./station"]));
    assert_golden("layout_station.json", &printed(&folder, ["layout", "./station", "--json"]));
    let shallow = printed(&folder, ["layout", "./station", "--depth", "1"]);
    assert_golden("layout_station_depth_1.txt", &shallow);
}

#[test]
fn lost_bytes_and_the_savings_of_another_order_are_reported() {
    let folder = Folder::new("layout");
    let _careless = Region::<Careless>::create(folder.file("careless")).unwrap();
    assert_golden("layout_careless.txt", &printed(&folder, ["layout", "./careless"]));
}

#[test]
fn a_part_of_run_time_length_is_shown_with_its_length() {
    let folder = Folder::new("layout");
    let _frame = Region::<Frame>::options().len(100).create(folder.file("frame")).unwrap();
    assert_golden("layout_frame.txt", &printed(&folder, ["layout", "./frame"]));
}

#[test]
fn long_runs_of_equal_fields_are_shortened() {
    let folder = Folder::new("layout");
    let field = |n| json!({ "name": format!("channel_{n}"), "type": "f64" });
    let mut fields: Vec<_> = (0..300).map(field).collect();
    fields.push(json!({ "name": "on", "type": "bool" }));
    let types = json!({ "Channels": { "fields": fields } });
    let document = json!({ "shm_schema": 1, "root": "Channels", "types": types });
    std::fs::write(folder.file("channels.json"), document.to_string()).unwrap();
    assert_golden("layout_channels.txt", &printed(&folder, ["layout", "channels.json"]));
    let full = printed(&folder, ["layout", "channels.json", "--full"]);
    assert_eq!(full.matches("channel_").count(), 300);
}
