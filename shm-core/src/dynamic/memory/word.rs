//! Steps on one word that no other process can interrupt.

use super::Memory;
use crate::access::CanWrite;
use crate::layout::ScalarKind;

/// A step that reads an integer, computes, and writes the result.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Step {
    Add,
    Sub,
    And,
    Or,
    Xor,
    Max,
    Min,
}

/// Does the same with the field of each width.
macro_rules! by_width {
    ($memory:ident, $offset:ident, $width:ident, |$field:ident: $word:ident| $work:expr) => {{
        debug_assert!(matches!($width, 1 | 2 | 4 | 8), "a word of {} bytes", $width);
        macro_rules! with {
            ($word_type:ty) => {{
                type $word = $word_type;
                let $field = $memory.field::<$word>($offset);
                $work
            }};
        }
        match $width {
            1 => with!(u8),
            2 => with!(u16),
            4 => with!(u32),
            _ => with!(u64),
        }
    }};
}

impl<A: CanWrite> Memory<'_, A> {
    /// Writes the low bits of a word of that many bytes. Returns the word before.
    pub(in super::super) fn swap(self, offset: usize, width: usize, bits: u64) -> u64 {
        by_width!(self, offset, width, |field: Word| u64::from(field.swap(bits as Word)))
    }

    /// Writes the low bits of `new` to a word of that many bytes, if it has the low bits of `current`. Returns the
    /// word that was found, as an error if it has others.
    pub(in super::super) fn compare_exchange(
        self,
        offset: usize,
        width: usize,
        (current, new): (u64, u64),
    ) -> Result<u64, u64> {
        by_width!(self, offset, width, |field: Word| {
            let found = field.compare_exchange(current as Word, new as Word);
            found.map(u64::from).map_err(u64::from)
        })
    }

    /// Changes an integer by a step. Returns the bits before, zeros above.
    ///
    /// # Panics
    /// If it is not an integer of at most 64 bits.
    pub(in super::super) fn fetch(
        self,
        offset: usize,
        integer: ScalarKind,
        step: Step,
        bits: u64,
    ) -> u64 {
        macro_rules! with {
            ($integer:ty, $word:ty) => {{
                let (field, operand) = (self.field::<$integer>(offset), bits as $integer);
                let before = match step {
                    Step::Add => field.fetch_add(operand),
                    Step::Sub => field.fetch_sub(operand),
                    Step::And => field.fetch_and(operand),
                    Step::Or => field.fetch_or(operand),
                    Step::Xor => field.fetch_xor(operand),
                    Step::Max => field.fetch_max(operand),
                    Step::Min => field.fetch_min(operand),
                };
                u64::from(before as $word)
            }};
        }
        match integer {
            ScalarKind::U8 => with!(u8, u8),
            ScalarKind::U16 => with!(u16, u16),
            ScalarKind::U32 => with!(u32, u32),
            ScalarKind::U64 => with!(u64, u64),
            ScalarKind::I8 => with!(i8, u8),
            ScalarKind::I16 => with!(i16, u16),
            ScalarKind::I32 => with!(i32, u32),
            ScalarKind::I64 => with!(i64, u64),
            other => unreachable!("a `{}` is not such an integer", other.name()),
        }
    }
}
