//! The numbers that a type consists of, and their sums.

use crate::layout::ScalarKind;
use crate::schema::{Type, TypeKind};

/// One number of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) offset: usize,
    pub(super) scalar: ScalarKind,
}

impl Number {
    /// The sum of two such numbers, as bits; integers wrap around.
    pub(super) fn add(self, sum: u64, more: u64) -> u64 {
        match self.scalar {
            ScalarKind::F64 => (f64::from_bits(sum) + f64::from_bits(more)).to_bits(),
            ScalarKind::F32 => {
                let float = |bits: u64| f32::from_bits(bits as u32);
                (float(sum) + float(more)).to_bits().into()
            }
            // Only the low bytes are written.
            _ => sum.wrapping_add(more),
        }
    }
}

/// The numbers of at most 64 bits that a type consists of, in the order of their offsets; `None` if it has other parts.
pub(super) fn numbers_of(ty: Type<'_>) -> Option<Vec<Number>> {
    let mut numbers = Vec::new();
    collect(ty, 0, &mut numbers).then_some(numbers)
}

fn collect(ty: Type<'_>, offset: usize, numbers: &mut Vec<Number>) -> bool {
    match ty.kind() {
        TypeKind::Scalar(scalar) if is_number(scalar) => {
            numbers.push(Number { offset, scalar });
            true
        }
        TypeKind::Array { element, len } => (0..len)
            .all(|index| collect(element, offset + (index * element.size()) as usize, numbers)),
        TypeKind::Struct { fields } => fields
            .iter()
            .all(|field| collect(field.ty(), offset + field.offset() as usize, numbers)),
        _ => false,
    }
}

fn is_number(scalar: ScalarKind) -> bool {
    scalar.size() <= 8 && !matches!(scalar, ScalarKind::Bool | ScalarKind::Char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_types() {
        let of = |scalar| Number { offset: 0, scalar };
        let low = |scalar: ScalarKind, sum: u64| sum & (u64::MAX >> (64 - 8 * scalar.size()));
        for (scalar, left, right, sum) in [
            (ScalarKind::U8, 250, 10, 4),
            (ScalarKind::I16, u64::MAX, 3, 2),
            (ScalarKind::U64, u64::MAX, 1, 0),
        ] {
            assert_eq!(low(scalar, of(scalar).add(left, right)), sum, "{scalar:?}");
        }
        let half = 0.5_f64.to_bits();
        assert_eq!(f64::from_bits(of(ScalarKind::F64).add(half, half)), 1.0);
        let half = u64::from(0.5_f32.to_bits());
        assert_eq!(of(ScalarKind::F32).add(half, half), u64::from(1_f32.to_bits()));
    }
}
