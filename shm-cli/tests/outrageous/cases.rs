//! Regions at the limits of the format, and beyond.

use super::file::Outrage;
use super::schema::{Field, Types, U8, U32, U64, fields, put_name};

const U16: u8 = 2;

/// The number of parts, or a sixteenth of it unless the long run was requested.
fn many(parts: usize) -> usize {
    if std::env::var_os("SHM_OUTRAGE_LONG").is_some() { parts } else { parts / 16 }
}

/// A file and its name.
pub(crate) type Case = (&'static str, fn() -> Outrage);

/// Every kind of file that is small or sparse, but could cost much.
pub(crate) const ALL: &[Case] = &[
    ("small", small),
    ("long-names-nested", long_names_nested),
    ("long-paths", long_paths),
    ("wide", wide),
    ("deep", deep),
    ("doubled", doubled),
    ("nothings-doubled", nothings_doubled),
    ("nothings", nothings),
    ("many-variants", many_variants),
    ("too-many-variants", too_many_variants),
    ("enums-of-no-variant", enums_of_no_variant),
    ("many-types", many_types),
    ("megabytes-of-schema", megabytes_of_schema),
    ("too-long-a-schema", too_long_a_schema),
    ("arrays-of-arrays", arrays_of_arrays),
    ("terabytes", terabytes),
    ("long-texts", long_texts),
    ("locks", locks),
    ("large-latests", large_latests),
    ("false-mutexes", false_mutexes),
    ("notes-of-one-type", notes_of_one_type),
    ("notes-with-aliases", notes_with_aliases),
    ("long-docs", long_docs),
    ("holes", holes),
];

/// Files beyond the limits of the format.
pub(crate) const REFUSED: [&str; 3] =
    ["long-names-nested", "too-many-variants", "too-long-a-schema"];

fn small() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U8);
    types.structure(&[("x".to_owned(), leaf)]);
    Outrage::new(true, types)
}

/// The original case: 50 nested names of 20 kB, 10,000 leaves.
fn long_names_nested() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U8);
    let leaves = types.structure(&fields(10_000, 8, leaf));
    types.nested(leaves, (0..50).map(|level| format!("n{level}{}", "x".repeat(20_000))));
    Outrage::new(false, types)
}

/// The largest number of paths of the largest length.
fn long_paths() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U8);
    let leaves = types.structure(&fields(many(32_764), 49, leaf));
    types.nested(leaves, (0..4).map(|level| format!("n{level}{}", "x".repeat(240))));
    Outrage::new(true, types)
}

fn wide() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U64);
    types.structure(&fields(many(32_768), 8, leaf));
    Outrage::new(true, types)
}

fn deep() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U64);
    types.nested(leaf, (0..63).map(|level| format!("level_{level}")));
    Outrage::new(true, types)
}

/// 2^50 leaves.
fn doubled() -> Outrage {
    let mut types = Types::default();
    let mut ty = types.scalar(U8);
    for _ in 0..40 {
        ty = types.structure(&[("a".to_owned(), ty), ("b".to_owned(), ty)]);
    }
    Outrage::new(true, types)
}

fn nothings_doubled() -> Outrage {
    let mut types = Types::default();
    let mut ty = types.marker();
    for _ in 0..60 {
        ty = types.structure(&[("a".to_owned(), ty), ("b".to_owned(), ty)]);
    }
    Outrage::new(true, types)
}

/// 2^60 elements of no bytes, in arrays in arrays.
fn nothings() -> Outrage {
    let mut types = Types::default();
    let mut ty = types.marker();
    ty = types.structure(&[("nothing".to_owned(), ty)]);
    for _ in 0..30 {
        ty = types.array(ty, 1 << 60);
    }
    types.structure(&[("nothings".to_owned(), ty)]);
    Outrage::new(true, types)
}

