//! The version ring: a reader accepts one whole version, and versions never go backwards. A follower
//! gets each version once and in order, or the exact number of those that it missed.

use loom::sync::Arc;
use loom::thread;
use shm_models::notify::World;
use shm_models::ring::{Flaw, Load, Ring, lower_half_first, upper_half_first, whole};
use shm_models::{PREEMPTIONS, check, is_caught};

/// One writer of this many versions and one reader, by the library's protocol.
///
/// The writer is the thread that loom runs first. Loom remembers the last access to a word only, so
/// that a reader's load followed by the writer's load and store hides that load and store race; with
/// the reader first, half of the executions would be left out.
fn one_reader(slots: usize, versions: usize, load: Load) -> impl Fn() + Send + Sync + 'static {
    move || {
        let ring = Arc::new(Ring::new(slots));
        let shared = Arc::clone(&ring);
        let reader = thread::spawn(move || shared.read_by(load));
        for _ in 0..versions {
            ring.write();
        }
        reader.join().unwrap();
        assert_eq!(ring.read(), Some(versions as u64), "nothing disturbs the last read");
    }
}

/// Like [`one_reader`], with a flawed copy of the protocol on both sides.
fn flawed(flaw: Flaw, slots: usize, versions: usize) -> impl Fn() + Send + Sync + 'static {
    flawed_by(flaw, slots, versions, whole)
}

/// The same, where words are loaded in this way.
fn flawed_by(
    flaw: Flaw,
    slots: usize,
    versions: usize,
    load: Load,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let ring = Arc::new(Ring::new(slots));
        let shared = Arc::clone(&ring);
        let reader = thread::spawn(move || shared.read_flawed(flaw, load));
        for _ in 0..versions {
            ring.write_flawed(flaw);
        }
        reader.join().unwrap();
    }
}

/// One writer of this many versions, and a follower that takes this many steps; then the follower takes
/// the rest.
fn one_follower(
    flaw: Option<Flaw>,
    slots: usize,
    versions: u64,
    steps: usize,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let ring = Arc::new(Ring::new(slots));
        let shared = Arc::clone(&ring);
        let step = move |ring: &Ring, position: &mut u64| match flaw {
            None => ring.follow(position),
            Some(flaw) => ring.follow_flawed(flaw, position),
        };
        let reader = thread::spawn(move || {
            let (mut position, mut accounted) = (0, 0);
            for _ in 0..steps {
                accounted += step(&shared, &mut position).unwrap_or(0);
            }
            (position, accounted)
        });
        for _ in 0..versions {
            match flaw {
                None => drop(ring.write()),
                Some(flaw) => ring.write_flawed(flaw),
            }
        }
        let (mut position, mut accounted) = reader.join().unwrap();
        let mut left = 0;
        while let Some(count) = step(&ring, &mut position) {
            accounted += count;
            left += 1;
        }
        assert_eq!((position, accounted), (versions, versions), "each version once");
        assert!(left <= slots, "one report, and what is left");
    }
}

#[test]
fn a_follower_gets_each_version_once_or_the_number_of_those_it_missed() {
    check(PREEMPTIONS, one_follower(None, 2, 3, 2));
    check(PREEMPTIONS, one_follower(None, 3, 4, 2));
    check(PREEMPTIONS, one_follower(None, 4, 3, 3));
}

#[test]
fn the_copy_of_the_follower_that_the_flawed_ones_are_made_from_is_sound() {
    check(PREEMPTIONS, one_follower(Some(Flaw::None), 2, 3, 2));
    check(PREEMPTIONS, one_follower(Some(Flaw::None), 3, 4, 2));
}

#[test]
fn a_follower_of_a_flawed_writer_is_caught() {
    for flaw in [Flaw::PublishComesFirst, Flaw::PublishIsRelaxed, Flaw::WriterCopiesEarly] {
        assert!(is_caught(PREEMPTIONS, one_follower(Some(flaw), 2, 3, 2)), "{flaw:?}");
    }
}

#[test]
fn a_follower_that_does_not_look_back_or_looks_back_early_is_caught() {
    for flaw in [
        Flaw::FollowerDoesNotLookBack,
        Flaw::ReaderLooksBackEarly,
        Flaw::ReaderTrustsTheSequence,
        Flaw::BoundIsTheSlotCount,
    ] {
        assert!(is_caught(PREEMPTIONS, one_follower(Some(flaw), 2, 3, 2)), "{flaw:?}");
    }
}

#[test]
fn a_wrong_number_of_missed_versions_is_caught() {
    for flaw in [Flaw::MissedCountsOneTooMany, Flaw::MissedSkipsTheOldest] {
        assert!(is_caught(PREEMPTIONS, one_follower(Some(flaw), 2, 3, 2)), "{flaw:?}");
    }
}

