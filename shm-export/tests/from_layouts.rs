//! Exports of layouts of this program, without a region.

use shm_core::layout::{FieldLayout, Kind, Layout, ScalarKind};
use shm_core::sync::Fold;
use shm_core::{Latest, Mutex, PerProcess, SharedLayout, Watched, traits::Root};
use shm_export::{Description, Error, c, json, picture, python};

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    /// Outside, in the shade.
    #[shm(unit = "°C")]
    temperature: f64,
    hits: u64,
}

fn station() -> Description {
    Description::of(Station::LAYOUT).expect("a layout of the format")
}

#[test]
fn an_export_has_the_name_of_the_struct_unless_another_is_given() {
    let station = station();
    assert_eq!(station.type_name(), Some("Station"));
    assert!(c::header(&station).unwrap().contains("station_get_temperature("));
    assert!(python::module(&station).unwrap().contains("class Station(_Region):"));
    let place = station.with_name("Place");
    assert!(c::header(&place).unwrap().contains("place_get_temperature("));
    assert!(python::module(&place).unwrap().contains("class Place(_Region):"));
}

#[test]
fn a_layout_without_a_name_is_called_a_region() {
    let number = Description::of(f64::LAYOUT).unwrap();
    assert_eq!(number.type_name(), None);
    assert!(c::header(&number).unwrap().contains("double region_get_value(const region *self)"));
    assert!(python::module(&number).unwrap().contains("class Region(_Region):"));
}

#[test]
fn a_slice_is_exported_by_the_layout_of_its_root() {
    let samples = Description::of(<[Station] as Root>::ROOT_LAYOUT).unwrap().with_name("Samples");
    assert!(c::header(&samples).unwrap().contains("samples_at_value("));
    assert!(picture::text(&picture::Picture::of(&samples)).contains("16 bytes per element"));
}

#[test]
fn comments_and_units_of_the_source_are_in_the_exports() {
    let station = station();
    let exports = [
        c::header(&station).unwrap(),
        python::module(&station).unwrap(),
        json::schema(&station),
        picture::text(&picture::Picture::of(&station)),
    ];
    for text in &exports {
        assert!(text.contains("°C"), "{text}");
    }
    for text in &exports[..3] {
        assert!(text.contains("Outside, in the shade."), "{text}");
    }
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(u16)]
enum Mode {
    Idle,
    None,
}

/// Its state.
#[derive(SharedLayout)]
#[repr(C, align(128))]
struct Robot {
    r#from: u8,
    mode: Watched<Mode>,
    poses: [Latest<[f64; 2], 8>; 3],
    #[shm(guarded_by = "lock")]
    low: i16,
    lock: Mutex<()>,
    #[shm(counter, unit = "m", alias = "way")]
    driven: f64,
    peaks: PerProcess<[Peak; 2], 4>,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Peak {
    amperes: f64,
}

impl Fold for Peak {
    fn fold(&mut self, row: &Self) {
        self.amperes = self.amperes.max(row.amperes);
    }
}

#[test]
fn the_classes_of_a_layout_declare_all_of_it() {
    let classes = python::classes(&Description::of(Robot::LAYOUT).unwrap()).unwrap();
    let expected = r#"import enum
from typing import Annotated, Literal

import shm


class Mode(enum.IntEnum):
    __shm_names__ = {"None_": "None"}
    Idle = 0
    None_ = 1


class Peak(shm.Struct):
    __shm_fold__ = "own"

    amperes: shm.f64


class Robot(shm.Struct):
    """Its state."""

    __shm_align__ = 128

    from_: Annotated[shm.u8, shm.Name("from")]
    mode: shm.Watched[Annotated[Mode, shm.Repr("u16")]]
    poses: shm.Array[shm.Latest[shm.Array[shm.f64, Literal[2]], Literal[8]], Literal[3]]
    low: Annotated[shm.i16, shm.GuardedBy("lock")]
    lock: shm.Mutex[None]
    driven: Annotated[shm.f64, shm.Unit("m"), shm.Alias("way"), shm.Counter()]
    peaks: shm.PerProcess[shm.Array[Peak, Literal[2]], Literal[4]]
"#;
    assert!(classes.contains(expected), "{classes}");
}

#[test]
fn a_struct_that_c_would_lay_out_otherwise_has_no_class() {
    static U8: Layout = Layout::new("u8", 1, 1, Kind::Scalar(ScalarKind::U8));
    static FAR: Layout = Layout::new(
        "Far",
        8,
        1,
        Kind::Struct { fields: &[FieldLayout::new("x", 0, &U8), FieldLayout::new("y", 5, &U8)] },
    );
    static LONG: Layout =
        Layout::new("Long", 8, 1, Kind::Struct { fields: &[FieldLayout::new("x", 0, &U8)] });
    for (layout, first) in [(&FAR, "y"), (&LONG, "x")] {
        match python::classes(&Description::of(layout).unwrap()) {
            Err(Error::NotAsInC { field, .. }) => assert_eq!(field, first),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_document_that_was_written_is_read_as_the_same_layout() {
    let station = station();
    let again = json::read(&json::schema(&station)).unwrap();
    assert!(again.schema == station.schema && again.byte_order == station.byte_order);
    assert_eq!(c::header(&again).unwrap(), c::header(&station).unwrap());
}
