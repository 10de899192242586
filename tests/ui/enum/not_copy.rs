use shm_core::SharedLayout;

#[derive(SharedLayout)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    mode: Mode,
}

fn stop(robot: &RobotView) -> bool {
    robot.mode.set(Mode::Idle);
    matches!(robot.mode.get(), Ok(Mode::Busy))
}

fn main() {}
