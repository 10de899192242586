//! [`Decoder`]: a private copy of the bytes of a value with contents, none of which is trusted.

use super::content::Unfit;
use super::part::Part;
use crate::path::{Path, Segment};

/// The bytes of a value that is being read.
pub struct Decoder<'a> {
    bytes: &'a [u8],
    /// The bytes that no contents were read from: as each is read once, the work is bounded.
    left: usize,
}

/// A part of a value that is not valid.
#[derive(Debug)]
pub struct Misfit {
    /// From the part to the value: the last step comes first.
    steps: Vec<Path>,
    found: Unfit,
}

/// A part that was read.
pub type Decoded<T> = Result<T, Box<Misfit>>;

const INSIDE: &str = "contents inside the value, which no other part of it has";
const ALIGNED: &str = "contents that begin where their elements are aligned";

impl<'a> Decoder<'a> {
    /// Reads a value with a fixed part of that size; `None` if there are fewer bytes.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], fixed: usize) -> Option<Self> {
        Some(Self { bytes, left: bytes.len().checked_sub(fixed)? })
    }

    /// Reads a field.
    ///
    /// # Errors
    /// If the bytes are not a value of it.
    #[inline]
    pub fn field<P: Part>(&mut self, at: usize, name: &str) -> Decoded<P::Value> {
        P::read(at, self).map_err(|misfit| misfit.inside(Segment::Name(name)))
    }

    /// Reads one of several elements, the first of which is at an offset.
    #[inline]
    pub(super) fn element<P: Part + ?Sized>(
        &mut self,
        at: usize,
        index: usize,
    ) -> Decoded<P::Value> {
        let element = P::read(at + index * size_of::<P::Head>(), self);
        element.map_err(|misfit| misfit.inside(Segment::Index(index as u64)))
    }

    /// The bytes at an offset, which are there.
    #[inline]
    pub(super) fn fixed(&self, at: usize, len: usize) -> &'a [u8] {
        &self.bytes[at..at + len]
    }

    /// Where the contents begin that the part at `at` refers to, and the number of their elements of that size
    /// and alignment; `None` if there are none.
    #[inline]
    pub(super) fn contents(
        &mut self,
        at: usize,
        (size, align): (usize, usize),
        type_name: &'static str,
    ) -> Decoded<Option<(usize, usize)>> {
        let (start, len) = (self.word(at), self.word(at + 8));
        if start == 0 {
            return Ok(None);
        }
        let bytes = usize::try_from(len).ok().and_then(|len| len.checked_mul(size));
        let range = usize::try_from(start).ok().zip(bytes);
        let end = range.and_then(|(start, bytes)| start.checked_add(bytes));
        let left = bytes.and_then(|bytes| self.left.checked_sub(bytes));
        match (range, end, left) {
            (Some((start, _)), Some(end), Some(left)) if end <= self.bytes.len() => {
                if start % align != 0 {
                    return Err(Misfit::of_word(type_name, start as u64, ALIGNED));
                }
                self.left = left;
                Ok(Some((start, len as usize)))
            }
            _ => Err(Misfit::of_word(type_name, len, INSIDE)),
        }
    }

    #[inline]
    fn word(&self, at: usize) -> u64 {
        self.fixed(at, 8).try_into().map_or(0, u64::from_ne_bytes)
    }
}

impl Misfit {
    #[cold]
    pub(super) fn of(found: Unfit) -> Box<Self> {
        Box::new(Self { steps: Vec::new(), found })
    }

    #[cold]
    fn of_word(type_name: &'static str, len: u64, allowed: &'static str) -> Box<Self> {
        Self::of(Unfit::Length { type_name, len: len as usize, allowed })
    }

    /// The same, in a part of something.
    #[cold]
    pub(super) fn inside(mut self: Box<Self>, segment: Segment<'_>) -> Box<Self> {
        self.steps.push(Path::new().with(segment));
        self
    }

    /// The same, at a path in a part.
    #[cold]
    pub(super) fn at(mut self: Box<Self>, path: Path) -> Box<Self> {
        self.steps.push(path);
        self
    }

    /// The path from the value to the part, and the fault.
    #[cold]
    pub(super) fn into_parts(self) -> (Path, Unfit) {
        let path = self.steps.iter().rev().fold(Path::new(), |path, step| path.join(step));
        (path, self.found)
    }
}
