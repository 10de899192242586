//! A region opened without its type also has its access mode in its type.

use shm_core::DynRegion;

fn main() {
    let station = DynRegion::open_read_only("station").unwrap();
    station.set("hits", 1).unwrap();
    station.resolve("hits").unwrap().fetch_add(1).unwrap();
    let _ = station.lock("account");
}
