//! [`Reader`]: bytes from elsewhere, from the first to the last.

use super::Malformed;

pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The number of bytes that are left.
    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    pub(super) fn bytes(&mut self, len: u64, part: &'static str) -> Result<&'a [u8], Malformed> {
        let len = usize::try_from(len).unwrap_or(usize::MAX);
        let (bytes, rest) = self.0.split_at_checked(len).ok_or(Malformed::Short(part))?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn array<const N: usize>(
        &mut self,
        part: &'static str,
    ) -> Result<[u8; N], Malformed> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Malformed::Short(part))?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(super) fn byte(&mut self, part: &'static str) -> Result<u8, Malformed> {
        self.array::<1>(part).map(|[byte]| byte)
    }

    /// An unsigned LEB128 in its shortest form.
    pub(super) fn number(&mut self, part: &'static str) -> Result<u64, Malformed> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(part)?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(Malformed::Number(part));
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let is_shortest = byte != 0 || shift == 0;
                return if is_shortest { Ok(value) } else { Err(Malformed::Number(part)) };
            }
        }
        Err(Malformed::Number(part))
    }
}

/// Adds an unsigned LEB128.
pub(super) fn put_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<u64, Malformed> {
        let mut reader = Reader::of(bytes);
        let number = reader.number("test")?;
        assert_eq!(reader.left(), 0, "{bytes:?}");
        Ok(number)
    }

    #[test]
    fn numbers_come_back_from_their_bytes() {
        let edges = (0..64).flat_map(|bit| [(1_u64 << bit) - 1, 1 << bit, (1 << bit) + 1]);
        for value in edges.chain([u64::MAX]) {
            let mut bytes = Vec::new();
            put_number(&mut bytes, value);
            assert_eq!(read(&bytes), Ok(value));
        }
        assert_eq!(read(&[0xac, 2]), Ok(300));
    }

    #[test]
    fn numbers_that_are_too_long_or_too_large_are_refused() {
        let number = Err(Malformed::Number("test"));
        assert_eq!(read(&[0x80, 0]), number, "0 in two bytes");
        assert_eq!(read(&[0xff; 10]), number);
        assert_eq!(
            read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]),
            number,
            "65 bits"
        );
        assert_eq!(read(&[0x80; 12]), number);
        assert_eq!(read(&[0x80]), Err(Malformed::Short("test")));
    }
}
