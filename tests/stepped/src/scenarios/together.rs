//! Several `Owned`s set together by name: one after the other, each as a whole.

use std::path::Path;

use shm_core::DynRegion;
use shm_core::dynamic::DynValue;

use super::on_heap::{OnHeap, SHORT, attached, create_with};
use super::raw::{Order, word_by_word};
use crate::scenario::{Case, Flaw, Operation, Part};

/// Values for `value` and `other`, which are `first` and `second`.
fn both(first: u64, second: u64) -> DynValue {
    let list = |number: u64| DynValue::List(vec![number.into(); SHORT]);
    DynValue::Struct(vec![("value".into(), list(first)), ("other".into(), list(second))])
}

fn region(at: &Path) -> &'static DynRegion {
    let region = Box::leak(Box::new(DynRegion::open(at).unwrap()));
    // Takes part, with blocks in its cache.
    region.set("fill[0]", DynValue::List(vec![0.into(); SHORT])).unwrap();
    region.set("fill[0]", DynValue::List(Vec::new())).unwrap();
    region
}

fn sets_both(at: &Path) -> Operation {
    let (region, value) = (region(at), both(2, 4));
    let path = Box::leak(Box::new(region.resolve("").unwrap()));
    let mut value = Some(value);
    Box::new(move || path.set(value.take().unwrap()).unwrap())
}

pub(crate) const BOTH: Case = Case {
    name: "Owned: two places set together by name",
    scenario: &OnHeap {
        set_up: |at| create_with(at, 1, 3, 7),
        victim: sets_both,
        heir: |at| {
            let shared = attached(at);
            Box::new(move || {
                shared.value.set(&[9; SHORT]).unwrap();
                shared.other.set(&[9; SHORT]).unwrap();
            })
        },
        course: &["1 3 7", "2 3 7", "2 4 7"],
        heir_done: &["9 9 7"],
        also: &["9 3 7", "9 4 7"],
        ..OnHeap::SHORT
    },
    flaws: &[Flaw {
        name: "both places change before their blocks are claimed",
        part: Part::Victim,
        operation: |at| {
            let region = region(at);
            word_by_word(at, Order::Rising, || region.set("", both(2, 4)).unwrap())
        },
        caught: "PlaceDoesNotHoldIt",
    }],
};
