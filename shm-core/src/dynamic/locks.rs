//! Fields and locks of a region, found by their names.

use super::malformed::expect_made;
use super::memory::Memory;
use super::region::DynRegion;
use super::resolve;
use crate::access::Access;
use crate::error::DynError;
use crate::path::Path;
use crate::schema::{Held, Seats};
use shm_schema::fields::DynField;

/// The words of a lock at one moment.
pub(crate) struct Words {
    /// Of a `Mutex`, a `Latest` or a `Once`.
    pub(crate) lock: Option<u32>,
    /// The `dirty` and the turnstile of an `RwLock`.
    pub(crate) writer: Option<(u32, u32)>,
    /// Of an `RwLock`, a `Semaphore`, a `Barrier` or a `PerProcess`.
    pub(crate) seats: Vec<u32>,
}

impl<A: Access> DynRegion<A> {
    /// Returns the target of a path as [`DynRegion::fields`] would: its type, its place and its notes. An
    /// element has the notes of its array; a range at the end of a path has the type of its array. A part
    /// after a range is described as it is in the first element.
    ///
    /// # Errors
    /// If the path leads nowhere: names the part that does, and what is there instead.
    ///
    /// ```
    /// use shm_core::{DynRegion, Mutex, Region, SharedLayout};
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Station { lock: Mutex<()>, #[shm(unit = "°C")] samples: [f32; 8] }
    ///
    /// let name = format!("shm-doc-field-{}", std::process::id());
    /// # let station = Region::<Station>::create(&name)?;
    /// let region = DynRegion::open_read_only(&name)?;
    /// let sample = region.field("samples[2]")?;
    /// assert_eq!((sample.offset(), sample.unit()), (12, "°C"));
    /// assert_eq!(region.field("lock")?.ty().to_string(), "Mutex");
    /// # station.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn field(&self, path: impl AsRef<str>) -> Result<DynField<'_>, DynError> {
        let path: Path = path.as_ref().parse()?;
        let named = self.named(path.as_str())?;
        let inside = named.latest.map_or(0, |latest| latest.at as u64 + latest.ring.slots);
        let offset = inside + named.offset as u64;
        if named.is_entry {
            return Ok(DynField::entry(path, named.ty, offset, named.field));
        }
        Ok(DynField::new(path, named.ty, offset, named.field))
    }

    /// The words of the lock that a path names; see [`DynRegion::lock_state`].
    pub(crate) fn lock_words(&self, path: &str) -> Result<Words, DynError> {
        let named = self.named(path)?;
        expect_made(named.ty, path)?;
        // A copy of a lock is not a lock, and several locks are not one.
        let is_copy = named.latest.is_some() || named.is_kept;
        let live = named.ty.live().filter(|_| !is_copy && !named.is_several);
        let Some(live) = live.filter(|live| live.role().has_lock()) else {
            let (field, found) = (path.to_owned(), named.ty.to_string());
            return Err(DynError::NoLock { field, found });
        };
        let memory = Memory::<A>::of(self.mapping());
        let start = self.start().offset + named.offset;
        let word = |at: u64| memory.load(start + at as usize, 4) as u32;
        let (first, count) = live.seats().unwrap_or_default();
        Ok(Words {
            lock: live.lock().map(word),
            // `dirty` first: a writer that is at work by then has the turnstile, too, or has just left it.
            writer: live.value().and_then(|value| match value.held {
                Held::Shared(Seats { turnstile, dirty, .. }) => {
                    Some((word(dirty), word(turnstile)))
                }
                _ => None,
            }),
            seats: (0..count).map(|seat| word(first + 4 * seat)).collect(),
        })
    }

    fn named(&self, path: &str) -> Result<resolve::Named<'_>, DynError> {
        resolve::named(self.schema(), self, path)
    }
}
