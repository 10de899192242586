//! Passing a region to a child process: the descriptor is inherited, and an environment variable holds
//! its number.

use std::os::fd::{OwnedFd, RawFd};
use std::process::Command;

use super::{Mapped, failure};
use crate::error::Error;
use crate::sys;

/// The start of the variable's name. Its value is the descriptor's number and the identity of the file
/// when it was passed, since a program may close the descriptor and open something else under its
/// number.
const VARIABLE: &str = "SHM_PASSED_";

/// Returns the variable for a region that is passed under `name`.
fn variable(name: &str) -> Result<String, Error> {
    if name.is_empty() || name.contains(['=', '\0']) {
        let fault = "a region is passed under a name that is not empty and has no `=` and no NUL";
        return Err(Error::BadName { name: name.to_owned(), fault, help: None });
    }
    Ok(format!("{VARIABLE}{name}"))
}

/// Passes the region to the children of a command.
pub(super) fn pass(mapped: &Mapped, command: &mut Command, name: &str) -> Result<(), Error> {
    let variable = variable(name)?;
    let region = || mapped.mapping().label().to_owned();
    let fail = |source| Error::Io { region: region(), doing: "passing it on", source };
    let absent = "it has no descriptor: it is private memory, or its name was removed";
    let fd = mapped.as_fd().ok_or_else(|| fail(std::io::Error::other(absent)))?;
    let file = sys::file::facts(fd).map_err(fail)?.id;
    let number = sys::pass::to_children_of(command, fd)
        .map_err(|error| failure::passing(region(), "passing it on", error))?;
    command.env(variable, format!("{number} {file}"));
    Ok(())
}

/// Returns the descriptor of the region that this process's parent passed under `name`.
pub(crate) fn receive(name: &str) -> Result<OwnedFd, Error> {
    let absent = |help| Error::NotFound { region: format!("a passed region `{name}`"), help };
    let value = std::env::var(variable(name)?).unwrap_or_default();
    let parsed = value.split_once(' ');
    let Some((number, file)) = parsed.and_then(|(a, b)| Some((a.parse::<RawFd>().ok()?, b))) else {
        return Err(absent(format!(
            "the environment does not have it; start this program by a command that was given to \
             `pass_to(&mut command, {name:?})`"
        )));
    };
    sys::pass::inherited(number, |id| id.to_string() == file).ok_or_else(|| {
        absent(format!(
            "descriptor {number} was closed, or is another file's by now; call `passed` before \
             inherited descriptors are closed, and in the process that was started with it"
        ))
    })
}
