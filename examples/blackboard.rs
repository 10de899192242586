//! A blackboard: one process writes, any number of others read, and none waits for another.
//!
//! A robot's pose and the text on its display change again and again. Readers want the newest one,
//! whole: an `x` of one moment and a `y` of another would be a place where the robot never was. The
//! writer must not wait for slow readers, and readers must not be stopped by a writer that dies.
//!
//! `Latest` does that. This example starts three readers as processes of their own, which may not even
//! write to the region, and kills the writer in the middle of its work.

use std::error::Error;
use std::process::{Child, Command};
use std::time::Duration;

use shm_core::region::OwnedGuard;
use shm_core::sync::LatestView;
use shm_core::{Latest, Region, SharedLayout, Text, View};

/// The position of a robot: on a circle, so that a mixture of two poses would be off it.
#[derive(SharedLayout, Clone, Copy, Debug)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f64,
    heading: f64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Blackboard {
    pose: Latest<Pose>,
    display: Latest<Text<40>>,
    /// 1 when everything is over
    over: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => direct(),
        ["write", name] => write(name),
        ["read", name] => read(name),
        _ => Err("usage: blackboard".into()),
    }
}

/// The only writer of poses while it exists, so that each `store` is only a copy.
struct Writer {
    board: Region<Blackboard>,
    poses: OwnedGuard<LatestView<Pose>>,
}

/// Writes poses until the process is killed.
fn write(name: &str) -> Result<(), Box<dyn Error>> {
    let board = Region::<Blackboard>::open(name)?;
    let poses = board.own(|board| board.pose.publisher())?;
    let mut writer = Writer { board, poses };
    for step in 0_u64.. {
        let heading = step as f64 / 1000.0;
        writer.poses.store(&Pose { x: heading.cos(), y: heading.sin(), heading });
        if step % 1000 == 0 {
            // For an occasional value, `store` alone: it becomes the writer for that one copy.
            writer
                .board
                .display
                .store(&Text::new(&format!("{step} steps, 第{}圈", step / 6283))?)?;
        }
    }
    Ok(())
}

/// Reads poses, each whole and none older than the one before, until everything is over.
fn read(name: &str) -> Result<(), Box<dyn Error>> {
    // The kernel would kill this process if it wrote to the region; the compiler does not let it.
    let board = Region::<Blackboard>::open_read_only(name)?;
    let (mut seen, mut newest) = (0_u64, 0);
    while board.over.get() == 0 {
        let Some((version, pose)) = board.pose.load_if_newer(newest)? else {
            std::thread::yield_now();
            continue;
        };
        assert!(version > newest, "time goes forward");
        assert_eq!((pose.x, pose.y), (pose.heading.cos(), pose.heading.sin()), "a pose is whole");
        (seen, newest) = (seen + 1, version);
    }
    println!("a reader saw {seen} poses, each of them whole, the newest being number {newest}");
    Ok(())
}

/// Starts three readers, and ends them when the play is over, whatever its outcome.
fn direct() -> Result<(), Box<dyn Error>> {
    let name = format!("blackboard-{}", std::process::id());
    let board = Region::<Blackboard>::create(&name)?;
    let readers: Vec<_> = (0..3).map(|_| start("read", &name)).collect();
    let outcome = play(&board, &name);
    board.over.set(1);
    for reader in readers {
        assert!(reader?.wait()?.success());
    }
    board.unlink()?;
    outcome
}

/// A writer writes, and dies; another one continues.
fn play(board: &View<Blackboard>, name: &str) -> Result<(), Box<dyn Error>> {
    let mut writer = start("write", name)?;
    while board.pose.version() < 100_000 {
        std::thread::sleep(Duration::from_millis(1));
    }
    writer.kill()?; // SIGKILL: wherever it is, in the middle of a copy too
    writer.wait()?;
    println!("the writer is dead; its last words are all there:");
    println!("  {:?}\n  {}", board.pose.load()?, board.display.load()?);

    // The next writer simply continues. There is nothing to repair.
    let dead = board.pose.version();
    let alive = board.pose.store(&Pose { x: 1.0, y: 0.0, heading: 0.0 })?;
    assert_eq!(alive, dead + 1);
    std::thread::sleep(Duration::from_millis(50));
    Ok(())
}

fn start(role: &str, name: &str) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?).args([role, name]).spawn()
}
