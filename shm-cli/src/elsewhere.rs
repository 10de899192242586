//! Regions of other hosts, which another program reads and writes: `shm-mirror`, a package of its own, since it brings a
//! network.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::address::{is_host_and_port, parts};
use crate::failure::Failure;
use crate::output::Output;
use crate::printable::printable;

/// The program for mirrors and regions of other hosts.
const PROGRAM: &str = "shm-mirror";

/// An endpoint with the name of a region that is served there: `tls/alpha:7447/station`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere(String);

impl Elsewhere {
    /// The region of another host that is meant by what names a file otherwise; `None` if a file is meant. `tls://alpha:7447/station`
    /// is the same as `tls/alpha:7447/station`, and both are relative paths as well: with `./` before it, one means a file.
    ///
    /// # Errors
    /// If it is an address, but not of a region.
    pub(crate) fn of(file: &Path) -> Result<Option<Self>, Failure> {
        let Some(text) = file.to_str() else { return Ok(None) };
        let Some((protocol, rest)) = parts(text) else { return Ok(None) };
        let shown = printable(text);
        if !["tcp", "tls"].contains(&protocol) {
            return Err(Failure::Usage(format!(
                "`{shown}`: the protocol is {}, expected tcp or tls, as in tls/alpha:7447/station",
                printable(protocol)
            )));
        }
        let (host, region) = rest.split_once('/').unwrap_or((rest, ""));
        if !is_host_and_port(host) {
            return Err(Failure::Usage(format!(
                "`{shown}` has no port, expected {protocol}/HOST:PORT/REGION"
            )));
        }
        if region.is_empty() {
            return Err(Failure::Usage(format!(
                "`{shown}` names no region, expected {protocol}/{host}/REGION; `shm mirror ls {protocol}/{host}` lists those \
                 that there are"
            )));
        }
        Ok(Some(Self(format!("{protocol}/{host}/{region}"))))
    }
}

/// How a connection to another host is protected.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "For a region of another host")]
pub(crate) struct Protection {
    /// The certificate of the authority, for tls/HOST:PORT/REGION
    #[arg(long, requires = "certificate", value_name = "FILE")]
    authority: Option<PathBuf>,
    /// This host's certificate
    #[arg(long, requires = "key", value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Its key
    #[arg(long, requires = "authority", value_name = "FILE")]
    key: Option<PathBuf>,
    /// Allow an unencrypted connection to another host: whoever can reach it can read everything
    #[arg(long, conflicts_with = "authority")]
    insecure: bool,
}

impl Protection {
    /// The region of another host that the first argument of a command means; `None` if it means a file.
    ///
    /// # Errors
    /// If it is an invalid address, or a file, on whose use these options have no effect.
    pub(crate) fn elsewhere(&self, file: &Path) -> Result<Option<Elsewhere>, Failure> {
        let found = Elsewhere::of(file)?;
        let is_given = self.insecure || self.authority.is_some();
        if found.is_none() && is_given {
            let cause = "certificates and `--insecure` are for a region of another host, such as \
                         tls/alpha:7447/station";
            return Err(Failure::Usage(cause.to_owned()));
        }
        Ok(found)
    }

    fn words(&self) -> Vec<OsString> {
        let files = [
            ("--authority", &self.authority),
            ("--certificate", &self.certificate),
            ("--key", &self.key),
        ];
        let given = files.into_iter().filter_map(|(name, file)| Some((name, file.as_ref()?)));
        let mut words: Vec<OsString> =
            given.flat_map(|(name, file)| [name.into(), file.clone().into_os_string()]).collect();
        words.extend(self.insecure.then(|| "--insecure".into()));
        words
    }
}

/// A command of the program: `get`, with what was given to the command of the same name here.
pub(crate) struct Call(Vec<OsString>);

impl Call {
    /// A command about a region.
    pub(crate) fn new(command: &str, protection: &Protection, output: &Output) -> Self {
        let mut words = vec![command.into()];
        words.extend(protection.words());
        words.extend(output.is_json().then(|| "--json".into()));
        Self(words)
    }

