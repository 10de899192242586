//! The command `shm`.

use std::process::ExitCode;

use clap::Parser;
use clap_complete::CompleteEnv;
use shm_cli::args::Arguments;
use shm_cli::complete::command;
use shm_cli::failure::Failure;
use shm_cli::output::{self, Global, Output};

fn main() -> ExitCode {
    // Answers a shell that asks for completions, and ends.
    CompleteEnv::with_factory(command).complete();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let mut output = Output::new(&arguments.global);
    match arguments.run(&mut output) {
        Ok(answer) => answer.into(),
        Err(failure) => output.fail(&failure),
    }
}

/// Prints the help, or the reason why the command line is invalid: for programs, as every other error.
fn refuse(error: &clap::Error) -> ExitCode {
    let wants_json =
        std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json");
    if !error.use_stderr() {
        error.exit();
    }
    if !wants_json {
        return output::refuse(error);
    }
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let message = text.split("\n\nUsage:").next().unwrap_or(text).trim_end();
    Output::new(&Global::json()).fail(&Failure::Usage(message.to_owned()))
}
