//! Exports of layouts of this program, without a region.

use shm_core::{SharedLayout, traits::Root};
use shm_export::{Description, c, json, picture, python};

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

#[test]
fn a_document_that_was_written_is_read_as_the_same_layout() {
    let station = station();
    let again = json::read(&json::schema(&station)).unwrap();
    assert!(again.schema == station.schema && again.byte_order == station.byte_order);
    assert_eq!(c::header(&again).unwrap(), c::header(&station).unwrap());
}
