//! Users, and which user numbers can be trusted.
//!
//! In a user namespace (user_namespaces(7)) the kernel shows every user without a number there as the
//! same one: the overflow user, usually 65534. A process without a number of its own is shown as that
//! user as well, so two strangers look like one user.

use std::sync::atomic::{AtomicU32, Ordering};

use rustix::process;

/// The effective user of this process.
pub(crate) fn effective_user() -> u32 {
    process::geteuid().as_raw()
}

/// Returns whether this number may stand for users that this process cannot tell apart.
pub(crate) fn stands_for_strangers(user: u32) -> bool {
    user == overflow_user() && !every_user_has_a_number()
}

/// The number that users without one are shown as (`/proc/sys/kernel/overflowuid`).
fn overflow_user() -> u32 {
    const DEFAULT: u32 = 65_534;
    const UNREAD: u32 = u32::MAX;
    // Read whenever a region is opened, and almost never changed by an administrator.
    static KNOWN: AtomicU32 = AtomicU32::new(UNREAD);
    let known = KNOWN.load(Ordering::Relaxed);
    if known != UNREAD {
        return known;
    }
    let read = std::fs::read_to_string("/proc/sys/kernel/overflowuid");
    let Some(found) = read.ok().and_then(|text| text.trim().parse().ok()) else { return DEFAULT };
    KNOWN.store(found, Ordering::Relaxed);
    found
}

/// Returns whether this user namespace has a number for every user of the machine. `false` if unknown.
fn every_user_has_a_number() -> bool {
    match std::fs::read_to_string("/proc/self/uid_map") {
        Ok(map) => is_identity(&map),
        // A kernel without user namespaces shows the process, but no map.
        Err(_) => {
            std::fs::exists("/proc/self/stat").unwrap_or(false)
                && !std::fs::exists("/proc/self/uid_map").unwrap_or(true)
        }
    }
}

/// Returns whether a map gives every user its own number: one line, `0 0 4294967295`.
fn is_identity(map: &str) -> bool {
    map.split_ascii_whitespace().eq(["0", "0", "4294967295"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_map_of_all_users_to_themselves_is_the_identity() {
        assert!(is_identity("         0          0 4294967295\n"));
        for map in ["", "0 0 65536\n", "0 100000 4294967295\n", "0 1000 1\n1 100000 65536\n"] {
            assert!(!is_identity(map), "{map:?}");
        }
    }

    #[test]
    fn users_with_a_number_of_their_own_are_never_strangers() {
        assert!(!stands_for_strangers(0));
        assert!(!stands_for_strangers(1000));
    }
}
