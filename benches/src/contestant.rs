//! [`Contestant`]: a peer that can run here, whatever it is written in.

use std::path::Path;
use std::process::Command;

use crate::cases::Case;
use crate::job::Job;
use crate::outcome::Failure;
use crate::peers::foreign::{self, Foreign, Toolbox};
use crate::peers::{self, Peer};
use crate::report::results::PeerInfo;
use crate::versions;

/// A peer that can run here.
#[derive(Clone, Copy)]
pub(crate) enum Contestant {
    Built(&'static Peer),
    Foreign(&'static Foreign),
}

impl Contestant {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Built(peer) => peer.key,
            Self::Foreign(peer) => peer.key,
        }
    }

    /// Whether it does a case.
    ///
    /// # Errors
    /// Why it does not.
    pub(crate) fn does(self, case: &Case) -> Result<(), &'static str> {
        let (does, absent) = match self {
            Self::Built(peer) => {
                let does = |entry: &crate::scenarios::Entry| {
                    entry.scenario == case.scenario
                        && entry.words.is_none_or(|words| words == case.words)
                };
                ((peer.entries)().iter().any(does), peer.absent)
            }
            Self::Foreign(peer) => (peer.scenarios.contains(&case.scenario), peer.absent),
        };
        if does { Ok(()) } else { Err(reason(absent, case.scenario)) }
    }

    /// The process that does a job.
    pub(crate) fn command(self, toolbox: &Toolbox, job: &Job) -> Result<Command, Failure> {
        match self {
            Self::Built(_) => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("lead").args(job.to_arguments());
                Ok(command)
            }
            Self::Foreign(peer) => toolbox.command(peer.language, job),
        }
    }
}

/// Why a peer does not do a scenario.
fn reason(absent: &[(&'static str, &'static str)], scenario: &str) -> &'static str {
    let find = |key: &str| absent.iter().find(|(of, _)| *of == key).map(|(_, reason)| *reason);
    find(scenario).or_else(|| find("*")).unwrap_or("not measured")
}

/// Everybody who can run here, and what is to be said of everybody.
pub(crate) fn line_up(
    folder: &Path,
    python: Option<&Path>,
) -> (Toolbox, Vec<Contestant>, Vec<PeerInfo>) {
    let toolbox = Toolbox::prepare(folder, python);
    let (mut contestants, mut infos) = (Vec::new(), Vec::new());
    for peer in peers::ALL {
        contestants.push(Contestant::Built(peer));
        infos.push(PeerInfo::here(peer.key, peer.title, versions::of(peer)));
    }
    for peer in foreign::ALL {
        match toolbox.version(peer.language) {
            Ok(version) => {
                contestants.push(Contestant::Foreign(peer));
                infos.push(PeerInfo::here(peer.key, peer.title, version));
            }
            Err(reason) => infos.push(PeerInfo::missing(peer.key, peer.title, reason)),
        }
    }
    (toolbox, contestants, infos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_says_why_it_does_not_do_what_it_does_not_do() {
        let built = peers::ALL.iter().map(Contestant::Built);
        let foreign = foreign::ALL.iter().map(Contestant::Foreign);
        for contestant in built.chain(foreign) {
            for case in crate::cases::all() {
                let answer = contestant.does(&case);
                assert_ne!(answer, Err("not measured"), "{} {}", contestant.key(), case.key);
            }
        }
    }

    #[test]
    fn no_peer_excuses_itself_from_what_it_does() {
        for peer in peers::ALL {
            for entry in (peer.entries)() {
                let excused = peer.absent.iter().any(|(scenario, _)| *scenario == entry.scenario);
                assert!(!excused, "{} {}", peer.key, entry.scenario);
            }
        }
    }
}
