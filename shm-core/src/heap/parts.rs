//! The types that are parts of values with contents.

use std::fmt;
use std::marker::PhantomData;
use std::mem::offset_of;

use super::content::Unfit;
use super::decoder::{Decoded, Decoder, Misfit};
use super::encoder::Encoder;
use super::part::{Part, Shown};
use crate::layout::{FieldLayout, Kind, Layout, Role};
use crate::shared_layout::SharedLayout;
use crate::sync::{Draft, Value, bytes_of, value_of, values_of};

#[diagnostic::do_not_recommend]
impl<T: Value> Part for T {
    type Value = T;
    type Head = T;
    const LAYOUT: &'static Layout = T::VALUE_LAYOUT;
    const HAS_CONTENTS: bool = false;

    #[inline]
    fn end(_: &T, end: usize) -> usize {
        end
    }

    #[inline]
    fn write(value: &T, at: usize, out: &mut Encoder<'_>) {
        let out = out.fixed(at, size_of::<T>());
        if T::STORES_AS_BYTES {
            return out.copy_from_slice(bytes_of(std::slice::from_ref(value)));
        }
        Draft::with(|draft| {
            let mut image = draft.zero();
            value.encode(&mut image);
            out.copy_from_slice(image.bytes());
        });
    }

    #[inline]
    fn read(at: usize, from: &mut Decoder<'_>) -> Decoded<T> {
        let bytes = from.fixed(at, size_of::<T>());
        if T::LOADS_AS_BYTES {
            return Ok(value_of(bytes));
        }
        Draft::<T>::with(|draft| {
            let image = draft.copy_of(bytes);
            T::decode(&image).map_err(|error| {
                let within = error.found().address.wrapping_sub(image.address());
                let path = T::VALUE_LAYOUT.path_at(within).map(|(path, _)| path);
                Misfit::of(Unfit::Part(error)).at(path.unwrap_or_default())
            })
        })
    }

    fn show(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Draft::with(|draft| {
            let mut image = draft.zero();
            value.encode(&mut image);
            T::debug(&image, f)
        })
    }

    #[inline]
    fn write_all(values: &[T], at: usize, out: &mut Encoder<'_>) {
        if T::STORES_AS_BYTES {
            return out.fixed(at, size_of_val(values)).copy_from_slice(bytes_of(values));
        }
        for (index, value) in values.iter().enumerate() {
            Self::write(value, at + index * size_of::<T>(), out);
        }
    }

    fn read_all(at: usize, count: usize, from: &mut Decoder<'_>) -> Decoded<Vec<T>> {
        if T::LOADS_AS_BYTES {
            return Ok(values_of(from.fixed(at, count * size_of::<T>())));
        }
        (0..count).map(|index| from.element::<T>(at, index)).collect()
    }
}

/// A text or a slice, in the fixed part of a value.
#[doc(hidden)]
#[repr(C)]
pub struct Tail<H> {
    offset: u64,
    len: u64,
    element: [H; 0],
}

const WORD: &Layout = <u64 as SharedLayout>::LAYOUT;

const TEXT: &Layout = &Layout::new(
    "String",
    size_of::<Tail<u8>>(),
    align_of::<Tail<u8>>(),
    Kind::Live {
        role: Role::TailText,
        fields: &[
            FieldLayout::new("offset", offset_of!(Tail<u8>, offset), WORD),
            FieldLayout::new("len", offset_of!(Tail<u8>, len), WORD),
        ],
    },
);

impl Part for Option<String> {
    type Value = Self;
    type Head = Tail<u8>;
    const LAYOUT: &'static Layout = TEXT;
    const HAS_CONTENTS: bool = true;

    #[inline]
    fn end(value: &Self, end: usize) -> usize {
        end + value.as_ref().map_or(0, String::len)
    }

    #[inline]
    fn write(value: &Self, at: usize, out: &mut Encoder<'_>) {
        if let Some(text) = value {
            String::write(text, at, out);
        }
    }

    #[inline]
    fn read(at: usize, from: &mut Decoder<'_>) -> Decoded<Self> {
        let Some((start, len)) = from.contents(at, (1, 1), "String")? else { return Ok(None) };
        let bytes = from.fixed(start, len);
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.to_owned())),
            Err(error) => {
                let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
                Err(Misfit::of(Unfit::Text { byte }))
            }
        }
    }

    fn show(value: &Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(value, f)
    }
}

impl Part for String {
    type Value = Self;
    type Head = Tail<u8>;
    const LAYOUT: &'static Layout = TEXT;
    const HAS_CONTENTS: bool = true;

    #[inline]
    fn end(value: &Self, end: usize) -> usize {
        end + value.len()
    }

