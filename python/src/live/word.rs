//! [`Word`]: a number in the memory of another object, such as one of `ctypes`.

use std::ptr::NonNull;

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyTypeError};
use pyo3::prelude::*;
use shm_core::layout::ScalarKind;

use super::address::{Address, Width};
use super::number;

/// One number in a buffer, which is kept for as long as this.
pub(crate) struct Word {
    address: Address,
    width: Width,
    _buffer: PyUntypedBuffer,
}

impl Word {
    /// The number that an object holds, which gives its memory for writing.
    pub(crate) fn of(object: &Bound<'_, PyAny>, kind: ScalarKind) -> PyResult<Self> {
        let buffer = PyUntypedBuffer::get(object)?;
        let width = number::width(kind).ok_or_else(|| PyTypeError::new_err("not one word"))?;
        if buffer.readonly() || buffer.len_bytes() != kind.size() {
            return Err(PyBufferError::new_err("expected the memory of one number, for writing"));
        }
        let address = NonNull::new(buffer.buf_ptr().cast::<u8>())
            .filter(|address| address.addr().get() % kind.size() == 0)
            .ok_or_else(|| PyBufferError::new_err("the number is not aligned"))?;
        Ok(Self { address: Address::new(address), width, _buffer: buffer })
    }

    #[inline]
    pub(crate) fn load(&self) -> u64 {
        // SAFETY: `of` found a word of this width, aligned, in a buffer that is kept.
        unsafe { self.address.load(self.width) }
    }

    #[inline]
    pub(crate) fn store(&self, bits: u64) {
        // SAFETY: as in `load`, and the buffer is for writing.
        unsafe { self.address.store(self.width, bits) }
    }

    #[inline]
    pub(crate) fn fetch_add(&self, bits: u64) -> u64 {
        // SAFETY: as in `store`.
        unsafe { self.address.fetch_add(self.width, bits) }
    }

    /// Adds to a float; the caller holds a lock. The bits before.
    pub(crate) fn add_float(&self, kind: ScalarKind, added: f64) -> u64 {
        let before = self.load();
        self.store(match kind {
            ScalarKind::F32 => u64::from((f32::from_bits(before as u32) + added as f32).to_bits()),
            _ => (f64::from_bits(before) + added).to_bits(),
        });
        before
    }
}
