//! A `Once`, found by its name.

use std::ptr::NonNull;

use super::memory::Memory;
use super::region::DynRegion;
use crate::access::Access;
use crate::error::DynError;
use crate::layout::Role;
use crate::region::Projected;
use crate::sync::OnceView;

impl<A: Access> DynRegion<A> {
    /// Finds the [`Once`](crate::Once) that a path names. The handle keeps the region mapped, and does what a view of it
    /// does.
    ///
    /// # Errors
    /// As [`DynRegion::resolve`]; [`DynError::NotA`] if something else is there.
    ///
    /// ```
    /// use std::time::Duration;
    /// use shm_core::{DynRegion, Once, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Table { filled: Once, squares: [u64; 4] }
    ///
    /// let name = format!("shm-doc-once-of-{}", std::process::id());
    /// let typed = Region::<Table>::create(&name)?;
    /// let table = DynRegion::open(&name)?;
    /// table.once_of("filled")?.call_once_with(Duration::MAX, || {
    ///     (0..4).try_for_each(|n| table.set(format!("squares[{n}]"), n * n))
    /// })?;
    /// assert!(typed.filled.is_done());
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn once_of(&self, path: impl AsRef<str>) -> Result<Projected<OnceView<A>>, DynError> {
        let found = self.of_role(path.as_ref(), Role::Once, "a `Once`")?;
        let view = Memory::<A>::of(self.mapping()).once(found.offset);
        Ok(Projected::new(NonNull::from(view), self.keeper()))
    }
}
