//! Finds the region, the field and the lock at an address in this process.
//!
//! A lock inside a view is a bare address, and so is a field that holds an invalid value. The owner bits
//! of this process and the region's name are found by address: in the thread's memory of its last lock,
//! or else in a map of the address space that any number of threads read without waiting for each other.
//! The modules above enter their mappings.

mod addresses;
mod ground;
mod held;
mod invalid;
mod origin;
mod overlaid;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Range;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use addresses::{AddressMap, Spans};
pub(crate) use ground::{Ground, ground};
pub(crate) use held::Forgotten;
pub(crate) use invalid::{invalid_value, moved};
pub(crate) use origin::{Origin, raise_flag};
pub(crate) use overlaid::Overlaid;

use crate::arena::Arena;
use crate::attach::{Care, Participant, Seat, epoch};
use crate::error::LockError;
use crate::layout::Layout;
use crate::protocol::lock;
use crate::sys::file::FileId;
use crate::sys::fork::NoFork;

/// A mapping of a region, of a type that this room does not know, with the properties that handles of it have.
pub(crate) trait Mapped: Debug + Send + Sync + UnwindSafe + RefUnwindSafe {
    /// The process in a slot.
    fn participant(&self, slot: u32) -> Option<Participant>;

    /// Whether its values last as long as it does. Named objects may end before.
    fn is_lasting(&self) -> bool;
}

/// A mapped value, found by its address.
#[derive(Debug)]
pub(crate) struct Site {
    label: String,
    data: Range<usize>,
    /// The file that it is mapped from; `None` for memory without a file.
    origin: Option<Origin>,
    seat: Seat,
    /// The region's heap, if it has one.
    arena: Option<Arena>,
    /// For error messages; set by the first opener that has the type.
    layout: OnceLock<&'static Layout>,
    /// Set before the first reference into it is made.
    mapping: OnceLock<Weak<dyn Mapped>>,
    /// The epoch in which it was mapped: anything that a thread remembers of these addresses from before
    /// is about other memory.
    born: u64,
}

impl Spans for Site {
    fn addresses(&self) -> &Range<usize> {
        &self.data
    }
}

/// Changed only while [`by_file`] is locked.
static SITES: AddressMap<Site> = AddressMap::new();

/// The sites with locks, by file: one lock may be mapped several times.
static BY_FILE: Mutex<BTreeMap<FileId, Vec<Arc<Site>>>> = Mutex::new(BTreeMap::new());

fn by_file(_: &NoFork) -> MutexGuard<'static, BTreeMap<FileId, Vec<Arc<Site>>>> {
    // Consistent between any two statements that change it.
    BY_FILE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The entry of a mapping, removed on drop.
#[derive(Debug)]
pub(crate) struct Entered(Arc<Site>);

impl Entered {
    /// Enters a mapped value, which stays mapped until the entry is dropped.
    pub(crate) fn new(
        label: String,
        data: Range<usize>,
        origin: Option<Origin>,
        seat: Seat,
        arena: Option<Arena>,
    ) -> Self {
        let (layout, mapping, born) = (OnceLock::new(), OnceLock::new(), epoch::now());
        let site = Arc::new(Site { label, data, origin, seat, arena, layout, mapping, born });
        let no_fork = NoFork::begin();
        let mut by_file = by_file(&no_fork);
        if let Some(&Origin { file, .. }) = site.origin.as_ref() {
            if site.seat.has_locks() {
                by_file.entry(file).or_default().push(Arc::clone(&site));
            }
        }
        // SAFETY: changed only under this lock; a site is removed before it is freed, and the addresses
        // of two mappings share no page.
        unsafe { SITES.insert(&site) };
        drop(by_file);
        Self(site)
    }

    /// The name of the region in error messages.
    pub(crate) fn label(&self) -> &str {
        &self.0.label
    }

    /// Records the mapping that this is the entry of.
    pub(crate) fn note_mapping(&self, mapping: Weak<dyn Mapped>) {
        let no_fork = NoFork::begin();
        self.0.mapping.get_or_init(|| mapping);
        drop(no_fork);
    }

    /// Records the layout of the value, unless it is known.
    pub(crate) fn note_layout(&self, layout: &'static Layout) {
        let no_fork = NoFork::begin();
        self.0.layout.get_or_init(|| layout);
        drop(no_fork);
    }
}

