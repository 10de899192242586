//! [`Checked`]: a field whose bytes are validated when they are read.

use std::fmt;
use std::marker::PhantomData;
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64,
};

use super::Field;
use crate::access::{Access, CanWrite, ReadWrite};
use crate::error::InvalidValue;
use crate::layout::{Kind, Layout, ScalarKind};
use crate::placeable::Placeable;
use crate::registry;
use crate::scalar::Scalar;
use crate::scalar::sealed::Word;
use crate::shared_layout::{Plain, PlainView, SharedLayout, ValidZeroed};

/// A type for which not every byte pattern is valid: `char`, `NonZero*`, and enums with
/// `#[derive(SharedLayout)]`, which implements it.
///
/// No `unsafe` code relies on an implementation: a wrong one only returns wrong values. The
/// [`SharedLayout`] implementation proves that the type is as large as its representation.
pub trait Validated: SharedLayout + Copy + fmt::Debug + Send + Sync + 'static {
    /// The scalar that is stored.
    type Repr: Scalar;

    /// The valid values, for an error message: `0 (Idle), 1 (Busy)`.
    const ALLOWED: &'static str;

    /// The value with these bits, if they are valid.
    fn from_repr(bits: Self::Repr) -> Option<Self>;

    /// The bits of this value.
    fn to_repr(self) -> Self::Repr;
}

/// A field whose bytes are validated each time they are read, on a private copy: no process can make
/// another see an enum, a `char` or a `NonZero` that does not exist.
///
/// ```
/// use shm_core::{Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
/// #[repr(u8)]
/// enum Mode { Idle, Busy }
///
/// let mode = Region::<Mode>::options().private()?;
/// mode.set(Mode::Busy);
/// assert_eq!(mode.get()?, Mode::Busy);
///
/// mode.repr().set(7); // as a process with a bug might
/// assert!(mode.get().unwrap_err().to_string().contains("allowed: 0 (Idle), 1 (Busy)"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[repr(transparent)]
pub struct Checked<T: Validated, A: Access = ReadWrite> {
    field: Field<T::Repr, A>,
    value: PhantomData<T>,
}

impl<T: Validated, A: Access> Checked<T, A> {
    /// Reads and validates the value: an Acquire load.
    ///
    /// # Errors
    /// If the bytes are invalid for `T`; the error names the field, the bytes and the valid values.
    #[inline]
    pub fn get(&self) -> Result<T, InvalidValue> {
        self.validate(self.field.get())
    }

    /// Reads and validates the value without ordering anything else.
    ///
    /// # Errors
    /// As [`Checked::get`].
    #[inline]
    pub fn get_relaxed(&self) -> Result<T, InvalidValue> {
        self.validate(self.field.get_relaxed())
    }

    /// Writes the value: a Release store.
    #[inline]
    pub fn set(&self, value: T)
    where
        A: CanWrite,
    {
        self.field.set(value.to_repr());
    }

    /// Like [`Checked::set`], for generated code, where `T` may turn out not to be `Copy`.
    #[doc(hidden)]
    #[inline]
    pub fn set_from(&self, value: &T)
    where
        A: CanWrite,
    {
        self.set(*value);
    }

    /// Writes the value without ordering anything else.
    #[inline]
    pub fn set_relaxed(&self, value: T)
    where
        A: CanWrite,
    {
        self.field.set_relaxed(value.to_repr());
    }

    /// Writes the value and returns the previous one, in one step (`AcqRel`).
    ///
    /// # Errors
    /// If the previous bytes were invalid for `T`; `value` is written nevertheless.
    #[inline]
    pub fn swap(&self, value: T) -> Result<T, InvalidValue>
    where
        A: CanWrite,
    {
        self.validate(self.field.swap(value.to_repr()))
    }

    /// Writes `new` if the value is `current`, in one step (`AcqRel`, on failure `Acquire`).
    ///
    /// # Errors
    /// The value that was found instead of `current`, or the error if the bytes were invalid.
    #[inline]
    pub fn compare_exchange(&self, current: T, new: T) -> Result<T, Result<T, InvalidValue>>
    where
        A: CanWrite,
    {
        match self.field.compare_exchange(current.to_repr(), new.to_repr()) {
            Ok(_) => Ok(current),
            Err(found) => Err(self.validate(found)),
        }
    }

    /// The stored bits, without validation: to examine or repair an invalid value.
    #[inline]
    pub fn repr(&self) -> &Field<T::Repr, A> {
        &self.field
    }

    #[inline]
    fn validate(&self, bits: T::Repr) -> Result<T, InvalidValue> {
        match T::from_repr(bits) {
            Some(value) => Ok(value),
            None => Err(self.invalid(bits)),
        }
    }

    fn fmt_by(
        &self,
        f: &mut fmt::Formatter<'_>,
        fmt: fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result,
    ) -> fmt::Result {
        let bits = self.field.get();
        match T::from_repr(bits) {
            Some(value) => fmt(&value, f),
            None => write!(f, "<invalid {:#x}>", bits.to_bits_u64()),
        }
    }

