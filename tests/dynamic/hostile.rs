//! Regions with forged schemas: errors, never a panic or a hang.

use shm_core::format::{self, Creator, Description, READY, READY_OFFSET};
use shm_core::layout::{FieldLayout, Kind, Layout, Role, ScalarKind};
use shm_core::schema::Schema;
use shm_core::{DynRegion, Latest, Mutex, Region, SharedLayout, Text, Watched, errors::DynError};

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
    let paths: Vec<_> = region.fields().take(100).map(|field| field.path().to_string()).collect();
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
fn a_schema_with_any_byte_changed_is_refused_or_read_as_described() {
    let folder = Folder::new("dynamic-hostile");
    let path = folder.file("victim");
    let options = Region::<Victim>::options().len(2).participants(1);
    let bytes = {
        let _victim = options.create(&path).unwrap();
        std::fs::read(&path).unwrap()
    };
    let section = Forged(bytes.clone()).section(SCHEMA);
    let (mut opened, mut refused) = (0, 0);
    for at in section.clone() {
        for change in [1, 0x80, 0xff, 7] {
            let mut forged = Forged(bytes.clone());
            forged.0[at] ^= change;
            let changed = Schema::decode(&forged.0[section.clone()]);
            if let Some(fingerprint) = changed.ok().and_then(|schema| schema.fingerprint()) {
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
fn a_file_that_is_not_a_region_is_refused() {
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
    let options = Region::<[u8]>::options().len(1 << 33).sparse(true);
    let large = options.create(&path).unwrap();
    large[(1 << 33) - 1].set(3);
    let region = DynRegion::open_read_only(&path).unwrap();
    let message = region.get("").unwrap_err().to_string();
    assert!(message.contains("too many parts"), "{message}");
    assert_eq!(region.get("[8589934590..]").unwrap().to_string(), "[0, 3]");
    drop(Region::<[u8]>::open(&path).unwrap());
}

static U16: Layout = Layout::new("u16", 2, 2, Kind::Scalar(ScalarKind::U16));
static U32: Layout = Layout::new("u32", 4, 4, Kind::Scalar(ScalarKind::U32));
static U64: Layout = Layout::new("u64", 8, 8, Kind::Scalar(ScalarKind::U64));
static U128: Layout = Layout::new("u128", 16, 16, Kind::Scalar(ScalarKind::U128));
static NOTHING: Layout = Layout::new("PhantomData", 0, 1, Kind::Marker);

fn kept(layout: Layout) -> &'static Layout {
    Box::leak(Box::new(layout))
}

/// A struct, or a type that claims a role.
fn made_up(size: usize, align: usize, role: Option<Role>, fields: Vec<FieldLayout>) -> Layout {
    let fields: &'static [FieldLayout] = fields.leak();
    let kind = role.map_or(Kind::Struct { fields }, |role| Kind::Live { role, fields });
    Layout::new("MadeUp", size, align, kind)
}

/// A type that calls itself a `Latest`, with that many slots of that size, alignment and value.
fn ring(count: usize, size: usize, align: usize, value: FieldLayout) -> Layout {
    let element = kept(made_up(size, align, None, vec![value]));
    let slots = Layout::new("array", size * count, align, Kind::Array { element, len: count });
    let fields = vec![
        FieldLayout::new("sequence", 0, &U64),
        FieldLayout::new("lock", 8, &U32),
        FieldLayout::new("slots", 64, kept(slots)),
    ];
    made_up(64 + (size * count).next_multiple_of(64), 64, Some(Role::Latest), fields)
}

/// A region of that layout, full of zeros.
fn region_of(folder: &Folder, layout: Layout) -> DynRegion {
    let (layout, path) = (kept(layout), folder.file("made-up"));
    let creator = Creator { pid: 1, start_time: 2, boot_id: [3; 16], created_at: 4 };
    let description = Description::of(layout).unwrap();
    let composed = format::compose(&description, 0, layout.size() as u64, 1, 0, &creator).unwrap();
    let mut bytes = composed.header;
    bytes.resize(composed.total_size as usize, 0);
    bytes[READY_OFFSET..READY_OFFSET + 8].copy_from_slice(&READY.to_le_bytes());
    let _ = std::fs::remove_file(&path);
    std::fs::write(&path, bytes).unwrap();
    DynRegion::options().after_reboot(true).open(path).unwrap()
}

#[test]
fn a_type_that_only_calls_itself_a_latest_is_refused() {
    let folder = Folder::new("dynamic-rings");
    let value = |offset, layout| FieldLayout::new("value", offset, layout);
    assert!(region_of(&folder, ring(2, 64, 64, value(0, &U64))).get("").is_ok());
    for wrong in [
        ring(1, 64, 64, value(0, &U64)),
        ring(0, 64, 64, value(0, &U64)),
        ring(4, 8, 8, value(0, &U64)),
        ring(4, 2, 2, value(0, &U16)),
        ring(2, 64, 64, value(8, &U64)),
        ring(2, 64, 64, FieldLayout::new("other", 0, &U64)),
        ring(1 << 40, 0, 64, value(0, &NOTHING)),
    ] {
        let region = region_of(&folder, wrong);
        for path in ["", "x", "[0]", "slots[..].value"] {
            let found = region.resolve(path);
            assert!(matches!(found, Err(DynError::Malformed { role: "Latest", .. })), "{found:?}");
        }
        assert_eq!(region.fields().count(), 0);
    }
}

#[test]
fn a_lock_inside_a_latest_is_not_a_lock() {
    let folder = Folder::new("dynamic-copied-lock");
    let parts = vec![FieldLayout::new("lock", 0, &U32), FieldLayout::new("value", 4, &U32)];
    let mutex = kept(made_up(8, 4, Some(Role::Mutex), parts));
    let region = region_of(&folder, ring(2, 64, 64, FieldLayout::new("value", 0, mutex)));
    assert!(matches!(region.get(""), Err(DynError::Malformed { .. })));
    assert!(region.lock("").is_err());
    let parts = vec![FieldLayout::new("m", 0, mutex)];
    let hidden = kept(made_up(8, 4, None, parts));
    let region = region_of(&folder, ring(2, 64, 64, FieldLayout::new("value", 0, hidden)));
    assert!(matches!(region.get(""), Err(DynError::Malformed { .. })));
}

#[test]
fn any_number_of_empty_elements_is_handled_in_bounded_time() {
    let folder = Folder::new("dynamic-nothings");
    let (element, len) = (&NOTHING, 1 << 60);
    let region = region_of(&folder, Layout::new("array", 0, 1, Kind::Array { element, len }));
    assert!(matches!(region.get(""), Err(DynError::TooLarge { .. })));
    assert_eq!(region.get("[1000000..1000001]").unwrap().to_string(), "[{}]");
    let mut doubled = &NOTHING;
    for _ in 0..60 {
        let fields = vec![FieldLayout::new("a", 0, doubled), FieldLayout::new("b", 0, doubled)];
        doubled = kept(made_up(0, 1, None, fields));
    }
    let region = region_of(&folder, made_up(0, 1, None, vec![FieldLayout::new("a", 0, doubled)]));
    assert!(matches!(region.get(""), Err(DynError::TooLarge { .. })));
    assert_eq!(region.fields().take(100_000).count(), 100_000);
}

#[test]
fn sixteen_bytes_that_nothing_keeps_together_are_not_read() {
    let folder = Folder::new("dynamic-wide");
    let region = region_of(&folder, made_up(16, 16, None, vec![FieldLayout::new("w", 0, &U128)]));
    assert!(matches!(region.get("w"), Err(DynError::Unreadable { .. })));
    assert!(matches!(region.set("w", 1), Err(DynError::NotWritable { .. })));
}