    #[inline]
    fn write(value: &Self, at: usize, out: &mut Encoder<'_>) {
        let start = out.contents(at, value.len(), (1, 1));
        out.fixed(start, value.len()).copy_from_slice(value.as_bytes());
    }

    #[inline]
    fn read(at: usize, from: &mut Decoder<'_>) -> Decoded<Self> {
        Ok(Option::<Self>::read(at, from)?.unwrap_or_default())
    }

    fn show(value: &Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(value, f)
    }
}

/// The elements of a slice.
struct Elements<P>(PhantomData<P>);

impl<P: Part> Elements<P> {
    const FIELDS: &'static [FieldLayout] = &[
        FieldLayout::new("offset", offset_of!(Tail<P::Head>, offset), WORD),
        FieldLayout::new("len", offset_of!(Tail<P::Head>, len), WORD),
        FieldLayout::new("element", offset_of!(Tail<P::Head>, element), Each::<P, 0>::LAYOUT),
    ];
}

impl<P: Part> Part for Vec<P> {
    type Value = Vec<P::Value>;
    type Head = Tail<P::Head>;
    const LAYOUT: &'static Layout = {
        assert!(size_of::<P::Head>() > 0, "elements of no bytes cannot be counted by their bytes");
        &Layout::new(
            "Vec",
            size_of::<Tail<P::Head>>(),
            align_of::<Tail<P::Head>>(),
            Kind::Live { role: Role::TailSlice, fields: Elements::<P>::FIELDS },
        )
    };
    const HAS_CONTENTS: bool = true;

    #[inline]
    fn end(value: &Self::Value, end: usize) -> usize {
        let start = end.next_multiple_of(align_of::<P::Head>());
        let end = start + value.len() * size_of::<P::Head>();
        end_of_all::<P>(value, end)
    }

    #[inline]
    fn write(value: &Self::Value, at: usize, out: &mut Encoder<'_>) {
        let element = (size_of::<P::Head>(), align_of::<P::Head>());
        let start = out.contents(at, value.len(), element);
        P::write_all(value, start, out);
    }

    #[inline]
    fn read(at: usize, from: &mut Decoder<'_>) -> Decoded<Self::Value> {
        Ok(Option::<Self>::read(at, from)?.unwrap_or_default())
    }

    fn show(value: &Self::Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(value.iter().map(Shown::<P>)).finish()
    }
}

impl<P: Part> Part for Option<Vec<P>> {
    type Value = Option<Vec<P::Value>>;
    type Head = Tail<P::Head>;
    const LAYOUT: &'static Layout = Vec::<P>::LAYOUT;
    const HAS_CONTENTS: bool = true;

    #[inline]
    fn end(value: &Self::Value, end: usize) -> usize {
        value.as_ref().map_or(end, |value| Vec::<P>::end(value, end))
    }

    #[inline]
    fn write(value: &Self::Value, at: usize, out: &mut Encoder<'_>) {
        if let Some(value) = value {
            Vec::<P>::write(value, at, out);
        }
    }

    #[inline]
    fn read(at: usize, from: &mut Decoder<'_>) -> Decoded<Self::Value> {
        let element = (size_of::<P::Head>(), align_of::<P::Head>());
        match from.contents(at, element, "Vec")? {
            Some((start, len)) => P::read_all(start, len, from).map(Some),
            None => Ok(None),
        }
    }

    fn show(value: &Self::Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match value {
            Some(value) => f.debug_tuple("Some").field(&Shown::<Vec<P>>(value)).finish(),
            None => f.write_str("None"),
        }
    }
}

/// An array of parts, as the derive writes it: `[T; N]` may be a plain value, too.
#[doc(hidden)]
pub struct Each<P, const N: usize>(PhantomData<P>);

impl<P: Part, const N: usize> Part for Each<P, N> {
    type Value = [P::Value; N];
    type Head = [P::Head; N];
    const LAYOUT: &'static Layout = &Layout::new(
        "array",
        size_of::<[P::Head; N]>(),
        align_of::<P::Head>(),
        Kind::Array { element: P::LAYOUT, len: N },
    );
    const HAS_CONTENTS: bool = P::HAS_CONTENTS;

    #[inline]
    fn end(value: &Self::Value, end: usize) -> usize {
        end_of_all::<P>(value, end)
    }

    #[inline]
    fn write(value: &Self::Value, at: usize, out: &mut Encoder<'_>) {
        P::write_all(value, at, out);
    }

    #[inline]
    fn read(at: usize, from: &mut Decoder<'_>) -> Decoded<Self::Value> {
        P::read_array(at, from)
    }

    fn show(value: &Self::Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(value.iter().map(Shown::<P>)).finish()
    }
}

#[inline]
fn end_of_all<P: Part>(values: &[P::Value], end: usize) -> usize {
    if P::HAS_CONTENTS { values.iter().fold(end, |end, value| P::end(value, end)) } else { end }
}
