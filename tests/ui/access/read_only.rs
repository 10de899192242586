use shm_core::{traits::Access, ReadOnly, SharedLayout, View};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pose {
    x: f64,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Robot {
    hits: u64,
    poses: [Pose; 2],
}

fn read_only(robot: &View<Robot, ReadOnly>) {
    robot.hits.set(1);
    robot.hits.fetch_add(1);
    robot.poses[1].x.set(0.5);
    robot.poses[0].store(&Pose { x: 1.0 });
}

fn generic<A: Access>(robot: &RobotView<A>) {
    robot.hits.set(1);
}

fn any(robot: &RobotView<impl Access>) {
    robot.store(&Robot { hits: 0, poses: [Pose { x: 0.0 }; 2] });
}

fn main() {}
