//! The ready word: a reader that finds a region ready finds it whole.

use std::sync::Arc;

use loom::thread;
use shm_models::ready::{Flaw, Region};
use shm_models::{PREEMPTIONS, check, is_caught, shared};

fn creator_and_opener(flaw: Option<Flaw>) -> impl Fn() + Send + Sync + 'static {
    move || {
        let region = shared(Region::default());
        let made = Arc::clone(&region);
        let creator = thread::spawn(move || made.create(flaw));
        let _ = region.open(flaw);
        creator.join().unwrap();
        assert!(region.open(flaw));
    }
}

#[test]
fn a_reader_that_finds_a_region_ready_finds_it_whole() {
    check(PREEMPTIONS, creator_and_opener(None));
    check(PREEMPTIONS, creator_and_opener(Some(Flaw::None)));
}

#[test]
fn publishing_relaxed_or_too_early_is_caught() {
    assert!(is_caught(PREEMPTIONS, creator_and_opener(Some(Flaw::PublishIsRelaxed))));
    assert!(is_caught(PREEMPTIONS, creator_and_opener(Some(Flaw::PublishComesFirst))));
}

#[test]
fn an_opener_without_its_fence_is_caught() {
    assert!(is_caught(PREEMPTIONS, creator_and_opener(Some(Flaw::OpenerIsNotFenced))));
}
