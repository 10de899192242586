//! Schemas made at run time, beside those of layouts that the compiler knows.

use super::random::Random;
use crate::layout::{Kind, Layout, Role, ScalarKind};
use crate::limits::{MAX_DEPTH, MAX_TYPES};
use crate::schema::lower::canonical_bytes;
use crate::schema::samples::{FRAME, STATION, WORDS};
use crate::schema::{
    EnumType, Schema, SchemaBuilder, SchemaError, StructField, StructType, TypeFault, TypeId,
    TypeKind, Unknown,
};

/// Whether a builder is given the offsets of fields, or computes them.
#[derive(Clone, Copy, PartialEq)]
enum Places {
    Given,
    Found,
}

/// Adds the type of a layout, part by part.
fn add(types: &mut SchemaBuilder, layout: &'static Layout, places: Places) -> TypeId {
    match *layout.kind() {
        Kind::Scalar(scalar) => types.scalar(scalar),
        Kind::NonZero { scalar, optional } => types.non_zero(scalar, optional),
        Kind::Ordered { scalar, order, packed } => types.ordered(scalar, order, packed),
        Kind::CText { capacity } => types.c_text(capacity as u64),
        Kind::Marker => types.marker(),
        Kind::Enum { repr, variants } => {
            let ty = EnumType::new(layout.name(), repr).with_doc(layout.doc());
            let ty = variants.iter().fold(ty, |ty, one| ty.variant(one.name, one.discriminant));
            types.enumeration(ty)
        }
        Kind::Array { element, len } => {
            let element = add(types, element, places);
            types.array(element, len as u64)
        }
        Kind::Slice { element } => {
            let element = add(types, element, places);
            types.slice(element)
        }
        Kind::Struct { fields } | Kind::Live { fields, .. } => {
            let mut ty = StructType::new(layout.name()).with_doc(layout.doc());
            ty = ty.align(layout.align() as u32);
            if let Kind::Live { role, .. } = layout.kind() {
                ty = ty.role(*role);
            }
            for field in fields {
                let part = add(types, field.layout(), places);
                let part = StructField::new(field.name(), part);
                let part = part.with_notes(field.doc(), field.unit());
                let part = part.with_guard(field.guarded_by());
                ty = ty.field(match places {
                    Places::Given => part.at(field.offset() as u64),
                    Places::Found => part,
                });
            }
            types.structure(if places == Places::Given {
                ty.size(layout.size() as u64)
            } else {
                ty
            })
        }
        Kind::Unknown(unknown) => match unknown {},
    }
}

fn built(layout: &'static Layout, places: Places) -> Schema {
    let mut types = SchemaBuilder::new();
    let root = add(&mut types, layout, places);
    types.finish(root).unwrap()
}

#[test]
fn a_type_built_part_by_part_is_laid_out_as_by_the_compiler() {
    let mut random = Random(5);
    let samples = [&STATION, &FRAME, &WORDS].into_iter();
    for layout in samples.chain((0..1_000).map(|round| random.layout(1 + round % 6))) {
        for places in [Places::Given, Places::Found] {
            let schema = built(layout, places);
            assert_eq!(schema.to_bytes(), canonical_bytes(layout).unwrap(), "{layout:?}");
        }
    }
}

#[test]
fn annotations_have_the_bytes_that_they_were_read_from() {
    let mut random = Random(6);
    let samples = [&STATION, &FRAME, &WORDS].into_iter();
    for layout in samples.chain((0..300).map(|round| random.layout(1 + round % 6))) {
        let mut schema = Schema::of(layout).unwrap();
        let bytes = schema.annotations().unwrap();
        assert!(schema.annotate(&bytes));
        assert_eq!(schema.annotations().unwrap(), bytes);
    }
}

#[test]
fn annotations_that_are_built_come_back_from_their_bytes() {
    let mut random = Random(7);
    for round in 0..300 {
        let built = built(random.layout(1 + round % 6), Places::Found);
        let mut read = Schema::decode(&built.to_bytes()).unwrap();
        assert!(read.annotate(&built.annotations().unwrap()));
        assert_eq!(read.notes, built.notes);
    }
}

#[test]
fn types_that_the_root_does_not_contain_are_left_out() {
    let mut types = SchemaBuilder::new();
    let (_, root, unused) =
        (types.c_text(9), types.scalar(ScalarKind::U8), types.scalar(ScalarKind::Char));
    let _ = types.array(unused, 3);
    assert_eq!(types.finish(root).unwrap().types().len(), 1);
}

