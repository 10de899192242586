//! Functions that take and give back a `Mutex` or an `RwLock`.

use super::Writer;
use super::live::Operation;
use crate::c::naming::Naming;
use crate::c::walk::{Lock, Spot};

const ERROR: &str = "@p@_error";
const LIMIT: &str = "uint64_t nanoseconds";
const DIED: &str = "bool *owner_died";

impl Writer<'_, '_> {
    pub(super) fn lock(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, lock: &Lock) {
        match lock {
            Lock::Mutex(word) => self.mutex(naming, spot, word),
            Lock::RwLock(at, seats) => {
                let words = format!("&{at}.turnstile, &{at}.dirty, {at}.seats, {}", seats.count);
                self.rwlock(naming, spot, &format!("@p@_rwlock_of_(locks, {words})"));
            }
        }
    }

    fn mutex(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, word: &str) {
        let lock =
            |end: &str, died: &str| format!("@p@_lock_mutex_(locks, &{word}, {end}, {died})");
        let call = |name: &str| format!("@p@_{name}_(locks, &{word})");
        let operations: [Operation<'_>; 6] = [
            ("lock", ERROR, &[], lock("UINT64_MAX", "NULL")),
            ("lock_timeout", ERROR, &[LIMIT], lock("nanoseconds", "NULL")),
            ("try_lock", ERROR, &[], call("try_lock_mutex")),
            ("lock_as_found", ERROR, &[DIED], lock("UINT64_MAX", "owner_died")),
            ("mark_consistent", ERROR, &[], call("mark_mutex_consistent")),
            ("unlock", ERROR, &[], call("unlock_mutex")),
        ];
        for operation in &operations {
            self.operate(naming, spot, true, operation);
        }
    }

    fn rwlock(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, lock: &str) {
        let call = |name: &str| format!("@p@_{name}_(locks, {lock})");
        for verb in ["read", "write"] {
            let take = |patience: &str, end: &str, died: &str| {
                format!("@p@_{verb}_rwlock_(locks, {lock}, {patience}, {end}, {died})")
            };
            let [limited, as_found] = ["timeout", "as_found"].map(|how| format!("{verb}_{how}"));
            let at_once = format!("try_{verb}");
            let operations: [Operation<'_>; 4] = [
                (verb, ERROR, &[], take("true", "UINT64_MAX", "NULL")),
                (&limited, ERROR, &[LIMIT], take("true", "nanoseconds", "NULL")),
                (&at_once, ERROR, &[], take("false", "0", "NULL")),
                (&as_found, ERROR, &[DIED], take("true", "UINT64_MAX", "owner_died")),
            ];
            for operation in &operations {
                self.operate(naming, spot, true, operation);
            }
        }
        let operations: [Operation<'_>; 2] = [
            ("mark_consistent", ERROR, &[], call("mark_rwlock_consistent")),
            ("unlock", ERROR, &[], call("unlock_rwlock")),
        ];
        for operation in &operations {
            self.operate(naming, spot, true, operation);
        }
    }
}
