//! Invalid descriptions of layouts: the error of each, and that none causes a panic.

use shm_core::layout::{FieldLayout, Kind, Layout, Role, ScalarKind};
use shm_core::limits::{MAX_DEPTH, MAX_TYPES};
use shm_core::schema::{
    Schema, SchemaBuilder, SchemaError, StructField, StructType, TypeId, TypeTextFault,
};
use shm_core::{Mutex, SharedLayout, Text, Watched, dynamic::DynLayout};

/// The cause and, after a colon, what to do about it.
fn refusal<T: std::fmt::Debug>(outcome: Result<T, SchemaError>) -> String {
    let error = outcome.unwrap_err();
    error.help().map_or_else(|| error.to_string(), |help| format!("{error}: {help}"))
}

fn with_help(fault: &TypeTextFault) -> String {
    fault.help().map_or_else(|| fault.to_string(), |help| format!("{fault}: {help}"))
}

#[test]
fn the_error_of_an_invalid_type_says_where_and_what_was_expected() {
    for (text, position, message) in [
        ("", 0, "found the end, expected a type, such as `f64`, `[u32; 16]` or `Latest<Pose>`"),
        ("u32 u8", 4, "found `u8`, expected the end"),
        ("[u32; x]", 6, "found `x`, expected the number of elements"),
        ("[u32; -1]", 6, "found `-`, expected the number of elements"),
        ("[u32", 4, "found the end, expected `]`, or `;` and the number of elements"),
        ("[u8; 4x]", 5, "`4x` is not a valid whole number here"),
        ("Latest", 6, "found the end, expected `<`"),
        (
            "Latest<u8, 1>",
            11,
            "found `1`, expected the number of slots, at least 2: one to read, one to write",
        ),
        ("CText<0>", 6, "found `0`, expected a capacity in bytes, at least 1"),
        (
            "Text<4294967296>",
            5,
            "found `4294967296`, expected a capacity in bytes, 1 to 4294967295",
        ),
        (
            "Option<u32>",
            7,
            "found `u32`, expected `NonZero<..>`, `String` or `Vec<..>`: an `Option` of any other type has no known layout",
        ),
        ("NonZero<f32>", 8, "found `f32`, expected an integer: `u8` to `u64` or `i8` to `i64`"),
        ("NonZero<u128>", 8, "found `u128`, expected an integer: `u8` to `u64` or `i8` to `i64`"),
        (
            "Be<u8>",
            3,
            "found `u8`, expected `u16` to `u64`, `i16` to `i64`, `f32` or `f64`: others have no byte order; a single byte needs none",
        ),
        (
            "(u8, u8)",
            1,
            "found `u8`, expected `)`; tuples are not supported, use a struct, such as `{ x: f64, y: f64 }`",
        ),
        ("{}", 1, "found `}`, expected a field, such as `x: f64`"),
        ("{ x f64 }", 4, "found `f64`, expected `:` and the field's type"),
        ("{ x: f64; }", 8, "found `;`, expected `,` or `}`"),
        ("{ x: f64, x: u8 }", 10, "field `x` occurs twice"),
        ("enum u8 { A, A }", 13, "variant `A` occurs twice"),
        ("enum u8 { A = 1, B = 0, C }", 24, "value 1 occurs twice"),
        ("enum u8 { A = 255, B }", 19, "256 does not fit a `u8`"),
        ("enum i8 { A = -129 }", 10, "-129 does not fit a `i8`"),
        ("enum u8 { }", 10, "found `}`, expected a variant, such as `Idle = 0`"),
        ("enum f32 { A }", 5, "found `f32`, expected an integer: `u8` to `u64` or `i8` to `i64`"),
        ("[f46; 3]", 1, "there is no type `f46`: did you mean `f64`?"),
        ("mutex<u8>", 0, "there is no type `mutex`: did you mean `Mutex`?"),
        (
            "String",
            0,
            "`String` has any length, as only a value of an `Owned` or a `Map` can: in a struct, use `Owned<str>`, `Owned<[T]>`, `Latest<Text<32>>`, `CText<32>`, `[T; N]`, or `[T]` as the last field",
        ),
        (
            "Vec<u8>",
            0,
            "`Vec<u8>` has any length, as only a value of an `Owned` or a `Map` can: in a struct, use `Owned<str>`, `Owned<[T]>`, `Latest<Text<32>>`, `CText<32>`, `[T; N]`, or `[T]` as the last field",
        ),
        (
            "usize",
            0,
            "there is no type `usize`: its size depends on the machine; use `u64` or `u32`",
        ),
        (
            "Quaternion",
            0,
            "there is no type `Quaternion`: define it first, or use one such as `f64`, `u32`, `bool` or `CText<32>`",
        ),
        ("u8\u{1b}[2J", 2, "found `\\u{1b}`, expected the end"),
        (
            "[u64; 18446744073709551615]",
            0,
            "`[u64; 18446744073709551615]` is larger than memory can be",
        ),
    ] {
        match DynLayout::of(text) {
            Err(SchemaError::Text { position: found, fault, .. }) => {
                assert_eq!((found, with_help(&fault).as_str()), (position, message), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn a_type_that_the_compiler_would_refuse_in_its_place_is_refused() {
    const WIDE: &str = "cannot be read or written in one step on any processor";
    const LIVE: &str = "is shared state, and a `Latest` or a `Ring` holds copies of values";
    const BARE: &str = "could be seen with a new length and the old content";
    const RUN_TIME: &str = "has a run-time length";
    for (text, found, fault) in [
        ("u128", "u128", WIDE),
        ("[i128; 2]", "[i128; 2]", WIDE),
        ("[u128]", "u128", WIDE),
        ("{ id: u128 }", "u128", WIDE),
        ("Mutex<u128>", "u128", WIDE),
        ("Watched<[u128; 2]>", "[u128; 2]", WIDE),
        ("Latest<{ id: u128 }>", "u128", WIDE),
        ("Latest<[[u128; 2]; 2]>", "[u128; 2]", "is an array of arrays of them"),
        ("Latest<Mutex<u8>>", "Mutex<u8>", LIVE),
        ("Latest<[{ e: Event }; 2]>", "[{ e: Event }; 2]", LIVE),
        ("Latest<Latest<u8>>", "Latest<u8>", LIVE),
        ("Latest<Once>", "Once", LIVE),
        ("Ring<Mutex<u8>, 4>", "Mutex<u8>", LIVE),
        ("Latest<Ring<u8, 4>>", "Ring<u8, 4>", LIVE),
        ("Ring<(), 4>", "()", "has no bytes"),
        ("Latest<()>", "()", "has no bytes"),
        ("Text<8>", "Text<8>", BARE),
        ("[Bytes<8>; 2]", "[Bytes<8>; 2]", BARE),
        ("[Bytes<8>]", "[Bytes<8>]", BARE),
        ("{ a: u8, b: { name: Text<8> } }", "{ a: u8, b: { name: Text<8> } }", BARE),
        ("Watched<Text<8>>", "Watched<Text<8>>", BARE),
        ("[[u8]]", "[u8]", RUN_TIME),
        ("[[u8]; 2]", "[u8]", RUN_TIME),
        ("Latest<[u8]>", "[u8]", RUN_TIME),
        ("Mutex<[u8]>", "[u8]", RUN_TIME),
        ("{ a: { b: [u8] } }", "{ b: [u8] }", RUN_TIME),
        ("{ a: [u8], b: u8 }", "u8", "comes after a slice"),
    ] {
        match DynLayout::of(text) {
            Err(SchemaError::Text {
                fault: TypeTextFault::Refused { found: what, fault: reason, help },
                ..
            }) => {
                assert_eq!(what, found, "{text}");
                assert!(reason.starts_with(fault), "{text}: {reason}");
                assert!(!help.is_empty(), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn the_error_of_an_invalid_definition_says_where() {
    for (text, position, message) in [
        ("", 0, "found the end, expected `struct` or `enum`"),
        ("struct", 6, "found the end, expected the name of the new type"),
        ("struct u8 { x: f64 }", 7, "`u8` is a type already: choose another name"),
        ("struct I { x: f64 }", 7, "`I` is a type already: choose another name"),
        (
            "struct A { x: f64 } struct A { x: f64 }",
            27,
            "`A` is a type already: choose another name",
        ),
        ("struct A { b: Bee }", 14, "there is no type `Bee`: did you mean `Be`?"),
        ("struct A { a: A }", 14, "there is no type `A`: define it first"),
        ("struct A;", 8, "found `;`, expected `{` and the fields"),
        ("enum M { A }", 7, "found `{`, expected `:` and the integer that holds it"),
        ("union U { a: u8 }", 0, "found `union`, expected `struct` or `enum`"),
        ("#[repr(packed)] struct A { x: u8 }", 7, "found `packed`, expected an integer"),
        ("#[repr(C, align(3))] struct A { x: u8 }", 16, "found `3`, expected a power of two"),
        ("#[repr(align(8192))] struct A { x: u8 }", 13, "found `8192`, expected a power of two"),
        ("#[inline] struct A { x: u8 }", 2, "found `inline`, expected `repr(C)`"),
        ("struct A { #[shm(name = \"y\")] x: u8 }", 17, "found `name`, expected `unit = \"..\"`"),
        (
            "struct A { #[shm(alias = \"a b\")] x: u8 }",
            25,
            "found \"a b\", expected the field's former name",
        ),
        ("struct A { #[shm(unit = \"m] x: u8 }", 35, "found the end, expected the closing `\"`"),
        ("#[derive(Clone struct A { x: u8 }", 33, "found the end, expected `)`"),
    ] {
        match DynLayout::defined(text, "u8") {
            Err(SchemaError::Text { position: found, fault, .. }) => {
                let fault = with_help(&fault);
                assert_eq!(found, position, "{text}: {fault}");
                assert!(fault.starts_with(message), "{text}: {fault}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn an_error_names_the_field_and_is_the_first_one() {
    let build = |name: &str, ty: &str| {
        let builder = DynLayout::builder("Station").field("hits", "u64").field(name, ty);
        refusal(builder.field("later", "nonsense").build())
    };
    assert_eq!(
        build("pose", "Latest<Pos>"),
        "field `pose`, in `Latest<Pos>` at byte 7: there is no type `Pos`: define it first, or use \
         one such as `f64`, `u32`, `bool` or `CText<32>`"
    );
    assert_eq!(
        build("hits", "u8"),
        "there are two fields `hits`: give each field a name of its own"
    );
    for name in ["", "a b", "a.b", "1x", "\u{1b}[2J", "a\u{202e}"] {
        let message = build(name, "u8");
        assert!(message.contains("is not a valid name"), "{message}");
        assert!(!message.contains('\u{1b}') && !message.contains('\u{202e}'), "{message:?}");
    }
    assert_eq!(
        build("rest", "[u8]"),
        "field `rest` is a slice, but not the last field: only the last field can have a run-time length"
    );
    let station = || DynLayout::builder("Station");
    assert!(refusal(station().build()).contains("`Station` has no fields"));
    assert!(refusal(station().unit("m").field("x", "u8").build()).contains("belongs to no field"));
    assert!(refusal(station().align(3).field("x", "u8").build()).contains("alignment 3"));
    assert!(refusal(station().define("struct").build()).starts_with("definitions, in `struct`"));
    assert!(
        refusal(DynLayout::builder("a b").field("x", "u8").build()).contains("is not a valid name")
    );
}

#[test]
fn a_long_text_is_shown_where_it_goes_wrong() {
    let text = format!("{{ größe: x, {} }}", "b: u8, ".repeat(100));
    let long = format!("[{}{text}{}; 3]", "[".repeat(40), "; 3]".repeat(40));
    let message = refusal(DynLayout::of(&long));
    assert!(message.len() < 250 && message.contains("größe: x"), "{message}");
}

#[test]
fn too_deep_nesting_is_an_error() {
    let nested = |depth: usize| format!("{}u8{}", "[".repeat(depth), "; 1]".repeat(depth));
    let limit = MAX_DEPTH as usize;
    assert!(DynLayout::of(&nested(limit - 1)).is_ok());
    for depth in [limit, limit + 1, 100_000] {
        match DynLayout::of(&nested(depth)) {
            Err(SchemaError::Text { fault: TypeTextFault::TooDeep { .. }, .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    let chain = |length: u32| {
        (1..length).fold("struct S0 { x: u8 }".to_owned(), |text, level| {
            format!("{text} struct S{level} {{ x: S{} }}", level - 1)
        })
    };
    assert!(DynLayout::defined(&chain(MAX_DEPTH - 1), "u8").is_ok());
    let message = refusal(DynLayout::defined(&chain(MAX_DEPTH), "u8"));
    assert!(message.contains("nested more than 64 deep"), "{message}");
}

#[test]
fn more_types_than_a_schema_can_have_are_an_error() {
    let fields: Vec<_> = (1..=MAX_TYPES).map(|size| format!("f{size}: CText<{size}>")).collect();
    let error = DynLayout::of(&format!("{{ {} }}", fields.join(", "))).unwrap_err();
    let (found, limit) = (u64::from(MAX_TYPES) + 1, u64::from(MAX_TYPES));
    assert_eq!(error, SchemaError::TypeCount { found, limit });
}

#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
struct Person {
    age: u8,
    name: Text<8>,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Loose {
    locked: Mutex<Person>,
    seen: Watched<[Person; 2]>,
}

#[test]
fn a_schema_that_no_region_can_be_created_with_is_refused_by_the_path() {
    let of = |layout| refusal(DynLayout::from_schema(Schema::of(layout).unwrap()));
    assert!(of(Person::LAYOUT).starts_with("the whole value is `Person`, which could be seen"));
    assert!(of(Loose::LAYOUT).starts_with("the whole value is `Loose`, which could be seen"));

    static WIDE: Layout = Layout::new("u128", 16, 16, Kind::Scalar(ScalarKind::U128));
    static ID: Layout =
        Layout::new("T", 16, 16, Kind::Struct { fields: &[FieldLayout::new("id", 0, &WIDE)] });
    assert!(of(&WIDE).starts_with("the whole value is `u128`, which cannot be read or written in"));
    assert!(of(&ID).starts_with("`id` is `u128`, which cannot be read or written in"));

    let live = |value: fn(&mut SchemaBuilder) -> TypeId| {
        let mut types = SchemaBuilder::new();
        let value = value(&mut types);
        let root = types.structure(StructType::new("T").field(StructField::new("a", value)));
        refusal(DynLayout::from_schema(types.finish(root).unwrap()))
    };
    let message = live(|types| {
        let event = types.event();
        types.latest(event, 4)
    });
    assert!(message.starts_with("`a` is `Event`, which is shared state"), "{message}");
    let message = live(|types| types.structure(StructType::new("Once").role(Role::Once)));
    assert!(
        message.starts_with("`a` is `Once`, which does not have the parts of that type"),
        "{message}"
    );
    let message = live(|types| {
        let byte = types.scalar(ScalarKind::U8);
        types.latest(byte, 1)
    });
    assert!(
        message.starts_with("`a` is `Latest`, which does not have the parts of that type"),
        "{message}"
    );
}

#[test]
fn a_schema_of_a_later_version_is_refused() {
    // One type, of size 8 and alignment 8, with an undefined tag.
    let mut bytes = 1_u32.to_le_bytes().to_vec();
    bytes.extend(24_u32.to_le_bytes());
    bytes.extend(8_u32.to_le_bytes());
    bytes.extend(8_u64.to_le_bytes());
    bytes.extend([200, 0, 0, 0, 0, 0, 0, 0]);
    let schema = Schema::decode(&bytes).unwrap();
    let message = refusal(DynLayout::from_schema(schema));
    assert!(message.contains("defined only by later versions of this library"), "{message}");
}

#[test]
fn annotations_of_another_schema_are_refused() {
    let other = Schema::of(Mutex::<u8>::LAYOUT).unwrap().annotations().unwrap();
    let mut schema = Schema::of(u8::LAYOUT).unwrap();
    assert!(!schema.annotate(&other));
    let layout = DynLayout::from_schema(schema).unwrap();
    assert_eq!((layout.name(), layout.schema().annotations()), ("u8", None));
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[(self.next() % choices.len() as u64) as usize]
    }

    /// The text of a type, occasionally with an error in it.
    fn ty(&mut self, depth: u32) -> String {
        const LEAVES: [&str; 18] = [
            "u8",
            "i64",
            "f32",
            "bool",
            "char",
            "u128",
            "NonZeroU16",
            "Option<NonZero<i8>>",
            "Be<u32>",
            "F64<LE>",
            "CText<3>",
            "Text<5>",
            "Bytes<2>",
            "Event",
            "Once",
            "()",
            "c_long",
            "T",
        ];
        let inner = |random: &mut Self| random.ty(depth - 1);
        match if depth == 0 { 0 } else { self.next() % 12 } {
            0..=3 => self.one_of(&LEAVES).to_owned(),
            4 => format!("[{}; {}]", inner(self), self.next() % 4),
            5 => format!("[{}]", inner(self)),
            6 => format!("Latest<{}>", inner(self)),
            7 => format!("Mutex<{}>", inner(self)),
            8 => format!("Watched<{}>", inner(self)),
            9 => format!("{{ a: {}, b: {} }}", inner(self), inner(self)),
            10 => format!("enum i16 {{ A = {}, B }}", self.next() % 40_000),
            _ => format!("Latest<{}, {}>", inner(self), self.next() % 4),
        }
    }

    /// The text with a few words of it changed, doubled or left out.
    fn garbled(&mut self, text: &str) -> String {
        const WORDS: [&str; 16] = [
            "[", "]", "{", "}", "<", ">", ";", ",", ":", "=", "-", "9", "enum", "///", "\"",
            "größe",
        ];
        let mut text: Vec<char> = text.chars().collect();
        for _ in 0..1 + self.next() % 3 {
            let at = (self.next() % (text.len() as u64 + 1)) as usize;
            match self.next() % 3 {
                0 => text.truncate(at),
                1 if at < text.len() => drop(text.remove(at)),
                _ => drop(text.splice(at..at, self.one_of(&WORDS).chars())),
            }
        }
        text.into_iter().collect()
    }
}

#[test]
fn random_texts_are_layouts_or_errors_and_every_layout_could_have_come_from_a_region() {
    let mut random = Random(1);
    let (mut layouts, mut refused) = (0, 0);
    for round in 0..12_000 {
        let text = random.ty(1 + round % 5);
        let text = if round % 3 == 0 { random.garbled(&text) } else { text };
        let built = DynLayout::builder("Random").define("struct T { x: f64 }").field("f", &text);
        let outcomes = [built.build(), DynLayout::defined("struct T(u8);", &text)];
        for outcome in outcomes {
            match outcome {
                Ok(layout) => {
                    layouts += 1;
                    let mut schema = Schema::decode(&layout.schema().to_bytes()).unwrap();
                    let notes = layout.schema().annotations();
                    assert!(schema.annotate(notes.as_ref().unwrap()), "{text}");
                    assert_eq!(schema.annotations(), notes, "{text}");
                    DynLayout::from_schema(schema).unwrap_or_else(|e| panic!("{text}: {e}"));
                }
                Err(error) => {
                    refused += 1;
                    assert!(!error.to_string().contains('\n'), "{error}");
                }
            }
        }
    }
    assert!(layouts > 4_000 && refused > 4_000, "{layouts} layouts, {refused} refused");
}

#[test]
fn random_definitions_make_no_panic() {
    let source = include_str!("fixtures/machine.rs");
    let (mut random, mut refused) = (Random(2), 0);
    for _ in 0..1_000 {
        let garbled = random.garbled(source);
        match DynLayout::defined(&garbled, "[Pose]") {
            Ok(layout) => assert!(layout.fields().all(|field| !field.path().is_empty())),
            Err(error) => {
                refused += 1;
                assert!(error.to_string().len() < 500, "{error}");
            }
        }
    }
    assert!(refused > 500, "{refused}");
}
