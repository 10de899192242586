//! The heap: a reader accepts what was set, whole; what the dead owned is settled once.

use loom::sync::Arc;
use loom::thread;
use shm_core::protocol::heap::Cache;
use shm_models::heap::{Carved, Copy, DEATHS, Flaw, Region};
use shm_models::{PREEMPTIONS, check, is_caught};

/// The preemptions of the models that run each time: each flaw is caught with this many.
const FEWER: usize = 3;

/// A reader, while the value is replaced twice: its block is freed, and used again.
fn reader(preemptions: usize) {
    check(preemptions, || {
        let (region, mut cache) = (Arc::new(Region::default()), Cache::new());
        region.set(1, &mut cache);
        let shared = Arc::clone(&region);
        let reader = thread::spawn(move || shared.read());
        region.set(1, &mut cache);
        region.set(1, &mut cache);
        assert!(reader.join().unwrap(), "the place is never empty");
        region.check(2);
    });
}

#[test]
fn a_reader_gets_a_whole_value_though_its_block_is_freed_and_used_again() {
    reader(2);
}

#[test]
#[ignore = "takes minutes"]
fn a_reader_gets_a_whole_value_in_more_executions() {
    reader(PREEMPTIONS);
}

#[test]
fn two_heirs_of_one_that_died_at_any_point_of_a_replacement_agree() {
    for died in DEATHS {
        check(FEWER, move || {
            let region = Arc::new(Region::replaced_by_the_dead(died));
            let shared = Arc::clone(&region);
            let heir = thread::spawn(move || shared.heap(2).recover());
            let settled = region.heap(1).recover() + heir.join().unwrap();
            assert_eq!(settled, [1, 1, 2, 2, 1][died], "each block once");
            assert_eq!(region.check(0), usize::from(died >= 3));
        });
    }
}

#[test]
fn an_heir_and_a_replacer_of_one_that_died_at_any_point_of_a_replacement_agree() {
    for died in DEATHS {
        check(2, move || {
            let (region, mut cache) = (Region::replaced_by_the_dead(died), Cache::new());
            region.fill(1, &mut cache);
            let region = Arc::new(region);
            let shared = Arc::clone(&region);
            let heir = thread::spawn(move || shared.heap(2).recover());
            region.set(1, &mut cache);
            heir.join().unwrap();
            region.heap(1).flush(&mut cache);
            region.heap(1).recover();
            assert_eq!(region.check(0), 2, "the replacer's block");
        });
    }
}

/// As [`reader`], with a copy of the protocol.
fn copied_reader(flaw: Flaw) -> impl Fn() + Send + Sync + 'static {
    move || {
        let copy = Arc::new(Copy::new(flaw));
        copy.set(0, 1);
        let shared = Arc::clone(&copy);
        let reader = thread::spawn(move || shared.read());
        copy.set(1, 1);
        copy.set(0, 1);
        reader.join().unwrap();
    }
}

/// As the models of heirs, with a copy of the protocol; one heir replaces the value, or both recover.
fn copied_heirs(flaw: Flaw, died: usize, replaces: bool) -> impl Fn() + Send + Sync + 'static {
    move || {
        let copy = Arc::new(Copy::replaced_by_the_dead(flaw, died));
        let shared = Arc::clone(&copy);
        let heir = thread::spawn(move || shared.recover());
        if replaces {
            copy.set(2, 1);
        } else {
            copy.recover();
        }
        heir.join().unwrap();
        copy.recover();
        copy.check();
    }
}

fn copied_carver(flaw: Flaw) -> impl Fn() + Send + Sync + 'static {
    move || {
        let carved = Arc::new(Carved::new(flaw));
        let shared = Arc::clone(&carved);
        let reader = thread::spawn(move || shared.read());
        carved.carve();
        reader.join().unwrap();
    }
}

#[test]
fn the_copy_of_the_protocol_without_a_flaw_is_true() {
    check(FEWER, copied_reader(Flaw::None));
    check(FEWER, copied_carver(Flaw::None));
    for died in DEATHS {
        check(FEWER, copied_heirs(Flaw::None, died, false));
        check(FEWER, copied_heirs(Flaw::None, died, true));
    }
}

#[test]
fn each_flaw_of_a_reader_or_its_writer_is_caught() {
    for flaw in [
        Flaw::TakerWritesEarly,
        Flaw::LinkIsRelaxed,
        Flaw::ReaderTrustsThePlace,
        Flaw::ReaderLooksBackEarly,
        Flaw::ReaderDoesNotLookBack,
    ] {
        assert!(is_caught(FEWER, copied_reader(flaw)), "{flaw:?}");
    }
}

#[test]
fn a_span_that_is_published_without_its_heads_is_caught() {
    assert!(is_caught(FEWER, copied_carver(Flaw::SpanIsPublishedRelaxed)));
}

#[test]
fn each_flaw_of_an_heir_is_caught() {
    for flaw in [Flaw::SettlingStores, Flaw::OldBlockIsNotClaimed] {
        let caught = DEATHS.filter(|&died| is_caught(FEWER, copied_heirs(flaw, died, true)));
        assert!(caught.count() > 0, "{flaw:?}");
    }
}
