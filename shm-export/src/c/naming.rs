//! The names in a header. Each starts with the prefix, which is made from the name of the description.

use std::collections::HashMap;

use shm_schema::schema::{Type, TypeKind};

use super::reserved::{LIBRARY, LOCALS, WORDS};
use super::templates;
use crate::catalog::{Catalog, Context};
use crate::kinds;
use crate::limits;
use crate::names::{UsedNames, capitals, identifier, snake};

/// A struct: its type, and whether it is the variant behind locks.
type StructKey<'a> = (Type<'a>, bool);

/// The names of a header.
pub(super) struct Naming<'a> {
    pub(super) prefix: String,
    pub(super) caps: String,
    types: HashMap<StructKey<'a>, String>,
    /// The functions that name the variants of an enum.
    name_functions: HashMap<Type<'a>, String>,
    taken: UsedNames,
}

impl<'a> Naming<'a> {
    /// Chooses names for the structs and enums of a catalog.
    pub(super) fn of(name: &str, root: Type<'a>, catalog: &Catalog<'a>) -> Self {
        let prefix = prefix(name);
        let caps = prefix.to_ascii_uppercase();
        let own = templates::names("@p@").map(|own| format!("{prefix}_{own}"));
        let capitals = templates::names("@P@").map(|own| format!("{caps}_{own}"));
        let taken = UsedNames::by(own.chain(capitals).chain([prefix.clone()]));
        let mut naming =
            Self { prefix, caps, types: HashMap::new(), name_functions: HashMap::new(), taken };
        for item in &catalog.items {
            if root.is_plain_struct() && item.ty == root {
                naming.types.insert((root, false), naming.prefix.clone());
                continue;
            }
            let name = kinds::name(item.ty).map_or_else(|| "unnamed".to_owned(), snake);
            let is_enum = matches!(item.ty.kind(), TypeKind::Enum { .. });
            if is_enum {
                naming.name_type((item.ty, false), &name);
                let function = format!("{}_name", naming.ty(item.ty, false));
                let function = naming.take_whole(&function);
                naming.name_functions.insert(item.ty, function);
            } else if item.contexts.has_unguarded() {
                naming.name_type((item.ty, false), &name);
            }
            if !is_enum && item.contexts.has(Context::Guarded) {
                // Two structs, so that the functions of one cannot write to the other, which is
                // guarded.
                let suffix = if item.contexts.has_unguarded() { "_guarded" } else { "" };
                naming.name_type((item.ty, true), &format!("{name}{suffix}"));
            }
        }
        naming
    }

    fn name_type(&mut self, key: StructKey<'a>, name: &str) {
        let name = self.take(name);
        self.types.insert(key, name);
    }

    /// Reserves a name, with the prefix before it.
    pub(super) fn take(&mut self, name: &str) -> String {
        self.taken.take(&format!("{}_{name}", self.prefix))
    }

    /// Reserves a complete name.
    pub(super) fn take_whole(&mut self, name: &str) -> String {
        self.taken.take(name)
    }

    /// The name of a struct or an enum.
    pub(super) fn ty(&self, ty: Type<'a>, guarded: bool) -> &str {
        let found = self.types.get(&(ty, guarded)).or_else(|| self.types.get(&(ty, false)));
        // An enum has the same name everywhere.
        found.expect("a type in the catalog has a name")
    }

    /// The function that gives the name of a variant of an enum.
    pub(super) fn name_of(&self, ty: Type<'a>) -> &str {
        &self.name_functions[&ty]
    }

    /// The name of a constant of an enum.
    pub(super) fn constant(&mut self, of: &str, variant: &str) -> String {
        let name = format!("{}_{}", of.to_ascii_uppercase(), capitals(variant));
        self.taken.take(&name)
    }

    /// Fills the prefix and the limits of the format into a template.
    pub(super) fn fill(&self, template: &str) -> String {
        limits::fill(template).replace("@p@", &self.prefix).replace("@P@", &self.caps)
    }
}

/// The prefix of all names: not one with which a name could be that of a local, or of something that C
/// or its library declares.
fn prefix(name: &str) -> String {
    let name = snake(name);
    let name = name.trim_matches('_');
    let bad = name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit());
    if bad || WORDS.contains(&name) || LIBRARY.contains(&name) || begins_a_word(name) {
        return format!("region_{name}");
    }
    name.to_owned()
}

/// Whether a name, or a name and `_`, begins a name that the header uses by itself, such as that of a local,
/// perhaps with a number after it.
fn begins_a_word(name: &str) -> bool {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let begins = |word: &str| {
        let rest = word.strip_prefix(name);
        word == plain || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    templates::OWN_WORDS.iter().chain(LOCALS).any(|word| begins(word))
}

/// Returns the members of a struct for the names of its fields, in order.
pub(super) fn members<'a>(fields: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = UsedNames::default();
    fields.map(|field| taken.take(&member(field))).collect()
}

