//! `shm completions`.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_complete::Shell;
use serde::Serialize;

use crate::failure::{Answer, Failure};
use crate::output::{Output, Report};

/// Prints completions for a shell
///
/// For bash, put them into ~/.local/share/bash-completion/completions/shm; for fish, into
/// ~/.config/fish/completions/shm.fish; for zsh, into a file _shm in a directory of $fpath.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// A script for a shell.
#[derive(Debug, Serialize)]
struct Completions {
    shell: String,
    script: String,
}

impl Report for Completions {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.script.as_bytes())
    }
}

const EXAMPLES: &str = "\
Examples:
  shm completions bash > ~/.local/share/bash-completion/completions/shm
  shm completions fish > ~/.config/fish/completions/shm.fish";

/// Runs the command, for the whole command line.
///
/// # Errors
/// If standard output cannot be written to.
pub fn run(
    arguments: &Arguments,
    mut whole: Command,
    output: &mut Output,
) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut whole, "shm", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    output.print(&Completions { shell: arguments.shell.to_string(), script })?;
    Ok(Answer::Done)
}
