//! Growth that is refused: with a reason, and without a change of the region.

use std::path::Path;

use shm_core::format::FormatError;
use shm_core::{Error, Region, region::RegionOptions, traits::Root};

use crate::layouts::{
    commented_and_renamed, first, forgetful, modes, narrow, renamed, second, wide, wordy,
};
use crate::support::Folder;
use crate::{bytes, checked, forge, format_error, is_layout, open};

/// Opens for writing, is refused, and leaves every byte as it was.
fn refused<T: Root + ?Sized>(path: &Path) -> FormatError {
    let before = bytes(path).0;
    let error = format_error(Region::<T>::open(path));
    assert!(bytes(path).0 == before, "a refused program changed the region: {error}");
    error
}

#[test]
fn a_second_successor_is_refused_with_the_field_and_the_reason() {
    let folder = Folder::new("growth-rival");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    open::<narrow::Station>(&path);
    let error = refused::<wide::Station>(&path);
    assert!(matches!(error, FormatError::LayoutDiffers { .. }), "{error}");
    assert!(error.to_string().contains("`both` is only in the program"), "{error}");
}

#[test]
fn a_region_without_room_names_what_is_missing() {
    let folder = Folder::new("growth-no-room");
    let path = folder.file("station");
    drop(Region::<first::Station>::options().capacity(20).create(&path).unwrap());
    let error = refused::<second::Station>(&path).to_string();
    assert!(error.contains("needs 24 bytes, the region has room for 20"), "{error}");
    assert!(error.contains("lacks `humidity`"), "{error}");
}

#[test]
fn fields_that_cannot_be_described_are_refused() {
    let folder = Folder::new("growth-wordy");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let error = refused::<wordy::Station>(&path);
    assert!(
        matches!(&error, FormatError::NotDescribable { type_name } if type_name == "Station"),
        "{error}"
    );
    assert!(error.help().unwrap().contains("shorter names"), "{error:?}");
}

/// Without it, programs that use the old name would not find the field.
#[test]
fn a_former_name_is_not_left_out_for_want_of_room() {
    let folder = Folder::new("growth-alias-room");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let error = refused::<commented_and_renamed::Station>(&path);
    assert!(matches!(error, FormatError::NotDescribable { .. }), "{error}");
}

#[test]
fn a_field_has_its_former_name_for_programs_that_use_it() {
    let folder = Folder::new("growth-renamed");
    let path = folder.file("station");
    let old = Region::<first::Station>::create(&path).unwrap();
    let new = Region::<renamed::Station>::open(&path).unwrap();
    new.celsius.set(3.5);
    drop(old);
    assert!(is_layout::<renamed::Station>(&path));
    assert_eq!(Region::<first::Station>::open(&path).unwrap().temperature.get(), 3.5);
}

#[test]
fn a_program_without_a_name_that_the_first_one_uses_cannot_add_fields() {
    let folder = Folder::new("growth-forgetful");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    open::<renamed::Station>(&path);
    let error = refused::<forgetful::Station>(&path).help().unwrap();
    assert!(error.contains("#[shm(alias = \"temperature\")]"), "{error}");
    open::<first::Station>(&path);
    open::<renamed::Station>(&path);
}

/// It adds nothing, so that no other program depends on the forgotten name.
#[test]
fn a_program_with_only_the_new_name_can_use_a_region_that_has_it() {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    struct NewNames {
        celsius: f64,
        hits: u64,
    }
    let folder = Folder::new("growth-new-names");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    open::<renamed::Station>(&path);
    open::<NewNames>(&path);
    open::<first::Station>(&path);
}

#[test]
fn a_program_that_lacks_a_variant_can_use_a_region_but_not_add_fields() {
    let folder = Folder::new("growth-lacks-variant");
    let path = folder.file("lamp");
    drop(Region::<modes::second::Lamp>::create(&path).unwrap());
    open::<modes::first::Lamp>(&path);
    let error = refused::<modes::first::BrightLamp>(&path).to_string();
    assert!(error.contains("`mode` has the variant `Failed` only in the region"), "{error}");
}

#[test]
fn a_program_that_lacks_a_field_does_not_record_its_variants() {
    let folder = Folder::new("growth-lacks-field");
    let path = folder.file("lamp");
    drop(Region::<modes::first::Lamp>::create(&path).unwrap());
    open::<modes::first::BrightLamp>(&path);
    open::<modes::second::Lamp>(&path);
    assert!(is_layout::<modes::first::BrightLamp>(&path), "no field is forgotten");
}

#[test]
fn a_region_that_is_not_ready_is_not_changed() {
    let folder = Folder::new("growth-ready");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let mut half_made = bytes(&path);
    half_made.0[forge::READY].fill(0);
    std::fs::write(&path, &half_made.0).unwrap();
    assert!(matches!(refused::<second::Station>(&path), FormatError::NotReady));
}

#[test]
fn a_region_from_before_the_last_start_of_the_machine_is_not_changed() {
    const BOOT_ID: usize = 88;
    let Some(folder) = Folder::on_disk("growth-rebooted") else { return };
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let mut old = bytes(&path);
    old.0[BOOT_ID] ^= 1;
    old.seal();
    std::fs::write(&path, &old.0).unwrap();
    let error = Region::<second::Station>::open(&path).unwrap_err();
    assert!(matches!(error, Error::Rebooted { .. }), "{error}");
    assert!(bytes(&path).0 == old.0 && !checked(&path).has_grown());
    let options = Region::<second::Station>::options().after_reboot(true);
    assert_eq!(options.open(&path).unwrap().humidity.get(), 0.0);
}

#[test]
fn a_capacity_is_for_values_that_fit_and_have_no_run_time_length() {
    let folder = Folder::new("growth-capacity");
    let create = |options: RegionOptions<Region<first::Station>>| {
        let result = options.create(folder.file("station"));
        result.unwrap_err().to_string()
    };
    let error = create(Region::options().capacity(8));
    assert!(
        error.contains("`Station` has 16 bytes, which is more than the capacity of 8"),
        "{error}"
    );
    let error = create(Region::options().participants(0));
    assert!(error.contains("or room for some"), "{error}");
    let options = Region::<[u32]>::options().len(3).capacity(100);
    let error = options.create(folder.file("slice")).unwrap_err().to_string();
    assert!(error.contains("run-time length and cannot grow"), "{error}");
    assert_eq!(folder.names(), Vec::<String>::new());
}