fn fault(ty: impl FnOnce(&mut SchemaBuilder) -> TypeId) -> TypeFault {
    let mut types = SchemaBuilder::new();
    let root = ty(&mut types);
    match types.finish(root) {
        Err(SchemaError::Type { fault, .. }) => fault,
        other => panic!("one type is wrong, but {other:?}"),
    }
}

/// A struct of two numbers, at these offsets.
fn pair(types: &mut SchemaBuilder, x: u64, y: u64) -> StructType {
    let number = types.scalar(ScalarKind::U32);
    let ty = StructType::new("Pair");
    ty.field(StructField::new("x", number).at(x)).field(StructField::new("y", number).at(y))
}

#[test]
fn places_that_do_not_fit_are_refused() {
    let places = [(0, 2), (4, 0), (0, 3), (0, u64::MAX - 1), (1, 8)];
    for (x, y) in places {
        let found = fault(|types| {
            let ty = pair(types, x, y).size(16);
            types.structure(ty)
        });
        assert!(matches!(found, TypeFault::FieldPlace { .. }), "{x} {y}: {found}");
    }
    let sized = |align, size| {
        fault(|types| {
            let ty = pair(types, 0, 4).align(align).size(size);
            types.structure(ty)
        })
    };
    assert!(matches!(sized(4, 6), TypeFault::Size { .. }));
    assert!(matches!(sized(0, 8), TypeFault::Align { .. }));
    assert!(matches!(sized(8192, 8192), TypeFault::Align { .. }));
    assert!(matches!(sized(4, 4), TypeFault::FieldPlace { .. }));
    assert!(matches!(sized(2, 8), TypeFault::FieldPlace { .. }));
}

#[test]
fn a_type_larger_than_memory_is_refused() {
    let size = |outer| {
        fault(|types| {
            let byte = types.scalar(ScalarKind::U8);
            let half = types.array(byte, 1 << 62);
            types.array(half, outer)
        })
    };
    assert!(matches!(size(2), TypeFault::Size { .. }));
    assert!(matches!(size(u64::MAX), TypeFault::Size { .. }));
}

#[test]
fn a_type_nested_too_deep_is_refused_before_it_is_walked() {
    let found = fault(|types| {
        let scalar = types.scalar(ScalarKind::U8);
        (0..1_000_000).fold(scalar, |element, _| types.array(element, 1))
    });
    assert_eq!(found, TypeFault::Depth { found: 1_000_001, limit: MAX_DEPTH });
}

#[test]
fn more_types_than_a_schema_can_have_are_refused() {
    let mut types = SchemaBuilder::new();
    let mut all = StructType::new("All");
    for capacity in 1..=u64::from(MAX_TYPES) {
        let text = types.c_text(capacity);
        all = all.field(StructField::new(format!("f{capacity}"), text));
    }
    let root = types.structure(all);
    let (found, limit) = (u64::from(MAX_TYPES) + 1, u64::from(MAX_TYPES));
    assert_eq!(types.finish(root), Err(SchemaError::TypeCount { found, limit }));
}

#[test]
fn a_type_of_another_builder_is_refused() {
    let mut other = SchemaBuilder::new();
    let _ = other.scalar(ScalarKind::U8);
    let foreign = other.scalar(ScalarKind::U16);
    let array = |types: &mut SchemaBuilder| types.array(foreign, 2);
    assert!(matches!(fault(array), TypeFault::Child { .. }));
    assert!(matches!(fault(|_| foreign), TypeFault::Child { .. }));
}

#[test]
fn names_and_numbers_that_are_invalid_for_a_type_are_refused() {
    let named = |name: &'static str| {
        fault(move |types| {
            let number = types.scalar(ScalarKind::U32);
            types.structure(StructType::new("T").field(StructField::new(name, number)))
        })
    };
    assert!(matches!(named("a b"), TypeFault::Name { .. }));
    assert!(matches!(named("\u{1b}[2J"), TypeFault::Name { .. }));
    assert!(matches!(named("x".repeat(65_536).leak()), TypeFault::NameLength { .. }));
    let numbered = |repr, number| {
        let ty = EnumType::new("E", repr).variant("Zero", 0).variant("Other", number);
        fault(|types| types.enumeration(ty))
    };
    assert!(matches!(numbered(ScalarKind::U64, 1 << 64), TypeFault::Discriminant { .. }));
    assert!(matches!(numbered(ScalarKind::I8, 128), TypeFault::Discriminant { .. }));
    assert!(matches!(numbered(ScalarKind::I8, 0), TypeFault::DiscriminantTwice { .. }));
    assert!(matches!(numbered(ScalarKind::F32, 1), TypeFault::Head { .. }));
}