fn many_variants() -> Outrage {
    let mut types = Types::default();
    let ty = types.enumeration(U32, many(32_766) as u32, &"v".repeat(48));
    let many = types.array(ty, 100_000);
    types.structure(&[("one".to_owned(), ty), ("many".to_owned(), many)]);
    Outrage::new(true, types)
}

fn too_many_variants() -> Outrage {
    let mut types = Types::default();
    let ty = types.enumeration(U32, 100_000, "v");
    types.structure(&[("one".to_owned(), ty)]);
    Outrage::new(false, types)
}

/// Each value is not one of 30,000 variants.
fn enums_of_no_variant() -> Outrage {
    let mut types = Types::default();
    let ty = types.enumeration(U16, many(16_000) as u32, &"v".repeat(60));
    types.structure(&fields(many(16_000), 8, ty));
    Outrage { data: vec![0xff; 32_000], ..Outrage::new(true, types) }
}

fn many_types() -> Outrage {
    let mut types = Types::default();
    let parts: Vec<Field> = (1..many(32_768) as u64)
        .map(|capacity| (format!("f{capacity}"), types.c_text(capacity)))
        .collect();
    types.structure(&parts);
    Outrage::new(true, types)
}

/// A schema of almost the largest size.
fn megabytes_of_schema() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U32);
    let parts: Vec<Field> = (0..many(16).max(2) as u64)
        .map(|index| {
            let array = types.array(leaf, index + 2);
            (format!("s{index}"), types.structure(&fields(1_000, 255, array)))
        })
        .collect();
    types.structure(&parts);
    Outrage::new(true, types)
}

fn too_long_a_schema() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U32);
    let parts: Vec<Field> = (0..55)
        .map(|index| {
            let array = types.array(leaf, index + 2);
            (format!("s{index}"), types.structure(&fields(1_000, 240, array)))
        })
        .collect();
    types.structure(&parts);
    Outrage::new(false, types)
}

fn arrays_of_arrays() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U32);
    let mut ty = types.structure(&[("x".to_owned(), leaf), ("y".to_owned(), leaf)]);
    for _ in 0..3 {
        ty = types.array(ty, 1_000);
        ty = types.structure(&[("inner".to_owned(), ty), ("beside".to_owned(), leaf)]);
    }
    Outrage::new(true, types)
}

fn terabytes() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U64);
    let long = types.array(leaf, 10 << 37);
    types.structure(&[("long".to_owned(), long), ("last".to_owned(), leaf)]);
    Outrage { data: vec![7; 100_000], ..Outrage::new(true, types) }
}

fn long_texts() -> Outrage {
    let mut types = Types::default();
    let text = types.c_text(60 << 20);
    let texts = types.array(text, 1_000);
    let byte = types.scalar(U8);
    let bytes = types.array(byte, 1 << 20);
    types.structure(&[("texts".to_owned(), texts), ("bytes".to_owned(), bytes)]);
    Outrage { data: vec![0x80; 1 << 20], ..Outrage::new(true, types) }
}

fn locks() -> Outrage {
    let mut types = Types::default();
    let word = types.scalar(U32);
    let mutex = types.mutex(word, word);
    types.structure(&fields(many(32_766), 8, mutex));
    // Each word names slot 1 as its holder.
    Outrage { data: vec![2; 1 << 19], ..Outrage::new(true, types) }
}

fn large_latests() -> Outrage {
    let mut types = Types::default();
    let (long, word) = (types.scalar(U64), types.scalar(U32));
    let byte = types.scalar(U8);
    let bytes = types.array(byte, 60_000);
    let value = types.structure(&[("bytes".to_owned(), bytes), ("word".to_owned(), word)]);
    let latest = types.latest(long, word, value);
    types.structure(&fields(many(8_000), 8, latest));
    Outrage::new(true, types)
}