/// The mapping is about to be removed.
impl Drop for Entered {
    fn drop(&mut self) {
        #[cfg(feature = "async")]
        crate::awaiting::forget(&self.0.data);
        // Anything that threads remember of these addresses is void from here on.
        epoch::end();
        let no_fork = NoFork::begin();
        let mut by_file = by_file(&no_fork);
        SITES.remove(&self.0);
        if let Some(Origin { file, .. }) = &self.0.origin {
            if let Some(sites) = by_file.get_mut(file) {
                sites.retain(|site| !Arc::ptr_eq(site, &self.0));
                if sites.is_empty() {
                    by_file.remove(file);
                }
            }
        }
        drop(by_file);
        self.0.flush();
        self.0.seat.leave();
    }
}

/// The names of the region and the field at an address.
pub(crate) struct Located {
    pub(crate) region: String,
    pub(crate) field: String,
}

/// Finds the region or the overlay, and the field, that an address belongs to. Slow: for error messages.
pub(crate) fn locate(address: usize) -> Option<Located> {
    locate_in_regions(address).or_else(|| overlaid::locate(address))
}

fn locate_in_regions(address: usize) -> Option<Located> {
    let no_fork = NoFork::begin();
    // While this is locked, no site is removed.
    let by_file = by_file(&no_fork);
    // SAFETY: an entry in the map exists, and continues to exist while this is locked (I13).
    let site = unsafe { SITES.candidate(address)?.as_ref() };
    if !site.data.contains(&address) {
        return None;
    }
    let (region, offset) = (site.label.clone(), address - site.data.start);
    let layout = *site.layout.get()?;
    drop(by_file);
    let (field, _) = layout.path_at(offset)?;
    Some(Located { region, field: field.into() })
}

/// The site around the word of a lock, if it is in a mapped region.
#[inline]
fn around(word: &AtomicU32) -> Option<&Site> {
    around_any(word)
}

/// The site around a word that lies in a mapping, if it is a region's.
#[inline]
fn around_any<T>(word: &T) -> Option<&Site> {
    let address = std::ptr::from_ref(word).addr();
    let candidate = SITES.candidate(address)?;
    // SAFETY: the word lies in a mapping, which outlives every reference into it (I2); the candidate is the
    // site of that mapping, which is entered for as long as the mapping exists (I13).
    let site = unsafe { candidate.as_ref() };
    site.data.contains(&address).then_some(site)
}

#[inline]
fn address(word: &AtomicU32) -> usize {
    std::ptr::from_ref(word).addr()
}

/// The owner bits of this process in a lock, and the epoch in which they were found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) owner: u32,
    epoch: u64,
}

/// A thread's memory of its last lock.
#[derive(Clone, Copy)]
struct Hit {
    epoch: u64,
    start: usize,
    len: usize,
    owner: u32,
}

thread_local! {
    static LAST_HIT: Cell<Hit> =
        const { Cell::new(Hit { epoch: u64::MAX, start: 0, len: 0, owner: 0 }) };
}

/// The owner bits of this process in a lock, if this thread remembers them.
#[inline]
pub(crate) fn known_owner(word: &AtomicU32) -> Option<Known> {
    let (hit, epoch) = (LAST_HIT.get(), epoch::now());
    let is_known = hit.epoch == epoch && address(word).wrapping_sub(hit.start) < hit.len;
    is_known.then_some(Known { owner: hit.owner, epoch })
}

/// Makes this thread look up its owner bits again at its next lock.
pub(crate) fn forget_last_hit() {
    LAST_HIT.set(Hit { epoch: u64::MAX, start: 0, len: 0, owner: 0 });
}

/// The owner bits of this process in a lock; attaches if need be.
#[inline]
pub(crate) fn owner(word: &AtomicU32) -> Result<Known, LockError> {
    known_owner(word).map_or_else(|| find_owner(word), Ok)
}

/// Like [`owner`], when the thread's last lock was in another region.
#[inline(never)]
fn find_owner(word: &AtomicU32) -> Result<Known, LockError> {
    let site = around(word).ok_or(LockError::NotInARegion)?;
    let owner = match site.seat.known_owner() {
        Some(owner) => owner,
        None => site.seat.owner(&site.label)?,
    };
    let (epoch, start) = (epoch::now(), site.data.start);
    LAST_HIT.set(Hit { epoch, start, len: site.data.len(), owner });
    Ok(Known { owner, epoch })
}

