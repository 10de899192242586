//! The rows of the comparison's tables: scenarios with their sizes and paces.

use crate::job::Pace;
use crate::scenarios::{
    array, attach, barrier, blocks, counter, crowd, death, field, killed, layout, lock, map,
    memory, owned, queue, recursion, rwlock, semaphore, sixteen, sleep, snapshot, spin, twenty,
    watchers,
};

/// One table of the comparison.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Its key on command lines and in results.
    pub(crate) key: String,
    pub(crate) scenario: &'static str,
    pub(crate) title: String,
    /// A description of one operation.
    pub(crate) operation: &'static str,
    pub(crate) words: usize,
    pub(crate) pace: Pace,
    /// The peer that does it as C would.
    pub(crate) floor: &'static str,
    /// More rounds than these say nothing more.
    pub(crate) most_rounds: usize,
}

impl Case {
    fn new(
        scenario: &'static str,
        title: &str,
        operation: &'static str,
        floor: &'static str,
    ) -> Self {
        Self {
            key: scenario.to_owned(),
            scenario,
            title: title.to_owned(),
            operation,
            words: 8,
            pace: Pace::Idle,
            floor,
            most_rounds: usize::MAX,
        }
    }

    /// Processes are killed, many in each round: what counts is who survives, and not how fast.
    fn deadly(scenario: &'static str, title: &str) -> Self {
        Self { most_rounds: 2, ..Self::new(scenario, title, "", "pthread") }
    }

    fn sized(self, words: usize) -> Self {
        let bytes = words * 8;
        let shown =
            if bytes < 1024 { format!("{bytes} B") } else { format!("{} KiB", bytes / 1024) };
        Self {
            key: format!("{}-{bytes}", self.key),
            title: self.title.replace("{}", &shown),
            words,
            ..self
        }
    }

    fn paced(self, pace: Pace) -> Self {
        Self {
            key: format!("{}-{}", self.key, pace.key()),
            title: format!("{}, {}", self.title, pace.words()),
            pace,
            ..self
        }
    }
}

/// Every table, in order.
pub(crate) fn all() -> Vec<Case> {
    let mut all = vec![
        Case::new(field::GET, "One field: get", "read of a 64-bit field", "c"),
        Case::new(field::SET, "One field: set", "write of a 64-bit field", "c"),
        Case::new(
            counter::COUNTER,
            "A counter incremented by two processes",
            "increment, of either process",
            "c-atomic",
        ),
        Case::new(
            twenty::TWENTY,
            "A struct of twenty fields, each read by its name",
            "read of all twenty fields",
            "c",
        ),
    ];
    let read = Case::new(snapshot::READ, "Reading {} whole", "read", "c");
    let write = Case::new(snapshot::WRITE, "Writing {} whole, no reader", "write", "c");
    for words in [8, 512] {
        let sized = read.clone().sized(words);
        all.extend(Pace::ALL.map(|pace| sized.clone().paced(pace)));
        all.push(write.clone().sized(words));
    }
    all.extend([
        Case::new(lock::ALONE, "A lock, uncontended", "lock, increment, unlock", "pthread"),
        Case::new(
            lock::CONTENDED,
            "A lock that two processes want all the time",
            "lock, increment, unlock, of either process",
            "pthread",
        ),
        Case::new(queue::QUEUE, "A queue, 8 B", "push and pop", "array-queue"),
        Case::new(
            queue::PRODUCER,
            "A queue, 8 B, with one producer for all values",
            "push and pop",
            "array-queue",
        ),
        Case::new(attach::ATTACH, "Open, read one field, close", "opening", "c"),
        Case::new(array::ARRAY, "An array of 1,000 doubles, read whole", "read of 8,000 B", "c"),
        Case::new(spin::SPIN, "A change seen by a polling reader", "hand-off, one way", "c"),
        Case::new(sleep::SLEEP, "A change seen by a sleeping reader", "hand-off, one way", "c"),
        Case::new(
            death::DEATH,
            "From SIGKILL of a holder to recovery",
            "recovery",
            "pthread-robust",
        ),
        Case::new(layout::LAYOUT, "Opened with two fields swapped", "opening", "c"),
    ]);
    all.extend(of_many());
    all.extend(of_locks());
    all.extend(deaths());
    all.extend(of_the_heap());
    all
}

