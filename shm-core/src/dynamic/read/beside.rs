//! Fields that a lock beside them guards: read while that is held, where it can be taken.

use super::Reader;
use crate::access::{Access, ReadWrite};
use crate::dynamic::beside;
use crate::dynamic::memory::Memory;
use crate::dynamic::resolve::{Beside, word_of};
use crate::dynamic::source::Source;
use crate::dynamic::value::DynValue;
use crate::error::{DynError, LockError};
use crate::schema::{Schema, Type};
use crate::sync::Held;

impl<'s, 'm, A: Access> Reader<'s, 'm, A> {
    /// Reads a place in a guarded field, under its lock; with ranges outside, one element after the other.
    pub(super) fn guarded_place(&mut self, schema: &'s Schema) -> Result<DynValue, DynError> {
        let (place, source, ty) = (self.place, Source::Shared(self.memory), self.ty(schema));
        let Some(Beside { word: first, outer }) = place.beside() else { return Ok(DynValue::None) };
        let (outside, inside) = place.runs.split_at(outer);
        self.runs(first, outside, &mut |reader, word| {
            let _held = reader.hold(word)?;
            let start = place.offset + (word - first);
            reader.runs(start, inside, &mut |reader, offset| reader.value(source, ty, offset))
        })
    }

    /// Reads a struct with guarded fields: those of each lock together, while it is held. One lock is held at a
    /// time.
    pub(super) fn guarded_fields(
        &mut self,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let fields: Vec<_> = ty.fields().collect();
        let lock =
            |position: usize| ty.lock_of(fields[position]).and_then(|lock| word_of(offset, lock));
        let mut order: Vec<_> = (0..fields.len()).map(|at| (lock(at), at)).collect();
        order.sort_unstable();
        let mut values = vec![None; fields.len()];
        for group in order.chunk_by(|one, next| one.0 == next.0) {
            let _held = group[0].0.map(|word| self.hold(word)).transpose()?;
            for &(_, at) in group {
                values[at] = Some(self.one_field(source, fields[at], offset)?);
            }
        }
        Ok(DynValue::Struct(values.into_iter().flatten().collect()))
    }

    /// Takes the lock at an offset; `None` if it is held already, or this process cannot take part in the
    /// region's locks: then the value is read as one in a `Mutex` is, without the lock.
    fn hold(&self, word: usize) -> Result<Option<Held<'m>>, DynError> {
        if self.place.held == Some(word) {
            return Ok(None);
        }
        let memory: Option<Memory<'m, ReadWrite>> = self.memory.writable();
        match memory.map(|memory| beside::hold(memory, word, None)) {
            Some(Ok(held)) => Ok(Some(held)),
            Some(Err(error @ (LockError::OwnerDied | LockError::WouldDeadlock))) => {
                Err(DynError::Lock(error))
            }
            Some(Err(_)) | None => Ok(None),
        }
    }
}
