//! The command `shm`.

use std::process::ExitCode;

use clap::Parser;
use shm_cli::args::Arguments;
use shm_cli::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut output = Output::new(&arguments.global);
    match arguments.run(&mut output) {
        Ok(answer) => answer.into(),
        Err(failure) => output.fail(&failure),
    }
}
