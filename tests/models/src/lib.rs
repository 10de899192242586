//! Models of the synchronisation protocols: [`shm_core::protocol`] run on loom's machine, which tries
//! every interleaving and every value that the memory model lets a load return, within a bound on
//! preemptions.
//!
//! The models are the tests of this package. Each has known-bad twins, which must fail. The fast ones
//! run with `cargo test`; all of them with
//!
//! ```text
//! cargo test --release -p shm-models -- --include-ignored
//! ```

mod kernel;
mod machine;
mod processes;

pub mod awaiting;
pub mod barrier;
pub mod heap;
pub mod lock;
pub mod map;
pub mod map_copy;
pub mod notify;
pub mod once;
pub mod participant;
pub mod per_process;
pub mod queue;
pub mod ready;
pub mod ring;
pub mod rwlock;
pub mod semaphore;

pub use kernel::{Caller, Kernel};
pub use machine::{Loom, LoomU32, LoomU64};
pub use processes::{World, join_all, shared, spawn, spawn_each, together};

/// The number of preemptions that a model explores.
pub const PREEMPTIONS: usize = 4;

/// The number that a model of three threads or more explores each time.
pub const FEW: usize = 2;

/// Checks `model` in every execution.
///
/// # Panics
/// If one of them panics.
pub fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

/// As [`check`], for a model that takes more steps, and more stack, than loom expects.
///
/// # Panics
/// If one of the executions panics.
pub fn check_long(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = 20_000;
    let model = std::sync::Arc::new(model);
    builder.check(move || {
        let model = std::sync::Arc::clone(&model);
        spawn_deep(move || model()).join().expect("loom ends an execution");
    });
}

/// Starts a thread with a large stack.
///
/// # Panics
/// Never: loom ends an execution in which it cannot.
pub fn spawn_deep<T: Send + 'static>(
    life: impl FnOnce() -> T + Send + 'static,
) -> loom::thread::JoinHandle<T> {
    loom::thread::Builder::new().stack_size(1 << 16).spawn(life).expect("loom ends an execution")
}

/// Returns whether some execution of `model` fails, as a flawed one must.
pub fn is_caught(preemptions: usize, model: impl Fn() + Send + Sync + 'static) -> bool {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(preemptions, model))).is_err()
}