#[test]
fn a_role_is_part_of_what_is_built() {
    let mut types = SchemaBuilder::new();
    let once = types.once();
    let schema = types.finish(once).unwrap();
    assert_eq!(schema.root().role(), Some(Role::Once));
}

#[test]
fn a_role_without_its_parts_is_of_an_unknown_kind_with_the_bytes_and_the_fingerprint_that_it_had() {
    for role in Role::ALL {
        let mut types = SchemaBuilder::new();
        let (word, byte) = (types.scalar(ScalarKind::U32), types.scalar(ScalarKind::U8));
        let named = |name: &str, ty| StructField::new(name, ty);
        let parts = [vec![], vec![named("lock", byte)], vec![named("value", word)]];
        for fields in parts {
            let ty = StructType::new("Wrong").role(role);
            let ty = types.structure(fields.into_iter().fold(ty, StructType::field));
            let schema = types.clone().finish(ty).unwrap();
            let unknown = Unknown { tag: 8, role: Some(role) };
            let TypeKind::Unknown(found) = schema.root().kind() else { panic!("{schema:?}") };
            assert_eq!((found, schema.root().live().is_none()), (unknown, true));
            assert_eq!((schema.root().role(), schema.root().fields().len()), (None, 0));
            // Computed from the bytes, in which each child is represented by its fingerprint.
            assert!(schema.fingerprint().is_some());
            let shown = format!("{} bytes that are not a {}", schema.root().size(), role.name());
            assert_eq!(schema.root().to_string(), shown);
            let again = Schema::decode(&schema.to_bytes()).unwrap();
            assert_eq!((&again, again.to_bytes()), (&schema, schema.to_bytes()));
            assert_eq!(again.fingerprint(), schema.fingerprint());
        }
    }
}

#[test]
fn seats_are_words_and_at_least_one() {
    type Seats = fn(&mut SchemaBuilder) -> TypeId;
    let wrong: [Seats; 3] = [
        |types| {
            let word = types.scalar(ScalarKind::U32);
            types.array(word, 0)
        },
        |types| {
            let byte = types.scalar(ScalarKind::U8);
            types.array(byte, 8)
        },
        |types| types.scalar(ScalarKind::U32),
    ];
    for seats in wrong {
        let mut types = SchemaBuilder::new();
        let (word, seats) = (types.scalar(ScalarKind::U32), seats(&mut types));
        let ty = StructType::new("Wrong").role(Role::Semaphore);
        let parts = [("freed", word), ("seats", seats)];
        let ty = parts.into_iter().fold(ty, |ty, part| ty.field(part.into()));
        let ty = types.structure(ty);
        let schema = types.finish(ty).unwrap();
        assert!(matches!(schema.root().kind(), TypeKind::Unknown(_)), "{schema:?}");
    }
}

#[test]
fn a_barrier_has_as_many_arrivals_as_seats() {
    for (seats, arrivals) in [(3, 2), (2, 3), (1, 2)] {
        let mut types = SchemaBuilder::new();
        let word = types.scalar(ScalarKind::U32);
        let [seats, arrivals] = [seats, arrivals].map(|count| types.array(word, count));
        let parts = [("state", word), ("phase", word), ("seats", seats), ("arrived", arrivals)];
        let ty = StructType::new("Wrong").role(Role::Barrier);
        let ty = parts.into_iter().fold(ty, |ty, part| ty.field(part.into()));
        let ty = types.structure(ty);
        let schema = types.finish(ty).unwrap();
        assert!(matches!(schema.root().kind(), TypeKind::Unknown(_)), "{schema:?}");
    }
}

