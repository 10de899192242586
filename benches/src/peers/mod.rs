//! The measured peers. A peer in Rust (or C called from Rust) has a file here with its implementations
//! of the scenarios' traits; one in another language has a program that understands the same jobs.

use crate::scenarios::Entry;

pub(crate) mod foreign;
mod malloc;
mod mapped;
mod ours;
mod ours_blocks;
mod ours_by_name;
mod ours_heap;
mod ours_locks;
mod ours_read_only;
mod pthread;
mod pthread_locks;
mod semaphore;
mod std_threads;
mod threads;

#[cfg(feature = "peers")]
mod array_queue;
#[cfg(feature = "peers")]
mod exported;
#[cfg(feature = "peers")]
mod iceoryx2;
#[cfg(feature = "peers")]
mod memmap3;
#[cfg(feature = "peers")]
mod mmap_sync;
#[cfg(feature = "peers")]
mod parking_lot;
#[cfg(feature = "peers")]
mod rtrb;
#[cfg(feature = "peers")]
mod seqlock;
#[cfg(feature = "peers")]
mod struct_pointer;
#[cfg(feature = "peers")]
mod zerocopy;

/// A peer that is part of this program.
pub(crate) struct Peer {
    /// Its key on command lines and in results.
    pub(crate) key: &'static str,
    /// Its name in tables.
    pub(crate) title: &'static str,
    /// The package whose version is looked up in the lock file.
    pub(crate) package: Option<&'static str>,
    /// Its scenarios.
    pub(crate) entries: fn() -> Vec<Entry>,
    /// The reasons why it does not take part in a scenario. A peer that is meant for a few scenarios
    /// only names them under `*`.
    pub(crate) absent: &'static [(&'static str, &'static str)],
}

/// The peer that is the floor: a C program that neither checks nor protects anything.
pub(crate) const FLOOR: &str = "c";
/// shm-core itself.
pub(crate) const OURS: &str = "ours";

/// The peers in this program, in the order of the tables.
#[cfg(feature = "peers")]
pub(crate) const ALL: &[Peer] = &[
    struct_pointer::PLAIN,
    struct_pointer::ATOMIC,
    exported::PEER,
    ours::PEER,
    ours::WITH_MANY_VERSIONS,
    ours::WITH_LOCK,
    ours_blocks::PEER,
    ours_by_name::RESOLVED,
    ours_by_name::BY_NAME,
    ours_read_only::PEER,
    mmap_sync::PEER,
    iceoryx2::PEER,
    memmap3::PEER,
    zerocopy::PEER,
    seqlock::PEER,
    array_queue::PEER,
    rtrb::PEER,
    malloc::PEER,
    pthread_locks::PLAIN,
    pthread::ROBUST,
    semaphore::PEER,
    std_threads::PEER,
    parking_lot::PEER,
];

/// The peers in this program, in the order of the tables; without those that need the feature `peers`.
#[cfg(not(feature = "peers"))]
pub(crate) const ALL: &[Peer] = &[
    ours::PEER,
    ours::WITH_MANY_VERSIONS,
    ours::WITH_LOCK,
    ours_blocks::PEER,
    ours_by_name::RESOLVED,
    ours_by_name::BY_NAME,
    ours_read_only::PEER,
    malloc::PEER,
    pthread_locks::PLAIN,
    pthread::ROBUST,
    semaphore::PEER,
    std_threads::PEER,
];

pub(crate) fn find(key: &str) -> Option<&'static Peer> {
    ALL.iter().find(|peer| peer.key == key)
}
