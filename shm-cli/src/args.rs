//! What can be asked on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{check, completions, export, get, layout, ls, new, rm, set, show, watch};

/// Looks at regions of shared memory, and reads and writes their fields by name
///
/// A region is named by FILE: a plain name means a file in /dev/shm, anything with a slash is a path. It
/// is opened for reading only, unless the command has to write.
#[derive(Debug, Parser)]
#[command(name = "shm", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Clone, Copy, Debug, Args)]
pub struct Global {
    /// Print JSON, for programs
    #[arg(long, global = true, help_heading = FOR_EVERY_COMMAND)]
    pub json: bool,
    /// When to use colours: auto (in a terminal, unless NO_COLOR is set), always or never
    #[arg(
        long,
        global = true,
        help_heading = FOR_EVERY_COMMAND,
        hide_possible_values = true,
        value_enum,
        default_value_t = When::Auto,
        value_name = "WHEN"
    )]
    pub color: When,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// If standard output is a terminal, and NO_COLOR and TERM do not speak against it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// One command each.
#[derive(Debug, Subcommand)]
#[allow(missing_docs, reason = "each command says what it does in its own arguments")]
pub enum Command {
    Ls(ls::Arguments),
    Show(show::Arguments),
    Get(get::Arguments),
    Set(set::Arguments),
    New(new::Arguments),
    Watch(watch::Arguments),
    Layout(layout::Arguments),
    Export(export::Arguments),
    Check(check::Arguments),
    Rm(rm::Arguments),
    Completions(completions::Arguments),
}

const FOR_EVERY_COMMAND: &str = "For every command";

const AFTER_HELP: &str = "\
Examples:
  shm new station --field temperature:f64=21.5 --field hits:u64
  shm show station
  shm set station temperature=22 hits+=1
  shm watch station

Exit codes:
  0  done
  1  no: the layouts are not compatible (check)
  2  the command line is wrong
  3  there is no such file
  4  the file is no region that can be used: damaged, of another version or kind
  5  not permitted
  6  the path names no field, or the value does not fit
  7  the value is behind a lock that could not be taken as usual, or kept changing; or the region is
     in use (rm)
  8  the operating system reports another error";
