//! The age of a mirror, by a clock that stands still.

use std::time::Duration;

use super::{Origin, State};
use crate::DynRegion;
use crate::dynamic::DynLayout;

fn mirror() -> DynRegion {
    let layout = DynLayout::of("u64").expect("a layout");
    DynRegion::options().mirror(true).memfd("mirror-tests", &layout).expect("memory")
}

const fn seconds(seconds: f64) -> Duration {
    Duration::from_millis((seconds * 1000.0) as u64)
}

#[test]
fn the_age_is_the_time_since_the_origin_was_heard() {
    let region = mirror();
    let keeper = region.keep_mirror().expect("no other follower");
    keeper.begin(&Origin { name: "alpha:hits".to_owned(), ..Origin::default() });
    let of = || region.mirror().expect("a mirror");
    assert_eq!((of().age_at(seconds(5.0)), of().state()), (None, State::Filling));

    keeper.heard_at(7, seconds(100.0));
    assert_eq!((of().sequence(), of().state()), (7, State::Following));
    for (now, age) in [(100.0, 0.0), (100.5, 0.5), (102.5, 2.5), (100_000.0, 99_900.0)] {
        assert_eq!(of().age_at(seconds(now)), Some(seconds(age)), "at {now}");
    }
    keeper.heard_at(8, seconds(102.0));
    assert_eq!(of().age_at(seconds(102.5)), Some(seconds(0.5)));
}

/// In another time namespace `CLOCK_BOOTTIME` may show less.
#[test]
fn an_origin_that_is_to_be_heard_later_was_heard_now() {
    let region = mirror();
    let keeper = region.keep_mirror().expect("no other follower");
    keeper.heard_at(1, seconds(100.0));
    assert_eq!(region.mirror().expect("a mirror").age_at(seconds(99.0)), Some(Duration::ZERO));
}

#[test]
fn a_mirror_is_fresh_once_it_was_filled_and_for_as_long_as_the_origin_is_heard() {
    let region = mirror();
    let keeper = region.keep_mirror().expect("no other follower");
    let fresh = |limit| region.mirror().expect("a mirror").fresh(limit);
    let hour = Duration::from_secs(3600);
    assert_eq!(fresh(hour).expect_err("it is empty").age, None);
    keeper.heard(1);
    fresh(hour).expect("heard just now");
    // A message from before this machine started would be as old as this.
    keeper.heard_at(2, Duration::from_nanos(1));
    let stale = fresh(Duration::ZERO).expect_err("heard long ago");
    assert!(stale.age > Some(Duration::ZERO), "{stale}");
    assert_eq!((stale.state, stale.limit), (State::Following, Duration::ZERO));
    keeper.heard(3);
    keeper.set_state(State::Ended);
    fresh(hour).expect("the last value is recent, whatever came after it");
}

#[test]
fn a_long_name_of_an_origin_is_cut_between_characters() {
    let region = mirror();
    let keeper = region.keep_mirror().expect("no other follower");
    keeper.begin(&Origin { name: "ä".repeat(60), ..Origin::default() });
    assert_eq!(region.mirror().expect("a mirror").origin(), "ä".repeat(52));
    keeper.begin(&Origin { name: format!("x{}", "ä".repeat(60)), ..Origin::default() });
    assert_eq!(region.mirror().expect("a mirror").origin(), format!("x{}", "ä".repeat(51)));
}

#[test]
fn every_state_has_a_code_and_a_name() {
    for (code, (state, name)) in State::NAMES.into_iter().enumerate() {
        assert_eq!((state.code(), State::from_code(code as u32)), (code as u32, state));
        assert_eq!(state.to_string(), name);
    }
    assert_eq!(State::from_code(77), State::Unknown(77));
    assert_eq!(
        (State::Unknown(77).code(), State::Unknown(77).to_string()),
        (77, "state 77".to_owned())
    );
}
