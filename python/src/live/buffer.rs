//! Arrays as buffers: for `memoryview`, numpy, and copies of many elements at once.

use std::ffi::{CStr, CString, c_int};
use std::ptr::null_mut;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::PyBufferError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use shm_core::layout::ScalarKind;

use super::address::{Address, Width};
use super::form::{Form, Kind};

/// An array as the buffer protocol describes it: elements of numbers, in one or more dimensions.
pub(super) struct Shape {
    /// `None` if the elements are not numbers or truth values.
    format: Option<(CString, ScalarKind, Width)>,
    item: isize,
    lens: Vec<isize>,
    strides: Vec<isize>,
}

impl Shape {
    pub(super) fn of(element: &Form, len: usize, stride: usize) -> Self {
        let (mut lens, mut strides) = (vec![len as isize], vec![stride as isize]);
        let mut inner = element;
        while let Kind::Array { element, len, stride } = &inner.0 {
            lens.push(*len as isize);
            strides.push(*stride as isize);
            inner = element.get();
        }
        let item = strides.last().copied().unwrap_or(0);
        let format = inner.word().and_then(|(kind, width)| {
            let native = matches!(inner.0, Kind::Scalar(_) | Kind::Enum { .. });
            let letter = letter(kind).filter(|_| native)?;
            Some((CString::new(letter).ok()?, kind, width))
        });
        Self { format, item, lens, strides }
    }

    fn bytes(&self) -> isize {
        self.lens.iter().product::<isize>() * self.item
    }
}

/// The letter of a scalar in the formats of Python's `struct`.
fn letter(kind: ScalarKind) -> Option<&'static str> {
    Some(match kind {
        ScalarKind::U8 => "B",
        ScalarKind::U16 => "H",
        ScalarKind::U32 => "I",
        ScalarKind::U64 => "Q",
        ScalarKind::I8 => "b",
        ScalarKind::I16 => "h",
        ScalarKind::I32 => "i",
        ScalarKind::I64 => "q",
        ScalarKind::F32 => "f",
        ScalarKind::F64 => "d",
        ScalarKind::Bool => "?",
        _ => return None,
    })
}

/// Fills in the description of a buffer.
///
/// # Safety
/// CPython passed `view` and `flags`. `owner` keeps the memory at `address`, which has this shape, and
/// the shape itself.
pub(super) unsafe fn describe(
    view: *mut ffi::Py_buffer,
    flags: c_int,
    owner: &Bound<'_, PyAny>,
    address: Address,
    shape: &Shape,
    is_read_only: bool,
) -> PyResult<()> {
    let Some((format, _, _)) = &shape.format else {
        return Err(PyBufferError::new_err("the elements of this array are not numbers"));
    };
    if flags & ffi::PyBUF_WRITABLE == ffi::PyBUF_WRITABLE && is_read_only {
        return Err(PyBufferError::new_err("this array is read-only"));
    }
    let asked = |flag: c_int| flags & flag == flag;
    let filled = ffi::Py_buffer {
        buf: address.as_ptr().cast(),
        obj: owner.clone().into_ptr(),
        len: shape.bytes(),
        itemsize: shape.item,
        readonly: c_int::from(is_read_only),
        ndim: shape.lens.len() as c_int,
        format: if asked(ffi::PyBUF_FORMAT) { format.as_ptr().cast_mut() } else { null_mut() },
        shape: if asked(ffi::PyBUF_ND) { shape.lens.as_ptr().cast_mut() } else { null_mut() },
        strides: if asked(ffi::PyBUF_STRIDES) {
            shape.strides.as_ptr().cast_mut()
        } else {
            null_mut()
        },
        suboffsets: null_mut(),
        internal: null_mut(),
    };
    // SAFETY: CPython passes a place for the description.
    unsafe { view.write(filled) };
    Ok(())
}

/// Elements of another buffer, to be written to an array of the same scalars.
pub(super) struct Elements {
    buffer: PyUntypedBuffer,
    width: Width,
}

/// The elements of an object, if it is a contiguous buffer of the scalars that the array has.
pub(super) fn elements(shape: &Shape, values: &Bound<'_, PyAny>) -> PyResult<Option<Elements>> {
    let (Some((_, kind, width)), 1) = (&shape.format, shape.lens.len()) else { return Ok(None) };
    let Some(values) = contiguous(values)? else { return Ok(None) };
    let Ok(buffer) = PyUntypedBuffer::get(&values) else { return Ok(None) };
    let is_same = is_format(buffer.format(), *kind) && buffer.item_size() == shape.item as usize;
    // A `bool` is checked value by value: another one than 0 or 1 must not get in.
    let is_plain = is_same && buffer.is_c_contiguous() && *kind != ScalarKind::Bool;
    Ok(is_plain.then_some(Elements { buffer, width: *width }))
}

/// An array of numpy as a contiguous one, so that a slice of a picture can be copied at once, too.
fn contiguous<'py>(values: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let Ok(flags) = values.getattr("flags") else { return Ok(Some(values.clone())) };
    if flags.cast::<PyDict>().is_ok() {
        return Ok(None);
    }
    match flags.getattr("c_contiguous").and_then(|flag| flag.extract::<bool>()) {
        Ok(false) => values.call_method0("copy").map(Some),
        _ => Ok(Some(values.clone())),
    }
}

fn is_format(format: &CStr, kind: ScalarKind) -> bool {
    let format = format.to_str().unwrap_or("");
    let bare = format.trim_start_matches(['<', '=', '@']);
    match (bare, kind) {
        // The names of C's `long`, which has 64 bits here.
        ("l", ScalarKind::I64) | ("L", ScalarKind::U64) => true,
        _ => letter(kind) == Some(bare),
    }
}

impl Elements {
    pub(super) fn len(&self) -> usize {
        self.buffer.item_count()
    }

    /// Writes each element by one store.
    ///
    /// # Safety
    /// There is room for all elements from `first` on, `step` bytes apart, in memory that can be written.
    pub(super) unsafe fn write_to(&self, first: Option<Address>, step: isize) {
        let Some(first) = first else { return };
        let from = self.buffer.buf_ptr().cast::<u8>();
        macro_rules! copy {
            ($word:ty) => {
                for at in 0..self.len() {
                    // SAFETY: inside the buffer, which is contiguous and has this many elements.
                    let source = unsafe { from.cast::<$word>().add(at) };
                    // SAFETY: as above; the buffer need not be aligned.
                    let bits = unsafe { source.read_unaligned() };
                    // SAFETY: the caller's promise.
                    let to = unsafe { first.stepped(at as isize * step) };
                    // SAFETY: the caller's promise.
                    unsafe { to.store(self.width, bits as u64) };
                }
            };
        }
        match self.width {
            Width::One => copy!(u8),
            Width::Two => copy!(u16),
            Width::Four => copy!(u32),
            Width::Eight => copy!(u64),
        }
    }
}
