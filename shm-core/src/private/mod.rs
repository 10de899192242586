//! The items that generated code calls. Not public API: it changes without notice.
//!
//! Any crate that depends on this one can call all of it, even from safe code, with any arguments. So no
//! function here trusts an argument: it returns a number, a text or a panic of the compiler, or, for
//! [`read_only`], a reference to the same memory. Claims that must be trusted are `unsafe` and printed
//! by the derive. A test keeps the list of all items.

mod judged;
mod texts;

use std::fmt;
use std::marker::PhantomData;

pub use std::mem::offset_of;

pub use judged::{
    Asked, Is, MaybeShared, NoRemedy, NotShared, Part, PlaceablePart, ValidZeroedPart, judge,
};
pub use texts::{allowed, allowed_len, note, note_len, text};

pub use crate::layout::same;
pub use crate::shared_layout::read_only;

use crate::layout::Variant;
use crate::limits::MAX_ALIGN;
use crate::root::Tail;

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
        align_of::<T>() <= MAX_ALIGN as usize,
        "this type is aligned to more than a page\nhelp: a region starts at a page boundary: use an alignment of 4096 or less"
    );
}

/// Fails the build with `what` unless an enum, or another type stored as an integer, has the size and
/// alignment of that integer.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn is_its_integer<T, Integer>(what: &'static str) {
    same(what, size_of::<T>(), size_of::<Integer>());
    same(what, align_of::<T>(), align_of::<Integer>());
}

/// Returns where a field of type `T` starts in a `repr(C)` struct, if the previous one ends at `end`.
#[must_use]
pub const fn next<T>(end: usize) -> usize {
    end.next_multiple_of(align_of::<T>())
}

/// Returns where a field of type `T` ends that starts at `offset`.
#[must_use]
pub const fn end<T>(offset: usize) -> usize {
    offset + size_of::<T>()
}

/// Fails the build with `what` unless a view has the size of its type.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn same_size<View, Own>(what: &'static str) {
    same(what, size_of::<View>(), size_of::<Own>());
}

/// Fails the build with `what` unless a view has the alignment of its type.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn same_align<View, Own>(what: &'static str) {
    same(what, align_of::<View>(), align_of::<Own>());
}

/// Implemented for every type if `HAS` is true: whether a variant of the enum has the value 0.
#[diagnostic::on_unimplemented(
    message = "zero is not a valid `{Self}`: none of its variants has the value 0",
    label = "the variant with the value 0 is missing, and a new region is full of zeros",
    note = "give a variant the value 0, or create the region with an initial value: `Region::create_from(name, &value)` or `Region::options().create_with(name, |view| ..)`"
)]
pub trait HasZero<const HAS: bool> {}

impl<T> HasZero<true> for T {}

/// Returns whether a variant has the value 0.
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

/// Returns whether all of these hold.
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

/// Returns whether fields of these sizes, which do not overlap, cover a struct completely.
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

/// Returns the size of a root with a tail of length 0.
///
/// # Panics
/// In constant evaluation only, if there is no tail.
#[must_use]
pub const fn size_without_tail(tail: Option<Tail>) -> usize {
    let Some(tail) = tail else { panic!("a root without a tail") };
    match tail.size_for(0) {
        Some(size) => size,
        None => panic!("the struct is larger than memory can be"),
    }
}

/// The stand-in for the view of a refused type. `ERROR` is a `compile_error!`, so rustc accepts every
/// use of it.
pub struct Refused<A, const ERROR: usize>(PhantomData<fn() -> A>);

impl<A, const ERROR: usize> fmt::Debug for Refused<A, ERROR> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each is harmless with any arguments: see the top of this file. Give the reason for each addition.
    #[test]
    fn safe_code_can_call_only_these_items() {
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
            // From other files, equally harmless.
            "same",
            "offset_of",
            "judge",
            "Asked",
            "Is",
            "MaybeShared",
            "NoRemedy",
            "NotShared",
            "Part",
            "PlaceablePart",
            "ValidZeroedPart",
        ];
        let source = include_str!("mod.rs");
        let items = source.lines().filter_map(|line| {
            let item = line.strip_prefix("pub ")?;
            let item = item.strip_prefix("const ").unwrap_or(item);
            let (kind, name) = item.split_once(' ')?;
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            (kind != "use").then(|| name.split_at(end.unwrap_or(name.len())).0)
        });
        let uses = source.split("\npub use ").skip(1).filter_map(|rest| rest.split(';').next());
        let used = uses.flat_map(|path| {
            let (_, names) = path.rsplit_once("::").expect("a path");
            names.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty())
        });
        let found = items.chain(used);
        let (mut expected, mut found) = (expected.to_vec(), found.collect::<Vec<_>>());
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn fields_that_add_up_to_its_size_cover_a_struct() {
        assert!(covered(0, &[]) && covered(16, &[8, 0, 4, 4]));
        assert!(!covered(16, &[8, 4]) && !covered(8, &[]));
    }

    #[test]
    fn all_is_true_unless_one_is_false() {
        assert!(all(&[]) && all(&[true, true]));
        assert!(!all(&[true, false]) && !all(&[false, true]));
    }
}
