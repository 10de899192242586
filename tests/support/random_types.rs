//! Random types, as the text of a description, with random values of them as text: every type that a field can have.
#![allow(unreachable_pub, reason = "tests of several packages have this file")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Where a type is: other places allow other types.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// In the region's own struct.
    Shared,
    /// Under a lock.
    Locked,
    /// Copied whole.
    Copied,
    /// In a value of the heap.
    Heap,
    /// A key of a map.
    Key,
    /// A row that is added up.
    Row,
}

/// A type of which random values can be made.
#[derive(Clone)]
pub enum Type {
    Number(&'static str),
    /// A number around which some text is: `NonZero<u8>`.
    NonZero(&'static str, bool),
    Ordered(String, &'static str),
    Enum,
    CText(usize),
    Text(usize),
    Bytes(usize),
    Array(Box<Type>, usize),
    Struct(Vec<(String, Type)>),
    /// A type with the value in it as its value.
    Around(String, Box<Type>, String),
    /// A type that is a list of values: `Queue<u8, 4>`, with at most so many.
    List(String, Box<Type>, String, usize),
    Owned(Box<Type>),
    OwnedText,
    /// `String` or `Vec<T>` in a value of the heap, perhaps none.
    Contents(Option<Box<Type>>, bool),
    Map(Box<Type>, Box<Type>),
    PerProcess(Box<Type>),
    Once,
    /// A type without a value that is kept.
    Fresh(&'static str),
}

const INTEGERS: [&str; 8] = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];
const NUMBERS: [&str; 12] =
    ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "bool", "char"];
const ORDERED: [&str; 8] = ["u16", "u32", "u64", "i16", "i32", "i64", "f32", "f64"];
/// Names that are parts of live types, or words of the grammar of values.
const NAMES: [&str; 8] = ["value", "lock", "null", "x", "key", "slots", "len", "None"];

impl Random {
    /// The fields of a region's struct: one of each kind of type, in a random order, and more.
    pub fn fields(&mut self) -> Vec<(String, Type)> {
        let mut types: Vec<_> = (0..14).map(|kind| self.container(kind)).collect();
        types.extend((0..6).map(|_| self.plain(Place::Shared, 3)));
        for at in 0..types.len() {
            let other = self.below(types.len());
            types.swap(at, other);
        }
        (0..).zip(types).map(|(at, ty)| (format!("field_{at}"), ty)).collect()
    }

    fn container(&mut self, kind: usize) -> Type {
        let around = |name: &str, ty, rest: &str| {
            Type::Around(format!("{name}<"), Box::new(ty), format!("{rest}>"))
        };
        let list = |name: &str, ty, count: usize, most| {
            Type::List(format!("{name}<"), Box::new(ty), format!(", {count}>"), most)
        };
        match kind {
            0 => around("Mutex", self.plain(Place::Locked, 3), ""),
            1 => around("RwLock", self.plain(Place::Locked, 3), ", 4"),
            2 => around("Watched", self.plain(Place::Shared, 2), ""),
            3 => around("Latest", self.copied(3), ""),
            4 => list("Ring", self.copied(2), 4, 3),
            5 => list("Queue", self.copied(2), 4, 4),
            6 => Type::Owned(Box::new(self.kept(3))),
            7 => Type::OwnedText,
            8 => {
                Type::List("Owned<[".into(), Box::new(self.plain(Place::Shared, 2)), "]>".into(), 5)
            }
            9 => Type::Map(Box::new(self.key()), Box::new(self.kept(2))),
            10 => Type::Map(Box::new(Type::OwnedText), Box::new(self.plain(Place::Shared, 2))),
            11 => Type::PerProcess(Box::new(self.plain(Place::Row, 2))),
            12 => Type::Once,
            _ => Type::Fresh(self.pick(&["Event", "Semaphore<3>", "Barrier<3>"])),
        }
    }

    /// A value that is copied whole, which can be wider than a word, alone or in an array.
    fn copied(&mut self, depth: usize) -> Type {
        let wide = Type::Number(self.pick(&["u128", "i128"]));
        match self.below(6) {
            0 => wide,
            1 => Type::Array(Box::new(wide), 1 + self.below(3)),
            _ => self.plain(Place::Copied, depth),
        }
    }

    /// A value in the heap: a plain one, or a struct in which text and elements of any length may be.
    fn kept(&mut self, depth: usize) -> Type {
        match self.below(2) {
            0 => self.plain(Place::Shared, depth),
            _ => self.structure(Place::Heap, depth - 1),
        }
    }

    fn key(&mut self) -> Type {
        match self.below(3) {
            0 => Type::Number(self.pick(&INTEGERS)),
            1 => Type::Enum,
            _ => self.structure(Place::Key, 1),
        }
    }

    fn plain(&mut self, place: Place, depth: usize) -> Type {
        if place == Place::Row {
            return self.structure(Place::Row, depth);
        }
        match self.below(if depth > 1 { 12 } else { 8 }) {
            0..=2 => self.number(place),
            3 => Type::NonZero(self.pick(&INTEGERS), self.below(2) == 0),
            4 if place != Place::Key => self.ordered(),
            4 | 5 => Type::Enum,
            6 if place != Place::Key => Type::CText(1 + self.below(9)),
            6 | 7 => match place {
                Place::Heap => {
                    let element =
                        (self.below(2) == 0).then(|| Box::new(self.plain(Place::Shared, 1)));
                    Type::Contents(element, self.below(2) == 0)
                }
                Place::Locked | Place::Copied if self.below(2) == 0 => {
                    Type::Text(1 + self.below(9))
                }
                Place::Locked | Place::Copied => Type::Bytes(1 + self.below(9)),
                _ => self.number(place),
            },
            8 | 9 => {
                let element = if place == Place::Heap { Place::Shared } else { place };
                Type::Array(Box::new(self.plain(element, depth - 1)), 1 + self.below(4))
            }
            _ => self.structure(place, depth - 1),
        }
    }

    fn number(&mut self, place: Place) -> Type {
        match place {
            Place::Key => Type::Number(self.pick(&INTEGERS)),
            Place::Row => Type::Number(self.pick(&["u8", "u64", "i32", "f64"])),
            _ => Type::Number(self.pick(&NUMBERS)),
        }
    }

    fn ordered(&mut self) -> Type {
        let (number, order) = (self.pick(&ORDERED), self.pick(&["Be", "Le"]));
        match self.below(2) {
            0 => Type::Ordered(format!("{order}<{number}>"), number),
            _ => {
                let order = order.to_uppercase();
                Type::Ordered(format!("{}<{order}>", number.to_uppercase()), number)
            }
        }
    }

    fn structure(&mut self, place: Place, depth: usize) -> Type {
        let mut fields = BTreeMap::new();
        for _ in 0..1 + self.below(4) {
            let ty = match (place, depth) {
                (Place::Key | Place::Row, _) => self.number(place),
                (_, 0) => self.number(place),
                _ => self.plain(place, depth),
            };
            fields.insert(self.pick(&NAMES).to_owned(), ty);
        }
        Type::Struct(fields.into_iter().collect())
    }

    /// A value of a type, as text.
    pub fn value(&mut self, ty: &Type) -> String {
        match ty {
            Type::Number(name) | Type::Ordered(_, name) => self.number_text(name),
            Type::NonZero(_, true) if self.below(3) == 0 => "None".to_owned(),
            Type::NonZero(name, _) => loop {
                let text = self.number_text(name);
                if text != "0" {
                    break text;
                }
            },
            Type::Enum => self.pick(&["Idle", "Busy", "Lost"]).to_owned(),
            Type::CText(room) if self.below(4) == 0 => {
                let bytes: Vec<_> = (0..*room).map(|_| 0x80 + self.below(128) as u8).collect();
                format!("b\"{}\"", bytes.escape_ascii())
            }
            Type::CText(room) => format!("{:?}", self.text(*room).replace('\0', "0")),
            Type::Text(room) => format!("{:?}", self.text(*room)),
            Type::Bytes(room) => {
                let bytes: Vec<_> = (0..self.below(*room + 1)).map(|_| self.next() as u8).collect();
                format!("b\"{}\"", bytes.escape_ascii())
            }
            Type::Array(element, count) => self.list(element, *count),
            Type::Struct(fields) => {
                let mut text = String::from("{ ");
                for (name, ty) in fields {
                    let value = self.value(ty);
                    write!(text, "{name}: {value}, ").unwrap();
                }
                text + "}"
            }
            Type::Around(_, ty, _) => self.value(ty),
            Type::List(name, ty, _, most) => {
                // The newest item of a ring is its value: a new region has one if zero is none.
                let least = usize::from(name == "Ring<");
                let count = least + self.below(most + 1 - least);
                self.list(ty, count)
            }
            Type::Owned(_) if self.below(4) == 0 => "None".to_owned(),
            Type::Owned(ty) => self.value(ty),
            Type::OwnedText => format!("{:?}", self.text(40)),
            Type::Contents(_, true) if self.below(3) == 0 => "None".to_owned(),
            Type::Contents(None, _) => format!("{:?}", self.text(20)),
            Type::Contents(Some(ty), _) => {
                let count = self.below(4);
                self.list(ty, count)
            }
            Type::Map(key, value) => {
                let entries: BTreeMap<_, _> =
                    (0..self.below(5)).map(|_| (self.value(key), self.value(value))).collect();
                let entry = |(key, value)| format!("{{ key: {key}, value: {value} }}");
                format!("[{}]", entries.into_iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Type::PerProcess(row) => format!("{{ retired: {}, rows: [] }}", self.value(row)),
            Type::Once => self.pick(&["true", "false"]).to_owned(),
            Type::Fresh(_) => "0".to_owned(),
        }
    }

    fn list(&mut self, ty: &Type, count: usize) -> String {
        let elements: Vec<_> = (0..count).map(|_| self.value(ty)).collect();
        format!("[{}]", elements.join(", "))
    }

    /// Text of at most so many bytes.
    fn text(&mut self, room: usize) -> String {
        let mut text = String::new();
        for _ in 0..self.below(room + 1) {
            let next = self.pick(&[
                'a', '"', '\\', '\n', '\u{1b}', ' ', 'ß', '迷', '😀', '\0', '[', '\'', '\u{7f}',
            ]);
            if text.len() + next.len_utf8() <= room {
                text.push(next);
            }
        }
        text
    }

    fn number_text(&mut self, name: &str) -> String {
        let bits = match self.below(4) {
            0 => 0,
            1 => u64::MAX,
            _ => self.next(),
        };
        match name {
            "u8" => (bits as u8).to_string(),
            "u16" => (bits as u16).to_string(),
            "u32" => (bits as u32).to_string(),
            "u64" => bits.to_string(),
            "i8" => (bits as i8).to_string(),
            "i16" => (bits as i16).to_string(),
            "i32" => (bits as i32).to_string(),
            "i64" => (bits as i64).to_string(),
            "u128" => ((u128::from(bits) << 64) | u128::from(self.next())).to_string(),
            "i128" => (((u128::from(bits) << 64) | u128::from(self.next())) as i128).to_string(),
            "f32" => format!("{:?}", f32::from_bits(bits as u32)),
            "f64" => format!("{:?}", f64::from_bits(bits)),
            "bool" => self.pick(&["true", "false"]).to_owned(),
            _ => format!("{:?}", self.pick(&['a', '\'', '"', '\0', '\\', 'ß', '😀', ','])),
        }
    }
}

/// The text of a type.
pub fn text(ty: &Type) -> String {
    match ty {
        Type::Number(name) => (*name).to_owned(),
        Type::NonZero(name, true) => format!("Option<NonZero<{name}>>"),
        Type::NonZero(name, false) => format!("NonZero<{name}>"),
        Type::Ordered(name, _) => name.clone(),
        Type::Enum => "enum i8 { Idle = 0, Busy = 7, Lost = -1 }".to_owned(),
        Type::CText(room) => format!("CText<{room}>"),
        Type::Text(room) => format!("Text<{room}>"),
        Type::Bytes(room) => format!("Bytes<{room}>"),
        Type::Array(element, count) => format!("[{}; {count}]", text(element)),
        Type::Struct(fields) => {
            let field = |(name, ty): &(String, Type)| format!("{name}: {}", text(ty));
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        Type::Around(start, ty, end) | Type::List(start, ty, end, _) => {
            format!("{start}{}{end}", text(ty))
        }
        Type::Owned(ty) => format!("Owned<{}>", text(ty)),
        Type::OwnedText => "Owned<str>".to_owned(),
        Type::Contents(element, optional) => {
            let inside =
                element.as_ref().map_or("String".to_owned(), |ty| format!("Vec<{}>", text(ty)));
            if *optional { format!("Option<{inside}>") } else { inside }
        }
        Type::Map(key, value) => {
            let key = if matches!(**key, Type::OwnedText) { "str".to_owned() } else { text(key) };
            format!("Map<{key}, {}>", text(value))
        }
        Type::PerProcess(row) => format!("PerProcess<{}, 4>", text(row)),
        Type::Once => "Once".to_owned(),
        Type::Fresh(name) => (*name).to_owned(),
    }
}
