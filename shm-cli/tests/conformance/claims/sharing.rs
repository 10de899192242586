//! Claims about concurrent processes.

use std::sync::atomic::{AtomicBool, Ordering};

use shm_core::Region;

use super::everything_region;
use crate::canon::read_float;
use crate::regions::{Fixture, unique};
use crate::stations::own::Station;
use crate::way::{Layout, Way, word};
use crate::words::{CONTENDED, UNSUPPORTED};

/// Enough to meet the writer often; a process for each takes longer.
fn turns<W: Way>(many: u64) -> u64 {
    if W::CAN.stays_open { many } else { 40 }
}

pub(crate) fn a_latest_that_is_stored_into_meanwhile_is_read_whole<W: Way>() {
    let fixture = everything_region("whole");
    let mut driver = W::driver(Layout::Everything);
    driver.open(&fixture.path());
    let done = AtomicBool::new(false);
    let (mut last, mut different) = (0.0, 0);
    std::thread::scope(|scope| {
        let (array, done) = (&fixture.region.latest_array, &done);
        scope.spawn(move || {
            let mut publisher = array.publisher().expect("becoming the writer");
            let mut number = 0.0;
            while !done.load(Ordering::Relaxed) {
                number += 1.0;
                publisher.store(&[number; 3]);
            }
        });
        let _stop = Stop(done);
        let mut turn = 0;
        while turn < turns::<W>(2000) || different < 10 {
            turn += 1;
            match driver.ask("whole latest_array") {
                Ok(elements) => {
                    let parts: Vec<_> = elements.split(' ').map(read_float).collect();
                    let [Some(one), Some(two), Some(three)] = parts[..] else {
                        panic!("{elements}")
                    };
                    assert_eq!((one, two), (two, three), "a mixture of versions");
                    assert!(one >= last, "an older version after a newer one");
                    different += u32::from(one > last);
                    last = one;
                }
                Err(found) => assert_eq!(found, word::<W>(CONTENDED)),
            }
        }
    });
}

/// Stops the writer also when an assertion fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

pub(crate) fn adding_in_one_step_loses_no_update_of_another_process<W: Way>() {
    let name = unique("conformance-add");
    let region = Region::<Station>::create(&name).expect("making a region");
    let fixture = Fixture::of(name, region);
    let mut driver = W::driver(Layout::Station);
    driver.open(&fixture.path());
    let times = turns::<W>(50_000);
    let request = format!("add hits 4294967296 {times}");
    if !W::CAN.add {
        assert_eq!(driver.ask(&request), Err(UNSUPPORTED.to_owned()));
        assert_eq!(fixture.region.hits.get(), 0);
        return;
    }
    let done = AtomicBool::new(false);
    let own = std::thread::scope(|scope| {
        let (hits, done) = (&fixture.region.hits, &done);
        let adding = scope.spawn(move || {
            let mut own = 0;
            while !done.load(Ordering::Relaxed) {
                hits.fetch_add(1);
                own += 1;
            }
            own
        });
        {
            let _stop = Stop(done);
            driver.done(&request);
        }
        adding.join().expect("adding")
    });
    let sum = fixture.region.hits.get();
    assert_eq!((sum >> 32, sum & 0xffff_ffff), (times, own), "an update was lost");
}
