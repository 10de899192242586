//! [`Seat`]: identifies this process to the locks inside a mapping.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::attachment::{self, Attachment, Site, Table};
use super::liveness::Care;
use super::participants::Identity;
use super::{epoch, process_mark};
use crate::error::LockError;
use crate::protocol::lock;
use crate::sys::descriptor::Descriptor;
use crate::sys::file::FileId;
use crate::sys::fork::NoFork;

/// The processes that the locks of a mapping concern.
#[derive(Debug)]
pub(crate) enum LockScope {
    /// There are no locks, or they cannot be taken through this mapping.
    NoLocks,
    /// Memory that no other process has.
    Private,
    /// A region's file.
    File {
        /// The file, whose bytes the participants lock.
        descriptor: Arc<Descriptor>,
        /// The participants, inside the mapping.
        table: Table,
    },
}

/// The place of this process among the participants of a mapped region, from its first lock on.
#[derive(Debug)]
pub(crate) struct Seat {
    scope: LockScope,
    /// The owner bits of this process, with the lower half of its mark above them; 0 before the first
    /// lock. A forked child inherits a claim with another mark.
    claim: AtomicU64,
    /// Locked only while a [`NoFork`] exists.
    attachment: Mutex<Option<Arc<Attachment>>>,
}

/// The identity of this process and the regions that it takes part in.
struct Books {
    /// The identity of this process, and its mark when that was read.
    identity: Option<(u64, Identity)>,
    /// Its slots, by the region's file.
    attachments: BTreeMap<FileId, Weak<Attachment>>,
}

static BOOKS: Mutex<Books> = Mutex::new(Books { identity: None, attachments: BTreeMap::new() });

/// The books, locked by one thread at a time. No change takes two steps between which a panic could
/// occur.
fn books(_: &NoFork) -> MutexGuard<'static, Books> {
    BOOKS.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Books {
    /// The identity of this process, which has that mark. Read only once, if it can be read: later
    /// `/proc` may be out of reach.
    fn identity(&mut self, mark: u64) -> Identity {
        if let Some((known_mark, identity)) = &self.identity {
            if *known_mark == mark {
                return identity.clone();
            }
        }
        let identity = Identity::of_this_process();
        if identity.is_known() {
            self.identity = Some((mark, identity.clone()));
        }
        identity
    }

    /// This process's slot in a region, if it has one.
    fn attachment(&self, id: FileId) -> Option<Arc<Attachment>> {
        self.attachments.get(&id).and_then(Weak::upgrade).filter(|known| known.is_ours())
    }

    /// This process's slot in a region; takes one if it has none.
    fn attach(&mut self, site: &Site<'_>, mark: u64) -> Result<Arc<Attachment>, LockError> {
        let id = site.descriptor.id();
        if let Some(known) = self.attachment(id) {
            return Ok(known);
        }
        let identity = self.identity(mark);
        let ours = Arc::new(Attachment::new(site, identity, mark)?);
        self.attachments.insert(id, Arc::downgrade(&ours));
        Ok(ours)
    }
}

impl Seat {
    /// `name` is the region's, used to find its file.
    pub(crate) fn new(scope: LockScope, name: &str) -> Self {
        if let LockScope::File { descriptor, table } = &scope {
            arrive(&Site { descriptor, name, table: *table });
        }
        Self { scope, claim: AtomicU64::new(0), attachment: Mutex::new(None) }
    }

    /// Returns whether locks taken through this mapping are visible to other processes or mappings.
    pub(crate) fn has_locks(&self) -> bool {
        matches!(self.scope, LockScope::File { .. })
    }

    /// Whether no other process has the memory.
    pub(crate) fn is_private(&self) -> bool {
        matches!(self.scope, LockScope::Private)
    }

    /// The owner bits of this process in the locks of this mapping, if it has taken one already.
    #[inline]
    pub(crate) fn known_owner(&self) -> Option<u32> {
        let (claim, mark) = (self.claim.load(Acquire), process_mark());
        // The lower half.
        (claim != 0 && claim >> 32 == mark & u64::from(u32::MAX)).then_some(claim as u32)
    }

