//! Common types, by any name: each is reported once, with a replacement, and their uses cause no further
//! errors.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::num::NonZero;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, SystemTime as Time};

use shm_core::{Mutex, Region, SharedLayout};

type Index = usize;
type Text = std::string::String;
type Next = *const Station;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    maybe: Option<u32>,
    hits: [AtomicU64; 4],
    lock: std::sync::Mutex<u32>,
    timeout: Duration,
    since: Time,
    address: Ipv4Addr,
    address6: core::net::Ipv6Addr,
    first: Index,
    last: NonZero<usize>,
    next: Next,
    context: core::ffi::c_void,
    name: Text,
    by_name: HashMap<u32, u32>,
    fine: Mutex<u64>,
    instant: std::time::Instant,
}

// These lines cause no further errors.
fn use_it(view: &StationView) -> u32 {
    let station = Region::<Station>::create("station").unwrap();
    station.hits[1].fetch_add(1);
    view.maybe.get() + station.read_only().maybe.get()
}

// The user's own types of these names are fine.
mod own {
    use shm_core::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    struct Duration {
        nanoseconds: u64,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    struct Job {
        timeout: Duration,
    }
}

fn main() {}
