//! Units: a copy of a region that is kept up to date by changes, as on another host.

#[path = "../support/mod.rs"]
mod support;

mod equal;
mod hostile;
mod order;
mod plans;
mod racing;
mod world;

#[test]
#[ignore = "the second process of other tests"]
fn second_process() {
    match support::role().as_deref() {
        Some("writer") => racing::write(),
        Some("waiter") => order::wait_for_a_notification(),
        Some("follower") => racing::follow(),
        _ => {}
    }
}
