use shm_core::SharedLayout;

#[derive(SharedLayout, Clone, Copy, Debug)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Robot {
    mode: Mode,
}

fn stop(robot: &RobotView) {
    robot.mode.set(Mode::Idle);
}

fn main() {}
