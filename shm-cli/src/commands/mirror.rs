//! `shm mirror`.

use std::ffi::OsString;

use clap::Args;

use crate::elsewhere::become_program;
use crate::failure::{Answer, Failure};
use crate::output::Output;

/// Follows regions of other hosts, and serves those of this one
///
/// This runs the program `shm-mirror`, a package of its own: `cargo install --path shm-mirror` installs it. `shm mirror
/// help` shows its commands: serve, follow, ls, and others. `get`, `set` and `watch` read and write a region of another host
/// directly: `shm get tls/alpha:7447/station temperature`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// What `shm-mirror` is given, unchanged
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

const EXAMPLES: &str = "\
Examples:
  shm mirror serve station --listen tcp/127.0.0.1:7447
  shm mirror follow tls/alpha:7447 station
  shm mirror ls tls/alpha:7447
  shm mirror follow --help";

/// Runs the program in place of this one.
///
/// # Errors
/// If it is not installed.
pub fn run(arguments: &Arguments, output: &Output) -> Result<Answer, Failure> {
    if output.is_json() {
        let cause =
            "`--json` goes to the command behind `mirror`, as in `shm mirror ls --json ENDPOINT`";
        return Err(Failure::Usage(cause.to_owned()));
    }
    Err(become_program(&arguments.arguments))
}
