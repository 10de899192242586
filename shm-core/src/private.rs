//! What generated code calls. Not for people: it changes without notice.
//!
//! Whoever depends on this crate can call all of it, also from safe code, with whatever arguments. So
//! nothing here believes an argument: what it returns is a number, a text or a panic of the compiler, or,
//! from [`read_only`], a reference to what was referenced before. What has to be believed is `unsafe` and
//! printed by the derive. A test keeps the list of what there is.

use std::fmt;
use std::marker::PhantomData;

pub use crate::judged::{
    Asked, Is, MaybeShared, NoRemedy, NotShared, Part, PlaceablePart, ValidZeroedPart, judge,
};
pub use crate::layout::same;
pub use std::mem::offset_of;

use crate::access::{Access, ReadOnly};
use crate::layout::Variant;
use crate::root::Tail;
use crate::shared_layout::SharedLayout;

/// The greatest alignment that a region can give: a page.
const PAGE: usize = 4096;

/// Fails the build with `what` unless view and struct agree, and the struct fits into pages.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn same_layout<View, Own>(what: &'static str) {
    same(what, size_of::<View>(), size_of::<Own>());
    same(what, align_of::<View>(), align_of::<Own>());
    fits_a_page::<Own>();
}

/// Fails the build unless a region, which starts at a page boundary, can hold a `T` where it needs
/// to be.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn fits_a_page<T>() {
    assert!(
        align_of::<T>() <= PAGE,
        "this type is aligned to more than a page\nhelp: a region starts at a page boundary: use an alignment of 4096 or less"
    );
}

/// Fails the build with `what` unless an enum, or what else is stored as an integer, is as large and as
/// aligned as that integer.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn is_its_integer<T, Integer>(what: &'static str) {
    same(what, size_of::<T>(), size_of::<Integer>());
    same(what, align_of::<T>(), align_of::<Integer>());
}

/// Where a field of type `T` starts in a `repr(C)` struct, if the one before it ends at `end`.
#[must_use]
pub const fn next<T>(end: usize) -> usize {
    end.next_multiple_of(align_of::<T>())
}

/// Where a field of type `T` ends that starts at `offset`.
#[must_use]
pub const fn end<T>(offset: usize) -> usize {
    offset + size_of::<T>()
}

/// Fails the build with `what` unless a view is as large as its type.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn same_size<View, Own>(what: &'static str) {
    same(what, size_of::<View>(), size_of::<Own>());
}

/// Fails the build with `what` unless a view is as aligned as its type.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn same_align<View, Own>(what: &'static str) {
    same(what, align_of::<View>(), align_of::<Own>());
}

/// An enum of which a variant has the value 0, if `HAS` says so.
#[diagnostic::on_unimplemented(
    message = "zero is not a valid `{Self}`: none of its variants has the value 0",
    label = "the variant with the value 0 is missing, and a new region is full of zeros",
    note = "give a variant the value 0, or create the region with its first value: `Region::create_from(name, &value)` or `Region::create_with(name, |view| ..)`"
)]
pub trait HasZero<const HAS: bool> {}

impl<T> HasZero<true> for T {}

/// Whether a variant has the value 0.
#[must_use]
pub const fn has_zero(variants: &[Variant]) -> bool {
    let mut i = 0;
    while i < variants.len() {
        if variants[i].discriminant == 0 {
            return true;
        }
        i += 1;
    }
    false
}

