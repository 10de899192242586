//! `shm watch`.

use clap::Args;

use crate::failure::{Answer, Failure};
use crate::output::Output;

/// Shows values while they change
#[derive(Debug, Args)]
pub struct Arguments {}

/// Carries the command out.
///
/// # Errors
/// What went wrong.
pub fn run(_arguments: &Arguments, _output: &mut Output) -> Result<Answer, Failure> {
    Err(Failure::Usage("not built yet".to_owned()))
}