#[test]
fn a_per_process_has_as_many_rows_as_seats_and_two_retired_values_of_the_same_kind() {
    let made = |seats: u64, copies: u64, rows: u64, align: u32| {
        let mut types = SchemaBuilder::new();
        let (word, state) = (types.scalar(ScalarKind::U32), types.scalar(ScalarKind::U64));
        let slot = StructType::new("Slot").align(align).field(("value", state).into());
        let (slot, seats) = (types.structure(slot), types.array(word, seats));
        let (retired, rows) = (types.array(slot, copies), types.array(slot, rows));
        let parts = [("folding", word), ("state", state), ("seats", seats)];
        let parts = parts.into_iter().chain([("retired", retired), ("rows", rows)]);
        let ty = StructType::new("PerProcess").role(Role::PerProcess);
        let ty = parts.fold(ty, |ty, part| ty.field(part.into()));
        let ty = types.structure(ty);
        let schema = types.finish(ty).unwrap();
        schema.root().live().is_some()
    };
    assert!(made(3, 2, 3, 64));
    for (seats, copies, rows, align) in
        [(2, 2, 3, 64), (3, 2, 2, 64), (0, 2, 0, 64), (3, 1, 3, 64), (3, 3, 3, 64), (3, 2, 3, 8)]
    {
        assert!(!made(seats, copies, rows, align), "{seats}, {copies}, {rows}, {align}");
    }
}

#[test]
fn the_builder_gives_each_role_its_parts() {
    type Make = fn(&mut SchemaBuilder) -> TypeId;
    let made: &[(Role, Make)] = &[
        (Role::Mutex, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.mutex(value)
        }),
        (Role::Latest, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.latest(value, 4)
        }),
        (Role::Event, SchemaBuilder::event),
        (Role::Watched, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.watched(value)
        }),
        (Role::Once, SchemaBuilder::once),
        (Role::Text, |types| types.text(9)),
        (Role::Bytes, |types| types.bytes(9)),
        (Role::Queue, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.queue(value, 9)
        }),
        (Role::Ring, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.ring(value, 4)
        }),
        (Role::Owned, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.owned(value)
        }),
        (Role::OwnedSlice, |types| {
            let value = types.scalar(ScalarKind::F64);
            let slice = types.slice(value);
            types.owned(slice)
        }),
        (Role::OwnedText, SchemaBuilder::owned_text),
        (Role::Map, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.map(None, Some(value))
        }),
        (Role::RwLock, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.rwlock(value, 9)
        }),
        (Role::Semaphore, |types| types.semaphore(9)),
        (Role::Barrier, |types| types.barrier(9)),
        (Role::TailText, SchemaBuilder::tail_text),
        (Role::TailSlice, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.tail_slice(value)
        }),
        (Role::PerProcess, |types| {
            let value = types.scalar(ScalarKind::F64);
            types.per_process(value, 9)
        }),
    ];
    assert!(made.iter().map(|(role, _)| *role).eq(Role::ALL));
    for &(role, make) in made {
        let mut types = SchemaBuilder::new();
        let ty = make(&mut types);
        let schema = types.finish(ty).unwrap();
        let live = schema.root().live().unwrap();
        let locks = live.lock().is_some() || live.seats().is_some();
        assert_eq!((live.role(), locks), (role, role.has_lock()));
        let seats =
            matches!(role, Role::RwLock | Role::Semaphore | Role::Barrier | Role::PerProcess);
        assert_eq!(live.seats().map(|(_, count)| count), seats.then_some(9));
        let holds =
            matches!(role, Role::Mutex | Role::RwLock | Role::Latest | Role::Watched | Role::Ring);
        assert_eq!(live.value().map(|value| value.ty.to_string()), holds.then(|| "f64".into()));
        let counts = matches!(role, Role::Text | Role::Bytes);
        assert_eq!(live.counted().map(|bytes| bytes.capacity), counts.then_some(9));
        let queued = live.queue().map(|queue| (queue.value.to_string(), queue.capacity));
        assert_eq!(queued, (role == Role::Queue).then(|| ("f64".into(), 9)));
        let rows = live.rows().map(|rows| (rows.row.to_string(), rows.count, rows.stride));
        assert_eq!(rows, (role == Role::PerProcess).then(|| ("f64".into(), 9, 64)));
        let keeps = matches!(role, Role::Owned | Role::OwnedSlice);
        assert_eq!(live.kept().map(|value| value.to_string()), keeps.then(|| "f64".into()));
        let entry = live.entry().map(|(key, value)| (key.role(), value.to_string()));
        let text_to_number = (Some(Role::OwnedText), "f64".into());
        assert_eq!(entry, (role == Role::Map).then_some(text_to_number));
        let contents = live.contents().map(|found| found.element.map(|ty| ty.to_string()));
        let is_tail = matches!(role, Role::TailText | Role::TailSlice);
        assert_eq!(contents.is_some(), is_tail);
        assert_eq!(contents.flatten(), (role == Role::TailSlice).then(|| "f64".into()));
        assert_eq!(live.is_meeting_place(), !counts && !is_tail);
    }
}
