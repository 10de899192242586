//! Several processes in one model: each in a thread of its own, over one world.

use std::sync::Arc;

use loom::thread::{self, JoinHandle};

/// The shared memory of a model, and the kernel, in which processes live.
pub trait World: 'static {
    /// A way to get the protocol wrong.
    type Flaw: Copy + 'static;
    /// One process with one thread.
    type Process<'a>;

    /// The process with this slot: it runs the library's protocol, or a flawed copy.
    fn process(&self, slot: u32, flaw: Option<Self::Flaw>) -> Self::Process<'_>;
}

/// Shares a world among threads.
///
/// It is in std's `Arc`: an execution that fails unwinds, and loom's would fail once more then.
#[allow(clippy::arc_with_non_send_sync, reason = "loom runs all its threads in one")]
pub fn shared<W>(world: W) -> Arc<W> {
    Arc::new(world)
}

/// Runs a process in a thread of its own.
pub fn spawn<W: World, R: 'static>(
    world: &Arc<W>,
    slot: u32,
    flaw: Option<W::Flaw>,
    life: impl FnOnce(W::Process<'_>) -> R + 'static,
) -> JoinHandle<R> {
    let world = Arc::clone(world);
    thread::spawn(move || life(world.process(slot, flaw)))
}

/// Runs the processes with these slots, each in a thread of its own.
pub fn spawn_each<W: World, R: 'static>(
    world: &Arc<W>,
    slots: impl Iterator<Item = u32>,
    flaw: Option<W::Flaw>,
    life: impl FnOnce(W::Process<'_>) -> R + Copy + 'static,
) -> Vec<JoinHandle<R>> {
    slots.map(|slot| spawn(world, slot, flaw, life)).collect()
}

/// Waits for the threads to end; returns their results.
///
/// # Panics
/// Never: loom ends an execution in which a thread panics.
pub fn join_all<R>(threads: Vec<JoinHandle<R>>) -> Vec<R> {
    threads.into_iter().map(|thread| thread.join().expect("loom ends an execution")).collect()
}

/// Runs one life in this thread and the others in their own; returns when all have ended.
pub fn together<W: 'static, L: FnOnce(&W) + 'static>(
    world: &Arc<W>,
    here: impl FnOnce(&W),
    others: impl IntoIterator<Item = L>,
) {
    let spawn = |life: L| {
        let world = Arc::clone(world);
        thread::spawn(move || life(&world))
    };
    let others = others.into_iter().map(spawn).collect();
    here(world);
    join_all(others);
}
