//! The length of a header: each field has several functions that repeat its name.

use shm_schema::schema::TypeKind;

use crate::catalog::{Catalog, Context, Item};
use crate::error::Error;
use crate::kinds;

/// The approximate longest header, in bytes: one of ten thousand fields has half of that.
const MOST: u64 = 24 << 20;

/// Bytes for a field, without names.
const FIELD: u64 = 600;
/// The number of times that the name of a field is written, and that of its struct.
const NAMES: u64 = 18;
/// The same for a variant of an enum.
const VARIANT: u64 = 150;
const VARIANT_NAMES: u64 = 8;

/// Refuses a layout whose header would be too long.
///
/// # Errors
/// If it would be: its length.
pub(super) fn check(catalog: &Catalog<'_>) -> Result<(), Error> {
    let size: u64 = catalog.items.iter().map(of).sum();
    if size <= MOST {
        return Ok(());
    }
    Err(Error::TooLarge { found: size >> 20, most: MOST >> 20 })
}

fn of(item: &Item<'_>) -> u64 {
    let of_type = kinds::name(item.ty).map_or(0, str::len) as u64;
    match item.ty.kind() {
        TypeKind::Enum { variants, .. } => {
            let names = variants.iter().map(|one| one.name().len() as u64 + of_type);
            names.map(|names| VARIANT + VARIANT_NAMES * names).sum()
        }
        _ => {
            let names = item.ty.fields().map(|part| part.name().len() as u64 + of_type);
            let twice = item.contexts.has(Context::Guarded) && item.contexts.has_unguarded();
            names.map(|names| FIELD + NAMES * names).sum::<u64>() * if twice { 2 } else { 1 }
        }
    }
}
