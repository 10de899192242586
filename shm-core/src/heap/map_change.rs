//! The calls of a [`MapView`] that change the map.

use std::time::{Duration, Instant};

use super::HeapError;
use super::content::Content;
use super::map_view::MapView;
use super::writer::Writer;
use crate::access::{Access, CanWrite};
use crate::sys::clock::deadline;

impl<K: Content + ?Sized, V: Content + ?Sized, A: Access> MapView<K, V, A> {
    /// Gives a key a value, instead of the one that it had: processes that read it get the old one or the new
    /// one, whole. Returns whether it had one. Waits while another writer changes the map.
    ///
    /// # Errors
    /// [`HeapError::Full`] or [`HeapError::TooLong`] if there is no room; [`HeapError::Lock`] if this process
    /// cannot take part in the region's locks. The map is then as it was.
    #[inline]
    pub fn insert(&self, key: &K, value: &V) -> Result<bool, HeapError>
    where
        A: CanWrite,
    {
        self.put(key, value, None)
    }

    /// As [`MapView::insert`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`MapView::insert`] otherwise.
    pub fn try_insert(&self, key: &K, value: &V) -> Result<bool, HeapError>
    where
        A: CanWrite,
    {
        self.insert_timeout(key, value, Duration::ZERO)
    }

    /// As [`MapView::insert`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`MapView::try_insert`], if another writer is busy all the time.
    pub fn insert_timeout(&self, key: &K, value: &V, timeout: Duration) -> Result<bool, HeapError>
    where
        A: CanWrite,
    {
        self.put(key, value, deadline(timeout))
    }

    /// Removes a key. Returns whether it had a value. Waits while another writer changes the map.
    ///
    /// # Errors
    /// [`HeapError::Lock`] if this process cannot take part in the region's locks.
    #[inline]
    pub fn remove(&self, key: &K) -> Result<bool, HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, None)?.remove_key(self, key)
    }

    /// As [`MapView::remove`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`MapView::remove`] otherwise.
    pub fn try_remove(&self, key: &K) -> Result<bool, HeapError>
    where
        A: CanWrite,
    {
        self.remove_timeout(key, Duration::ZERO)
    }

    /// As [`MapView::remove`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`MapView::try_remove`], if another writer is busy all the time.
    pub fn remove_timeout(&self, key: &K, timeout: Duration) -> Result<bool, HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, deadline(timeout))?.remove_key(self, key)
    }

    /// Copies the value of a key out and removes the key: of any number of takers, one gets the value.
    ///
    /// # Errors
    /// As [`MapView::get`] and [`MapView::remove`]; the value is then still there.
    ///
    /// ```
    /// use shm_core::{Map, Region};
    ///
    /// let letters = Region::<Map<str, str>>::options().private()?;
    /// letters.insert("Ada", "Dear Ada")?;
    /// assert_eq!(letters.take("Ada")?.as_deref(), Some("Dear Ada"));
    /// assert_eq!(letters.take("Ada")?, None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take(&self, key: &K) -> Result<Option<V::Copied>, HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, None)?.take_key(self, key)
    }

    /// As [`MapView::take`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`MapView::take`] otherwise.
    pub fn try_take(&self, key: &K) -> Result<Option<V::Copied>, HeapError>
    where
        A: CanWrite,
    {
        self.take_timeout(key, Duration::ZERO)
    }

    /// As [`MapView::take`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`MapView::try_take`], if another writer is busy all the time.
    pub fn take_timeout(&self, key: &K, timeout: Duration) -> Result<Option<V::Copied>, HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, deadline(timeout))?.take_key(self, key)
    }

    /// Replaces the value of a key by what `change` makes of it; `None` is no value, before and after. No other
    /// writer changes the map in between. If `change` panics, the map is as it was.
    ///
    /// `change` must not change the same map: that is [`LockError::WouldDeadlock`](crate::LockError::WouldDeadlock).
    ///
    /// # Errors
    /// As [`MapView::get`] and [`MapView::insert`]; the map is then as it was.
    ///
    /// ```
    /// use shm_core::{Map, Region};
    ///
    /// let words = Region::<Map<str, u32>>::options().private()?;
    /// for word in "a rose is a rose is a rose".split(' ') {
    ///     words.update(word, |count| *count.get_or_insert(0) += 1)?;
    /// }
    /// assert_eq!(words.get("rose")?, Some(3));
    /// words.update("rose", |count| *count = None)?;
    /// assert_eq!(words.len()?, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn update(
        &self,
        key: &K,
        change: impl FnOnce(&mut Option<V::Copied>),
    ) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, None)?.update_key(self, key, change)
    }

    /// As [`MapView::update`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`MapView::update`] otherwise.
    pub fn try_update(
        &self,
        key: &K,
        change: impl FnOnce(&mut Option<V::Copied>),
    ) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.update_timeout(key, Duration::ZERO, change)
    }

    /// As [`MapView::update`], waiting at most for `timeout` for other writers.
    ///
    /// # Errors
    /// As [`MapView::try_update`], if another writer is busy all the time.
    pub fn update_timeout(
        &self,
        key: &K,
        timeout: Duration,
        change: impl FnOnce(&mut Option<V::Copied>),
    ) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, deadline(timeout))?.update_key(self, key, change)
    }

    /// Removes all keys, one by one, and gives back the memory. Waits while another writer changes the map. If this
    /// process dies meanwhile, some keys are still there.
    ///
    /// # Errors
    /// [`HeapError::Lock`] if this process cannot take part in the region's locks.
    pub fn clear(&self) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, None)?.clear_map(self)
    }

    /// As [`MapView::clear`], unless a living process is at it.
    ///
    /// # Errors
    /// [`LockError::Busy`](crate::LockError::Busy) if another writer is busy; as [`MapView::clear`] otherwise.
    pub fn try_clear(&self) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        self.clear_timeout(Duration::ZERO)
    }

    /// As [`MapView::clear`], waiting at most for `timeout`.
    ///
    /// # Errors
    /// As [`MapView::try_clear`], if another writer is busy all the time.
    pub fn clear_timeout(&self, timeout: Duration) -> Result<(), HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, deadline(timeout))?.clear_map(self)
    }

    #[inline]
    fn put(&self, key: &K, value: &V, deadline: Option<Instant>) -> Result<bool, HeapError>
    where
        A: CanWrite,
    {
        Writer::of(&self.table, deadline)?.insert_key(self, key, value)
    }
}
