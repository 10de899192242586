//! A library that depends on shm-core under the name `shared`, exports derived types, and allows no
//! warning. `#[shm(crate = "shared")]` tells the derive where shm-core is.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unnameable_types,
    missing_debug_implementations,
    unused,
    clippy::pedantic
)]

use shared::SharedLayout;

/// The activity of a robot.
#[derive(SharedLayout, Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[shm(crate = "shared")]
pub enum Mode {
    /// It waits.
    Idle,
    /// It moves.
    Busy,
}

/// A robot's position and state.
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
#[shm(crate = "shared")]
pub struct Robot<T> {
    /// Metres from the door.
    #[shm(unit = "m")]
    pub position: [f64; 2],
    /// Its activity.
    pub mode: Mode,
    /// Its load.
    pub load: T,
    private: u32,
}

/// The arm that every robot has, and may have more of.
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
#[shm(crate = "shared", capacity = 64)]
pub struct Arm {
    /// Outstretched.
    #[shm(unit = "m", alias = "length")]
    pub reach: f32,
}

/// All robots.
#[derive(SharedLayout, Debug)]
#[repr(C)]
#[shm(crate = "shared", view = "Hall")]
pub struct Robots {
    /// The number of moving robots.
    pub busy: u64,
    /// One each.
    pub all: [Robot<u16>],
}

#[cfg(test)]
mod tests {
    use shared::Region;

    use super::{Arm, Hall, Mode, Robots};

    #[test]
    fn room_to_grow_and_former_names_are_known_under_another_name_of_the_crate() {
        let layout = <Arm as shared::SharedLayout>::LAYOUT;
        assert_eq!((layout.capacity(), layout.fields()[0].aliases()), (64, &["length"][..]));
    }

    #[test]
    fn derived_types_work_under_another_name_of_the_crate() {
        let robots = Region::<Robots>::options().len(3).private().unwrap();
        let hall: &Hall = &robots;
        hall.all[2].mode.set(Mode::Busy);
        hall.all[2].load.set(9);
        hall.busy.fetch_add(1);
        let robot = hall.all[2].load().unwrap();
        assert_eq!((robot.mode, robot.load, robot.private, hall.busy.get()), (Mode::Busy, 9, 0, 1));
    }
}
