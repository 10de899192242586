//! [`Observer`]: the viewpoint of this process on a region's participants.

use std::cell::OnceCell;

use super::liveness::Liveness;
use super::participants::Identity;
use crate::sys;
use crate::sys::process::Nested;

/// This process, as an observer of others.
pub(crate) struct Observer {
    pub(super) identity: Identity,
    /// Determined once, if any participant is in another pid namespace.
    nested: OnceCell<Vec<Nested>>,
}

impl Observer {
    /// Without `/proc`, ids of different namespaces cannot be told apart, and only byte locks show which
    /// processes are alive.
    pub(crate) fn new() -> Self {
        let identity = Identity::of_this_process();
        Self { identity, nested: OnceCell::new() }
    }

    /// Returns the id of a process in this pid namespace.
    pub(super) fn number_of(&self, process: &Identity, liveness: Liveness) -> Option<u32> {
        if process.pid_namespace == self.identity.pid_namespace && process.pid_namespace != 0 {
            return Some(process.pid);
        }
        if liveness == Liveness::Dead {
            return None;
        }
        let nested = self.nested.get_or_init(sys::process::nested);
        translate(process, self.identity.time_namespace, nested)
    }
}

/// Finds a process of another namespace among those that are seen from this one, whose time namespace
/// is `our_time`. Two matches count as none.
fn translate(process: &Identity, our_time: u32, nested: &[Nested]) -> Option<u32> {
    let shares_time = process.time_namespace == our_time;
    let is_it = |found: &&Nested| {
        found.own_pid == process.pid
            && match found.pid_namespace {
                Some(namespace) => namespace == process.pid_namespace,
                // Of another user: the same id and start time have to suffice.
                None => shares_time,
            }
            && (!shares_time || found.start_time == process.start_time)
    };
    let mut found = nested.iter().filter(is_it);
    found.next().filter(|_| found.next().is_none()).map(|found| found.pid)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INIT: Identity =
        Identity { pid: 1, start_time: 500, pid_namespace: 77, time_namespace: 9, name: [0; 32] };

    fn seen(pid: u32, namespace: Option<u64>, start_time: u64) -> Nested {
        Nested { pid, own_pid: 1, pid_namespace: namespace, start_time }
    }

    #[test]
    fn a_process_is_found_by_its_own_number_its_namespace_and_its_start() {
        let others = [seen(30, Some(78), 500), seen(31, Some(77), 499)];
        assert_eq!(translate(&INIT, 9, &others), None);
        let it = seen(32, Some(77), 500);
        assert_eq!(translate(&INIT, 9, &[others[0], it, others[1]]), Some(32));
        let another = Nested { own_pid: 2, ..it };
        assert_eq!(translate(&INIT, 9, &[another]), None);
    }

    #[test]
    fn without_a_namespace_number_and_start_suffice_unless_two_processes_have_them() {
        let (first, second) = (seen(30, None, 500), seen(31, None, 500));
        assert_eq!(translate(&INIT, 9, &[first]), Some(30));
        assert_eq!(translate(&INIT, 9, &[first, second]), None);
    }

    #[test]
    fn start_times_of_another_time_namespace_are_not_compared() {
        assert_eq!(translate(&INIT, 8, &[seen(30, Some(77), 123)]), Some(30));
        assert_eq!(translate(&INIT, 8, &[seen(30, None, 500)]), None);
    }
}
