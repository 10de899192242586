//! Handmade schemas, most of which are invalid.

use shm_core::SharedLayout;
use shm_core::schema::Schema;

use crate::stations::{own, small, small_appended, small_huge};

const SCALAR: u8 = 1;
const ENUM: u8 = 3;
const ARRAY: u8 = 6;
const STRUCT: u8 = 8;

/// The schema of a type.
pub(crate) fn of<T: SharedLayout>() -> Vec<u8> {
    Schema::of(T::LAYOUT).expect("a layout of the format").to_bytes()
}

/// A schema of these records that claims to have `count` of them.
fn schema(count: u32, records: &[Vec<u8>]) -> Vec<u8> {
    [&count.to_le_bytes()[..], &records.concat()].concat()
}

fn record(align: u32, size: u64, [tag, detail]: [u8; 2], count: u32, rest: &[u8]) -> Vec<u8> {
    let len = 24 + rest.len() as u32;
    let mut record = len.to_le_bytes().to_vec();
    record.extend_from_slice(&align.to_le_bytes());
    record.extend_from_slice(&size.to_le_bytes());
    record.extend_from_slice(&[tag, detail, 0, 0]);
    record.extend_from_slice(&count.to_le_bytes());
    record.extend_from_slice(rest);
    record
}

/// A field of a struct.
fn field(offset: u64, ty: u32, name: &str) -> Vec<u8> {
    let len = (name.len() as u16).to_le_bytes();
    [&offset.to_le_bytes()[..], &ty.to_le_bytes(), &len, name.as_bytes()].concat()
}

fn array(element: u32, len: u64) -> Vec<u8> {
    [&element.to_le_bytes()[..], &len.to_le_bytes()].concat()
}

/// The schema of a small station with a field `more` of the type in this record, which has 8 bytes.
fn with_record(more: Vec<u8>) -> Vec<u8> {
    let fields = [field(0, 0, "hits"), field(8, 2, "samples"), field(16, 3, "more")].concat();
    let records = [
        record(8, 8, [SCALAR, 4], 0, &[]),
        record(4, 4, [SCALAR, 3], 0, &[]),
        record(4, 8, [ARRAY, 0], 0, &array(1, 2)),
        more,
        record(8, 24, [STRUCT, 0], 3, &fields),
    ];
    schema(5, &records)
}

fn with_array_of(element: u32) -> Vec<u8> {
    with_record(record(8, 8, [ARRAY, 0], 0, &array(element, 1)))
}

fn with_fields(count: u32, fields: &[u8]) -> Vec<u8> {
    with_record(record(8, 8, [STRUCT, 0], count, fields))
}

/// Nested structs of one field each.
pub(crate) fn nested(depth: u32) -> Vec<u8> {
    let inside = |index| record(1, 1, [STRUCT, 0], 1, &field(0, index, "inside"));
    let leaf = record(1, 1, [SCALAR, 1], 0, &[]);
    let records: Vec<_> = std::iter::once(leaf).chain((0..depth - 1).map(inside)).collect();
    schema(depth, &records)
}

/// Schemas that a small region claims to have grown to, and the verdict of exported code with the later
/// layout.
pub(crate) fn later() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let whole = of::<small_appended::Station>();
    let with = |at: usize, number: u32| {
        let mut schema = whole.clone();
        schema[at..at + 4].copy_from_slice(&number.to_le_bytes());
        schema
    };
    let unknown = record(8, 8, [200, 7], 3, b"whatever");
    let mut cut_name = field(0, 0, "one");
    cut_name[12] = 200;
    vec![
        ("the later one", whole.clone(), "ok"),
        ("the first one", of::<small::Station>(), "NotGrown"),
        ("one with a type of unknown kind", with_record(unknown), "LayoutDiffers"),
        ("another one", of::<own::Station>(), "LayoutDiffers"),
        ("nothing", Vec::new(), "Schema"),
        ("three bytes", vec![1, 0, 0], "Schema"),
        ("no types", schema(0, &[]), "Schema"),
        ("one type too many", with(0, u32::from(whole[0]) + 1), "Schema"),
        ("one type too few", with(0, u32::from(whole[0]) - 1), "Schema"),
        ("the largest number of types", with(0, 65536), "Schema"),
        ("any number of types", with(0, u32::MAX), "Schema"),
        ("a record of no bytes", with(4, 0), "Schema"),
        ("a record of half a head", with(4, 12), "Schema"),
        ("a record that is too long", with(4, u32::MAX), "Schema"),
        ("an alignment of 0", with(8, 0), "Schema"),
        ("an alignment of 3", with(8, 3), "Schema"),
        ("an alignment of 8192", with(8, 8192), "Schema"),
        ("an array of itself", with_array_of(3), "Schema"),
        ("an array of a later type", with_array_of(4), "Schema"),
        ("an array of a type that is not there", with_array_of(u32::MAX), "Schema"),
        ("more fields than there are", with_fields(u32::MAX, &field(0, 0, "one")), "Schema"),
        ("fewer fields than there are", with_fields(0, &field(0, 0, "one")), "Schema"),
        ("a name that is cut short", with_fields(1, &cut_name), "Schema"),
        ("types that are nested deep", nested(64), "LayoutDiffers"),
        ("types that are nested too deep", nested(65), "Schema"),
        ("a value that does not fit", of::<small_huge::Station>(), "DataLength"),
    ]
}

/// A layout with too many paths to follow: each struct has two of the one before. If all have size zero,
/// they fit into a region.
pub(crate) fn endless(variants: &[&str]) -> Vec<u8> {
    let variant = |(value, name): (usize, &&str)| {
        let len = (name.len() as u16).to_le_bytes();
        [&(value as u64).to_le_bytes()[..], &len, name.as_bytes()].concat()
    };
    let rest = variants.iter().enumerate().map(variant).collect::<Vec<_>>().concat();
    let mut records = vec![
        record(8, 8, [SCALAR, 4], 0, &[]),
        record(1, 1, [ENUM, 1], variants.len() as u32, &rest),
        record(1, 0, [ARRAY, 0], 0, &array(1, 0)),
    ];
    for index in 2..60 {
        let fields = [field(0, index, "one"), field(0, index, "two")].concat();
        records.push(record(1, 0, [STRUCT, 0], 2, &fields));
    }
    let fields = [field(0, 0, "hits"), field(8, 60, "ways")].concat();
    records.push(record(8, 8, [STRUCT, 0], 2, &fields));
    schema(records.len() as u32, &records)
}
