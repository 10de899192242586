//! The command line.

use clap::{CommandFactory, Parser, Subcommand};

use crate::commands::{
    check, completions, doctor, dump, export, get, heap, layout, ls, metrics, mirror, new, plot,
    pop, push, record, replay, restore, rm, set, show, unset, watch,
};
use crate::failure::{Answer, Failure};
use crate::output::{Global, Output};

/// Inspects regions of shared memory, and reads and writes their fields by name
///
/// FILE names a region: a plain name means a file in /dev/shm, a name with a slash is a path. Regions are
/// opened read-only, unless the command writes.
#[derive(Debug, Parser)]
#[command(name = "shm", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// Runs the command.
    ///
    /// # Errors
    /// If the command fails.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        match &self.command {
            Command::Ls(arguments) => ls::run(arguments, output),
            Command::Show(arguments) => show::run(arguments, output),
            Command::Get(arguments) => get::run(arguments, output),
            Command::Set(arguments) => set::run(arguments, output),
            Command::Unset(arguments) => unset::run(arguments, output),
            Command::Push(arguments) => push::run(arguments, output),
            Command::Pop(arguments) => pop::run(arguments, output),
            Command::New(arguments) => new::run(arguments, output),
            Command::Watch(arguments) => watch::run(arguments, output),
            Command::Layout(arguments) => layout::run(arguments, output),
            Command::Export(arguments) => export::run(arguments, output),
            Command::Dump(arguments) => dump::run(arguments, output),
            Command::Restore(arguments) => restore::run(arguments, output),
            Command::Record(arguments) => record::run(arguments, output),
            Command::Replay(arguments) => replay::run(arguments, output),
            Command::Plot(arguments) => plot::run(arguments, output),
            Command::Metrics(arguments) => metrics::run(arguments, output),
            Command::Mirror(arguments) => mirror::run(arguments, output),
            Command::Heap(arguments) => heap::run(arguments, output),
            Command::Check(arguments) => check::run(arguments, output),
            Command::Doctor(arguments) => doctor::run(arguments, output),
            Command::Rm(arguments) => rm::run(arguments, output),
            Command::Completions(arguments) => completions::run(arguments, Self::command(), output),
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "the arguments of each command document it")]
pub enum Command {
    Ls(ls::Arguments),
    Show(show::Arguments),
    Get(get::Arguments),
    Set(set::Arguments),
    Unset(unset::Arguments),
    Push(push::Arguments),
    Pop(pop::Arguments),
    New(new::Arguments),
    Watch(watch::Arguments),
    Layout(layout::Arguments),
    Export(export::Arguments),
    Dump(dump::Arguments),
    Restore(restore::Arguments),
    Record(record::Arguments),
    Replay(replay::Arguments),
    Plot(plot::Arguments),
    Metrics(metrics::Arguments),
    Mirror(mirror::Arguments),
    Heap(heap::Arguments),
    Check(check::Arguments),
    Doctor(doctor::Arguments),
    Rm(rm::Arguments),
    Completions(completions::Arguments),
}

const AFTER_HELP: &str = "\
Examples:
  shm new station --field temperature:f64=21.5 --field hits:u64
  shm show station
  shm set station temperature=22 hits+=1
  shm watch station

Exit codes:
  0  done
  1  no: the layouts are not compatible (check), the queue is empty (pop), the map has no such entry
     (unset), the heap contradicts itself (heap --audit), or something needs doing (doctor)
  2  the command line is invalid
  3  the file does not exist
  4  the file is not a usable region: it is damaged, or of another version or kind
  5  not permitted
  6  the path names no field, or the value does not fit; or the region has no heap (heap)
  7  the value kept changing, or its lock could not be taken as usual; the queue is full (push);
     or the region is in use (rm)
  8  the operating system reported another error
  9  there already is a region of that name
 10  the name cannot be that of a region
 11  a command was sent to another host, and whether it was carried out is not known";