/// The tables of many regions, processes and watchers.
fn of_many() -> [Case; 8] {
    let few = |scenario, title, operation, floor| Case {
        most_rounds: 5,
        ..Case::new(scenario, title, operation, floor)
    };
    [
        Case::new(sixteen::GET, "Sixteen regions in turn: get", "read of a 64-bit field", "c"),
        Case::new(
            sixteen::LOCK,
            "Sixteen regions in turn: lock",
            "lock, increment, unlock",
            "pthread",
        ),
        few(
            crowd::LOCK,
            "A lock with 1,023 participants, uncontended",
            "lock, increment, unlock",
            "pthread",
        ),
        few(
            crowd::OPEN,
            "A lock with 1,023 participants: open, lock, unlock, close",
            "opening",
            "pthread",
        ),
        few(
            crowd::DEATH,
            "A lock with 1,023 participants, whose holder is dead",
            "recovery",
            "pthread-robust",
        ),
        few(watchers::SET, "A thousand watchers: change and wake", "change", "c"),
        few(watchers::ALL, "A thousand watchers: until the last has seen it", "change", "c"),
        Case { most_rounds: 1, ..Case::new(memory::MEMORY, "Memory", "region", "c") },
    ]
}

/// The tables of the other locks, and of waiting with a lock.
fn of_locks() -> [Case; 9] {
    [
        Case::new(
            recursion::AGAIN,
            "A lock that the thread has already",
            "lock and unlock, once more",
            "pthread",
        ),
        Case::new(
            rwlock::READ,
            "A readers-writer lock: read, uncontended",
            "lock, read of a number, unlock",
            "std",
        ),
        Case::new(
            rwlock::WRITE,
            "A readers-writer lock: write, uncontended",
            "lock, increment, unlock",
            "std",
        ),
        Case::new(
            rwlock::READERS,
            "A readers-writer lock: two that read all the time",
            "lock, read of a number, unlock, of either party",
            "std",
        ),
        Case::new(
            rwlock::WRITER,
            "A readers-writer lock: a writer beside two readers that never pause",
            "wait for the lock",
            "std",
        ),
        Case::new(
            semaphore::ALONE,
            "A semaphore of three permits, uncontended",
            "acquisition and release",
            "sem",
        ),
        Case::new(
            semaphore::CONTENDED,
            "A semaphore of one permit, which two processes want all the time",
            "acquisition, increment, release, of either process",
            "sem",
        ),
        Case::new(
            sleep::CONDITION,
            "A change seen by a reader that sleeps on a condition variable",
            "hand-off, one way",
            "pthread",
        ),
        Case::new(barrier::BARRIER, "A barrier for two, again and again", "phase", "pthread"),
    ]
}

/// The tables of survivors.
fn deaths() -> [Case; 10] {
    [
        Case::deadly(killed::HOLDER, "Mutex: holder"),
        Case::deadly(killed::WAITER, "Mutex: waiter"),
        Case::deadly(killed::RW_READER, "Readers-writer lock: reader"),
        Case::deadly(killed::RW_WRITER, "Readers-writer lock: writer"),
        Case::deadly(killed::RW_WAITER, "Readers-writer lock: waiting writer"),
        Case::deadly(killed::SEMAPHORE_HOLDER, "Semaphore: holder of a permit"),
        Case::deadly(killed::SEMAPHORE_WAITER, "Semaphore: waiter"),
        Case::deadly(killed::CONDITION_WAITER, "Condition variable: waiter"),
        Case::deadly(killed::BARRIER_MEMBER, "Barrier: member, not arrived"),
        Case::deadly(killed::BARRIER_WAITER, "Barrier: member, waiting"),
    ]
}

/// The tables of the heap and of maps in it.
fn of_the_heap() -> Vec<Case> {
    let block = Case::new(
        blocks::BLOCK,
        "A block of {}: allocated and freed",
        "allocation and freeing",
        "boost",
    );
    vec![
        block.clone().sized(8),
        Case::new(
            blocks::RANDOM,
            "Blocks of 8 to 2007 B, 1,000 of them live",
            "freeing of one and allocation of another",
            "malloc",
        ),
        block.sized(8192),
        Case::new(owned::LOAD, "A value of {} in the heap: load", "load", "boost").sized(8),
        Case::new(owned::SET, "A value of {} in the heap: set", "replacement", "boost").sized(8),
        Case::new(map::GET, "A map of 10,000 keys: get 32 B", "get", "boost"),
        Case::new(map::UPDATE, "A map of 10,000 keys: replace 32 B", "replacement", "boost"),
        Case::new(
            map::INSERT_REMOVE,
            "A map of 10,000 keys: insert and remove one more",
            "insertion and removal",
            "boost",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_key_of_its_own() {
        let mut keys: Vec<_> = all().into_iter().map(|case| case.key).collect();
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn a_key_contains_size_and_pace() {
        let keys: Vec<_> = all().into_iter().map(|case| case.key).collect();
        assert!(keys.contains(&"snapshot-read-4096-flat-out".to_owned()), "{keys:?}");
        assert!(keys.contains(&"snapshot-write-64".to_owned()), "{keys:?}");
    }
}
