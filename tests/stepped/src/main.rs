//! Kills processes at every instruction of an operation on a region, and lets their heirs continue.
//!
//! ```text
//! shm-stepped                    every scenario; prints a table
//! shm-stepped case "NAME"        one scenario
//! shm-stepped flawed "NAME" FLAW a known-bad version, which must be caught
//! shm-stepped list               the names of the scenarios
//! ```
//!
//! `SHM_STEPPED_LONG=1` audits every state, steps heirs from every state and kills more victims. Without it,
//! a run is bounded by numbers of states and instructions, for the gate, which uses a release build; and
//! operations as long as creating a region are stepped from one system call to the next, until they map
//! what they share.
//!
//! # How it works
//!
//! A *victim* opens a region and is then stepped through one operation, one instruction at a time
//! (`ptrace(2)`). Whenever an instruction has changed the shared bytes, they are stored: these are the
//! bytes that a death at that moment leaves. When the victim has ended, each of these states is put into
//! a new file, and an *audit*, a process of its own, continues from there. Is each value the old one or the
//! new one, and whole? Can the lock be taken, with `OwnerDied` exactly where the documentation says so?
//! Are all slots free again? Does any process hang? An audit returns its finding in a few words, and the
//! findings, in the order of the states, must be the *course* that the scenario gives.
//!
//! The library decides by itself that the victim is dead: its process has ended, and the table in the
//! region names it.
//!
//! Stored bytes are compared with real deaths. At the instructions that changed the memory, and at
//! others, further victims are killed with SIGKILL; each must leave the stored bytes of that instruction,
//! and the audit must find the same. There, a *companion* can be alive: a process that sleeps on the
//! lock, or holds it.
//!
//! Lastly, the *heir* is stepped from the states that the victim left, as if it died at every
//! instruction as well, and a second heir is the audit.
//!
//! # How to add a scenario
//!
//! 1. A file in `scenarios/`: a struct that implements `Scenario`, and a `Case` with its name and
//!    *flaws*, victims or heirs that the audits must catch. A flawed one does something in the wrong order,
//!    say: `Raw` writes to the region's file where the library would not, and `word_by_word` makes the
//!    change that the library makes in the order of the addresses.
//! 2. The case in `scenarios::ALL`; its name, its flaws and the names of their tests in
//!    `tests/every_instruction.rs`.
//!
//! A step takes 5 to 20 µs, and a debug build takes ten times as many as a release build. So
//! preparations belong before the `Operation` is returned, where they are not stepped; regions should
//! be small, since they are compared after each step; and `Scenario::bound` shortens an operation for the
//! gate.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a table is what this program is for"
)]

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod figures;
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