    #[cold]
    fn invalid(&self, bits: T::Repr) -> InvalidValue {
        let address = std::ptr::from_ref(self).addr();
        registry::invalid_value(
            address,
            T::LAYOUT.name(),
            bits.to_bits_u64(),
            size_of::<T::Repr>(),
            T::ALLOWED,
        )
    }
}

/// The value, or `<invalid 0x7>`.
impl<T: Validated + fmt::Display, A: Access> fmt::Display for Checked<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_by(f, <T as fmt::Display>::fmt)
    }
}

/// The value, or `<invalid 0x7>`.
impl<T: Validated, A: Access> fmt::Debug for Checked<T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_by(f, <T as fmt::Debug>::fmt)
    }
}

impl<T: Validated + Plain, A: Access> PlainView for Checked<T, A>
where
    T: SharedLayout<View<A> = Self>,
{
    type Value = T;
    type Mode = A;
}

/// Implements the traits of a [`Validated`] type, given its layout. The derive generates the same for an
/// enum.
macro_rules! checked_type {
    ($type:ty, $layout:expr) => {
        // SAFETY: `Checked` is one atomic of the representation's size and alignment, which equal the
        // type's, as `LAYOUT` proves; it is validated on a private copy when it is read.
        #[diagnostic::do_not_recommend]
        unsafe impl SharedLayout for $type {
            type View<A: Access> = Checked<$type, A>;
            const LAYOUT: &'static Layout = {
                assert!(size_of::<$type>() == size_of::<<$type as Validated>::Repr>());
                assert!(align_of::<$type>() == align_of::<<$type as Validated>::Repr>());
                $layout
            };
        }

        #[diagnostic::do_not_recommend]
        impl Placeable for $type {}

        // SAFETY: a bare atomic needs nothing around it; a value has the size and the bytes of its
        // representation.
        #[diagnostic::do_not_recommend]
        unsafe impl Plain for $type {
            const NO_PADDING: bool = true;

            #[inline]
            fn load_from<A: Access>(view: &Checked<$type, A>) -> Result<Self, InvalidValue> {
                view.get()
            }

            #[inline]
            fn store_to<A: CanWrite>(view: &Checked<$type, A>, value: &Self) {
                view.set(*value);
            }
        }
    };
}

impl Validated for char {
    type Repr = u32;
    const ALLOWED: &'static str = "0..=0xd7ff, 0xe000..=0x10ffff (Unicode scalar values)";

    #[inline]
    fn from_repr(bits: u32) -> Option<Self> {
        char::from_u32(bits)
    }

    #[inline]
    fn to_repr(self) -> u32 {
        u32::from(self)
    }
}

#[diagnostic::do_not_recommend]
impl ValidZeroed for char {}
checked_type!(char, &Layout::new("char", 4, align_of::<char>(), Kind::Scalar(ScalarKind::Char)));

macro_rules! non_zero {
    ($($type:ident $int:ident $optional:literal),* $(,)?) => {$(
        impl Validated for $type {
            type Repr = $int;
            const ALLOWED: &'static str = "anything but 0";

            #[inline]
            fn from_repr(bits: $int) -> Option<Self> {
                $type::new(bits)
            }

            #[inline]
            fn to_repr(self) -> $int {
                self.get()
            }
        }

        checked_type!($type, &Layout::new(
            stringify!($type),
            size_of::<$type>(),
            align_of::<$type>(),
            Kind::NonZero { scalar: <$int as Scalar>::KIND, optional: false },
        ));

        impl Validated for Option<$type> {
            type Repr = $int;
            const ALLOWED: &'static str = "anything";

            #[inline]
            fn from_repr(bits: $int) -> Option<Self> {
                Some($type::new(bits))
            }

            #[inline]
            fn to_repr(self) -> $int {
                self.map_or(0, $type::get)
            }
        }

        #[diagnostic::do_not_recommend]
        impl ValidZeroed for Option<$type> {}
        checked_type!(Option<$type>, &Layout::new(
            $optional,
            size_of::<Option<$type>>(),
            align_of::<Option<$type>>(),
            Kind::NonZero { scalar: <$int as Scalar>::KIND, optional: true },
        ));
    )*};
}

non_zero! {
    NonZeroU8 u8 "Option<NonZeroU8>", NonZeroU16 u16 "Option<NonZeroU16>",
    NonZeroU32 u32 "Option<NonZeroU32>", NonZeroU64 u64 "Option<NonZeroU64>",
    NonZeroI8 i8 "Option<NonZeroI8>", NonZeroI16 i16 "Option<NonZeroI16>",
    NonZeroI32 i32 "Option<NonZeroI32>", NonZeroI64 i64 "Option<NonZeroI64>",
}
