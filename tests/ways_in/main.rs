//! The ways to get a region: which settings go with which verb, functions that fill in a region and fail,
//! regions that are removed with their owner, passed to a child, and followed from one to the next.

mod followed;
mod initialised;
mod passed;
mod removed;
mod settings;
#[path = "../support/mod.rs"]
mod support;

use support::role;

#[test]
#[ignore = "run by the other tests, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        Some("adds to what was passed") => passed::add(),
        Some("lists what it inherited") => passed::list(),
        Some("passes nothing on") => passed::start_another(),
        Some("was given a stale number") => passed::refuse_stale(),
        Some("was passed it for reading") => passed::read_only(),
        Some("panics as an owner") => removed::panic_as_owner(),
        Some("is killed as an owner") => removed::wait_as_owner(),
        Some("forks as an owner") => removed::fork_as_owner(),
        Some("replaces") => removed::replace(),
        Some("follows") => followed::follow(),
        _ => {}
    }
}
