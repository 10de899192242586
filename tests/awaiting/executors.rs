//! The same tasks on every executor, with another process that blocks on the other side of each.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Wake, Waker};

use shm_core::errors::FollowError;
use shm_core::region::Projected;
use shm_core::sync::{Follower, RingView, Versions};
use shm_core::{ReadOnly, Region};

use crate::support::{Folder, finish};
use crate::{Mode, Table, at_table, opened_table, run, table};

/// Enough rounds that a second each, the nap of a sleeper that was not woken, would take far too long.
const ROUNDS: u32 = 300;

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One task for each kind of wait. Each owns its part of the region.
fn tasks(table: &Region<Table>) -> Vec<Task> {
    let (serves, modes, pushes, pops) =
        (table.clone(), table.clone(), table.clone(), table.clone());
    let level = table.project(|table| &table.level);
    let poses = Versions::new(table.project(|table| &table.pose));
    let items: Projected<RingView<u64, 64, ReadOnly>> =
        table.read_only().project(|table| &table.items);
    vec![
        Box::pin(serve(serves)),
        Box::pin(finish_each_mode(modes)),
        Box::pin(async move {
            let highest = level.wait_until_async(|level| level >= u64::from(ROUNDS)).await;
            assert_eq!(highest.unwrap(), u64::from(ROUNDS));
        }),
        Box::pin(see_poses(poses)),
        Box::pin(follow(items)),
        Box::pin(async move {
            for job in 0..u64::from(ROUNDS) {
                pushes.jobs.push_async(job).await.unwrap();
            }
        }),
        Box::pin(async move {
            for job in 0..u64::from(ROUNDS) {
                assert_eq!(pops.results.pop_async().await.unwrap(), 2 * job);
            }
        }),
    ]
}

async fn serve(table: Region<Table>) {
    for round in 1..=ROUNDS {
        table.served.set(round);
        table.serve.notify_all();
        loop {
            let ticket = table.back.ticket();
            if table.returned.get() == round {
                break;
            }
            table.back.changed(ticket).await;
        }
    }
}

async fn finish_each_mode(table: Region<Table>) {
    for _ in 0..ROUNDS {
        table.mode.set(Mode::Busy);
        loop {
            let changed = table.mode.changed();
            if table.mode.get().unwrap() == Mode::Done {
                break;
            }
            changed.await;
        }
    }
    table.mode.set(Mode::Idle);
}

async fn see_poses<R>(mut poses: Versions<R>)
where
    R: std::ops::Deref<Target = shm_core::sync::WatchedView<shm_core::Latest<[u64; 8]>>>,
{
    let mut last = 0;
    while last < u64::from(ROUNDS) {
        let pose = poses.next_async().await.unwrap();
        assert_eq!(pose, [pose[0]; 8], "torn");
        assert!(pose[0] > last || last == 0, "no older version, and none twice");
        last = pose[0];
    }
}

async fn follow(items: Projected<RingView<u64, 64, ReadOnly>>) {
    let mut items = Follower::new(items, 0);
    let mut last = 0;
    while last < u64::from(ROUNDS) {
        match items.next_async().await {
            Ok(item) => last = item,
            Err(FollowError::Missed(count)) => last += count,
            Err(invalid) => panic!("{invalid}"),
        }
    }
}

/// The other process: a thread that blocks for each task.
pub(crate) fn second_process(role: &str) {
    assert_eq!(role, "blocks");
    let table = opened_table();
    let rounds = u64::from(ROUNDS);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 1..=ROUNDS {
                table.serve.wait_until(|| table.served.get() == round);
                table.returned.set(round);
                table.back.notify_all();
            }
        });
        scope.spawn(|| {
            while table.mode.wait_until(|mode| mode != Mode::Done).unwrap() == Mode::Busy {
                table.mode.set(Mode::Done);
            }
        });
        scope.spawn(|| {
            for step in 1..=rounds {
                table.level.set(step);
                table.pose.change(|pose| pose.store(&[step; 8])).unwrap();
                table.items.push(&step).unwrap();
                std::thread::sleep(std::time::Duration::from_micros(50));
            }
        });
        for _ in 0..rounds {
            let job = table.jobs.pop_wait().unwrap();
            table.results.push_wait(2 * job).unwrap();
        }
    });
}