/// A follower that sleeps until there is a version.
fn sleeper(push: fn(&Ring, &World)) -> impl Fn() + Send + Sync + 'static {
    move || {
        // In std's `Arc`: an execution that fails unwinds, and loom's would fail once more then.
        let shared = std::sync::Arc::new((Ring::new(2), World::new(None)));
        let theirs = std::sync::Arc::clone(&shared);
        let reader = thread::spawn(move || {
            let (ring, pushed) = &*theirs;
            let mut position = 0;
            let mut accounted = 0;
            while accounted < 2 {
                accounted += ring.wait_and_follow(pushed, &mut position);
            }
            assert_eq!((position, accounted), (2, 2));
        });
        let (ring, pushed) = &*shared;
        push(ring, pushed);
        push(ring, pushed);
        reader.join().unwrap();
    }
}

#[test]
fn a_sleeping_follower_is_woken_for_each_version() {
    check(PREEMPTIONS, sleeper(Ring::push));
}

#[test]
fn a_notification_before_the_version_is_caught() {
    assert!(is_caught(PREEMPTIONS, sleeper(Ring::push_flawed)));
}

#[test]
fn a_ring_of_two_gives_whole_versions() {
    check(PREEMPTIONS, one_reader(2, 3, whole));
}

#[test]
fn a_ring_of_four_gives_whole_versions() {
    check(PREEMPTIONS, one_reader(4, 5, whole));
}

#[test]
fn a_ring_of_three_gives_whole_versions() {
    check(PREEMPTIONS, one_reader(3, 4, whole));
}

/// Copies may tear words, and readers discard those that did.
#[test]
fn words_that_are_read_in_halves_are_whole_if_the_read_is_accepted() {
    check(PREEMPTIONS, one_reader(2, 3, upper_half_first));
    check(PREEMPTIONS, one_reader(2, 3, lower_half_first));
    check(PREEMPTIONS, one_reader(3, 4, upper_half_first));
}

#[test]
fn words_that_are_read_in_halves_without_a_fence_or_with_too_wide_a_bound_are_caught() {
    for flaw in [Flaw::ReaderLooksBackEarly, Flaw::WriterCopiesEarly, Flaw::BoundIsTheSlotCount] {
        for load in [upper_half_first, lower_half_first] {
            assert!(is_caught(PREEMPTIONS, flawed_by(flaw, 2, 3, load)), "{flaw:?}");
        }
    }
}

#[test]
fn versions_never_go_backwards_and_a_value_is_never_older_than_the_version() {
    check(PREEMPTIONS, || {
        let ring = Arc::new(Ring::new(2));
        let shared = Arc::clone(&ring);
        let reader = thread::spawn(move || {
            let mut newest = shared.version();
            for _ in 0..2 {
                if let Some(version) = shared.read() {
                    assert!(version >= newest, "{version} after {newest}");
                    newest = version;
                }
            }
        });
        ring.write();
        ring.write();
        reader.join().unwrap();
    });
}

#[test]
fn an_unfinished_version_is_never_read_and_the_next_writer_continues() {
    check(PREEMPTIONS, || {
        let ring = Arc::new(Ring::new(2));
        let shared = Arc::clone(&ring);
        let reader = thread::spawn(move || shared.read());
        // The death is ordered before the successor: the kernel frees a dead process's byte lock
        // when its stores are done. So both can be one thread here.
        ring.write();
        ring.write_and_die();
        ring.write();
        ring.write_and_die();
        reader.join().unwrap();
        assert_eq!(ring.read(), Some(2));
    });
}

#[test]
#[ignore = "takes minutes; `cargo test --release -p shm-models -- --include-ignored` runs it"]
fn two_readers_get_whole_versions() {
    check(PREEMPTIONS, || {
        let ring = Arc::new(Ring::new(2));
        let readers: Vec<_> = (0..2)
            .map(|_| {
                let shared = Arc::clone(&ring);
                thread::spawn(move || shared.read())
            })
            .collect();
        for _ in 0..3 {
            ring.write();
        }
        for reader in readers {
            reader.join().unwrap();
        }
    });
}

#[test]
fn the_copy_of_the_protocol_that_the_flawed_ones_are_made_from_is_sound() {
    check(PREEMPTIONS, flawed(Flaw::None, 2, 3));
}

#[test]
fn a_reader_without_the_first_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed(Flaw::ReaderTrustsTheSequence, 2, 3)));
}

#[test]
fn a_reader_without_the_last_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed(Flaw::ReaderLooksBackEarly, 2, 3)));
}

#[test]
fn a_bound_that_is_one_too_wide_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed(Flaw::BoundIsTheSlotCount, 2, 3)));
    assert!(is_caught(PREEMPTIONS, flawed(Flaw::BoundIsTheSlotCount, 4, 5)));
}

#[test]
fn a_writer_without_the_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed(Flaw::WriterCopiesEarly, 2, 3)));
}

#[test]
fn a_relaxed_publish_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed(Flaw::PublishIsRelaxed, 2, 3)));
}

#[test]
fn publishing_before_the_copy_is_caught() {
    assert!(is_caught(PREEMPTIONS, flawed(Flaw::PublishComesFirst, 2, 3)));
}
