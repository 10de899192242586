//! Values without parts: numbers, enums and texts.

use super::Reader;
use crate::access::Access;
use crate::dynamic::fit::allowed;
use crate::dynamic::malformed::expect_made;
use crate::dynamic::scalars;
use crate::dynamic::source::{Source, c_text, native, native_bytes, reorder};
use crate::dynamic::value::DynValue;
use crate::error::{DynError, Found, InvalidValue};
use crate::layout::Role;
use crate::schema::{Counted, Type, TypeKind};

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads a value without parts.
    pub(super) fn leaf(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        match ty.kind() {
            TypeKind::Scalar(scalar) => {
                let bits = self.word(source, ty, offset)?;
                let invalid = || self.invalid(ty, bits, 4, "0..=0xd7ff, 0xe000..=0x10ffff".into());
                scalars::value(scalar, bits).ok_or_else(invalid)
            }
            TypeKind::NonZero { scalar, optional } => {
                match (self.word(source, ty, offset)?, optional) {
                    (0, true) => Ok(DynValue::None),
                    (0, false) => {
                        Err(self.invalid(ty, 0, ty.size() as usize, "anything but 0".into()))
                    }
                    (bits, _) => Ok(scalars::number(scalar, bits)),
                }
            }
            TypeKind::Enum { repr, variants } => {
                let bits = self.word(source, ty, offset)?;
                let found = scalars::variant(repr, ty, bits)
                    .ok_or_else(|| self.invalid(ty, bits, ty.size() as usize, allowed(variants)))?;
                if let DynValue::Variant { name, .. } = &found {
                    self.spend(name.len() as u64)?;
                }
                Ok(found)
            }
            TypeKind::Ordered { scalar, order, packed } => {
                self.look(source, offset, scalar.size())?;
                let mut bytes = if packed {
                    source.bytes(offset, scalar.size())
                } else {
                    native_bytes(self.word(source, ty, offset)?, scalar.size())
                };
                reorder(&mut bytes, order);
                Ok(scalars::number(scalar, native(&bytes)))
            }
            TypeKind::CText { capacity } => {
                let most = capacity.min(self.budget.left().saturating_add(1)) as usize;
                let bytes = source.bytes_to_nul(offset, most);
                self.spend(bytes.len() as u64)?;
                self.look(source, offset, bytes.len() + 1)?;
                Ok(c_text(bytes))
            }
            TypeKind::Unknown(_) => {
                expect_made(ty, &self.field())?;
                Err(self.unreadable(ty, "which is known to later versions of this library only"))
            }
            TypeKind::Marker => Ok(DynValue::Struct(Vec::new())),
            TypeKind::Array { .. }
            | TypeKind::Slice { .. }
            | TypeKind::Struct { .. }
            | TypeKind::Live { .. } => {
                unreachable!("`{ty}` has parts")
            }
        }
    }

    /// A scalar's bits. A scalar of 16 bytes can be read only in a private copy.
    pub(super) fn word(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<u128, DynError> {
        let width = ty.size() as usize;
        self.look(source, offset, width)?;
        if width > 8 && matches!(source, Source::Shared(_)) {
            return Err(self.unreadable(ty, "which no processor reads in one step"));
        }
        Ok(source.bits(offset, width))
    }

    /// A `Text` or `Bytes`: as many bytes as its length says.
    pub(super) fn counted(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
        Counted { bytes, capacity }: Counted,
    ) -> Result<DynValue, DynError> {
        let len = source.bits(offset, 4);
        if len > u128::from(capacity) {
            return Err(self.invalid(ty, len, 4, "a length of at most the capacity".into()));
        }
        self.spend(len as u64)?;
        self.look(source, offset, bytes as usize + len as usize)?;
        let bytes = source.bytes(offset + bytes as usize, len as usize);
        if ty.role() == Some(Role::Bytes) {
            return Ok(DynValue::Bytes(bytes));
        }
        String::from_utf8(bytes).map(DynValue::Text).map_err(|error| {
            let byte = error.as_bytes()[error.utf8_error().valid_up_to()];
            self.invalid(ty, byte.into(), 1, "UTF-8".into())
        })
    }

    #[cold]
    pub(super) fn invalid(
        &self,
        ty: Type<'_>,
        bits: u128,
        width: usize,
        allowed: String,
    ) -> DynError {
        DynError::Invalid(InvalidValue::new(Found {
            region: Some(self.region.to_owned()),
            field: Some(self.field()),
            type_name: ty.to_string().into(),
            // A validated value has at most 8 bytes.
            bits: bits as u64,
            width,
            allowed: allowed.into(),
            address: 0,
        }))
    }
}
