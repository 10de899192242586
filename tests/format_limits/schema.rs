//! The valid positions of a struct's fields, in the bytes of a schema.

use shm_core::schema::{Schema, SchemaError, TypeFault};

const U8: (u8, u8, u64) = (1, 1, 1);
const U16: (u8, u8, u64) = (1, 2, 2);

/// A record: a head, and its body.
fn record(align: u64, size: u64, (tag, detail): (u8, u8), count: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (24 + payload.len() as u32).to_le_bytes().to_vec();
    bytes.extend((align as u32).to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend([tag, detail, 0, 0]);
    bytes.extend(count.to_le_bytes());
    bytes.extend(payload);
    bytes
}

fn scalar((tag, code, size): (u8, u8, u64)) -> Vec<u8> {
    record(size, size, (tag, code), 0, &[])
}

fn slice_of(element: u32) -> Vec<u8> {
    record(1, 0, (7, 0), 0, &element.to_le_bytes())
}

/// A struct with fields of these types at these offsets.
fn structure(align: u64, size: u64, fields: &[(u64, u32)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for (name, (offset, ty)) in (b'a'..).zip(fields) {
        payload.extend(offset.to_le_bytes());
        payload.extend(ty.to_le_bytes());
        payload.extend([1, 0, name]);
    }
    record(align, size, (8, 0), fields.len() as u32, &payload)
}

fn decode(records: &[Vec<u8>]) -> Result<Schema, SchemaError> {
    let count = (records.len() as u32).to_le_bytes().to_vec();
    Schema::decode(&[count, records.concat()].concat())
}

/// Returns whether a struct may have these fields: a `u16`, and a `u8` after or before it.
#[track_caller]
fn expect(align: u64, size: u64, fields: &[(u64, u32)], fits: bool) {
    let records = [scalar(U16), scalar(U8), structure(align, size, fields)];
    let decoded = decode(&records);
    assert_eq!(decoded.is_ok(), fits, "{fields:?} in {size}: {decoded:?}");
}

#[test]
fn a_field_ends_with_its_struct_or_before() {
    for size in [4, 6, 8] {
        expect(2, size, &[(0, 0), (size - 2, 1)], true);
        expect(2, size, &[(0, 0), (size - 1, 1)], true);
        expect(2, size, &[(0, 0), (size, 1)], false);
        expect(2, size, &[(0, 0), (size + 1, 1)], false);
        expect(2, size, &[(0, 0), (u64::MAX, 1)], false);
    }
}

#[test]
fn a_field_begins_where_the_one_before_it_ends_or_later() {
    expect(2, 4, &[(0, 0), (2, 1)], true);
    expect(2, 4, &[(0, 0), (3, 1)], true);
    expect(2, 4, &[(0, 0), (1, 1)], false);
    expect(2, 4, &[(0, 0), (0, 1)], false);
}

#[test]
fn a_field_is_aligned_and_its_struct_no_less() {
    expect(2, 4, &[(1, 0), (3, 1)], false);
    expect(1, 3, &[(0, 0), (2, 1)], false);
    expect(4, 4, &[(0, 0), (2, 1)], true);
}

/// A struct that ends with a slice can only be a root, not a part of one, not even its last field.
#[test]
fn a_struct_with_a_slice_cannot_be_a_field() {
    let (byte, slice) = (scalar(U8), slice_of(0));
    let with_slice = structure(1, 1, &[(0, 0), (1, 1)]);
    assert!(decode(&[byte.clone(), slice.clone(), with_slice.clone()]).is_ok());
    for fields in [&[(0, 0), (1, 2)][..], &[(0, 2), (1, 0)], &[(0, 2)]] {
        let size = fields.len() as u64;
        let outer = structure(1, size, fields);
        let error = decode(&[byte.clone(), slice.clone(), with_slice.clone(), outer]).unwrap_err();
        let is_it = matches!(&error, SchemaError::Type { fault: TypeFault::SliceInside, .. });
        assert!(is_it, "{error}");
    }
}

/// Types that the root does not need, wherever they are.
#[test]
fn a_type_that_is_not_part_of_the_root_is_refused() {
    let (byte, half) = (scalar(U8), scalar(U16));
    assert!(decode(&[byte.clone(), structure(1, 1, &[(0, 0)])]).is_ok());
    for records in [
        vec![half.clone(), byte.clone(), structure(1, 1, &[(0, 1)])],
        vec![byte.clone(), half.clone(), structure(1, 1, &[(0, 0)])],
        vec![byte.clone(), half],
    ] {
        let error = decode(&records).unwrap_err();
        assert!(matches!(error, SchemaError::Order { .. }), "{error}");
    }
}