fn member(field: &str) -> String {
    let name = identifier(field);
    if WORDS.contains(&name.as_str()) {
        return format!("{name}_");
    }
    // Names with two underscores, or one before a capital, are reserved for the compiler.
    let mut chars = name.chars();
    let (first, second) = (chars.next(), chars.next());
    let reserved = first == Some('_') && second.is_some_and(|c| c == '_' || c.is_ascii_uppercase());
    if reserved { format!("x{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_not_keywords_and_differ() {
        let fields = ["class", "class_", "int", "x", "0", "__x", "größe", "linux"];
        let expected =
            ["class_", "class__2", "int_", "x", "_0", "x__x", "gr_u00f6_u00dfe", "linux_"];
        assert_eq!(members(fields.into_iter()), expected);
    }

    /// A header that uses every template, in which the names of fields start with `f_`.
    fn header() -> String {
        use shm_core::{
            Barrier, Bytes, CText, Event, Latest, Map, Mutex, Once, Owned, Queue, Ring, RwLock,
            Semaphore, SharedLayout, Text, Watched, field::Be,
        };

        #[derive(SharedLayout, Clone, Copy, Debug)]
        #[repr(u8)]
        enum Kind {
            A,
            B,
        }

        #[derive(SharedLayout, Clone, Copy, Debug)]
        #[repr(C)]
        struct Parts {
            f_bool: bool,
            f_wide: shm_core::field::byteorder::U128<shm_core::field::byteorder::LE>,
            f_char: char,
            f_kinds: [Kind; 2],
            f_text: Text<8>,
            f_bytes: Bytes<8>,
            f_order: [[Be<u32>; 2]; 2],
        }

        #[derive(SharedLayout)]
        #[repr(C)]
        struct All {
            f_parts: [Parts; 2],
            f_c_text: CText<8>,
            f_float: f32,
            f_mutex: [Mutex<Parts>; 2],
            f_number: Mutex<u64>,
            f_rwlock: RwLock<Parts>,
            f_semaphore: Semaphore<2>,
            f_barrier: Barrier<2>,
            f_event: Event,
            f_once: Once,
            f_latest: Latest<Parts>,
            f_double: Latest<f64>,
            f_ring: Ring<Parts, 4>,
            f_queue: Queue<u64, 4>,
            f_watched: Watched<CText<8>>,
            f_news: Watched<Latest<Parts>>,
            f_owned: Owned<str>,
            f_list: Owned<[Kind]>,
            f_one: Owned<Parts>,
            f_map: Map<str, Parts>,
            f_lists: Map<[u32], [u16]>,
        }

        let all = crate::Description::of(All::LAYOUT).expect("a layout of the format");
        crate::c::header(&all.with_name("Zebra")).expect("a header")
    }

    #[test]
    fn no_name_that_a_header_uses_by_itself_can_be_a_prefix() {
        let header = header();
        let mut code = String::new();
        for (index, piece) in header.split("/*").enumerate() {
            let piece = if index == 0 { piece } else { piece.split_once("*/").expect("its end").1 };
            code.extend(piece.split('"').step_by(2));
        }
        // Members cannot hide a type: the parts of live types, and padding.
        let members = [
            "changed",
            "handle",
            "padding_",
            "padding_2_",
            "padding_3_",
            "popped",
            "pushed",
            "tail",
        ];
        let mut checked = std::collections::HashSet::new();
        let mut forgotten = Vec::new();
        for word in code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
            let is_own = word.to_ascii_lowercase().starts_with("zebra") || word.starts_with("f_");
            let is_a_name = word.starts_with(|c: char| c.is_ascii_lowercase());
            if is_a_name && !is_own && !members.contains(&word) && checked.insert(word) {
                let as_named = prefix(word) == snake(word).trim_matches('_');
                forgotten.extend(as_named.then_some(word));
            }
        }
        assert!(forgotten.is_empty(), "{forgotten:?}");
        assert!(checked.len() > 300, "only {} names were found", checked.len());
    }

    #[test]
    fn a_prefix_is_not_a_name_of_the_language_its_library_or_a_local() {
        for (name, expected) in [
            ("Station", "station"),
            ("Time", "region_time"),
            ("Directory", "region_directory"),
            ("Value", "region_value"),
            ("From2", "region_from2"),
            ("Is", "region_is"),
            ("Int", "region_int"),
            ("3d", "region_3d"),
            ("_", "region_"),
        ] {
            assert_eq!(prefix(name), expected);
        }
    }
}
