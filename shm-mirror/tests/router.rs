//! Followers that reach their origin through a router: the code that `zenohd` runs, here in a process of the test.

mod hosts;

use std::time::Duration;

use hosts::{Hosts, PATIENCE, wait_until};
use shm_core::region::mirror::State;
use shm_core::{Region, SharedLayout, Watched};
use shm_mirror::{Follow, Serve, Settings};
use zenoh::{Config, Session, Wait};

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    hits: u64,
    mode: Watched<u64>,
}

const FOLLOWERS: usize = 8;

/// A router that listens where the hosts say, and connects to nobody.
fn router(hosts: &Hosts) -> Session {
    let mut config = Config::default();
    let listen = format!("[\"{}\"]", hosts.listen());
    for (key, value) in [
        ("mode", "\"router\""),
        ("scouting/multicast/enabled", "false"),
        ("listen/endpoints", &listen),
    ] {
        config.insert_json5(key, value).unwrap();
    }
    zenoh::open(config).wait().unwrap()
}

#[test]
fn followers_of_a_router_get_what_an_origin_sends_to_it() {
    let hosts = Hosts::alone();
    let station = Region::<Station>::create(hosts.file("station")).unwrap();
    let first = router(&hosts);
    let settings = Settings { beat: Duration::from_millis(100), ..Settings::default() };
    let serve = Serve::new("alpha").connect(&hosts.listen()).settings(settings);
    let _serving = serve.region_at("station", hosts.file("station")).start().unwrap();
    let names: Vec<_> = (0..FOLLOWERS).map(|n| format!("copy-{n}")).collect();
    let following: Vec<_> = names
        .iter()
        .map(|copy| {
            Follow::new(&hosts.listen())
                .through_router()
                .region_as("station", hosts.file(copy))
                .start()
                .unwrap()
        })
        .collect();
    following.iter().for_each(|one| one.wait_ready("station", PATIENCE).unwrap());
    let copies: Vec<_> = names
        .iter()
        .map(|copy| Region::<Station>::open_read_only(hosts.file(copy)).unwrap())
        .collect();
    for n in 1..=20 {
        station.mode.set(n);
        wait_until("all have it", || copies.iter().all(|copy| copy.mode.get().unwrap() == n));
    }

    first.close().wait().unwrap();
    let state = |n: usize| copies[n].mirror().unwrap().state();
    wait_until("all know", || (0..FOLLOWERS).all(|n| state(n) != State::Following));
    station.hits.set(7);
    let _second = router(&hosts);
    wait_until("all go on", || {
        (0..FOLLOWERS).all(|n| copies[n].hits.get() == 7 && state(n) == State::Following)
    });
}
