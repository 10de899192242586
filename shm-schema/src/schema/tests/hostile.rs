//! Hostile schemas, each refused for its own reason.

use crate::kind as tag;
use crate::layout::ScalarKind;
use crate::limits::MAX_TYPES;
use crate::schema::bytes::Put;
use crate::schema::{Schema, SchemaError, TypeFault, TypeKind, Unknown};

/// A record: alignment, size, tag, detail, flags, count, payload.
fn record(align: u32, size: u64, head: (u8, u8, u16, u32), payload: &[u8]) -> Vec<u8> {
    let mut record = Vec::new();
    record.put_u32(24 + payload.len() as u32);
    record.put_u32(align);
    record.put_u64(size);
    record.put(&[head.0, head.1]);
    record.put_u16(head.2);
    record.put_u32(head.3);
    record.put(payload);
    record
}

fn schema(records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.put_u32(records.len() as u32);
    records.iter().for_each(|record| bytes.put(record));
    bytes
}

fn scalar(kind: ScalarKind) -> Vec<u8> {
    let size = kind.size() as u32;
    record(size, u64::from(size), (tag::SCALAR, kind.code(), 0, 0), &[])
}

fn fields(fields: &[(u64, u32, &str)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for &(offset, ty, name) in fields {
        payload.put_u64(offset);
        payload.put_u32(ty);
        payload.put_u16(name.len() as u16);
        payload.put(name.as_bytes());
    }
    payload
}

fn structure(align: u32, size: u64, parts: &[(u64, u32, &str)]) -> Vec<u8> {
    record(align, size, (tag::STRUCT, 0, 0, parts.len() as u32), &fields(parts))
}

fn variants(repr: ScalarKind, parts: &[(u64, &str)]) -> Vec<u8> {
    let mut payload = Vec::new();
    for &(bits, name) in parts {
        payload.put_u64(bits);
        payload.put_u16(name.len() as u16);
        payload.put(name.as_bytes());
    }
    let size = repr.size() as u32;
    record(size, u64::from(size), (tag::ENUM, repr.code(), 0, parts.len() as u32), &payload)
}

fn array(align: u32, size: u64, element: u32, len: u64) -> Vec<u8> {
    let mut payload = Vec::new();
    payload.put_u32(element);
    payload.put_u64(len);
    record(align, size, (tag::ARRAY, 0, 0, 0), &payload)
}

fn slice(align: u32, element: u32) -> Vec<u8> {
    record(align, 0, (tag::SLICE, 0, 0, 0), &element.to_le_bytes())
}

/// The fault of the last record.
fn fault(records: &[Vec<u8>]) -> TypeFault {
    match Schema::decode(&schema(records)) {
        Err(SchemaError::Type { index, fault }) if index as usize == records.len() - 1 => fault,
        other => panic!("{other:?}"),
    }
}

fn of_u32(last: Vec<u8>) -> TypeFault {
    fault(&[scalar(ScalarKind::U32), last])
}

fn place_fault(records: Vec<u8>) -> (u64, &'static str) {
    match of_u32(records) {
        TypeFault::FieldPlace { offset, why, .. } => (offset, why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_count_that_is_not_backed_by_bytes_is_refused() {
    let limit = u64::from(MAX_TYPES);
    for found in [0, MAX_TYPES + 1, u32::MAX] {
        let error = Schema::decode(&found.to_le_bytes()).unwrap_err();
        assert_eq!(error, SchemaError::TypeCount { found: u64::from(found), limit });
    }
    let error = Schema::decode(&MAX_TYPES.to_le_bytes()).unwrap_err();
    assert_eq!(error, SchemaError::Type { index: 0, fault: TypeFault::CutShort });
    let many = record(4, 4, (tag::STRUCT, 0, 0, u32::MAX), &[]);
    assert_eq!(of_u32(many), TypeFault::CutShort);
    assert_eq!(Schema::decode(&[]), Err(SchemaError::Length { found: 0, expected: 4 }));
}

#[test]
fn a_record_that_lies_about_its_length_is_refused() {
    for (found, expected) in [(0, 24), (23, 24), (25, 24)] {
        let mut bytes = schema(&[scalar(ScalarKind::U32)]);
        bytes.push(0);
        bytes[4..8].copy_from_slice(&u32::to_le_bytes(found));
        let fault = TypeFault::RecordLength { found, expected };
        assert_eq!(Schema::decode(&bytes), Err(SchemaError::Type { index: 0, fault }));
    }
    let mut bytes = schema(&[scalar(ScalarKind::U32)]);
    bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    let fault = TypeFault::CutShort;
    assert_eq!(Schema::decode(&bytes), Err(SchemaError::Type { index: 0, fault }));
}

#[test]
fn bytes_after_the_last_type_are_refused() {
    let mut bytes = schema(&[scalar(ScalarKind::U32)]);
    bytes.push(0);
    assert_eq!(Schema::decode(&bytes), Err(SchemaError::Length { found: 29, expected: 28 }));
}

#[test]
fn a_type_that_contains_itself_or_a_later_one_is_refused() {
    assert_eq!(of_u32(structure(4, 4, &[(0, 1, "a")])), TypeFault::Child { found: 1 });
    assert_eq!(of_u32(array(4, 4, u32::MAX, 1)), TypeFault::Child { found: u32::MAX });
}

#[test]
fn fields_that_overlap_are_misaligned_or_outside_are_refused() {
    let overlap = structure(4, 8, &[(4, 0, "a"), (0, 0, "b")]);
    assert_eq!(place_fault(overlap), (0, "it overlaps the field before it"));
    let misaligned = structure(4, 8, &[(2, 0, "a")]);
    assert_eq!(place_fault(misaligned), (2, "it is not aligned as its type requires"));
    let outside = structure(4, 4, &[(4, 0, "a")]);
    assert_eq!(place_fault(outside), (4, "it is not inside the struct"));
    let far = structure(4, 4, &[(u64::MAX - 3, 0, "a")]);
    assert_eq!(place_fault(far), (u64::MAX - 3, "it is not inside the struct"));
    let narrow = structure(1, 4, &[(0, 0, "a")]);
    assert_eq!(place_fault(narrow), (0, "its type has a larger alignment than the struct"));
}

#[test]
fn sizes_and_alignments_that_the_parts_do_not_give_are_refused() {
    let u32_of = |align, size| {
        let head = (tag::SCALAR, ScalarKind::U32.code(), 0, 0);
        fault(&[record(align, size, head, &[])])
    };
    assert_eq!(u32_of(4, 8), TypeFault::Size { found: 8, expected: Some(4) });
    assert_eq!(u32_of(2, 4), TypeFault::Align { found: 2, expected: Some(4) });
    for found in [0, 3, 8192] {
        assert_eq!(u32_of(found, 4), TypeFault::Align { found, expected: None });
    }
    assert_eq!(u32_of(4, 6), TypeFault::Size { found: 6, expected: None });
    let huge = u64::MAX - 3;
    assert_eq!(u32_of(4, huge), TypeFault::Size { found: huge, expected: None });
    assert_eq!(of_u32(array(4, 4, 0, 2)), TypeFault::Size { found: 4, expected: Some(8) });
    let wraps = array(4, 0, 0, 1 << 62);
    assert_eq!(of_u32(wraps), TypeFault::Size { found: 0, expected: None });
}

#[test]
fn names_that_are_not_identifiers_or_occur_twice_are_refused() {
    let named = |a, b| of_u32(structure(4, 8, &[(0, 0, a), (4, 0, b)]));
    assert_eq!(named("a", "a"), TypeFault::NameTwice { name: "a".into() });
    let found = r#""\x1b[2J""#.to_owned();
    assert_eq!(named("a", "\u{1b}[2J"), TypeFault::Name { found });
    let twice = variants(ScalarKind::U8, &[(0, "A"), (1, "A")]);
    assert_eq!(fault(&[twice]), TypeFault::NameTwice { name: "A".into() });
}

#[test]
fn variants_out_of_range_or_of_equal_value_are_refused() {
    let value = |repr, bits| fault(&[variants(repr, &[(bits, "A")])]);
    let out = TypeFault::Discriminant { name: "A".into() };
    assert_eq!(value(ScalarKind::U8, 256), out);
    assert_eq!(value(ScalarKind::I8, 128), out);
    assert_eq!(value(ScalarKind::I8, -129_i64 as u64), out);
    let twice = variants(ScalarKind::U8, &[(1, "A"), (1, "B")]);
    assert_eq!(fault(&[twice]), TypeFault::DiscriminantTwice { name: "B".into() });
    let none = variants(ScalarKind::U8, &[]);
    assert_eq!(fault(&[none]), TypeFault::Head { what: "count", found: 0 });
    for repr in [ScalarKind::F32, ScalarKind::Bool, ScalarKind::Char, ScalarKind::U128] {
        let found = u32::from(repr.code());
        assert_eq!(value(repr, 0), TypeFault::Head { what: "detail", found });
    }
}

#[test]
fn a_slice_is_refused_everywhere_but_at_the_end_of_the_root() {
    let frame = || structure(4, 0, &[(0, 1, "pixels")]);
    let start = || vec![scalar(ScalarKind::U32), slice(4, 0)];
    let with = |rest: &[Vec<u8>]| [start(), rest.to_vec()].concat();
    assert!(Schema::decode(&schema(&start())).is_ok());
    assert!(Schema::decode(&schema(&with(&[frame()]))).is_ok());
    let inside =
        [structure(4, 0, &[(0, 1, "pixels"), (0, 0, "more")]), array(4, 0, 1, 3), slice(4, 1)];
    for last in inside {
        assert_eq!(fault(&with(&[last])), TypeFault::SliceInside);
    }
    let nested = structure(4, 0, &[(0, 2, "frame")]);
    let records = with(&[frame(), nested]);
    let error = Schema::decode(&schema(&records)).unwrap_err();
    assert_eq!(error, SchemaError::Type { index: 2, fault: TypeFault::SliceInside });
}

#[test]
fn a_schema_that_is_not_in_canonical_form_is_refused() {
    let (u32s, f64s) = (scalar(ScalarKind::U32), scalar(ScalarKind::F64));
    let twice = [u32s.clone(), u32s.clone(), structure(4, 8, &[(0, 0, "a"), (4, 1, "b")])];
    assert_eq!(
        Schema::decode(&schema(&twice)),
        Err(SchemaError::SameTwice { first: 0, second: 1 })
    );
    let swapped = [u32s.clone(), f64s.clone(), structure(8, 16, &[(0, 1, "a"), (8, 0, "b")])];
    assert_eq!(Schema::decode(&schema(&swapped)), Err(SchemaError::Order { index: 0 }));
    let unused = [f64s, u32s, structure(4, 4, &[(0, 1, "a")])];
    assert_eq!(Schema::decode(&schema(&unused)), Err(SchemaError::Order { index: 0 }));
}

#[test]
fn numbers_that_are_invalid_for_a_kind_are_refused() {
    let of = |head| fault(&[record(4, 4, head, &[])]);
    let u32s = ScalarKind::U32.code();
    assert_eq!(of((tag::SCALAR, 0, 0, 0)), TypeFault::Head { what: "detail", found: 0 });
    assert_eq!(of((tag::SCALAR, 15, 0, 0)), TypeFault::Head { what: "detail", found: 15 });
    assert_eq!(of((tag::SCALAR, u32s, 1, 0)), TypeFault::Head { what: "flags", found: 1 });
    assert_eq!(of((tag::SCALAR, u32s, 0, 1)), TypeFault::Head { what: "count", found: 1 });
    assert_eq!(of((tag::NON_ZERO, u32s, 2, 0)), TypeFault::Head { what: "flags", found: 2 });
    assert_eq!(of((tag::ORDERED, u32s, 4, 0)), TypeFault::Head { what: "flags", found: 4 });
    assert_eq!(of((tag::STRUCT, 0, 1, 0)), TypeFault::Head { what: "flags", found: 1 });
    assert_eq!(of((tag::MARKER, 0, 0, 1)), TypeFault::Head { what: "count", found: 1 });
}

#[test]
fn a_struct_with_a_role_of_a_later_version_is_kept_and_skipped() {
    let later = record(4, 4, (tag::STRUCT, 200, 0, 0), &[]);
    let schema = Schema::decode(&schema(&[later])).unwrap();
    assert!(matches!(
        schema.root().kind(),
        TypeKind::Unknown(Unknown { tag: tag::STRUCT, role: None })
    ));
}

#[test]
fn a_kind_from_a_later_version_is_kept_and_skipped() {
    let later = record(8, 24, (200, 7, 1, 2), b"something new");
    let whole = structure(8, 32, &[(0, 0, "new"), (24, 1, "old")]);
    let bytes = schema(&[later, scalar(ScalarKind::U64), whole]);
    let schema = Schema::decode(&bytes).unwrap();
    assert_eq!(schema.fingerprint(), None);
    let new = schema.root().field("new").unwrap();
    assert!(matches!(new.ty().kind(), TypeKind::Unknown(Unknown { tag: 200, role: None })));
    assert_eq!((new.ty().size(), schema.root().field("old").unwrap().offset()), (24, 24));
    assert_eq!(schema.to_bytes(), bytes);
}
