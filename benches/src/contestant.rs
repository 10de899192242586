//! [`Contestant`]: a peer that can run here, whatever it is written in.

use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::cases::Case;
use crate::job::Job;
use crate::outcome::Failure;
use crate::peers::foreign::{self, Foreign, Language, Toolbox};
use crate::peers::{self, Peer};
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

    /// Returns whether it does a case.
    ///
    /// # Errors
    /// The reason why it does not.
    pub(crate) fn does(self, case: &Case) -> Result<(), &'static str> {
        let does = match self {
            Self::Built(peer) => {
                (peer.entries)().iter().any(|entry| entry.fits(case.scenario, case.words))
            }
            Self::Foreign(peer) => peer.scenarios.contains(&case.scenario),
        };
        if does { Ok(()) } else { Err(reason(self.absent(), case.scenario)) }
    }

    fn absent(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Built(peer) => peer.absent,
            Self::Foreign(peer) => peer.absent,
        }
    }

    /// The reason why it does not do a case that it might be expected to do.
    pub(crate) fn excuse(self, case: &Case) -> Option<&'static str> {
        about(self.absent(), case.scenario)
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

/// A peer, and its version or why it is missing.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PeerInfo {
    pub(crate) key: String,
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// The scenarios that it is limited to, if it does not take part in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) missing: Option<String>,
}

impl PeerInfo {
    pub(crate) fn here(key: &str, title: &str, version: String) -> Self {
        Self {
            key: key.to_owned(),
            title: title.to_owned(),
            version: Some(version),
            note: None,
            missing: None,
        }
    }

    pub(crate) fn missing(key: &str, title: &str, reason: String) -> Self {
        Self {
            key: key.to_owned(),
            title: title.to_owned(),
            version: None,
            note: None,
            missing: Some(reason),
        }
    }

    pub(crate) fn with_note(self, note: Option<&str>) -> Self {
        Self { note: note.map(str::to_owned), ..self }
    }
}

/// The key for all scenarios that are not named.
const OTHERS: &str = "*";

/// The reason why a peer does not do a scenario.
fn reason(absent: &[(&'static str, &'static str)], scenario: &str) -> &'static str {
    about(absent, scenario).or_else(|| about(absent, OTHERS)).unwrap_or("not measured")
}

/// The reason given for a scenario, or for its family: `queue` is also about `queue-producer`.
fn about(absent: &[(&'static str, &'static str)], scenario: &str) -> Option<&'static str> {
    let is_of = |of: &str| {
        scenario.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    absent.iter().find(|(of, _)| is_of(of)).map(|(_, reason)| *reason)
}

/// All peers that can run here, and information about all peers. Peers in other languages are only
/// included if they are wanted, since one of them has to be compiled first.
pub(crate) fn line_up(
    folder: &Path,
    python: Option<&Path>,
    is_wanted: impl Fn(&str) -> bool,
) -> (Toolbox, Vec<Contestant>, Vec<PeerInfo>) {
    let foreign: Vec<_> = foreign::ALL.iter().filter(|peer| is_wanted(peer.key)).collect();
    let has_cpp = foreign.iter().any(|peer| peer.language == Language::Cpp);
    let toolbox = Toolbox::prepare(folder, python, has_cpp);
    let (mut contestants, mut infos) = (Vec::new(), Vec::new());
    for peer in peers::ALL {
        contestants.push(Contestant::Built(peer));
        let info = PeerInfo::here(peer.key, peer.title, versions::of(peer));
        infos.push(info.with_note(about(peer.absent, OTHERS)));
    }
    for peer in foreign {
        match toolbox.version(peer.language) {
            Ok(version) => {
                contestants.push(Contestant::Foreign(peer));
                let info = PeerInfo::here(peer.key, peer.title, version);
                infos.push(info.with_note(about(peer.absent, OTHERS)));
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
    fn every_peer_gives_a_reason_for_each_scenario_that_it_does_not_do() {
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
    fn no_peer_gives_a_reason_for_a_scenario_that_it_does() {
        for peer in peers::ALL {
            for entry in (peer.entries)() {
                let excused = about(peer.absent, entry.scenario);
                assert_eq!(excused, None, "{} {}", peer.key, entry.scenario);
            }
        }
    }
}
