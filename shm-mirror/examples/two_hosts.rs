//! An origin and a follower on one machine, with a connection that is cut and heals: `cargo run --example two_hosts`, in
//! the folder `shm-mirror`.

#![allow(clippy::print_stdout, reason = "it is an example")]

use std::time::{Duration, Instant};

use shm_core::{Latest, Region, SharedLayout};
use shm_mirror::{Follow, Serve};

/// The position of a robot.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f64,
}

/// A robot, as its controller has it.
#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    battery: f32,
    pose: Latest<Pose>,
}

const ENDPOINT: &str = "tcp/127.0.0.1:17447";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (name, copy) = (
        format!("two-hosts-{}", std::process::id()),
        format!("two-hosts-copy-{}", std::process::id()),
    );
    let robot = Region::<Robot>::create(&name)?.remove_on_drop();
    robot.battery.set(0.93);

    // The robot's host. A mirror on another host has the same name; this is one host, so it has another one.
    let serve = Serve::new("robot").listen(ENDPOINT).region(&name);
    let serving = serve.clone().start()?;
    let following = Follow::new(ENDPOINT).region_as(&name, &copy).start()?;
    following.wait_ready(&name, Duration::from_secs(10))?;

    // Any program on the follower's host.
    let seen = Region::<Robot>::open_read_only(&copy)?.remove_on_drop();
    let age = || seen.mirror().and_then(|mirror| mirror.age()).unwrap_or_default();
    println!("battery {}, heard {} ms ago", seen.battery.get(), age().as_millis());

    robot.pose.store(&Pose { x: 1.0, y: 2.0 })?;
    wait_until(|| seen.pose.load().is_ok_and(|pose| pose.x == 1.0));
    println!("pose {:?}, heard {} ms ago", seen.pose.load()?, age().as_millis());

    println!("the robot's server ends; its values stay, and grow old");
    drop(serving);
    robot.pose.store(&Pose { x: 3.0, y: 4.0 })?;
    std::thread::sleep(Duration::from_millis(1200));
    let mirror = seen.mirror().ok_or("no mirror")?;
    println!(
        "pose {:?}, {}, heard {} ms ago",
        seen.pose.load()?,
        mirror.state(),
        age().as_millis()
    );
    if let Err(stale) = mirror.fresh(Duration::from_secs(1)) {
        println!("{stale}");
    }

    println!("the server is back");
    let _serving = serve.start()?;
    wait_until(|| seen.pose.load().is_ok_and(|pose| pose.x == 3.0));
    println!("pose {:?}, heard {} ms ago", seen.pose.load()?, age().as_millis());
    Ok(())
}

fn wait_until(mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < deadline, "in vain");
        std::thread::sleep(Duration::from_millis(1));
    }
}
