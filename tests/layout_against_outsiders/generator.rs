//! Makes `structs.rs`: structs of every field type, the same ones for the same seed.

use std::fmt::Write as _;

/// The number of structs of a fixed size.
pub(crate) const STRUCTS: usize = 256;
/// The number of structs whose last field is a slice.
pub(crate) const FRAMES: usize = 32;
const SEED: u64 = 0x5a4d_5eed;
/// Larger structs are not nested any further, so that none grows beyond all bounds.
const LARGEST_NESTED: usize = 2048;

const SCALARS: [&str; 12] =
    ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "bool", "char"];
const INTEGERS: [&str; 8] = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];
const ORDERED: [&str; 8] = ["u16", "u32", "u64", "i16", "i32", "i64", "f32", "f64"];
const PACKED: [&str; 10] = ["U16", "U32", "U64", "U128", "I16", "I32", "I64", "I128", "F32", "F64"];
/// Field names that a view with methods would stumble over.
const NAMES: [&str; 10] =
    ["get", "set", "new", "lock", "load", "store", "view", "self_", "r#type", "x"];

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// The text of a field type, and an upper bound of its size.
struct Type {
    text: String,
    size: usize,
}

struct Generator {
    random: Random,
    /// The structs so far, by size, which may be nested.
    structs: Vec<Type>,
    leaves: Vec<String>,
    out: String,
    list: String,
}

/// Every type of a field except text and types with parts.
fn leaf_types() -> Vec<String> {
    let mut leaves: Vec<_> = SCALARS.iter().map(|scalar| (*scalar).to_owned()).collect();
    for integer in INTEGERS {
        let upper = integer.to_uppercase();
        leaves.extend([
            format!("NonZero{upper}"),
            format!("Option<NonZero{upper}>"),
            format!("Enum{upper}"),
        ]);
    }
    leaves.extend(ORDERED.iter().flat_map(|t| [format!("Be<{t}>"), format!("Le<{t}>")]));
    leaves.extend(PACKED.iter().flat_map(|t| [format!("{t}<BE>"), format!("{t}<LE>")]));
    leaves
}

/// The text of `structs.rs`.
pub(crate) fn generate() -> String {
    let mut generator = Generator {
        random: Random(SEED),
        structs: Vec::new(),
        leaves: leaf_types(),
        out: HEAD.to_owned(),
        list: String::new(),
    };
    for repr in INTEGERS {
        generator.enumeration(repr);
    }
    for index in 0..STRUCTS {
        let (name, fields) = (format!("S{index:03}"), generator.fields(index));
        let size = generator.structure(&name, &fields);
        generator.structs.push(Type { text: name, size });
    }
    for index in 0..FRAMES {
        let mut fields = generator.fields(index);
        let element = generator.field_type();
        let slice = Type { text: format!("[{}]", element.text), size: 0 };
        fields.push(("slice".to_owned(), slice));
        generator.structure(&format!("Frame{index:02}"), &fields);
    }
    let Generator { mut out, list, .. } = generator;
    write!(out, "\npub(crate) const ALL: &[Case] = &[\n{list}];\n").unwrap();
    out
}

const HEAD: &str = "\
// Made by `generator.rs` when this is built.

use std::marker::PhantomData;
use std::num::*;

use shm_core::field::byteorder::*;
use shm_core::{field::{Be, Le}, traits::Root, CText, SharedLayout};

use crate::Case;
";

impl Generator {
    fn enumeration(&mut self, repr: &str) {
        let (least, greatest) = if repr.starts_with('u') {
            ("0".to_owned(), format!("{repr}::MAX"))
        } else {
            (format!("{repr}::MIN"), format!("{repr}::MAX"))
        };
        write!(
            self.out,
            "\n#[derive(SharedLayout, Clone, Copy, Debug)]\n#[repr({repr})]\n\
             pub(crate) enum Enum{} {{ Least = {least}, Seven = 7, Eight, Greatest = {greatest} }}\n",
            repr.to_uppercase()
        )
        .unwrap();
    }

