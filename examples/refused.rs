//! A program with a different idea of the struct gets an error that shows the difference.
//!
//! Two builds of one program often disagree about a struct: a field was widened, two were swapped.
//! Opening compares the layouts and refuses, instead of reading a float out of half a counter.

use shm_core::{Region, SharedLayout};

/// The struct in the program that runs in production.
mod v1 {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Pose {
        pub x: f64,
        pub y: f64,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u32,
        pub pose: Pose,
    }
}

/// The same struct after a change.
mod v2 {
    use super::SharedLayout;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Pose {
        pub x: f32,
        pub y: f32,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u32,
        pub pose: Pose,
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let name = format!("refused-{}", std::process::id());
    let station = Region::<v1::Station>::create(&name)?;
    station.hits.set(3);

    let refused = Region::<v2::Station>::open(&name);
    station.unlink()?;

    let error = refused.expect_err("the layouts differ");
    println!("{error}");
    let message = error.to_string();
    assert!(message.contains("pose.x") && message.contains("f32") && message.contains("f64"));
    assert_eq!(station.hits.get(), 3); // nothing was lost
    Ok(())
}
