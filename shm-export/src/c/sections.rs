//! The parts of a header that come from templates: the first comment, the checks, and the helpers that
//! are used.

use shm_schema::schema::{Schema, Type};

use super::contents::Contents;
use super::naming::Naming;
use super::templates;
use super::write::prose;
use crate::{heap, tail};

/// The comment at the start, and the include guard.
pub(super) fn opening(naming: &Naming<'_>, name: &str) -> String {
    naming.fill(templates::OPENING).replace("@TYPE@", &prose(name))
}

/// The checks for opening a region of this layout, or of one that has grown from it, or an object in a region.
pub(super) fn check(schema: &Schema, fingerprint: u64) -> String {
    let root = schema.root();
    let bytes = schema.to_bytes();
    let filled = templates::CHECK
        .replace("@SCHEMA_LEN@", &bytes.len().to_string())
        .replace("@SCHEMA@", &rows(&bytes))
        .replace("@ALIGN@", &root.align().to_string())
        .replace("@HAS_LOCKS@", word(schema.has_locks()))
        .replace("@HAS_HEAP@", word(schema.needs_heap()))
        .replace("@HAS_TAIL@", word(root.has_tail()))
        .replace("@DATA_LENGTH@\n", &data_length(root));
    let header = templates::HEADER.replace("@FINGERPRINT@", &format!("{fingerprint:#018x}"));
    [&header, templates::SCHEMA, templates::COMPARE, templates::GROWTH, &filled, templates::OBJECT]
        .join("\n")
}

fn word(fact: bool) -> &'static str {
    if fact { "true" } else { "false" }
}

fn rows(bytes: &[u8]) -> String {
    let row = |row: &[u8]| {
        let numbers: Vec<String> = row.iter().map(u8::to_string).collect();
        format!("    {},", numbers.join(", "))
    };
    bytes.chunks(20).map(row).collect::<Vec<_>>().join("\n")
}

/// The length that the data must have. With a part of `count` elements, it must not overflow.
fn data_length(root: Type<'_>) -> String {
    let Some((offset, element)) = tail::of(root) else {
        let size = root.size();
        return format!(
            "    const uint64_t size = UINT64_C({size});\n    if (count != 0)\n        return \
             @P@_DATA_LENGTH;\n"
        );
    };
    let (size, align) = (element.size(), root.align());
    let most = (i64::MAX as u64 - offset - u64::from(align)) / size.max(1);
    format!(
        "    if (count > UINT64_C({most}))\n        return @P@_DATA_LENGTH;\n    const uint64_t size = \
         (UINT64_C({offset}) + count * {size} + {rest}) / {align} * {align};\n",
        rest = align - 1,
    )
}

/// The helpers that these functions call, in an order in which they can call each other.
pub(super) fn used(
    naming: &Naming<'_>,
    functions: &str,
    contents: &Contents<'_>,
    helpers: &[&str],
) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut calls = functions.to_owned();
    for template in helpers {
        let text = heap::fill(&contents.fill(&naming.fill(template)), ('{', '}'));
        if defined(&text, naming).any(|name| calls.contains(&name)) {
            calls.push_str(&text);
            texts.insert(0, text);
        }
    }
    texts.join("\n")
}

/// The functions that open and close a region, before the helpers that wait and lock, as far as these
/// functions need any.
pub(super) fn opening_and_locking(naming: &Naming<'_>, functions: &str) -> Vec<String> {
    let helpers = used(naming, functions, &Contents::default(), &templates::LOCKING);
    let takes_locks = functions.contains(&naming.fill("@p@_locks *"));
    let open = for_locks(templates::OPEN, takes_locks);
    let mut parts = vec![templates::FILES];
    parts.extend((!helpers.is_empty()).then_some(templates::SYSTEM));
    parts.extend(takes_locks.then_some(templates::PARTICIPANTS));
    parts.push(&open);
    let mut parts: Vec<String> = parts.into_iter().map(|part| naming.fill(part)).collect();
    if !helpers.is_empty() {
        parts.push(naming.fill(&format!("#ifndef @P@_NO_OPEN\n{helpers}#endif\n")));
    }
    parts
}

/// The lines of a template for a header whose functions take locks, or do not.
fn for_locks(template: &str, takes_locks: bool) -> String {
    let lines = template.split_inclusive('\n').filter_map(|line| {
        match (line.strip_prefix("@L@"), line.strip_prefix("@N@")) {
            (Some(line), _) => takes_locks.then_some(line),
            (_, Some(line)) => (!takes_locks).then_some(line),
            _ => Some(line),
        }
    });
    lines.collect()
}

/// The names in a template that end in `_` or in the type of a wide number, as in a call: with `(`.
fn defined<'a>(text: &'a str, naming: &'a Naming<'_>) -> impl Iterator<Item = String> + 'a {
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
