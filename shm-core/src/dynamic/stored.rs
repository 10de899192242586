//! Values as they come back: a number that was rounded, a variant that was given by its number.

use super::at_place::addend;
use super::field_path::FieldPath;
use super::fit::{c_text as c_text_bytes, non_zero, variant_bits};
use super::literal;
use super::scalars;
use super::source::c_text;
use super::value::DynValue;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
use crate::schema::{Type, TypeKind};

impl<A: Access> FieldPath<A> {
    /// Returns the value as a read after [`FieldPath::set`] would give it: 0.1 is another number in an
    /// `f32`, and a variant has a name, even if it was given by number. For a struct, only the given
    /// fields. Nothing is read or written.
    ///
    /// # Errors
    /// As [`FieldPath::check`].
    ///
    /// ```
    /// # use shm_core::{dynamic::DynValue, DynRegion, Region};
    /// let name = format!("shm-doc-stored-{}", std::process::id());
    /// let number = Region::<f32>::create(&name)?;
    /// let place = DynRegion::open(&name)?.resolve("")?;
    /// assert_eq!(place.stored(&DynValue::F64(0.1))?, DynValue::F32(0.1));
    /// # number.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stored(&self, value: &DynValue) -> Result<DynValue, DynError> {
        self.check(value)?;
        let found = in_runs(self.ty(), self.place().runs.len(), value);
        // A value that fits can be read.
        Ok(found.unwrap_or_else(|| value.clone()))
    }

    /// Returns the value that a text means for this place; see [`DynValue::of_text`]. For a range, that is a
    /// list.
    ///
    /// # Errors
    /// [`DynError::NotAValue`] if the text is not a value of any kind.
    pub fn value_of(&self, text: &str) -> Result<DynValue, DynError> {
        literal::of(text, self.ty(), self.count().is_some())
    }

    /// Returns the value after [`FieldPath::fetch_add`] added to `before`: the sum, wrapped around at the
    /// type's limit.
    ///
    /// # Errors
    /// As [`FieldPath::check_add`].
    ///
    /// ```
    /// # use shm_core::{dynamic::DynValue, DynRegion, Region};
    /// let name = format!("shm-doc-sum-{}", std::process::id());
    /// let number = Region::<u8>::create_from(&name, &250)?;
    /// let place = DynRegion::open(&name)?.resolve("")?;
    /// let before = place.fetch_add(10)?;
    /// assert_eq!(place.sum(&before, &10.into())?, DynValue::U64(4));
    /// # number.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sum(&self, before: &DynValue, added: &DynValue) -> Result<DynValue, DynError> {
        let (scalar, bits) = addend(self.schema(), self.place(), self.path().as_str(), added)?;
        let (_, before) = addend(self.schema(), self.place(), self.path().as_str(), before)?;
        let sum = u128::from(before.wrapping_add(bits));
        let kept = if scalar.size() == 8 { sum } else { sum & ((1 << (8 * scalar.size())) - 1) };
        Ok(scalars::number(scalar, kept))
    }
}

/// A list of values of a type, in as many lists as there are ranges; or one value for all elements.
fn in_runs(ty: Type<'_>, ranges: usize, value: &DynValue) -> Option<DynValue> {
    match (ranges, value) {
        (1, DynValue::List(_) | DynValue::Bytes(_)) => list(ty, value).or_else(|| of(ty, value)),
        (2.., DynValue::List(lists)) => {
            let lists = lists.iter().map(|value| in_runs(ty, ranges - 1, value));
            lists.collect::<Option<_>>().map(DynValue::List)
        }
        _ => of(ty, value),
    }
}

/// A value of a type, as reading gives it; `None` if it does not fit.
pub(super) fn of(ty: Type<'_>, value: &DynValue) -> Option<DynValue> {
    match ty.kind() {
        TypeKind::Scalar(scalar) | TypeKind::Ordered { scalar, .. } => {
            scalars::value(scalar, scalars::bits(scalar, value).ok()?)
        }
        TypeKind::NonZero { scalar, optional } => match non_zero(scalar, optional, value).ok()? {
            0 => Some(DynValue::None),
            bits => scalars::value(scalar, bits),
        },
        TypeKind::Enum { repr, variants } => {
            scalars::variant(repr, ty, variant_bits(repr, variants, value).ok()?)
        }
        TypeKind::CText { capacity } => Some(c_text(c_text_bytes(value, capacity).ok()?)),
        TypeKind::Array { element, .. } | TypeKind::Slice { element } => list(element, value),
        TypeKind::Struct { .. } | TypeKind::Live { .. } => structure(ty, value),
        _ => None,
    }
}

fn list(element: Type<'_>, value: &DynValue) -> Option<DynValue> {
    let elements = match value {
        DynValue::List(elements) => elements.iter().map(|value| of(element, value)).collect(),
        DynValue::Bytes(bytes) => {
            let number = |byte: &u8| scalars::value(ScalarKind::U8, (*byte).into());
            bytes.iter().map(number).collect()
        }
        _ => None,
    };
    elements.map(DynValue::List)
}

fn structure(ty: Type<'_>, value: &DynValue) -> Option<DynValue> {
    match (ty.role(), value) {
        (None, DynValue::Struct(fields)) => {
            let fields = fields
                .iter()
                .map(|(name, value)| Some((name.clone(), of(ty.field(name)?.ty(), value)?)));
            fields.collect::<Option<_>>().map(DynValue::Struct)
        }
        (Some(Role::Bytes), DynValue::Text(text)) => Some(DynValue::Bytes(text.clone().into())),
        (Some(Role::Bytes), DynValue::Bytes(_)) => Some(value.clone()),
        (Some(Role::Text | Role::OwnedText), DynValue::Text(_)) => Some(value.clone()),
        (Some(Role::OwnedText), DynValue::None) => Some(DynValue::Text(String::new())),
        (Some(Role::OwnedSlice), DynValue::None) => Some(DynValue::List(Vec::new())),
        (Some(Role::OwnedSlice), _) => list(ty.live()?.kept()?, value),
        (Some(Role::TailText), DynValue::Text(_)) => Some(value.clone()),
        (Some(Role::TailText | Role::TailSlice), DynValue::None) => Some(DynValue::None),
        (Some(Role::TailSlice), _) => list(ty.live()?.contents()?.element?, value),
        (Some(Role::Owned), DynValue::None) => Some(DynValue::None),
        (Some(Role::Owned), _) => of(ty.live()?.kept()?, value),
        _ => None,
    }
}
