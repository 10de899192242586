//! Values that are too large to read at once, and names that are too long.

use shm_core::layout::{FieldLayout, Kind, Layout, ScalarKind};
use shm_core::limits::MAX_NAME_LEN;
use shm_core::schema::{Schema, SchemaError, TypeFault};
use shm_core::{
    CText, DynRegion, Mutex, Region, SharedLayout, dynamic::DynLayout, errors::DynError,
};

use crate::support::Folder;

#[derive(SharedLayout)]
#[repr(C)]
struct Large {
    first: u64,
    many: [u64; 10_000_000],
    notes: [CText<4096>; 100_000],
}

fn large(folder: &Folder) -> DynRegion {
    let options = Region::<Large>::options().sparse(true);
    let typed = options.create(folder.file("large")).unwrap();
    typed.first.set(7);
    typed.notes[0].set("north").unwrap();
    drop(typed);
    DynRegion::open(folder.file("large")).unwrap()
}

#[test]
fn a_value_that_is_too_large_is_an_error_that_gives_its_size_and_a_part_can_be_read() {
    let folder = Folder::new("dynamic-budget");
    let region = large(&folder);
    for path in ["", "many", "many[0..9000000]"] {
        match region.get(path).unwrap_err() {
            DynError::TooLarge { needed, limit, .. } => {
                assert!(needed >= 48 * 9_000_000 && limit == 64 << 20, "{path}: {needed}, {limit}");
            }
            other => panic!("{path}: {other}"),
        }
    }
    let said = format!("{:?}", region.get("many").unwrap_err());
    assert!(said.contains("480000000 bytes of memory, at most 67108864"), "{said}");
    assert!(said.contains("`[0..1000]`"), "{said}");
    assert_eq!(region.get("many[9999999]").unwrap().to_string(), "0");
    assert!(region.get("many[0..1000000]").is_ok());
    let asked = region.resolve("many[0..1000]").unwrap();
    assert!(matches!(asked.get_at_most(1000), Err(DynError::TooLarge { limit: 1000, .. })));
    assert!(asked.get_at_most(100_000).is_ok());
}

#[test]
fn pages_that_a_value_is_spread_over_count_as_well() {
    let folder = Folder::new("dynamic-pages");
    let region = large(&folder);
    // Each of these texts takes a few bytes, and a page of its own.
    assert!(matches!(region.get("notes"), Err(DynError::TooLarge { .. })));
    assert!(region.get("notes[0..1000]").is_ok());
}

#[test]
fn debug_shows_a_bounded_part_and_marks_omissions() {
    let folder = Folder::new("dynamic-debug");
    let region = large(&folder);
    let shown = format!("{region:?}");
    assert!(shown.len() < 1000, "{} bytes", shown.len());
    assert!(shown.contains("first: 7"), "{shown}");
    assert!(shown.contains("<[u64; 10000000] of 80000000 bytes>"), "{shown}");

    let numbers = Region::<[u16]>::options().len(1_000_000).create(folder.file("numbers"));
    let shown = format!("{:?}", DynRegion::open(numbers.unwrap().path().unwrap()).unwrap());
    assert!(shown.len() < 1000 && shown.contains(".. 999984 more"), "{shown}");

    let value = region.get("many[0..1000000]").unwrap();
    let shown = format!("{value:?}");
    assert!(shown.len() < 20_000 && shown.ends_with("cut; 1000000 elements)"), "{}", shown.len());
    assert!(format!("{:?}", region.schema()).len() < 10_000);

    let locked = Region::<Mutex<[u32; 100_000]>>::create(folder.file("locked")).unwrap();
    let guarded = DynRegion::open(locked.path().unwrap()).unwrap();
    let guard = guarded.lock("").unwrap();
    let shown = format!("{guard:?}");
    assert!(shown.len() < 1000 && shown.contains("99984 more"), "{shown}");
}

#[test]
fn a_small_region_is_shown_whole() {
    let folder = Folder::new("dynamic-debug-small");
    let pair = Region::<[u8; 2]>::create_from(folder.file("pair"), &[1, 2]).unwrap();
    let shown = format!("{:?}", DynRegion::open(pair.path().unwrap()).unwrap());
    assert!(shown.ends_with(": [1, 2])"), "{shown}");
}

/// A struct of one field of this name.
fn named(name: String) -> &'static Layout {
    static BYTE: Layout = Layout::new("u8", 1, 1, Kind::Scalar(ScalarKind::U8));
    let field = FieldLayout::new(name.leak(), 0, &BYTE);
    let fields = vec![field].leak();
    Box::leak(Box::new(Layout::new("Named", 1, 1, Kind::Struct { fields })))
}

#[test]
fn a_name_has_a_longest_length_however_a_layout_comes_to_be() {
    let name = |len: usize| "n".repeat(len);
    assert!(Schema::of(named(name(MAX_NAME_LEN))).is_ok());
    let fault = TypeFault::NameLength { found: MAX_NAME_LEN + 1, limit: MAX_NAME_LEN };
    let expected = SchemaError::Type { index: 1, fault };
    assert_eq!(Schema::of(named(name(MAX_NAME_LEN + 1))), Err(expected));
    let described = |len| DynLayout::of(&format!("{{ {}: u8 }}", name(len)));
    assert!(described(MAX_NAME_LEN).is_ok());
    let said = described(MAX_NAME_LEN + 1).unwrap_err().to_string();
    assert!(said.contains("256 bytes, expected at most 255"), "{said}");
}

#[test]
fn a_path_has_a_longest_length() {
    let nested = |levels: usize| {
        let name = "n".repeat(254);
        let open = format!("{{ {name}: ").repeat(levels);
        DynLayout::of(&format!("{open}u8{}", " }".repeat(levels)))
    };
    assert!(nested(4).is_ok());
    let said = nested(5).unwrap_err().to_string();
    assert!(said.contains("path has 1275 bytes, expected at most 1024"), "{said}");
}