    /// Like [`Seat::known_owner`]; attaches if need be. `name` is the region's, for errors and to find
    /// its file.
    ///
    /// # Errors
    /// If this process cannot take part.
    pub(crate) fn owner(&self, name: &str) -> Result<u32, LockError> {
        if let Some(known) = self.known_owner() {
            return Ok(known);
        }
        let (_, mark) = epoch::begin().map_err(|source| {
            let (region, doing) = (name.to_owned(), "mapping a page that notices forks");
            LockError::Io { region, doing, source }
        })?;
        let no_fork = NoFork::begin();
        let mut books = books(&no_fork);
        let ours = match &self.scope {
            LockScope::NoLocks => return Err(LockError::NotInARegion),
            LockScope::Private => Arc::new(Attachment::private(mark)),
            LockScope::File { descriptor, table } => {
                books.attach(&Site { descriptor, name, table: *table }, mark)?
            }
        };
        let owner = ours.owner();
        *self.attachment(&no_fork) = Some(ours);
        self.claim.store((mark << 32) | u64::from(owner), Release);
        Ok(owner)
    }

    /// Returns whether the process with these owner bits is certainly dead; `false` as long as this
    /// process itself takes no part.
    pub(crate) fn is_dead(&self, owner: u32, care: Care) -> bool {
        let LockScope::File { table, .. } = &self.scope else { return self.is_dead_here(owner) };
        let ours = self.attached();
        ours.is_some_and(|ours| ours.is_dead(*table, owner, care))
    }

    /// In private memory: only this process and its forked children have it, and a child's copy belongs
    /// to the child alone. Any other owner is a process that this one was forked from.
    fn is_dead_here(&self, owner: u32) -> bool {
        lock::slot_of(owner).is_some() && self.attached().is_some_and(|ours| ours.owner() != owner)
    }

    /// Releases the slot if this is the last mapping of the region in this process; called while the
    /// mapping still exists.
    pub(crate) fn leave(&self) {
        let LockScope::File { descriptor, table } = &self.scope else { return };
        let no_fork = NoFork::begin();
        let mut books = books(&no_fork);
        let Some(last) = self.attachment(&no_fork).take().and_then(Arc::into_inner) else { return };
        let (id, is_gone) = (descriptor.id(), |known: &Weak<_>| known.strong_count() == 0);
        // In a forked child, the attachment that ends here may be inherited, and the child's own be
        // another.
        if books.attachments.get(&id).is_some_and(is_gone) {
            books.attachments.remove(&id);
        }
        last.leave(*table);
    }

    /// This process's attachment, if it has one. An attachment inherited by a forked child does not
    /// count.
    fn attached(&self) -> Option<Arc<Attachment>> {
        let no_fork = NoFork::begin();
        self.attachment(&no_fork).clone().filter(|attachment| attachment.is_ours())
    }

    fn attachment(&self, _: &NoFork) -> MutexGuard<'_, Option<Arc<Attachment>>> {
        self.attachment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the identity of this process, so that its first lock does not need `/proc`. Also releases the
/// slots that name it from before an exec, or in a copy of a region that it takes part in, because other
/// processes cannot tell that these are stale. A failure does not count yet: most openers of a region
/// never lock it, and a first lock reports the failure again.
fn arrive(site: &Site<'_>) {
    let Ok((_, mark)) = epoch::begin() else { return };
    let no_fork = NoFork::begin();
    let mut books = books(&no_fork);
    let identity = books.identity(mark);
    let takes_part = books.attachment(site.descriptor.id()).is_some();
    if !takes_part
        && attachment::is_named(site.table, &identity)
        && site.descriptor.make_own(mark, site.path()).is_ok()
    {
        if let Some(file) = site.descriptor.trusted() {
            attachment::clear_former_self(file, site.table, &identity);
        }
    }
}

impl Site<'_> {
    /// The path of the region's file, from its name.
    pub(super) fn path(&self) -> &Path {
        Path::new(self.name)
    }
}
