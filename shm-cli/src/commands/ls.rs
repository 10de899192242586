//! `shm ls`.

use clap::Args;

use crate::failure::{Answer, Failure};
use crate::output::Output;

/// Lists regions: name, type, size, attached processes, age, owner
#[derive(Debug, Args)]
pub struct Arguments {}

/// Carries the command out.
///
/// # Errors
/// What went wrong.
pub fn run(_arguments: &Arguments, _output: &mut Output) -> Result<Answer, Failure> {
    Err(Failure::Usage("not built yet".to_owned()))
}