/// Whether all of these hold.
#[must_use]
pub const fn all(facts: &[bool]) -> bool {
    let mut i = 0;
    while i < facts.len() {
        if !facts[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether fields of these sizes, which do not overlap, leave nothing of a struct uncovered.
#[must_use]
pub const fn covered(size: usize, fields: &[usize]) -> bool {
    let mut sum = 0;
    let mut i = 0;
    while i < fields.len() {
        sum += fields[i];
        i += 1;
    }
    sum == size
}

/// The size of a root with a tail of length 0.
///
/// # Panics
/// In constant evaluation only, if there is none.
#[must_use]
pub const fn size_without_tail(tail: Option<Tail>) -> usize {
    let Some(tail) = tail else { panic!("a root without a tail") };
    match tail.size_for(0) {
        Some(size) => size,
        None => panic!("the struct is larger than memory can be"),
    }
}

/// Where a view would be whose type has been refused. `ERROR` is a `compile_error!`, and so rustc
/// finds nothing wrong with what is done to it.
pub struct Refused<A, const ERROR: usize>(PhantomData<fn() -> A>);

impl<A, const ERROR: usize> fmt::Debug for Refused<A, ERROR> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

/// The same memory, for reading only.
#[inline]
pub fn read_only<T: SharedLayout, A: Access>(view: &T::View<A>) -> &T::View<ReadOnly> {
    // SAFETY: `View` is the same bytes for every access mode, and atomics alone, so that a second
    // kind of reference to it claims nothing that the first does not.
    unsafe { &*std::ptr::from_ref(view).cast() }
}

/// The length of the text that [`allowed`] writes.
#[must_use]
pub const fn allowed_len(variants: &[Variant]) -> usize {
    write_allowed(variants, &mut [])
}

/// What an enum may be, as an error message says it: `0 (Idle), 1 (Busy)`.
#[must_use]
pub const fn allowed<const LEN: usize>(variants: &[Variant]) -> [u8; LEN] {
    let mut text = [0; LEN];
    write_allowed(variants, &mut text);
    text
}

/// The text in these bytes.
///
/// # Panics
/// If they are not UTF-8.
#[must_use]
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("not UTF-8"),
    }
}

/// The length of the text that [`note`] writes.
#[must_use]
pub const fn note_len(raw: &str) -> usize {
    write_note(raw, &mut [])
}

/// A doc comment that a macro made, as [`note_len`] says long: each line without the space that it starts
/// with and the blanks at its end, without blank lines at the start and at the end.
#[must_use]
pub const fn note<const LEN: usize>(raw: &str) -> [u8; LEN] {
    let mut text = [0; LEN];
    write_note(raw, &mut text);
    text
}

/// Writes as much as fits, and returns how much there is.
const fn write_note(raw: &str, out: &mut [u8]) -> usize {
    let (mut rest, mut at, mut pending) = (raw.as_bytes(), 0, 0);
    loop {
        let (line, more) = first_line(rest);
        let line = match line {
            [b' ', line @ ..] => line.trim_ascii_end(),
            line => line.trim_ascii_end(),
        };
        if !line.is_empty() {
            // Blank lines count once something follows.
            while pending > 0 && at > 0 {
                at = write(b"\n", out, at);
                pending -= 1;
            }
            pending = 0;
            at = write(line, out, at);
        }
        match more {
            Some(more) => rest = more,
            None => return at,
        }
        pending += 1;
    }
}

/// What stands before the first line break, and what behind.
const fn first_line(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut i = 0;
    while i < text.len() {
        if text[i] == b'\n' {
            let (line, rest) = text.split_at(i);
            return (line, Some(rest.split_at(1).1));
        }
        i += 1;
    }
    (text, None)
}

/// Writes as much as fits, and returns how much there is.
const fn write_allowed(variants: &[Variant], out: &mut [u8]) -> usize {
    let mut at = 0;
    let mut i = 0;
    while i < variants.len() {
        if i > 0 {
            at = write(b", ", out, at);
        }
        at = write_number(variants[i].discriminant, out, at);
        at = write(b" (", out, at);
        at = write(variants[i].name.as_bytes(), out, at);
        at = write(b")", out, at);
        i += 1;
    }
    at
}

const fn write(text: &[u8], out: &mut [u8], at: usize) -> usize {
    let mut i = 0;
    while i < text.len() {
        if at + i < out.len() {
            out[at + i] = text[i];
        }
        i += 1;
    }
    at + text.len()
}

const fn write_number(number: i128, out: &mut [u8], mut at: usize) -> usize {
    if number < 0 {
        at = write(b"-", out, at);
    }
    let number = number.unsigned_abs();
    let mut unit = 1;
    while number / unit >= 10 {
        unit *= 10;
    }
    while unit > 0 {
        at = write(&[b'0' + (number / unit % 10) as u8], out, at);
        unit /= 10;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is harmless, whatever it is called with: see the top of this file. Whoever adds one says why.
    #[test]
    fn nothing_else_is_here_for_safe_code_to_call() {
        let expected = [
            // Fail the build, or do nothing.
            "same_layout",
            "fits_a_page",
            "is_its_integer",
            "same_size",
            "same_align",
            "size_without_tail",
            // Numbers, facts and texts.
            "next",
            "end",
            "all",
            "covered",
            "has_zero",
            "allowed_len",
            "allowed",
            "note_len",
            "note",
            "text",
            // The same memory, for reading only.
            "read_only",
            // Types and traits that nothing `unsafe` asks for.
            "HasZero",
            "Refused",
        ];
        let found = include_str!("private.rs").lines().filter_map(|line| {
            let item = line.strip_prefix("pub const fn ").or(line.strip_prefix("pub fn "));
            let item =
                item.or(line.strip_prefix("pub trait ")).or(line.strip_prefix("pub struct "))?;
            Some(item.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(item))
        });
        let (mut expected, mut found) = (expected.to_vec(), found.collect::<Vec<_>>());
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_struct_is_covered_by_fields_that_add_up_to_its_size() {
        assert!(covered(0, &[]) && covered(16, &[8, 0, 4, 4]));
        assert!(!covered(16, &[8, 4]) && !covered(8, &[]));
    }

    #[test]
    fn all_holds_unless_one_does_not() {
        assert!(all(&[]) && all(&[true, true]));
        assert!(!all(&[true, false]) && !all(&[false, true]));
    }

    #[test]
    fn a_note_has_the_lines_of_its_comment_without_what_surrounds_them() {
        const RAW: &str = " \n Outside. \n\n   In the shade.\r\n°C\n\n";
        const NOTE: [u8; note_len(RAW)] = note(RAW);
        assert_eq!(text(&NOTE), "Outside.\n\n  In the shade.\n°C");
        assert_eq!((note_len(""), note_len(" \n\n ")), (0, 0));
    }

    const MODES: &[Variant] = &[
        Variant { name: "Idle", discriminant: 0 },
        Variant { name: "Busy", discriminant: 10 },
        Variant { name: "Gone", discriminant: -128 },
        Variant { name: "Größe", discriminant: u64::MAX as i128 },
    ];

    #[test]
    fn the_allowed_values_are_written_with_their_names() {
        const TEXT: [u8; allowed_len(MODES)] = allowed(MODES);
        assert_eq!(text(&TEXT), "0 (Idle), 10 (Busy), -128 (Gone), 18446744073709551615 (Größe)");
    }
}
