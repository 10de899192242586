//! Kills processes at every instruction of an operation on a region, and lets their heirs go on.
//!
//! ```text
//! shm-stepped                    every scenario; prints a table
//! shm-stepped case "NAME"        one scenario
//! shm-stepped flawed "NAME"      its known-bad version, which must be caught
//! shm-stepped list               the names of the scenarios
//! ```
//!
//! `SHM_STEPPED_LONG=1` goes on from every state; the default is bounded for the gate.
//!
//! A *victim* opens a region and is then stepped through one operation, one instruction at a time
//! (`ptrace(2)`). At each instruction that changed the shared bytes they are stored, since these are the
//! bytes that a death at that moment leaves: the kernel gives a process no chance to do more. Each such state
//! is then put into a new file, in which the victim is dead, and *audited* by a process that goes on from
//! there: is each value the old one or the new one, and whole? Is the lock to be had, with `OwnerDied`
//! exactly where the documentation says? Are all slots free again? Is any process stuck? The findings
//! of the audits, in the order of the states, must be the *course* that the scenario states.
//!
//! That the stored bytes are those of a death is not only argued: at each instruction that made a
//! new state, and at a sample of the others, another victim is really killed (SIGKILL), and must leave
//! the same bytes. There, a *companion* may live on: a process that sleeps on the lock, or holds it.
//! Lastly the *heir* is stepped from the states that the victim left, dies at every instruction as well,
//! and a second heir must succeed.
//!
//! # How to add a scenario
//!
//! One file in `scenarios/`: a unit struct that implements `Scenario`, whose methods are run by processes of their
//! own; a *flawed* victim, such as one that publishes before the words are written, which writes to the
//! file through `Raw`; a line in `scenarios::ALL`; and two lines in `tests/stepped.rs`. Keep
//! regions small: they are compared after each instruction. Keep operations short: an instruction takes 3 to
//! 20 µs, and preparations, which are not stepped, belong before the `Operation` is returned.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a table is what this program is for"
)]

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod harness;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod process;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod run;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod scenario;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod scenarios;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod trace;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod world;

use std::process::ExitCode;

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn main() -> ExitCode {
    run::main()
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn main() -> ExitCode {
    println!("skipped: processes are stepped on x86-64 Linux only");
    ExitCode::SUCCESS
}
