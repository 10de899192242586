//! A projection of a region that may only be read neither publishes nor locks.

use shm_core::{Latest, Mutex, Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    speed: Latest<f64>,
    lock: Mutex<()>,
}

fn main() {
    let robot = Region::<Robot>::open_read_only("name").unwrap();
    let speed = robot.project(|robot| &robot.speed);
    let _ = speed.own(|speed| speed.publisher());
    let _ = robot.own(|robot| robot.lock.lock());
}
