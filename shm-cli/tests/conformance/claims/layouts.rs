//! Layouts: older and newer structs, other names, and lengths that are known at run time.

use shm_core::traits::{Placeable, ValidZeroed};
use shm_core::{Bulk, Region, SharedLayout};

use crate::canon::float;
use crate::everything::Frame;
use crate::regions::{Fixture, unique};
use crate::stations::{alias, appended, own};
use crate::way::{Layout, Way, word};
use crate::words::{DOES_NOT_FIT, OUT_OF_BOUNDS, UNKNOWN_FIELD};

fn region<T: SharedLayout + Placeable + ValidZeroed>(
    what: &str,
    room: Option<usize>,
) -> Fixture<T> {
    let name = unique(&format!("conformance-{what}"));
    let mut options = Region::<T>::options();
    if let Some(room) = room {
        options = options.capacity(room);
    }
    let region = options.create(&name).expect("making a region");
    Fixture::of(name, region)
}

/// More than the newer station takes.
const ROOM: Option<usize> = Some(1024);

pub(crate) fn the_older_struct_opens_a_region_with_appended_fields<W: Way>() {
    let newer = region::<appended::Station>("appended", ROOM);
    newer.region.temperature.set(21.5);
    newer.region.humidity.set(40.0);
    let mut driver = W::driver(Layout::Station);
    driver.open(&newer.path());
    assert_eq!(driver.get("temperature"), Ok(float(21.5)));
    driver.done("set hits 7");
    assert_eq!((newer.region.hits.get(), newer.region.humidity.get()), (7, 40.0));
    let appended = if W::CAN.has_layout { Err(word::<W>(UNKNOWN_FIELD)) } else { Ok(float(40.0)) };
    assert_eq!(driver.get("humidity"), appended);
    // A variant that is newer than the struct is not a value of its enum.
    newer.region.mode.set(appended::Mode::Failed);
    let known = if W::CAN.has_layout { Err("InvalidValue") } else { Ok("Failed") };
    assert_eq!(driver.get("mode").as_deref().map_err(String::as_str), known);
}

pub(crate) fn a_renamed_field_is_found_by_its_alias_or_refused_as_declared<W: Way>() {
    let renamed = region::<alias::Station>("alias", ROOM);
    let mut driver = W::driver(Layout::Station);
    let opened = driver.ask(&format!("open {}", renamed.path().display()));
    match (W::CAN.has_layout, W::CAN.knows_aliases) {
        (true, false) => assert_eq!(opened, Err(word::<W>("LayoutDiffers"))),
        (true, true) => {
            driver.done("set hits 7");
            assert_eq!(Region::<own::Station>::open(renamed.path()).unwrap().hits.get(), 7);
        }
        // Without a struct, a field has the name that is in the region.
        (false, _) => {
            driver.done("set count 7");
            assert_eq!(Region::<own::Station>::open(renamed.path()).unwrap().hits.get(), 7);
            assert_eq!(driver.get("hits"), Err(word::<W>(UNKNOWN_FIELD)));
        }
    }
}

pub(crate) fn the_newer_struct_grows_a_region_or_is_refused_as_declared<W: Way>() {
    let old = region::<own::Station>("grown", ROOM);
    let full = region::<own::Station>("full", None);
    old.region.hits.set(7);
    let mut driver = W::driver(Layout::NewerStation);
    let mut open = |fixture: &Fixture<own::Station>| {
        driver.ask(&format!("open {}", fixture.path().display())).unwrap_or_else(|word| word)
    };
    let (without_room, with_room) = match (W::CAN.has_layout, W::CAN.grows) {
        (false, _) => ("ok", "ok"),
        (true, true) => ("LayoutDiffers", "ok"),
        (true, false) => ("LayoutDiffers", "NotGrown"),
    };
    assert_eq!(open(&full), without_room);
    assert_eq!(open(&old), with_room);
    let has_grown = W::CAN.has_layout && W::CAN.grows;
    if !has_grown {
        Region::<appended::Station>::open(old.path()).expect("growing the region");
        assert_eq!(open(&old), "ok");
    }
    let humidity = format!("set humidity {}", float(40.5));
    driver.done(&humidity);
    let grown = Region::<appended::Station>::open_read_only(old.path()).expect("it has grown");
    assert_eq!((grown.hits.get(), grown.humidity.get()), (7, 40.5));
}

pub(crate) fn a_slice_has_the_length_it_was_made_with_and_no_element_after_it<W: Way>() {
    const LEN: usize = 5;
    let name = unique("conformance-tail");
    let region = Region::<Frame>::options().len(LEN).create(&name).expect("making a frame");
    let fixture = Fixture::of(name, region);
    let pixels = &fixture.region.pixels;
    let mut driver = W::driver(Layout::Frame);
    driver.open(&fixture.path());
    assert_eq!(driver.done("len pixels"), LEN.to_string());
    for (index, pixel) in pixels.iter().enumerate() {
        pixel.set(100 + index as u8);
        let path = format!("pixels[{index}]");
        assert_eq!(driver.get(&path), Ok((100 + index).to_string()));
        driver.done(&format!("set {path} {}", 200 + index));
    }
    assert_eq!(pixels.load_vec().unwrap(), [200, 201, 202, 203, 204]);
    let file = std::fs::read(fixture.path()).expect("reading the region");
    for path in ["pixels[5]", "pixels[4096]", "pixels[18446744073709551615]"] {
        assert_eq!(driver.get(path), Err(word::<W>(OUT_OF_BOUNDS)), "{path}");
        assert_eq!(driver.set(path, "1"), Err(word::<W>(OUT_OF_BOUNDS)), "{path}");
    }
    assert_eq!(driver.set("pixels[0]", "256"), Err(word::<W>(DOES_NOT_FIT)));
    assert!(std::fs::read(fixture.path()).unwrap() == file, "it was refused, and written");
}
