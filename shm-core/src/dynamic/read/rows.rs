//! Rows for each process: those in use, and what the rows of past processes add up to.

use std::sync::atomic::Ordering::Acquire;
use std::sync::atomic::fence;

use super::super::budget;
use super::super::source::Source;
use super::super::value::DynValue;
use super::Reader;
use crate::access::Access;
use crate::error::DynError;
use crate::path::Segment;
use crate::protocol::per_process::{ATTEMPTS, State, is_free};
use crate::schema::{Rows, Type};

impl<'s, A: Access> Reader<'s, '_, A> {
    /// Reads the retired value that counts, and the rows in use, at one moment: as
    /// [`Words::read`](crate::protocol::per_process::Words::read).
    pub(super) fn rows(
        &mut self,
        source: Source<'_, A>,
        rows: Rows<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let state = || State(source.bits(offset + rows.state as usize, 8) as u64);
        let budget = self.budget;
        for _ in 0..ATTEMPTS {
            let before = state();
            // Pairs with the Release stores of a folder.
            fence(Acquire);
            let found = self.rows_in(before, source, rows, offset);
            // Pairs with the Release fences of a folder.
            fence(Acquire);
            if state() == before {
                return found;
            }
            self.budget = budget;
        }
        Err(DynError::Contended { field: self.field() })
    }

    fn rows_in(
        &mut self,
        state: State,
        source: Source<'_, A>,
        rows: Rows<'s>,
        offset: usize,
    ) -> Result<DynValue, DynError> {
        let Rows { seats, retired, rows: first, stride, count, row, .. } = rows;
        let start = |from: u64, index: u64| offset + (from + index * stride) as usize;
        let retired = start(retired, state.retired() as u64);
        let retired = self.named_part("retired", source, row, retired)?;
        self.spend(budget::field("rows"))?;
        let mut found = Vec::new();
        for index in 0..count {
            let seat = source.bits(offset + (seats + 4 * index) as usize, 4) as u32;
            if is_free(seat) || state.pending().map(u64::from) == Some(index) {
                continue;
            }
            self.spend(budget::VALUE + budget::field("row"))?;
            self.trail.push(Segment::Index(index));
            let value = self.named_part("value", source, row, start(first, index))?;
            self.trail.pop();
            found.push(DynValue::Struct(vec![("row".to_owned(), index.into()), value]));
        }
        Ok(DynValue::Struct(vec![retired, ("rows".to_owned(), DynValue::List(found))]))
    }

    fn named_part(
        &mut self,
        name: &str,
        source: Source<'_, A>,
        ty: Type<'s>,
        offset: usize,
    ) -> Result<(String, DynValue), DynError> {
        self.spend(budget::field(name))?;
        Ok((name.to_owned(), self.value(source, ty, offset)?))
    }
}
