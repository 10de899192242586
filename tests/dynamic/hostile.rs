//! Regions whose schema somebody made up: errors, never a panic or a hang.

use shm_core::schema::Schema;
use shm_core::{DynRegion, Latest, Mutex, Region, SharedLayout, Text, Watched};

use crate::forge::Forged;
use crate::support::Folder;

#[derive(SharedLayout)]
#[repr(C)]
struct Victim {
    pose: Latest<[f32; 3]>,
    lock: Mutex<Text<8>>,
    mode: Watched<u16>,
    rows: [[char; 2]; 3],
    tail: [u64],
}

const SCHEMA: u8 = 1;
const FINGERPRINT: usize = 72;

/// Looks at everything, and tries to change it.
fn try_everything(region: &DynRegion) {
    let _ = region.get("");
    let paths: Vec<_> = region.fields().take(100).map(|field| field.path().to_owned()).collect();
    for path in &paths {
        for path in [path.clone(), format!("{path}[1]"), format!("{path}[0..1]")] {
            let Ok(field) = region.resolve(&path) else { continue };
            if let Ok(value) = field.get() {
                let _ = field.set(value.clone());
                if let Ok(guard) = region.lock(&path) {
                    let _ = guard.set("", value);
                }
            }
        }
    }
}

#[test]
fn a_schema_with_any_byte_changed_is_refused_or_read_as_what_it_says() {
    let folder = Folder::new("dynamic-hostile");
    let path = folder.file("victim");
    let options = shm_core::RegionOptions::new().len(2).participants(1);
    let bytes = {
        let _victim = options.create::<Victim>(&path).unwrap();
        std::fs::read(&path).unwrap()
    };
    let section = Forged(bytes.clone()).section(SCHEMA);
    let (mut opened, mut refused) = (0, 0);
    for at in section.clone() {
        for change in [1, 0x80, 0xff, 7] {
            let mut forged = Forged(bytes.clone());
            forged.0[at] ^= change;
            if let Ok(schema) = Schema::decode(&forged.0[section.clone()])
                && let Some(fingerprint) = schema.fingerprint()
            {
                forged.set(FINGERPRINT, &fingerprint.to_le_bytes());
            }
            forged.seal();
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, &forged.0).unwrap();
            match DynRegion::open(&path) {
                Ok(region) => {
                    opened += 1;
                    try_everything(&region);
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(opened > 50 && refused > 50, "{opened} opened, {refused} refused: both are tried");
}

#[test]
fn a_region_that_is_no_region_is_refused() {
    let folder = Folder::new("dynamic-no-region");
    let path = folder.file("text");
    std::fs::write(&path, "just text").unwrap();
    assert!(DynRegion::open(&path).is_err());
    assert!(DynRegion::open_read_only(folder.file("nothing")).is_err());
}

#[test]
fn more_than_fits_in_one_value_is_refused_in_whole_and_read_in_part() {
    let folder = Folder::new("dynamic-large");
    let path = folder.file("large");
    let options = shm_core::RegionOptions::new().len(1 << 33).sparse(true);
    let large = options.create::<[u8]>(&path).unwrap();
    large[(1 << 33) - 1].set(3);
    let region = DynRegion::open_read_only(&path).unwrap();
    let message = region.get("").unwrap_err().to_string();
    assert!(message.contains("too many parts"), "{message}");
    assert_eq!(region.get("[8589934590..]").unwrap().to_string(), "[0, 3]");
    drop(Region::<[u8]>::open(&path).unwrap());
}