/// Plays all tasks against another process.
pub(crate) fn play(run_all: impl FnOnce(Vec<Task>)) {
    let folder = Folder::new("executors");
    let table = table(&folder);
    // The other process may come first.
    table.mode.set(Mode::Done);
    let mut other = at_table("executors: blocks", &folder).spawn().unwrap();
    run_all(tasks(&table));
    assert!(finish(&mut other).success());
}

pub(crate) fn on_tokio(tasks: Vec<Task>) {
    let local = tokio::task::LocalSet::new();
    let tasks: Vec<_> = tasks.into_iter().map(|task| local.spawn_local(task)).collect();
    run(local.run_until(async {
        for task in tasks {
            task.await.unwrap();
        }
    }));
}

#[test]
fn tokio_runs_all_tasks_in_one_thread() {
    play(on_tokio);
}

#[test]
fn tokio_runs_all_tasks_in_three_threads() {
    play(|tasks| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let tokio = builder.worker_threads(3).enable_all().build().unwrap();
        let tasks: Vec<_> = tasks.into_iter().map(|task| tokio.spawn(task)).collect();
        tokio.block_on(async {
            for task in tasks {
                tokio::time::timeout(crate::PATIENCE, task).await.expect("never woken").unwrap();
            }
        });
    });
}

#[test]
fn the_executor_of_smol_runs_all_tasks_in_two_threads() {
    play(|tasks| {
        let executor = async_executor::Executor::new();
        let tasks: Vec<_> = tasks.into_iter().map(|task| executor.spawn(task)).collect();
        let (over, is_over) = std::sync::mpsc::channel::<()>();
        std::thread::scope(|scope| {
            // Dropped before the scope waits for its thread, also by a panic.
            let (executor, _over) = (&executor, over);
            scope.spawn(move || {
                futures_lite::future::block_on(executor.run(async move {
                    while is_over.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                        futures_lite::future::yield_now().await;
                        std::thread::yield_now();
                    }
                }));
            });
            run(executor.run(async {
                for task in tasks {
                    task.await;
                }
            }));
        });
    });
}

/// An executor made by hand: a queue of tasks that were woken, and a thread that polls them.
#[derive(Default)]
struct ByHand {
    woken: Mutex<VecDeque<usize>>,
    some: Condvar,
}

struct Woken {
    task: usize,
    executor: Arc<ByHand>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.executor.woken.lock().unwrap().push_back(self.task);
        self.executor.some.notify_one();
    }
}

impl ByHand {
    fn next(&self) -> usize {
        let woken = self.woken.lock().unwrap();
        let waits = |woken: &mut VecDeque<usize>| woken.is_empty();
        let waited = self.some.wait_timeout_while(woken, crate::PATIENCE, waits);
        waited.unwrap().0.pop_front().expect("a future is never woken")
    }
}

#[test]
fn an_executor_of_a_few_lines_runs_all_tasks() {
    play(|tasks| {
        let executor = Arc::new(ByHand::default());
        executor.woken.lock().unwrap().extend(0..tasks.len());
        let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
        while tasks.iter().any(Option::is_some) {
            let task = executor.next();
            let waker = Waker::from(Arc::new(Woken { task, executor: Arc::clone(&executor) }));
            let polled = tasks[task]
                .as_mut()
                .map(|future| future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
            if polled == Some(true) {
                tasks[task] = None;
            }
        }
    });
}

#[test]
fn two_executors_of_one_process_are_woken_by_the_same_notification() {
    let folder = Folder::new("two-executors");
    let table = table(&folder);
    let waits = || async {
        for level in 1..=u64::from(ROUNDS) {
            let seen = table.level.wait_until_async(|now| now >= level).await.unwrap();
            table.results.push_wait(seen).unwrap();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| run(waits()));
        scope.spawn(|| futures_lite::future::block_on(waits()));
        let mut popped = [0, 0];
        for level in 1..=u64::from(ROUNDS) {
            table.level.set(level);
            for popped in &mut popped {
                *popped = table.results.pop_timeout(crate::PATIENCE).unwrap().expect("both wake");
            }
            assert_eq!(popped, [level; 2]);
        }
    });
}
