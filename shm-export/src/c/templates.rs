//! The code that does not depend on a layout, with `@p@` for the prefix of all names and `@P@` for the
//! same in capitals. The texts are in `templates/`.

pub(super) const OPENING: &str = include_str!("templates/opening.h");
pub(super) const PRELUDE: &str = include_str!("templates/prelude.h");
pub(super) const ERRORS: &str = include_str!("templates/errors.h");
pub(super) const HEADER: &str = include_str!("templates/header.h");
pub(super) const SCHEMA: &str = include_str!("templates/schema.h");
pub(super) const COMPARE: &str = include_str!("templates/compare.h");
pub(super) const GROWTH: &str = include_str!("templates/growth.h");
pub(super) const CHECK: &str = include_str!("templates/check.h");
pub(super) const OPEN: &str = include_str!("templates/open.h");

/// Helpers, callers before callees.
pub(super) const CALLED: [&str; 12] = [
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
];

/// Every name that follows the prefix in a template. The names in the first comment are examples.
pub(super) fn names(prefix: &str) -> impl Iterator<Item = &'static str> {
    let always = [PRELUDE, ERRORS, HEADER, SCHEMA, COMPARE, GROWTH, CHECK, OPEN];
    let start = format!("{prefix}_");
    always.into_iter().chain(CALLED).flat_map(move |text| {
        let starts: Vec<_> = text.match_indices(&start).map(|(at, _)| at + start.len()).collect();
        starts.into_iter().map(move |start| {
            let name = &text[start..];
            let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            &name[..end.unwrap_or(name.len())]
        })
    })
}