/// Structs that claim to be mutexes, and have thousands of fields.
fn false_mutexes() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U8);
    let mutex = types.with_role(1, 1, &fields(many(16_000), 8, leaf));
    types.structure(&fields(many(16_000), 8, mutex));
    Outrage::new(true, types)
}

/// Notes: an entry for each type in its order.
fn notes(entries: &[(u32, String, String, Vec<Note>)]) -> Vec<u8> {
    let mut bytes = (entries.len() as u32).to_le_bytes().to_vec();
    for (ty, name, doc, parts) in entries {
        let mut body = [ty.to_le_bytes(), (parts.len() as u32).to_le_bytes()].concat();
        put_name(name, &mut body);
        put_doc(doc, &mut body);
        for Note { entry, unit, doc, aliases } in parts {
            body.extend(entry.to_le_bytes());
            put_name(unit, &mut body);
            put_doc(doc, &mut body);
            body.extend((aliases.len() as u16).to_le_bytes());
            aliases.iter().for_each(|alias| put_name(alias, &mut body));
        }
        bytes.extend((body.len() as u32 + 4).to_le_bytes());
        bytes.extend(body);
    }
    bytes
}

#[derive(Clone, Default)]
struct Note {
    entry: u32,
    unit: String,
    doc: String,
    aliases: Vec<String>,
}

fn put_doc(doc: &str, body: &mut Vec<u8>) {
    body.extend((doc.len() as u32).to_le_bytes());
    body.extend(doc.as_bytes());
}

/// Thousands of fields of one type, whose name has 65,000 bytes.
fn notes_of_one_type() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U8);
    let inner = types.structure(&[("x".to_owned(), leaf)]);
    types.structure(&fields(20_000, 8, inner));
    let long = "T".repeat(65_000);
    let entries = [
        (0, "u8".to_owned(), String::new(), Vec::new()),
        (1, long.clone(), long.repeat(10), vec![Note { unit: long, ..Note::default() }]),
        (2, "Whole".to_owned(), String::new(), vec![Note { entry: 1, ..Note::default() }; 20_000]),
    ];
    let annotations = Some(notes(&entries));
    Outrage { annotations, ..Outrage::new(true, types) }
}

fn notes_with_aliases() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U8);
    types.structure(&fields(20, 8, leaf));
    let aliases = vec!["a".to_owned(); 60_000];
    let part = Note { aliases, ..Note::default() };
    let entries = [
        (0, "u8".to_owned(), String::new(), Vec::new()),
        (1, "Whole".to_owned(), String::new(), vec![part; 20]),
    ];
    let annotations = Some(notes(&entries));
    Outrage { annotations, ..Outrage::new(true, types) }
}

/// A field with a doc comment of a megabyte, in a struct that occurs everywhere.
fn long_docs() -> Outrage {
    let mut types = Types::default();
    let leaf = types.scalar(U8);
    let mut ty = types.structure(&[("x".to_owned(), leaf)]);
    let doc = "d".repeat(1 << 20);
    let mut entries = vec![
        (0, "u8".to_owned(), String::new(), Vec::new()),
        (1, "Inner".to_owned(), String::new(), vec![Note { doc, ..Note::default() }]),
    ];
    for level in 2..14 {
        ty = types.structure(&[("a".to_owned(), ty), ("b".to_owned(), ty)]);
        let part = Note { entry: level - 1, ..Note::default() };
        entries.push((level, format!("L{level}"), String::new(), vec![part.clone(), part]));
    }
    let annotations = Some(notes(&entries));
    Outrage { annotations, ..Outrage::new(true, types) }
}

/// Every field has a hole before it, and another order would do better.
fn holes() -> Outrage {
    let mut types = Types::default();
    let (small, large) = (types.scalar(U8), types.scalar(U64));
    let parts: Vec<Field> = (0..many(32_000) as u32)
        .map(|index| (format!("field_{index}"), if index % 2 == 0 { small } else { large }))
        .collect();
    types.structure(&parts);
    Outrage::new(true, types)
}
