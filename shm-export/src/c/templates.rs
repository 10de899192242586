//! The code that does not depend on a layout, with `@p@` for the prefix of all names and `@P@` for the
//! same in capitals. The texts are in `templates/`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

pub(super) const OPENING: &str = include_str!("templates/opening.h");
pub(super) const PRELUDE: &str = include_str!("templates/prelude.h");
pub(super) const ERRORS: &str = include_str!("templates/errors.h");
pub(super) const HEADER: &str = include_str!("templates/header.h");
pub(super) const SCHEMA: &str = include_str!("templates/schema.h");
pub(super) const COMPARE: &str = include_str!("templates/compare.h");
pub(super) const GROWTH: &str = include_str!("templates/growth.h");
pub(super) const CHECK: &str = include_str!("templates/check.h");
pub(super) const OBJECT: &str = include_str!("templates/object.h");
pub(super) const FILES: &str = include_str!("templates/files.h");
/// Lines that start with `@L@` are for headers whose functions take locks, those with `@N@` for others.
pub(super) const OPEN: &str = include_str!("templates/open.h");

/// What waiting and locking need of the system.
pub(super) const SYSTEM: &str = include_str!("templates/system.h");
/// The identity of a process, before the region that has it.
pub(super) const PARTICIPANTS: &str = include_str!("templates/participants.h");

/// Helpers, callers before callees.
pub(super) const CALLED: [&str; 13] = [
    include_str!("templates/map.h"),
    include_str!("templates/contents.h"),
    include_str!("templates/heap.h"),
    include_str!("templates/latest.h"),
    include_str!("templates/queue.h"),
    include_str!("templates/counted.h"),
    include_str!("templates/text.h"),
    include_str!("templates/packed.h"),
    include_str!("templates/bytes.h"),
    include_str!("templates/wide.h"),
    include_str!("templates/order.h"),
    include_str!("templates/floats.h"),
    include_str!("templates/utf8.h"),
];

/// Helpers that wait or lock, callers before callees.
pub(super) const LOCKING: [&str; 10] = [
    include_str!("templates/store.h"),
    include_str!("templates/barrier.h"),
    include_str!("templates/semaphore.h"),
    include_str!("templates/rwlock.h"),
    include_str!("templates/mutex.h"),
    include_str!("templates/lock.h"),
    include_str!("templates/attach.h"),
    include_str!("templates/alive.h"),
    include_str!("templates/event.h"),
    include_str!("templates/futex.h"),
];

fn all() -> impl Iterator<Item = &'static str> {
    let always = [PRELUDE, ERRORS, HEADER, SCHEMA, COMPARE, GROWTH, CHECK, OBJECT, FILES, OPEN];
    always.into_iter().chain([SYSTEM, PARTICIPANTS]).chain(CALLED).chain(LOCKING)
}

/// Every name that follows the prefix in a template. The names in the first comment are examples.
pub(super) fn names(prefix: &str) -> impl Iterator<Item = &'static str> {
    let start = format!("{prefix}_");
    all().flat_map(move |text| {
        let starts: Vec<_> = text.match_indices(&start).map(|(at, _)| at + start.len()).collect();
        starts.into_iter().map(move |start| {
            let name = &text[start..];
            let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            &name[..end.unwrap_or(name.len())]
        })
    })
}

/// Every word of a template that does not follow the prefix: the names of locals, members, types and
/// functions of C.
pub(super) static OWN_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '@';
    let pieces = all().flat_map(code);
    let words = pieces.flat_map(|code| code.split(move |c: char| !is_part(c)));
    words.filter(|word| !word.is_empty() && !word.contains('@')).collect()
});

/// The pieces of a C text that are neither comments nor strings.
fn code(text: &'static str) -> Vec<&'static str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some(start) = rest.find(['"']).into_iter().chain(rest.find("/*")).min() {
        pieces.push(&rest[..start]);
        let end = if rest[start..].starts_with('"') { "\"" } else { "*/" };
        let inside = &rest[start + 1..];
        rest = inside.find(end).map_or("", |at| &inside[at + end.len()..]);
    }
    pieces.push(rest);
    pieces
}