    /// Passes an option on.
    pub(crate) fn with(mut self, option: &str, value: Option<String>) -> Self {
        self.0.push(option.into());
        self.0.extend(value.map(OsString::from));
        self
    }

    /// Refuses options that would have no effect.
    ///
    /// # Errors
    /// If one of them was given.
    pub(crate) fn without(self, options: &[(&str, bool)]) -> Result<Self, Failure> {
        match options.iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(Failure::Usage(format!(
                "`{name}` has no effect on a region of another host: leave it out"
            ))),
            None => Ok(self),
        }
    }

    /// Runs it in place of this process.
    ///
    /// # Errors
    /// If the program is not there; else it does not return.
    pub(crate) fn run(
        mut self,
        region: &Elsewhere,
        more: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Failure {
        // What follows is no option, whatever it looks like.
        self.0.extend(["--".into(), region.0.clone().into()]);
        self.0.extend(more.into_iter().map(|word| word.as_ref().to_owned()));
        become_program(&self.0)
    }
}

/// Runs the program in place of this process: signals reach it, and its exit code is this one's.
///
/// # Errors
/// If it is not there; else it does not return.
pub(crate) fn become_program(arguments: &[OsString]) -> Failure {
    let Some(program) = program() else {
        return Failure::Custom {
            code: 3,
            cause: format!(
                "the program `{PROGRAM}`, which reads and follows regions of other hosts, is neither beside `shm` nor in \
                 PATH"
            ),
            help: Some(format!(
                "in the folder of this repository, `cargo install --path {PROGRAM}` installs it"
            )),
        };
    };
    let error = Command::new(&program).args(arguments).exec();
    Failure::io(format!("running {}", printable(&program.display().to_string())), error)
}

/// The program: the one beside this one or, if there is none, the first in PATH.
fn program() -> Option<PathBuf> {
    let beside = env::current_exe().ok().and_then(|own| Some(own.parent()?.join(PROGRAM)));
    let path = env::var_os("PATH").unwrap_or_default();
    // An empty part of PATH is the current folder, which nobody means.
    let folders = env::split_paths(&path).filter(|folder| !folder.as_os_str().is_empty());
    let found = beside.into_iter().chain(folders.map(|folder| folder.join(PROGRAM)));
    found.into_iter().find(|file| is_program(file).unwrap_or(false))
}

fn is_program(file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata()?;
    Ok(metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Option<Elsewhere>, String> {
        Elsewhere::of(Path::new(text)).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_region_of_another_host_is_a_protocol_a_host_with_a_port_and_a_name() {
        let expected = |text: &str| Ok(Some(Elsewhere(text.to_owned())));
        assert_eq!(of("tls://alpha:7447/station"), expected("tls/alpha:7447/station"));
        assert_eq!(of("tcp/127.0.0.1:7447/station"), expected("tcp/127.0.0.1:7447/station"));
        assert_eq!(of("tcp/[::1]:7447/station"), expected("tcp/[::1]:7447/station"));
        assert_eq!(of("tcp/alpha:1//dev/shm/x"), expected("tcp/alpha:1//dev/shm/x"));
    }

    #[test]
    fn everything_else_is_a_file() {
        for text in [
            "station",
            "./tcp/alpha:7447/x",
            "/tcp/alpha:7447/x",
            "tcp",
            "tcp/x",
            "tcp/alpha:x/y",
            "tls/alpha:70000/y",
            "tcp/:1/x",
            "udp/alpha:1/x",
            "a:1/b",
            "://x",
            "C://x",
        ] {
            assert_eq!(of(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn an_address_that_is_wrong_is_an_error_that_says_what_was_expected() {
        let error = of("tcp/alpha:7447").unwrap_err();
        assert!(
            error.contains("names no region") && error.contains("shm mirror ls tcp/alpha:7447")
        );
        assert!(of("tls://alpha/station").unwrap_err().contains("has no port"));
        assert!(
            of("https://alpha:1/station").unwrap_err().contains("is https, expected tcp or tls")
        );
    }
}
