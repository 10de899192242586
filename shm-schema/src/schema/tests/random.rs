//! A small seeded generator of layouts and bytes, and the properties of everything that it makes.

use crate::layout::{Endian, FieldLayout, Kind, Layout, ScalarKind, Variant};
use crate::schema::lower::canonical_bytes;
use crate::schema::{Difference, Schema, samples};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn scalar(&mut self) -> ScalarKind {
        let codes = 1 + self.below(14) as u8;
        ScalarKind::from_code(codes).unwrap()
    }

    fn integer(&mut self) -> ScalarKind {
        use ScalarKind::{I8, I16, I32, I64, U8, U16, U32, U64};
        self.one_of(&[U8, U16, U32, U64, I8, I16, I32, I64])
    }

    /// A layout of at most `depth` levels.
    pub(super) fn layout(&mut self, depth: usize) -> &'static Layout {
        let kind = if depth <= 1 { self.below(6) } else { self.below(10) };
        let leak = |layout| -> &'static Layout { Box::leak(Box::new(layout)) };
        let sized = |name, scalar: ScalarKind, kind| {
            leak(Layout::new(name, scalar.size(), scalar.size(), kind))
        };
        match kind {
            0 => {
                let scalar = self.scalar();
                sized(scalar.name(), scalar, Kind::Scalar(scalar))
            }
            1 => {
                let (scalar, optional) = (self.integer(), self.below(2) == 0);
                sized("NonZero", scalar, Kind::NonZero { scalar, optional })
            }
            2 => self.enumeration(),
            3 => {
                let (scalar, packed) = (self.integer(), self.below(2) == 0);
                let order = self.one_of(&[Endian::Little, Endian::Big]);
                let align = if packed { 1 } else { scalar.size() };
                let kind = Kind::Ordered { scalar, order, packed };
                leak(Layout::new("Ordered", scalar.size(), align, kind))
            }
            4 => {
                let capacity = self.below(40);
                leak(Layout::new("CText", capacity, 1, Kind::CText { capacity }))
            }
            5 => leak(Layout::new("PhantomData", 0, 1, Kind::Marker)),
            6 => {
                let (element, len) = (self.layout(depth - 1), self.below(5));
                let kind = Kind::Array { element, len };
                leak(Layout::new("array", element.size() * len, element.align(), kind))
            }
            _ => self.structure(depth),
        }
    }

    fn enumeration(&mut self) -> &'static Layout {
        let repr = self.integer();
        let first = if repr.is_signed() { -2 } else { 0 };
        let names = ["Idle", "Busy", "Lost", "Найден", "迷子"];
        let count = 1 + self.below(names.len());
        let variants: Vec<_> = names[..count]
            .iter()
            .zip(first..)
            .map(|(name, discriminant)| Variant { name, discriminant })
            .collect();
        let kind = Kind::Enum { repr, variants: variants.leak() };
        Box::leak(Box::new(Layout::new("Mode", repr.size(), repr.size(), kind)))
    }

    fn structure(&mut self, depth: usize) -> &'static Layout {
        let (mut end, mut align, mut fields) = (0_usize, 1, Vec::new());
        for name in ["a", "bee", "größe", "0", "_x"].iter().take(1 + self.below(5)) {
            let layout = self.layout(depth - 1);
            let offset = end.next_multiple_of(layout.align());
            let docs = self.one_of(&["", "A doc.\n\tIn two lines.", "\u{1b}[2J"]);
            fields.push(FieldLayout::new(name, offset, layout).with_notes(docs, "m/s"));
            end = offset + layout.size();
            align = align.max(layout.align());
        }
        if depth > 1 && self.below(2) == 0 {
            end = end.next_multiple_of(4);
            self.guard(&mut fields, end);
            (end, align) = (end + 4, align.max(4));
        }
        let align = align.max(self.one_of(&[1, 1, 1, 8, 64]));
        let name = self.one_of(&["Pose", "Station"]);
        let kind = Kind::Struct { fields: fields.leak() };
        let layout = Layout::new(name, end.next_multiple_of(align), align, kind);
        Box::leak(Box::new(layout.with_doc(self.one_of(&["", "What it is."]))))
    }
}

impl Random {
    /// Adds a lock at an offset, which guards one of the fields if that is plain.
    fn guard(&mut self, fields: &mut Vec<FieldLayout>, offset: usize) {
        let guarded = self.below(fields.len());
        let field = fields.remove(guarded);
        let is_plain = field.layout().is_plain();
        let field = if is_plain { field.with_guard("lock", &samples::LOCK) } else { field };
        fields.insert(guarded, field);
        fields.push(FieldLayout::new("lock", offset, &samples::LOCK));
    }
}

