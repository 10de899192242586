//! `shm completions`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_complete::env::Shells;
use serde::Serialize;

use crate::failure::{Answer, Failure};
use crate::output::{Output, Report};

/// Prints completions for a shell, or writes the manual pages
///
/// The completions ask the command, and know regions, the paths of their fields, variants and options.
/// For bash, put them into ~/.local/share/bash-completion/completions/shm; for fish, into
/// ~/.config/fish/completions/shm.fish; for zsh, into a file _shm in a directory of $fpath.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The shell
    #[arg(required_unless_present = "man")]
    shell: Option<Shell>,
    /// Write the manual pages to this folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "shell")]
    man: Option<PathBuf>,
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
  shm completions fish > ~/.config/fish/completions/shm.fish
  shm completions --man ~/.local/share/man/man1";

/// Runs the command, for the whole command line.
///
/// # Errors
/// If standard output cannot be written to.
pub fn run(arguments: &Arguments, whole: Command, output: &mut Output) -> Result<Answer, Failure> {
    if let Some(folder) = &arguments.man {
        clap_mangen::generate_to(whole, folder)
            .map_err(|error| Failure::io(format!("writing to {}", folder.display()), error))?;
        return Ok(Answer::Done);
    }
    let shell = arguments.shell.map(|shell| shell.to_string()).unwrap_or_default();
    let mut script = Vec::new();
    let known = Shells::builtins();
    let written = match known.completer(&shell) {
        Some(completer) => {
            completer.write_registration("COMPLETE", "shm", "shm", "shm", &mut script)
        }
        None => Err(io::ErrorKind::Unsupported.into()),
    };
    written.map_err(|error| Failure::io(format!("writing completions for {shell}"), error))?;
    let script = String::from_utf8_lossy(&script).into_owned();
    output.print(&Completions { shell, script })?;
    Ok(Answer::Done)
}