    /// Writes a struct; returns an upper bound of its size.
    fn structure(&mut self, name: &str, fields: &[(String, Type)]) -> usize {
        let tuple = self.random.below(6) == 0;
        let align = if self.random.below(5) == 0 { 1 << self.random.below(8) } else { 0 };

        self.out.push_str("\n#[derive(SharedLayout)]\n");
        match align {
            0 => self.out.push_str("#[repr(C)]\n"),
            _ => writeln!(self.out, "#[repr(C, align({align}))]").unwrap(),
        }
        let body = declare(fields, tuple);
        writeln!(self.out, "pub(crate) struct {name}{body}").unwrap();
        let summary = summarise(fields, tuple);
        writeln!(
            self.list,
            "    Case {{ layout: {name}::ROOT_LAYOUT, align_attribute: {align}, fields: {summary:?} }},"
        )
        .unwrap();
        fields.iter().map(|(_, field)| field.size + 8).sum::<usize>().max(align)
    }

    fn fields(&mut self, index: usize) -> Vec<(String, Type)> {
        let count = 1 + self.random.below(9);
        let mut fields: Vec<_> = (0..count)
            .map(|i| {
                let name = match self.random.below(4) {
                    0 => self.random.pick(&NAMES).to_owned(),
                    _ => format!("f{i}"),
                };
                (name, self.field_type())
            })
            .collect();
        if index % 16 == 15 {
            fields
                .push(("marker".to_owned(), Type { text: "PhantomData<u64>".to_owned(), size: 0 }));
        }
        // A name may come up twice in one struct: the second one gets its position.
        for i in 1..fields.len() {
            if fields[..i].iter().any(|(name, _)| *name == fields[i].0) {
                fields[i].0 = format!("again{i}");
            }
        }
        fields
    }

    fn field_type(&mut self) -> Type {
        let element = self.element_type();
        match self.random.below(5) {
            0 => self.array_of(element, 9),
            1 if element.size < 64 => {
                let inner = self.array_of(element, 4);
                self.array_of(inner, 5)
            }
            _ => element,
        }
    }

    fn array_of(&mut self, element: Type, limit: usize) -> Type {
        let len = 1 + self.random.below(limit);
        Type { text: format!("[{}; {len}]", element.text), size: element.size * len }
    }

    fn element_type(&mut self) -> Type {
        match self.random.below(10) {
            0 => {
                let capacity = 1 + self.random.below(40);
                Type { text: format!("CText<{capacity}>"), size: capacity }
            }
            1 | 2 => self.nested().unwrap_or(Type { text: "f64".to_owned(), size: 8 }),
            _ => {
                let text = self.leaves[self.random.below(self.leaves.len())].clone();
                Type { text, size: 16 }
            }
        }
    }

    /// One of the structs so far, if it is not too large already.
    fn nested(&mut self) -> Option<Type> {
        let index = self.random.below(self.structs.len().max(1));
        let chosen = self.structs.get(index).filter(|chosen| chosen.size <= LARGEST_NESTED)?;
        Some(Type { text: chosen.text.clone(), size: chosen.size })
    }
}

/// The body of a struct, in Rust.
fn declare(fields: &[(String, Type)], tuple: bool) -> String {
    if tuple {
        let types: Vec<_> = fields.iter().map(|(_, t)| format!("pub(crate) {}", t.text)).collect();
        return format!("({});", types.join(", "));
    }
    let lines = fields.iter().map(|(name, t)| format!("    pub(crate) {name}: {},\n", t.text));
    format!(" {{\n{}}}", lines.collect::<String>())
}

/// The same fields as one line, which a test compares with the layout, name by name, type by type.
fn summarise(fields: &[(String, Type)], tuple: bool) -> String {
    let fields: Vec<_> = fields
        .iter()
        .enumerate()
        .map(|(index, (name, t))| {
            let name = if tuple { index.to_string() } else { name.replace("r#", "") };
            format!("{name}: {}", t.text.replace("PhantomData<u64>", "PhantomData"))
        })
        .collect();
    fields.join(", ")
}
