use shm_core::{SharedLayout, View};

struct Foreign {
    _value: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    foreign: Foreign,
    maybe: Option<u32>,
    hits: u64,
}

// These lines cause no further errors.
fn read(station: &View<Station>) -> u64 {
    station.hits.get() + Station::LAYOUT.size() as u64
}

fn main() {}
