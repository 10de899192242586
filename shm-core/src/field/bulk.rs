//! [`Bulk`]: copies of whole slices of fields.

use crate::access::CanWrite;
use crate::error::{DoesNotFit, InvalidValue, LoadError};
use crate::shared_layout::{Plain, PlainView};

/// Copies between a slice of views and a slice of values.
///
/// The copy is not a snapshot: each element is read or written whole, but another process may write
/// between two of them. The loads are ordered as by one `get`, the stores as by one `set`.
///
/// ```
/// use shm_core::{Bulk, Region};
///
/// let samples = Region::<[u32; 4]>::options().private()?;
/// samples.store_from(&[1, 2, 3, 4])?;
/// samples[..2].fill(9);
/// assert_eq!(samples.load_vec()?, [9, 9, 3, 4]);
/// assert!(samples[..2].store_from(&[0; 3]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Bulk {
    /// The value of an element.
    type Value;
    /// The views' access mode.
    type Mode;

    /// Reads all elements into `out`.
    ///
    /// # Errors
    /// If the lengths differ (nothing is copied), or an element is invalid for its type.
    fn load_into(&self, out: &mut [Self::Value]) -> Result<(), LoadError>;

    /// Reads all elements into a new vector.
    ///
    /// # Errors
    /// If an element is invalid for its type.
    fn load_vec(&self) -> Result<Vec<Self::Value>, InvalidValue>;

    /// Writes all elements from `values`.
    ///
    /// # Errors
    /// If the lengths differ; nothing is copied then.
    fn store_from(&self, values: &[Self::Value]) -> Result<(), DoesNotFit>
    where
        Self::Mode: CanWrite;

    /// Writes `value` to every element.
    fn fill(&self, value: Self::Value)
    where
        Self::Mode: CanWrite;
}

impl<V: PlainView> Bulk for [V] {
    type Value = V::Value;
    type Mode = V::Mode;

    // Otherwise it may become a call that returns its result through memory, for what should be one
    // copy.
    #[inline(always)]
    fn load_into(&self, out: &mut [V::Value]) -> Result<(), LoadError> {
        check_lengths(self.len(), out.len())?;
        Ok(V::Value::load_slice::<V::Mode>(self, out)?)
    }

    #[inline]
    fn load_vec(&self) -> Result<Vec<V::Value>, InvalidValue> {
        V::Value::load_vec::<V::Mode>(self)
    }

    #[inline]
    fn store_from(&self, values: &[V::Value]) -> Result<(), DoesNotFit>
    where
        V::Mode: CanWrite,
    {
        check_lengths(self.len(), values.len())?;
        V::Value::store_slice::<V::Mode>(self, values);
        Ok(())
    }

    #[inline]
    fn fill(&self, value: V::Value)
    where
        V::Mode: CanWrite,
    {
        V::Value::fill_slice::<V::Mode>(self, &value);
    }
}

fn check_lengths(shared: usize, private: usize) -> Result<(), DoesNotFit> {
    if shared == private { Ok(()) } else { Err(DoesNotFit::Length { shared, private }) }
}
