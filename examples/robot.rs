//! A robot in forty lines: a driver thread stores poses through a publisher that it keeps in a struct,
//! and takes parts from a bin; the program waits until the robot has arrived.

use std::error::Error;
use std::thread;
use std::time::Duration;

use shm_core::region::OwnedGuard;
use shm_core::sync::LatestView;
use shm_core::{Latest, LockError, Mutex, Region, SharedLayout, Watched};

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    pose: Latest<[f64; 2]>,
    parts: Mutex<u32>,
    arrived: Watched<bool>,
}

/// The one thread that moves the robot.
struct Driver {
    robot: Region<Robot>,
    poses: OwnedGuard<LatestView<[f64; 2]>>,
}

impl Driver {
    fn drive(name: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
        let robot = Region::<Robot>::open(name)?;
        let poses = robot.own(|robot| robot.pose.publisher())?;
        let mut driver = Self { robot, poses };
        for step in 1..=3 {
            driver.poses.store(&[f64::from(step), 0.0]);
        }
        let parts = driver.robot.parts.lock_or_repair(|parts| parts.set(0))?;
        parts.set(parts.get() + 1);
        driver.robot.arrived.set(true);
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let name = format!("robot-{}", std::process::id());
    let robot = Region::<Robot>::create(&name)?.remove_on_drop();
    let driver = thread::spawn(move || Driver::drive(&name));
    robot.arrived.wait_until_timeout(Duration::from_secs(10), |arrived| arrived)?;
    driver.join().map_err(|_| "the driver panicked")??;
    match robot.parts.lock_timeout(Duration::from_secs(1)) {
        Ok(parts) => println!("at {:?} with {} part", robot.pose.load()?, parts.get()),
        Err(LockError::Busy) => println!("the parts are still in use"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
