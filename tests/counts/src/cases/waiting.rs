//! Locks and notifications while nobody else wants them.

use std::hint::black_box;

use super::{Case, case, on_region};

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("Mutex: lock and unlock", || {
            on_region(|region| {
                let guard = region.lock.lock().expect("nobody died");
                guard.set_relaxed(1);
            })
        }),
        case("Event: notify_all, nobody sleeps", || on_region(|region| region.event.notify_all())),
        case("Watched<u64>: set, nobody sleeps", || {
            on_region(|region| region.watched.set(black_box(7)))
        }),
        case("Once: is_done", || {
            on_region(|region| {
                black_box(region.once.is_done());
            })
        }),
    ]
}