/// Returns whether the process with these owner bits in a lock is certainly dead.
pub(crate) fn is_dead(word: &AtomicU32, owner: u32, care: Care) -> bool {
    around(word).is_some_and(|site| site.seat.is_dead(owner, care))
}

/// The mapping that a word lies in, if it is a region's. It stays mapped for as long as this is kept.
pub(crate) fn mapping(word: &AtomicU32) -> Option<Arc<dyn Mapped>> {
    around(word)?.mapping.get()?.upgrade()
}

/// The process that the word of a lock names, if it still takes part in the region.
pub(crate) fn participant(word: &AtomicU32, owner: u32) -> Option<Participant> {
    let (slot, generation) = lock::slot_of(owner)?;
    let site = around(word)?;
    if site.seat.is_private() {
        let is_this = site.seat.known_owner() == Some(owner);
        return is_this.then(|| Participant::this(slot, generation));
    }
    let found = site.mapping.get()?.upgrade()?.participant(slot);
    found.filter(|found| found.generation == generation)
}

/// Records that this thread has taken a lock.
#[inline]
pub(crate) fn note_held(word: &AtomicU32, known: Known) {
    held::note((address(word), known.epoch));
}

/// Returns whether the last lock that this thread took is this one, which it remembers: nothing was unmapped since.
#[inline]
pub(crate) fn is_last_held(word: &AtomicU32, known: Known) -> bool {
    held::is_last((address(word), known.epoch))
}

/// Records that this thread has released a lock, if that is the last one it took, and it took it once.
#[inline]
pub(crate) fn forget_last_held(word: &AtomicU32) -> bool {
    held::forget_last(address(word))
}

/// Records that this thread holds a lock once more, if it remembers that this is the last one it took.
#[inline]
pub(crate) fn note_last_held_again(word: &AtomicU32, known: Known) -> bool {
    held::note_last_again((address(word), known.epoch))
}

/// Records that this thread holds a lock once less, if it remembers that it took this one the last two
/// times: nothing was unmapped since.
#[inline]
pub(crate) fn forget_last_held_again(word: &AtomicU32) -> bool {
    held::forget_last_again((address(word), epoch::now()))
}

/// Records that this thread has released a lock.
#[inline]
pub(crate) fn forget_held(word: &AtomicU32) -> Forgotten {
    held::forget(address(word))
}

/// Returns whether this thread holds any lock at all.
#[inline]
pub(crate) fn holds_any() -> bool {
    held::any()
}

/// Returns whether this thread holds a lock, and took it through this mapping of the region.
pub(crate) fn is_held_through_this(word: &AtomicU32) -> bool {
    let mark = crate::attach::process_mark();
    // A child that was just forked has no mark, and holds no lock.
    let count = |site: &Site| held::count(address(word), site.born.max(mark));
    mark != 0 && around(word).is_some_and(|site| count(site) > 0)
}

/// Returns whether this thread holds a lock, even through another mapping of the region.
#[cold]
pub(crate) fn is_held_here(word: &AtomicU32) -> bool {
    through_any_mapping(word, held::count) > 0
}

/// Returns whether this thread holds a lock more than once.
#[cold]
pub(crate) fn is_held_again(word: &AtomicU32) -> bool {
    through_any_mapping(word, held::count) > 1
}

/// Records that this thread, which holds a lock, holds it once more.
#[cold]
pub(crate) fn note_held_again(word: &AtomicU32, known: Known) {
    through_any_mapping(word, held::mark);
    held::note_again((address(word), known.epoch));
}

/// Does something with the address of a lock in each mapping of its region, and the epoch since which that
/// mapping exists; returns the sum.
fn through_any_mapping(word: &AtomicU32, mut look: impl FnMut(usize, u64) -> usize) -> usize {
    let mark = crate::attach::process_mark();
    // A child that was just forked has no mark, and holds no lock.
    let Some(site) = around(word).filter(|_| mark != 0) else { return 0 };
    let mut look = |address, site: &Site| look(address, site.born.max(mark));
    let within = address(word) - site.data.start;
    let Some(origin) = &site.origin else { return look(address(word), site) };
    let position = origin.start + within as u64;
    let no_fork = NoFork::begin();
    let by_file = by_file(&no_fork);
    let sites = by_file.get(&origin.file).map_or(&[][..], Vec::as_slice);
    let addresses = sites.iter().filter_map(|other| {
        let within = position.checked_sub(other.origin.as_ref()?.start)?;
        Some(look(other.data.start + within as usize, other))
    });
    addresses.sum()
}