#[test]
fn every_layout_comes_back_from_its_bytes() {
    let mut random = Random(1);
    for round in 0..2_000 {
        let layout = random.layout(1 + round % 6);
        let bytes = canonical_bytes(layout).unwrap();
        let mut schema = Schema::decode(&bytes).unwrap();
        let lowered = Schema::of(layout).unwrap();
        assert_eq!((&lowered, lowered.to_bytes()), (&schema, schema.to_bytes()), "{layout:?}");
        assert_eq!(schema.to_bytes(), bytes, "{layout:?}");
        assert_eq!(schema.fingerprint(), Some(layout.fingerprint()), "{layout:?}");
        same_parts(schema.root(), layout);
        assert!(schema.annotate(&lowered.annotations().unwrap()));
        for schema in [&schema, &lowered] {
            same_notes(schema.root(), layout);
        }
    }
}

/// Compares a type with the layout that it was made from, all the way down.
fn same_parts(ty: crate::schema::Type<'_>, layout: &'static Layout) {
    assert_eq!((ty.size(), ty.align()), (layout.size() as u64, layout.align() as u32));
    assert_eq!(ty.fields().len(), layout.fields().len());
    for (field, expected) in ty.fields().zip(layout.fields()) {
        assert_eq!((field.name(), field.offset()), (expected.name(), expected.offset() as u64));
        same_parts(field.ty(), expected.layout());
    }
}

/// Compares the notes about a type with those about its layout, all the way down.
fn same_notes(ty: crate::schema::Type<'_>, layout: &'static Layout) {
    assert_eq!((ty.name(), ty.doc()), (layout.name(), layout.doc()));
    for (field, expected) in ty.fields().zip(layout.fields()) {
        let doc = expected.doc().replace('\u{1b}', "\u{fffd}");
        assert_eq!((field.doc(), field.unit()), (doc.as_str(), expected.unit()));
        assert_eq!(field.guarded_by(), expected.guarded_by());
        same_notes(field.ty(), expected.layout());
    }
}

#[test]
fn two_layouts_differ_exactly_when_their_bytes_do_and_the_first_difference_is_one() {
    let mut random = Random(2);
    let layouts: Vec<_> = (0..150).map(|_| random.layout(4)).collect();
    let mut different = 0;
    for found in &layouts {
        for expected in &layouts {
            let same = canonical_bytes(found).unwrap() == canonical_bytes(expected).unwrap();
            let (found, expected) = (Schema::of(found).unwrap(), Schema::of(expected).unwrap());
            let difference = Difference::between(&found, &expected);
            assert_eq!(difference.is_none(), same);
            let Some(difference) = difference else { continue };
            different += 1;
            assert!(difference.first().differs(), "{difference}");
            assert!(difference.to_string().lines().count() <= 20, "{difference}");
        }
    }
    assert!(different > 20_000, "{different}");
}

/// The checks leave one form for each schema: accepted bytes are those that would be written.
#[test]
fn changed_bytes_are_refused_or_are_the_canonical_bytes_of_another_schema() {
    let mut random = Random(3);
    let (mut refused, mut accepted) = (0, 0);
    for _ in 0..300 {
        let whole = canonical_bytes(random.layout(5)).unwrap();
        for _ in 0..100 {
            let bytes = random.changed(&whole);
            match Schema::decode(&bytes) {
                Ok(schema) => {
                    assert_eq!(schema.to_bytes(), bytes);
                    let _ = (schema.fingerprint(), schema.root().size_with(random.next()));
                    accepted += 1;
                }
                Err(_) => refused += 1,
            }
        }
    }
    assert!(refused > 10_000 && accepted > 500, "{refused} refused, {accepted} accepted");
}

#[test]
fn changed_annotations_are_ignored_or_still_fit_the_schema() {
    let mut random = Random(4);
    let (mut ignored, mut kept) = (0, 0);
    for _ in 0..200 {
        let layout = random.layout(5);
        let mut schema = Schema::of(layout).unwrap();
        let (bytes, whole) = (schema.to_bytes(), schema.annotations().unwrap());
        for _ in 0..100 {
            if schema.annotate(&random.changed(&whole)) {
                // Notes that are kept fit, all the way down.
                same_parts(schema.root(), layout);
                assert!(schema.annotations().is_some());
                kept += 1;
            } else {
                assert_eq!((schema.annotations(), schema.root().name()), (None, ""));
                ignored += 1;
            }
            assert_eq!(schema.to_bytes(), bytes);
        }
    }
    assert!(ignored > 5_000 && kept > 200, "{ignored} ignored, {kept} kept");
}

impl Random {
    /// Returns the bytes with a few changes: bytes set, removed, inserted, or the end cut off.
    fn changed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + self.below(3) {
            let at = self.below(bytes.len().max(1));
            let value = match self.below(3) {
                0 => self.next() as u8,
                1 => self.below(4) as u8,
                _ => 0xff,
            };
            match self.below(10) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), value),
                2 if !bytes.is_empty() => drop(bytes.remove(at)),
                _ if !bytes.is_empty() => bytes[at] = value,
                _ => {}
            }
        }
        bytes
    }
}
