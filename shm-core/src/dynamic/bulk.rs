//! Values as bytes, in bulk: out of a region and into it.

use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::atomic::fence;

use super::at_place;
use super::budget::MAX_VALUE;
use super::field_path::FieldPath;
use super::memory::Memory;
use super::read;
use super::resolve::{Run, Versions};
use super::spans::{Span, Spans, has_invalid_bytes, has_wide_words, not_plain};
use super::write;
use crate::access::{Access, CanWrite};
use crate::error::{DynError, LockError};
use crate::schema::Type;
use crate::sync::Held;

/// Values as bytes.
///
/// The bytes of a value are those that it has in memory: as a `#[repr(C)]` struct of C or Rust has them, in the
/// processor's byte order, with zeros for padding; numpy's structured arrays and `ctypes` have the same. Those of a range
/// are those of its elements, one after the other.
impl<A: Access> FieldPath<A> {
    /// The number of bytes that [`FieldPath::load_bytes`] and [`FieldPath::store_bytes`] copy.
    ///
    /// # Errors
    /// [`DynError::Unreadable`] if the value is not plain bytes: it is or has a live type, such as a `Mutex`, or is in the
    /// heap.
    pub fn bytes_len(&self) -> Result<usize, DynError> {
        let (ty, place) = (self.ty(), self.place());
        let unreadable = |found: Type<'_>, fault| DynError::Unreadable {
            field: self.path().to_string(),
            found: found.to_string(),
            fault,
        };
        if place.kept.is_some() {
            return Err(unreadable(ty, "a value in the heap, which is not copied as bytes"));
        }
        if let Some(part) = not_plain(ty) {
            return Err(unreadable(part, "which is not plain bytes: name a part of it"));
        }
        if place.latest.is_some_and(|latest| latest.outer > 0) {
            return Err(unreadable(ty, "in several versions: name one element"));
        }
        if place.latest.is_none() && has_wide_words(ty) {
            return Err(unreadable(ty, "which no processor reads in one step"));
        }
        let elements = place.runs.iter().fold(1, |count: u64, run| count.saturating_mul(run.count));
        // It is part of a mapping.
        Ok(ty.size().saturating_mul(elements) as usize)
    }

    /// Copies the value's bytes. Each number is read whole, by one load of its own width, but another process may write
    /// between two of them; all loads are ordered as one Acquire load. Where that is a `Latest`, or part of one, all
    /// bytes are of one version, and the result is its number. A lock beside the field is held meanwhile, as
    /// [`FieldPath::get`] does. The bytes are not checked to be valid values.
    ///
    /// # Errors
    /// As [`FieldPath::bytes_len`]; [`DynError::DoesNotFit`] if `to` has another length;
    /// [`DynError::Contended`] if a `Latest` is written faster than it can be read.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Region};
    /// let name = format!("shm-doc-load-bytes-{}", std::process::id());
    /// let typed = Region::<[u16; 4]>::create_from(&name, &[1, 2, 3, 4])?;
    /// let numbers = DynRegion::open(&name)?.resolve("[1..3]")?;
    /// let mut bytes = vec![0; numbers.bytes_len()?];
    /// numbers.load_bytes(&mut bytes)?;
    /// assert_eq!(bytes, [2_u16, 3].map(u16::to_ne_bytes).concat());
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load_bytes(&self, to: &mut [u8]) -> Result<Option<u64>, DynError> {
        self.expect_len(to.len())?;
        if let Some(latest) = self.place().latest {
            return self.load_version(latest, to).map(Some);
        }
        let memory = Memory::<A>::of(self.region().mapping());
        let _held = self.hold_beside(memory)?;
        let (mut done, mut at) = (0, 0);
        self.chunks(&mut |offset, count, size| {
            Spans::of(self.ty(), offset, count, |span| {
                let start = done + (span.offset - offset);
                to[at..start].fill(0);
                at = start + span.len;
                memory.load_elements(span, &mut to[start..at]);
            });
            done += size;
        });
        to[at..].fill(0);
        // Pairs with the Release fence of `store_bytes`, here and in typed views.
        fence(Acquire);
        Ok(None)
    }

    /// The number of the newest version of the `Latest` that the value is, or is part of: how many times it has been
    /// written. `None` if it is not part of one `Latest`. Costs one load.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Latest, Region};
    /// let name = format!("shm-doc-newest-{}", std::process::id());
    /// let pose = Region::<Latest<[f64; 2]>>::create(&name)?;
    /// let place = DynRegion::open_read_only(&name)?.resolve("")?;
    /// assert_eq!(place.version(), Some(0));
    /// pose.store(&[1.5, 2.5])?;
    /// assert_eq!(place.version(), Some(1));
    /// # pose.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        let Versions { at, ring, .. } = self.place().latest.filter(|latest| latest.outer == 0)?;
        let memory = Memory::<A>::of(self.region().mapping());
        Some(memory.load(at + ring.sequence as usize, 8))
    }

    /// Copies a part of the newest version.
    fn load_version(&self, latest: Versions, to: &mut [u8]) -> Result<u64, DynError> {
        let Versions { at, ring, .. } = latest;
        let (offset, span) = (self.place().offset, self.place().span(self.schema()) as usize);
        let (first, end) = (offset / 8, (offset + span).div_ceil(8));
        let memory = Memory::<A>::of(self.region().mapping());
        let copy = memory.newest(at, ring, first, end - first);
        let contended = || DynError::Contended { field: self.path().to_string() };
        let (version, words) = copy.ok_or_else(contended)?;
        let bytes: Vec<u8> = words.into_iter().flat_map(u64::to_ne_bytes).collect();
        let (mut done, mut at) = (0, 0);
        self.chunks(&mut |offset, count, size| {
            Spans::of(self.ty(), offset, count, |span| {
                let start = done + (span.offset - offset);
                to[at..start].fill(0);
                at = start + span.len;
                let from = span.offset - 8 * first;
                to[start..at].copy_from_slice(&bytes[from..from + span.len]);
            });
            done += size;
        });
        to[at..].fill(0);
        Ok(version)
    }

    /// Calls `each` for the values: the offset of the first of several side by side, their number and their bytes.
    fn chunks(&self, each: &mut dyn FnMut(usize, u64, usize)) {
        chunks(self.ty().size() as usize, self.place().offset, &self.place().runs, each);
    }

    /// Checks the length of a buffer.
    fn expect_len(&self, found: usize) -> Result<(), DynError> {
        let expected = self.bytes_len()?;
        if found == expected {
            return Ok(());
        }
        let (field, given) = (Some(self.path().to_string()), format!("{found} bytes").into());
        let fault = format!("are not the value's {expected}").into();
        Err(DynError::DoesNotFit { field, given, fault })
    }

    /// Takes the locks beside the field; none, if this process cannot take part in them.
    fn hold_beside<'m>(&self, memory: Memory<'m, A>) -> Result<Vec<Held<'m>>, DynError> {
        let Some(memory) = memory.writable() else { return Ok(Vec::new()) };
        match at_place::hold_beside(memory, self.place()) {
            held @ (Ok(_)
            | Err(DynError::Lock(LockError::OwnerDied | LockError::WouldDeadlock))) => held,
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// Values into a region.
impl<A: CanWrite> FieldPath<A> {
    /// Copies bytes into the value: each number by one store of its own width, all ordered as one Release store; padding
    /// is left out. Through a `Latest`, this makes a new version, with all else as in the newest one, and returns its
    /// number; through a `Watched`, it wakes all waiters. Locks are as for [`FieldPath::set`].
    ///
    /// # Errors
    /// As [`FieldPath::bytes_len`] and [`FieldPath::set`]; [`DynError::DoesNotFit`] if `from` has another length, and
    /// [`DynError::Invalid`] if the bytes are not a valid value: an enum without such a variant, say. Nothing is written
    /// then.
    ///
    /// ```
    /// # use shm_core::{DynRegion, Latest, Region, SharedLayout};
    /// #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    /// #[repr(C)]
    /// struct Pose { id: u16, x: f64 }
    ///
    /// let name = format!("shm-doc-store-bytes-{}", std::process::id());
    /// let typed = Region::<Latest<Pose>>::create(&name)?;
    /// let pose = DynRegion::open(&name)?.resolve("")?;
    /// let mut bytes = [0xff; 16]; // six of them are padding
    /// bytes[..2].copy_from_slice(&7_u16.to_ne_bytes());
    /// bytes[8..].copy_from_slice(&1.5_f64.to_ne_bytes());
    /// assert_eq!(pose.store_bytes(&bytes)?, Some(1));
    /// assert_eq!(typed.load()?, Pose { id: 7, x: 1.5 });
    /// # typed.unlink()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn store_bytes(&self, from: &[u8]) -> Result<Option<u64>, DynError> {
        let (region, place, path) = (self.region(), self.place(), self.path().as_str());
        self.expect_len(from.len())?;
        at_place::expect_unguarded(region, place, path)?;
        at_place::expect_writable(place, path)?;
        if has_invalid_bytes(self.ty()) {
            self.expect_values(from)?;
        }
        let memory = Memory::<A>::of(region.mapping());
        let _held = at_place::hold_beside(memory, place)?;
        let version = match place.latest {
            Some(latest) => Some(self.store_version(latest, from)?),
            None => {
                // Pairs with the Acquire fence of `load_bytes`, here and in typed views.
                fence(Release);
                self.each_span(from, &mut |span, bytes| memory.store_elements(span, bytes));
                None
            }
        };
        write::notify(memory, place);
        Ok(version)
    }

    /// Makes a version with these bytes, and all else as in the newest one.
    fn store_version(&self, latest: Versions, from: &[u8]) -> Result<u64, DynError> {
        let Versions { at, ring, ty, .. } = latest;
        if ring.size > MAX_VALUE {
            let (field, needed, limit) = (self.path().to_string(), ring.size, MAX_VALUE);
            return Err(DynError::TooLarge { field, needed, limit });
        }
        let memory = Memory::<A>::of(self.region().mapping());
        let _writer = memory.lock(at + ring.lock as usize).lock_to_replace(None)?;
        let count = ring.size.div_ceil(8) as usize;
        let is_whole = self.ty().index() == ty && self.place().runs.is_empty();
        let mut words = if is_whole {
            vec![0; count]
        } else {
            let contended = || DynError::Contended { field: self.path().to_string() };
            memory.newest(at, ring, 0, count).ok_or_else(contended)?.1
        };
        self.each_span(from, &mut |span, bytes| put(&mut words, span.offset, bytes));
        memory.publish(at, ring, &words);
        Ok(memory.load(at + ring.sequence as usize, 8))
    }

    /// Calls `each` for the words of the value, with their bytes.
    fn each_span(&self, from: &[u8], each: &mut dyn FnMut(Span, &[u8])) {
        let mut done = 0;
        self.chunks(&mut |offset, count, size| {
            Spans::of(self.ty(), offset, count, |span| {
                let start = done + (span.offset - offset);
                each(span, &from[start..start + span.len]);
            });
            done += size;
        });
    }

    /// Checks that the bytes of each value are one.
    fn expect_values(&self, from: &[u8]) -> Result<(), DynError> {
        let (ty, size) = (self.ty(), self.ty().size() as usize);
        let mut words = vec![0; size.div_ceil(8)];
        for (bytes, path) in from.chunks(size.max(1)).zip(self.elements()) {
            put(&mut words, 0, bytes);
            read::private(self.region(), ty, path.as_str(), &words)?;
        }
        Ok(())
    }
}

/// Calls `each` for the values at a place, in groups that are side by side.
fn chunks(size: usize, offset: usize, runs: &[Run], each: &mut dyn FnMut(usize, u64, usize)) {
    match runs.split_first() {
        None => each(offset, 1, size),
        Some((run, [])) if run.stride == size => each(offset, run.count, size * run.count as usize),
        Some((run, inner)) => {
            for index in 0..run.count as usize {
                chunks(size, offset + index * run.stride, inner, each);
            }
        }
    }
}

/// Copies bytes into words, from a byte of them on.
fn put(words: &mut [u64], offset: usize, bytes: &[u8]) {
    let (mut at, mut rest) = (offset, bytes);
    while !rest.is_empty() {
        let (word, start) = (&mut words[at / 8], at % 8);
        let (now, later) = rest.split_at(rest.len().min(8 - start));
        let mut whole = word.to_ne_bytes();
        whole[start..start + now.len()].copy_from_slice(now);
        *word = u64::from_ne_bytes(whole);
        (at, rest) = (at + now.len(), later);
    }
}
