//! [`Versions`]: the versions of a `Watched<Latest<T>>`, one after the other.

use std::fmt;
use std::ops::Deref;

use super::look_until;
use crate::Latest;
use crate::access::Access;
use crate::error::LoadError;
use crate::sync::value::Value;
use crate::sync::watched::WatchedView;

/// The versions of a `Watched<Latest<T>>`, each whole (feature `async`): the present one, and then the newest
/// one whenever there is a newer one than the last. A version that was replaced before it could be read is
/// passed over.
///
/// `R` is how it keeps the value: `&WatchedView`, as [`WatchedView::versions`] gives, or a
/// [`Projected`](crate::region::Projected), which needs no lifetime:
///
/// ```
/// use shm_core::sync::Versions;
/// use shm_core::{Latest, Region, SharedLayout, Watched};
///
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Robot { pose: Watched<Latest<[f32; 3]>> }
///
/// let robot = Region::<Robot>::options().anonymous()?;
/// let mut poses = Versions::new(robot.project(|robot| &robot.pose));
/// futures_lite::future::block_on(async {
///     assert_eq!(poses.next_async().await?, [0.0; 3]);
///     robot.pose.change(|pose| pose.store(&[1.0, 2.0, 3.0]))?;
///     assert_eq!(poses.next_async().await?, [1.0, 2.0, 3.0]);
///     Ok::<(), Box<dyn std::error::Error>>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `futures::stream::unfold(poses, |mut poses| async { Some((poses.next_async().await, poses)) })` is the same as
/// a `Stream`.
#[derive(Clone)]
#[must_use = "it does nothing until it is asked for a version"]
pub struct Versions<R> {
    watched: R,
    seen: Option<u64>,
}

impl<R, T: Value, const N: usize, A: Access> Versions<R>
where
    R: Deref<Target = WatchedView<Latest<T, N>, A>>,
{
    /// A stream that begins with the present version.
    pub fn new(watched: R) -> Self {
        Self { watched, seen: None }
    }

    /// Waits for a version that is newer than the last, and copies it. If the future is dropped before it is
    /// ready, nothing is passed over.
    ///
    /// # Errors
    /// As [`LatestView::load`](crate::sync::LatestView::load). After an invalid value, the next call waits
    /// for the next version.
    ///
    /// # Panics
    /// As [`WatchedView::changed`].
    pub fn next_async(&mut self) -> impl Future<Output = Result<T, LoadError>> {
        let Self { watched, seen } = self;
        let value = watched.view();
        look_until(watched.changes(), move || {
            let newest = value.version();
            if *seen == Some(newest) {
                return None;
            }
            let loaded = value.load_versioned();
            match &loaded {
                Ok((version, _)) => *seen = Some(*version),
                Err(LoadError::Invalid(_)) => *seen = Some(newest),
                Err(_) => {}
            }
            Some(loaded.map(|(_, value)| value))
        })
    }
}

impl<R> fmt::Debug for Versions<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Versions").field("seen", &self.seen).finish_non_exhaustive()
    }
}
