//! [`Spot`]: one word of a region, found once.

use std::fmt;

use super::at_place::{self, is_word};
use super::fit::allowed;
use super::memory::{Memory, Step};
use super::region::DynRegion;
use super::resolve::Place;
use super::write;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::DynError;
use crate::layout::ScalarKind;
use crate::path::Path;
use crate::schema::{Type, TypeKind};

/// One word of a region: a number, a `bool`, a `char`, an enum, or an integer in a fixed byte order, found by its path
/// once, and then read and changed as bits, in one step each. Made by [`DynRegion::spot`], for bindings to other
/// languages, which turn bits into their own values: what is at this path is decided when it is made, and an access
/// looks nothing up.
///
/// A word is given and returned in the low bits of a `u64`: as many as the type has; the bits above are ignored, and
/// zero in results. Integers are in two's complement, floats as [`f64::to_bits`] has them, and a byte order that is
/// not the processor's stays as it is.
///
/// Reading is an Acquire load, and needs no lock. A word inside a `Mutex` or an `RwLock` is changed only if this
/// thread holds that, however it was taken; a lock beside the field is taken for each change, unless this thread
/// holds it. Each change wakes those that wait for a [`Watched`](crate::Watched) around it. Bits that are not a value of
/// the type are refused.
///
/// ```
/// use shm_core::{DynRegion, Region, SharedLayout};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Station { temperature: f64, hits: u32 }
///
/// let name = format!("shm-doc-spot-{}", std::process::id());
/// let typed = Region::<Station>::create(&name)?;
///
/// let station = DynRegion::open(&name)?;
/// let temperature = station.spot("temperature")?;
/// temperature.store(21.5_f64.to_bits())?;
/// assert_eq!(f64::from_bits(temperature.load()), 21.5);
///
/// let hits = station.spot("hits")?;
/// assert_eq!((hits.offset(), hits.width()), (8, 4));
/// assert_eq!(hits.fetch_add(2)?, 0);
/// assert_eq!(hits.compare_exchange(2, 7)?, Ok(2));
/// assert_eq!(hits.compare_exchange(2, 8)?, Err(7));
/// assert_eq!((typed.temperature.get(), typed.hits.get()), (21.5, 7));
/// # typed.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It keeps the region mapped, and may go to other threads.
#[derive(Clone)]
pub struct Spot<A: Access = ReadWrite> {
    region: DynRegion<A>,
    path: Path,
    place: Place,
    width: usize,
    /// Set if some bits are not a value.
    is_checked: bool,
}

impl<A: Access> DynRegion<A> {
    /// Finds the word that a path names.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]. [`DynError::Unreadable`] if it is not one word of at most 64 bits in memory: it is a
    /// struct, an array, a text, or a part of a [`Latest`](crate::Latest) or of a value in the heap, which are read and
    /// written whole.
    pub fn spot(&self, path: impl AsRef<str>) -> Result<Spot<A>, DynError> {
        let (path, place) = (path.as_ref(), self.place(path.as_ref())?);
        let ty = self.schema().at(place.ty);
        let fault = fault(ty, &place);
        if let Some(fault) = fault {
            let (field, found) = (path.to_owned(), ty.to_string());
            return Err(DynError::Unreadable { field, found, fault });
        }
        let (width, is_checked) = (ty.size() as usize, has_invalid_bits(ty));
        Ok(Spot { region: self.clone(), path: path.parse()?, place, width, is_checked })
    }
}

/// The reason why a place is not one word in memory.
fn fault(ty: Type<'_>, place: &Place) -> Option<&'static str> {
    if place.latest.is_some() {
        return Some("in a value that is read and written whole");
    }
    if place.kept.is_some() {
        return Some("in a value in the heap, which is read and written whole");
    }
    let is_word = match ty.kind() {
        TypeKind::Scalar(scalar) => scalar.size() <= 8,
        TypeKind::NonZero { .. } | TypeKind::Enum { .. } => true,
        TypeKind::Ordered { packed, .. } => !packed,
        _ => false,
    };
    (!is_word || ty.size() > 8 || !place.runs.is_empty())
        .then_some("not one word of at most 64 bits")
}

/// Whether some bits are not a value of a type.
fn has_invalid_bits(ty: Type<'_>) -> bool {
    match ty.kind() {
        TypeKind::NonZero { optional, .. } => !optional,
        TypeKind::Scalar(scalar) => scalar == ScalarKind::Char,
        TypeKind::Enum { .. } => true,
        _ => false,
    }
}

impl<A: Access> Spot<A> {
    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The type, which says what the bits mean.
    #[must_use]
    pub fn ty(&self) -> Type<'_> {
        self.region.schema().at(self.place.ty)
    }

    /// The number of bytes from the start of [`DynRegion::data`] to the word.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.place.offset - self.region.start().offset
    }

    /// The number of bytes of the word: 1, 2, 4 or 8.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The path of the lock that guards the word, the outermost one if there are several.
    #[must_use]
    pub fn guarded_by(&self) -> Option<&Path> {
        self.place.lock.as_ref().map(|lock| &lock.path)
    }

    /// Reads the word.
    #[inline]
    #[must_use]
    pub fn load(&self) -> u64 {
        self.memory().load(self.place.offset, self.width)
    }

    #[inline]
    fn memory(&self) -> Memory<'_, A> {
        Memory::of(self.region.mapping())
    }
}

