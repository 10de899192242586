//! `shm check`.

use clap::Args;

use crate::failure::{Answer, Failure};
use crate::output::Output;

/// Says whether programs with one layout can use regions of the other
#[derive(Debug, Args)]
pub struct Arguments {}

/// Carries the command out.
///
/// # Errors
/// What went wrong.
pub fn run(_arguments: &Arguments, _output: &mut Output) -> Result<Answer, Failure> {
    Err(Failure::Usage("not built yet".to_owned()))
}
