//! Awaiting instead of waiting: a dashboard with one task for each field, in one thread.
//!
//! A plant, a process of its own, changes four fields. Each has a task here, on tokio; any other executor will
//! do, since the library names none:
//!
//! - `mode.wait_until_async(..)`: the value that is wanted,
//! - `Versions`: every newest version of a `Watched<Latest<T>>`, whole,
//! - `pop_async`: one value after the other out of a `Queue`,
//! - `next_async`: every item of a `Ring`, with a view that can only read.
//!
//! One thread of this process sleeps for all of them. Nothing polls, and a task that is given up, here by
//! `select!`, leaves nothing behind.

use std::error::Error;
use std::process::Command;
use std::time::Duration;

use shm_core::sync::{Follower, Versions};
use shm_core::{Latest, Queue, Region, Ring, SharedLayout, View, Watched};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Starting = 0,
    Running = 1,
    Off = 2,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Load {
    percent: f32,
    kelvin: f32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Plant {
    mode: Watched<Mode>,
    load: Watched<Latest<Load>>,
    /// what the plant wants to know; the dashboard answers by `answered`
    questions: Queue<u32, 8>,
    answered: Watched<u32>,
    log: Ring<u32, 64>,
}

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => dashboard(),
        ["plant", name] => run(&*Region::<Plant>::open(name)?),
        _ => Err("usage: awaiting".into()),
    }
}

fn dashboard() -> Outcome {
    let name = format!("plant-{}", std::process::id());
    let plant = Region::<Plant>::create(&name)?.remove_on_drop();
    let mut machine = Command::new(std::env::current_exe()?).args(["plant", &name]).spawn()?;
    let executor = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    executor.block_on(watch(&plant))?;
    if !machine.wait()?.success() {
        return Err("the plant failed".into());
    }
    Ok(())
}

/// One task for each field. A task owns its part of the region: it may outlive every other handle.
async fn watch(plant: &Region<Plant>) -> Outcome {
    let mode = plant.project(|plant| &plant.mode);
    let mut loads = Versions::new(plant.project(|plant| &plant.load));
    let mut log = Follower::new(plant.read_only().project(|plant| &plant.log), 0);
    let (asked, answerer) = (plant.clone(), plant.clone());

    let tasks = tokio::task::LocalSet::new();
    let running = tasks.spawn_local(async move {
        mode.wait_until_async(|mode| mode == Mode::Running).await?;
        println!("mode: running");
        mode.wait_until_async(|mode| mode == Mode::Off).await.map(|_| println!("mode: off"))
    });
    let hottest = tasks.spawn_local(async move {
        loop {
            // A version that was replaced before this task saw it is passed over.
            match loads.next_async().await {
                Ok(Load { percent, kelvin }) if percent >= 100.0 => return Ok(kelvin),
                Ok(_) => {}
                Err(error) => return Err(error),
            }
        }
    });
    let answers = tasks.spawn_local(async move {
        for _ in 0..5 {
            let question = asked.questions.pop_async().await?;
            answerer.answered.set(question);
        }
        Ok::<_, shm_core::errors::LoadError>(5)
    });
    let lines = tasks.spawn_local(async move {
        let mut lines = 0;
        while lines < 20 {
            lines += 1;
            assert_eq!(log.next_async().await.expect("64 items are enough"), lines);
        }
        lines
    });
    tasks
        .run_until(async {
            println!("load: {} K at full load", hottest.await??);
            println!("queue: {} questions answered", answers.await??);
            println!("log: {} lines, each once", lines.await?);
            running.await??;
            give_up(plant).await;
            Ok(())
        })
        .await
}

/// A wait that loses the race with a clock is over: dropping a future is all there is to do.
async fn give_up(plant: &View<Plant>) {
    tokio::select! {
        question = plant.questions.pop_async() => println!("late: {question:?}"),
        () = tokio::time::sleep(Duration::from_millis(20)) => println!("no further question"),
    }
}

/// The plant: an ordinary program that blocks.
fn run(plant: &View<Plant>) -> Outcome {
    plant.mode.set(Mode::Running);
    for line in 1..=20 {
        let percent = 5.0 * line as f32;
        let load = Load { percent, kelvin: 300.0 + percent };
        plant.load.change(|latest| latest.store(&load))?;
        plant.log.push(&line)?;
        if line % 4 == 0 {
            plant.questions.push(line)?;
            plant.answered.wait_until(|answered| answered == line)?;
        }
    }
    plant.mode.set(Mode::Off);
    Ok(())
}
