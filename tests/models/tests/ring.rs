//! The version ring: a reader accepts one whole version, and versions never go backwards.

use loom::sync::Arc;
use loom::thread;
use shm_models::ring::{Flaw, Ring};
use shm_models::{PREEMPTIONS, check, is_caught};

/// One writer of so many versions and one reader, by the library's protocol.
///
/// The writer is the thread that loom runs first. Loom remembers the last access to a word only, so
/// that a reader's load followed by the writer's load and store hides that load and store race; with
/// the reader first, half of the executions would be left out.
fn one_reader(slots: usize, versions: usize) -> impl Fn() + Send + Sync + 'static {
    move || {
        let ring = Arc::new(Ring::new(slots));
        let shared = Arc::clone(&ring);
        let reader = thread::spawn(move || shared.read());
        for _ in 0..versions {
            ring.write();
        }
        reader.join().unwrap();
        assert_eq!(ring.read(), Some(versions as u64), "nothing disturbs the last read");
    }
}

/// Like [`one_reader`], with a flawed copy of the protocol on both sides.
fn flawed(flaw: Flaw, slots: usize, versions: usize) -> impl Fn() + Send + Sync + 'static {
    move || {
        let ring = Arc::new(Ring::new(slots));
        let shared = Arc::clone(&ring);
        let reader = thread::spawn(move || shared.read_flawed(flaw));
        for _ in 0..versions {
            ring.write_flawed(flaw);
        }
        reader.join().unwrap();
    }
}

#[test]
fn a_ring_of_two_gives_whole_versions() {
    check(PREEMPTIONS, one_reader(2, 3));
}

#[test]
fn a_ring_of_four_gives_whole_versions() {
    check(PREEMPTIONS, one_reader(4, 5));
}

#[test]
fn a_ring_of_three_gives_whole_versions() {
    check(PREEMPTIONS, one_reader(3, 4));
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
