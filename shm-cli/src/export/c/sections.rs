//! The parts of a header that are filled in, not made up: the first comment, the checks, and those
//! helpers that something uses.

use shm_core::layout::Role;
use shm_core::schema::{Schema, Type, TypeKind};

use super::naming::Naming;
use super::write::prose;

/// The comment at the start, and the include guard.
pub(super) fn opening(naming: &Naming, name: &str) -> String {
    let text = include_str!("templates/opening.h");
    naming.fill(text).replace("@TYPE@", &prose(name))
}

/// The checks for opening a region of this layout.
pub(super) fn check(schema: &Schema, fingerprint: u64) -> String {
    let root = schema.root();
    let bytes = schema.to_bytes();
    let has_lock = |ty: Type<'_>| ty.role().is_some_and(Role::has_lock);
    let participants = if schema.types().any(has_lock) { PARTICIPANTS } else { "" };
    include_str!("templates/check.h")
        .replace("@FINGERPRINT@", &format!("{fingerprint:#018x}"))
        .replace("@SCHEMA_LEN@", &bytes.len().to_string())
        .replace("@SCHEMA@", &rows(&bytes))
        .replace("@ALIGN@", &root.align().to_string())
        .replace("@DATA_LENGTH@\n", &data_length(root))
        .replace("@PARTICIPANTS@\n", participants)
}

fn rows(bytes: &[u8]) -> String {
    let row = |row: &[u8]| {
        let numbers: Vec<String> = row.iter().map(u8::to_string).collect();
        format!("        {},", numbers.join(", "))
    };
    bytes.chunks(20).map(row).collect::<Vec<_>>().join("\n")
}

const PARTICIPANTS: &str = "\
    const uint64_t room = known[4].len / 64;
    if (known[4].kind == 0 || known[4].offset % 64 != 0 || known[4].len % 64 != 0 || room < 1 || room > 1023)
        return @P@_SECTION;
";

/// Checks the length of the data section. Where a part has `count` elements, that must not overflow.
fn data_length(root: Type<'_>) -> String {
    let Some((offset, element)) = tail(root) else {
        let size = root.size();
        return format!(
            "    if (count != 0 || known[3].len != UINT64_C({size}))\n        return \
             @P@_DATA_LENGTH;\n"
        );
    };
    let (element, align) = (element.size().max(1), root.align());
    let most = (i64::MAX as u64 - offset - u64::from(align)) / element;
    format!(
        "    if (count > UINT64_C({most}) || known[3].len != (UINT64_C({offset}) + count * {size} + \
         {rest}) / {align} * {align})\n        return @P@_DATA_LENGTH;\n",
        size = tail(root).map_or(0, |(_, element)| element.size()),
        rest = align - 1,
    )
}

/// Where the slice of a type starts, and what its elements are.
fn tail(root: Type<'_>) -> Option<(u64, Type<'_>)> {
    let last = root.fields().next_back();
    let (offset, ty) = last.map_or((0, root), |last| (last.offset(), last.ty()));
    match ty.kind() {
        TypeKind::Slice { element } => Some((offset, element)),
        _ => None,
    }
}

/// The helpers that these functions call, in an order in which they can call each other.
pub(super) fn used(naming: &Naming, functions: &str) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut calls = functions.to_owned();
    for template in [
        include_str!("templates/latest.h"),
        include_str!("templates/counted.h"),
        include_str!("templates/text.h"),
        include_str!("templates/packed.h"),
        include_str!("templates/bytes.h"),
        include_str!("templates/wide.h"),
        include_str!("templates/order.h"),
        include_str!("templates/floats.h"),
    ] {
        let text = naming.fill(template);
        if defined(&text, naming).any(|name| calls.contains(&name)) {
            calls.push_str(&text);
            texts.insert(0, text);
        }
    }
    texts.join("\n")
}

/// The names in a template that end in `_` or in the type of a wide number, as used: with `(`.
fn defined<'a>(text: &'a str, naming: &'a Naming) -> impl Iterator<Item = String> + 'a {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let own = |word: &&str| {
        let known = word.starts_with(&naming.prefix) || word.starts_with(&naming.caps);
        known && word.ends_with('_')
    };
    let defines = move |word: &&str| {
        own(word)
            && text.lines().any(|line| {
                let starts = line.starts_with("static inline") || line.starts_with("#define");
                starts && line.contains(&format!("{word}("))
            })
    };
    words.filter(defines).map(|word| format!("{word}("))
}
