//! The commands, a file each: its arguments, its report, how it is found, how it is printed.

pub mod check;
pub mod completions;
pub mod export;
pub mod get;
pub mod layout;
pub mod ls;
pub mod new;
pub mod rm;
pub mod set;
pub mod show;
pub mod watch;

use crate::args::Command;
use crate::failure::{Answer, Failure};
use crate::output::Output;

/// Carries a command out.
///
/// # Errors
/// What went wrong.
pub fn run(command: &Command, output: &mut Output) -> Result<Answer, Failure> {
    match command {
        Command::Ls(arguments) => ls::run(arguments, output),
        Command::Show(arguments) => show::run(arguments, output),
        Command::Get(arguments) => get::run(arguments, output),
        Command::Set(arguments) => set::run(arguments, output),
        Command::New(arguments) => new::run(arguments, output),
        Command::Watch(arguments) => watch::run(arguments, output),
        Command::Layout(arguments) => layout::run(arguments, output),
        Command::Export(arguments) => export::run(arguments, output),
        Command::Check(arguments) => check::run(arguments, output),
        Command::Rm(arguments) => rm::run(arguments, output),
        Command::Completions(arguments) => completions::run(arguments, output),
    }
}