/// Writing.
impl<A: CanWrite> Spot<A> {
    /// Writes the word.
    ///
    /// # Errors
    /// [`DynError::DoesNotFit`] if the bits are not a value of the type, [`DynError::NotLocked`] if this thread does not
    /// hold the lock around the word, [`DynError::NotWritable`] if only a live type changes it, and [`DynError::Lock`] if
    /// a lock beside it is not taken.
    pub fn store(&self, bits: u64) -> Result<(), DynError> {
        self.change(Some(bits), |memory| memory.store(self.place.offset, self.width, bits))
    }

    /// Writes the word, and returns the one before.
    ///
    /// # Errors
    /// As [`Spot::store`].
    pub fn swap(&self, bits: u64) -> Result<u64, DynError> {
        self.change(Some(bits), |memory| memory.swap(self.place.offset, self.width, bits))
    }

    /// Writes `new` if the word is `current`. Returns the word that was found, as the inner error if it is another one.
    /// Floats are compared by their bits.
    ///
    /// # Errors
    /// As [`Spot::store`].
    pub fn compare_exchange(&self, current: u64, new: u64) -> Result<Result<u64, u64>, DynError> {
        self.change(Some(new), |memory| {
            memory.compare_exchange(self.place.offset, self.width, (current, new))
        })
    }

    /// Adds to an integer, wrapping around at the type's limit, and returns the word before.
    ///
    /// # Errors
    /// As [`Spot::store`]; [`DynError::NotWritable`] if it is not an integer.
    pub fn fetch_add(&self, bits: u64) -> Result<u64, DynError> {
        self.step(Step::Add, bits)
    }

    /// Subtracts from an integer, wrapping around at the type's limit, and returns the word before.
    ///
    /// # Errors
    /// As [`Spot::fetch_add`].
    pub fn fetch_sub(&self, bits: u64) -> Result<u64, DynError> {
        self.step(Step::Sub, bits)
    }

    /// Keeps the bits of an integer that are also in `bits`, and returns the word before.
    ///
    /// # Errors
    /// As [`Spot::fetch_add`].
    pub fn fetch_and(&self, bits: u64) -> Result<u64, DynError> {
        self.step(Step::And, bits)
    }

    /// Sets bits of an integer, and returns the word before.
    ///
    /// # Errors
    /// As [`Spot::fetch_add`].
    pub fn fetch_or(&self, bits: u64) -> Result<u64, DynError> {
        self.step(Step::Or, bits)
    }

    /// Flips bits of an integer, and returns the word before.
    ///
    /// # Errors
    /// As [`Spot::fetch_add`].
    pub fn fetch_xor(&self, bits: u64) -> Result<u64, DynError> {
        self.step(Step::Xor, bits)
    }

    /// Keeps the greater of two integers, of which the sign is that of the type, and returns the word before.
    ///
    /// # Errors
    /// As [`Spot::fetch_add`].
    pub fn fetch_max(&self, bits: u64) -> Result<u64, DynError> {
        self.step(Step::Max, bits)
    }

    /// Keeps the lesser of two integers, of which the sign is that of the type, and returns the word before.
    ///
    /// # Errors
    /// As [`Spot::fetch_add`].
    pub fn fetch_min(&self, bits: u64) -> Result<u64, DynError> {
        self.step(Step::Min, bits)
    }

    fn step(&self, step: Step, bits: u64) -> Result<u64, DynError> {
        let integer = self.ty().scalar().filter(|scalar| is_word(*scalar));
        let Some(integer) = integer else { return Err(self.not_an_integer()) };
        self.change(None, |memory| memory.fetch(self.place.offset, integer, step, bits))
    }

    /// Does something with the word, under the lock that guards it; `new` is what is to be written, if that is known.
    fn change<R>(
        &self,
        new: Option<u64>,
        work: impl FnOnce(Memory<'_, A>) -> R,
    ) -> Result<R, DynError> {
        if let Some(bits) = new.filter(|_| self.is_checked) {
            self.expect_value(bits)?;
        }
        at_place::expect_writable(&self.place, self.path.as_str())?;
        let held = at_place::guard(&self.region, &self.place, self.path.as_str())?;
        let done = work(self.memory());
        if !self.place.watched.is_empty() {
            write::notify(self.memory(), &self.place);
        }
        drop(held);
        Ok(done)
    }

    fn expect_value(&self, bits: u64) -> Result<(), DynError> {
        let ty = self.ty();
        let low = u64::MAX >> (64 - 8 * self.width);
        let (bits, fault) = (bits & low, format!("is not a value of `{ty}`"));
        let fault = match ty.kind() {
            TypeKind::NonZero { .. } if bits == 0 => fault,
            TypeKind::Scalar(_) if char::from_u32(bits as u32).is_none() => fault,
            TypeKind::Enum { repr, variants } => {
                if super::scalars::variant(repr, ty, bits.into()).is_some() {
                    return Ok(());
                }
                format!("{fault}; allowed: {}", allowed(variants))
            }
            _ => return Ok(()),
        };
        let (field, given) = (Some(self.path.to_string()), format!("{bits:#x}").into());
        Err(DynError::DoesNotFit { field, given, fault: fault.into() })
    }

    #[cold]
    fn not_an_integer(&self) -> DynError {
        DynError::NotWritable {
            field: self.path.to_string(),
            fault: format!("only an integer can be changed in this way, and it is `{}`", self.ty()),
            help: Some("use `compare_exchange`"),
        }
    }
}

impl<A: Access> fmt::Debug for Spot<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spot({:?}: {} = {:#x})", self.path, self.ty(), self.load())
    }
}
