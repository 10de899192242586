//! `shm rm`.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use shm_core::{Error, inspect::Inspection, region::Leftover};

use crate::failure::{Answer, Failure};
use crate::output::{Output, Report};
use crate::printable::printable;
use crate::processes::{self, Mappers, Process, RegionFile, State};
use crate::style;

/// Removes regions
///
/// Processes that have a region mapped keep it, without a name, until they end. Nothing is removed
/// unless every name is a region that no process uses.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The regions: names in /dev/shm, or paths
    #[arg(value_name = "FILE", required_unless_present = "dead")]
    files: Vec<PathBuf>,
    /// Also remove regions in use, and files that are not regions
    #[arg(long, conflicts_with = "dead")]
    force: bool,
    /// Remove every region of yours in this folder that no process has open: leftovers of dead processes,
    /// and regions that were meant to stay. Try --dry-run first
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    dead: Option<PathBuf>,
    /// Print what would be removed, and remove nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// The result.
#[derive(Debug, Default, Serialize)]
struct Removed {
    /// Files that were removed, or would be.
    removed: Vec<String>,
    /// Regions that stay, with the reasons.
    kept: Vec<Kept>,
    /// Whether nothing was removed, on request.
    dry_run: bool,
    /// Whether to print the result: not if the user gave the names.
    #[serde(skip)]
    tells: bool,
}

/// A region that stays.
#[derive(Debug, Serialize)]
struct Kept {
    path: String,
    reason: String,
}

impl Report for Removed {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.tells && !self.dry_run {
            return Ok(());
        }
        let verb = if self.dry_run { "would remove" } else { "removed" };
        for path in &self.removed {
            writeln!(out, "{verb} {}", printable(path))?;
        }
        let dim = style::DIM;
        for Kept { path, reason } in &self.kept {
            writeln!(out, "{dim}kept {}: {}{dim:#}", printable(path), printable(reason))?;
        }
        if self.removed.is_empty() && self.kept.is_empty() {
            writeln!(out, "no regions")?;
        }
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  shm rm station
  shm rm --dead /dev/shm --dry-run
  shm rm --dead /dev/shm";

/// Runs the command.
///
/// # Errors
/// If a name is not a region or the region is in use, without `--force`; then nothing is removed. If the
/// operating system refuses.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let mut report = Removed { dry_run: arguments.dry_run, ..Removed::default() };
    let victims = match &arguments.dead {
        Some(folder) => {
            report.tells = true;
            abandoned(folder, &mut report.kept)?
        }
        None if arguments.force => {
            arguments.files.iter().map(|file| Victim::Name(resolved(file))).collect()
        }
        None => named(&arguments.files)?,
    };
    for victim in victims {
        let path = victim.path();
        if arguments.dry_run {
            // A missing file cannot be removed.
            let found = fs::symlink_metadata(path);
            found.map_err(|error| Failure::io(format!("examining {}", path.display()), error))?;
        } else {
            victim.remove()?;
        }
        report.removed.push(path.display().to_string());
    }
    output.print(&report)?;
    Ok(Answer::Done)
}

/// A file to remove.
enum Victim {
    /// A region that was examined: another one that has its name by now stays.
    Region(Box<RegionFile>),
    /// The leftover of a killed process.
    Leftover(PathBuf),
    /// Any other file of that name.
    Name(PathBuf),
}

impl Victim {
    fn path(&self) -> &Path {
        match self {
            Self::Region(region) => &region.path,
            Self::Leftover(path) | Self::Name(path) => path,
        }
    }

    fn remove(&self) -> Result<(), Failure> {
        match self {
            Self::Region(region) => Ok(again(region)?.unlink()?),
            Self::Name(path) => Ok(shm_core::region::unlink(path)?),
            Self::Leftover(path) if Leftover::remove(path) || !path.exists() => Ok(()),
            Self::Leftover(path) => {
                let refused = io::ErrorKind::PermissionDenied.into();
                Err(Failure::io(format!("removing {}", path.display()), refused))
            }
        }
    }
}

/// The path that a name means.
fn resolved(file: &Path) -> PathBuf {
    if file.components().count() == 1 && !file.as_os_str().as_encoded_bytes().contains(&b'/') {
        return Path::new("/dev/shm").join(file);
    }
    file.to_owned()
}

const FORCE: &str = "--force removes the name, and leaves the region to the processes that have it";

/// The regions of these names, if no process uses them, and leftovers.
fn named(files: &[PathBuf]) -> Result<Vec<Victim>, Failure> {
    let (mut regions, mut victims) = (Vec::new(), Vec::new());
    for file in files {
        let path = resolved(file);
        match Leftover::at(&path) {
            Some(Leftover::Abandoned) => victims.push(Victim::Leftover(path)),
            Some(Leftover::BeingMade) => {
                return Err(Failure::busy(
                    format!(
                        "{} is a region that a process is creating right now; nothing was removed",
                        path.display()
                    ),
                    "wait until it is finished",
                ));
            }
            _ => regions.push(RegionFile::of(&Inspection::of(file).map_err(no_region)?)),
        }
    }
    let mappers = Mappers::of(&regions);
    for region in &regions {
        if let Some(user) = living(&again(region)?, region, &mappers)?.first() {
            let cause = format!(
                "{} is in use: {}; nothing was removed",
                region.path.display(),
                about(user)
            );
            return Err(Failure::busy(cause, FORCE));
        }
    }
    if let Some(region) = regions.iter().find(|region| may_be_hidden(region, &mappers)) {
        let cause = format!(
            "cannot tell whether {} is in use, because /proc does not show every process here (it is \
             missing, or mounted with hidepid); nothing was removed",
            region.path.display()
        );
        return Err(Failure::busy(cause, FORCE));
    }
    victims.extend(regions.into_iter().map(|region| Victim::Region(Box::new(region))));
    Ok(victims)
}

/// A region that was examined before, if its name still means it. One at a time, because a file can
/// be large.
fn again(region: &RegionFile) -> Result<Inspection, Failure> {
    let now = Inspection::of(&region.path).map_err(no_region)?;
    if region.is(&now) {
        return Ok(now);
    }
    Err(Error::NotCurrent { region: region.path.display().to_string() }.into())
}

/// The reason why a file is not removed.
fn no_region(error: Error) -> Failure {
    match error {
        Error::Format { .. } | Error::NotRegularFile { .. } => Failure::Custom {
            code: 4,
            cause: format!("{error}; nothing was removed"),
            help: Some("--force removes it anyway".to_owned()),
        },
        other => other.into(),
    }
}

/// The regions in a folder that belong to this user and that no process has mapped.
fn abandoned(folder: &Path, kept: &mut Vec<Kept>) -> Result<Vec<Victim>, Failure> {
    let fail = |error| Failure::io(format!("listing {}", folder.display()), error);
    let (mut regions, mut victims) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        match Leftover::at(&path) {
            Some(Leftover::Abandoned) if is_own(&path) => victims.push(Victim::Leftover(path)),
            Some(leftover) => kept.push(Kept {
                path: path.display().to_string(),
                reason: reason_to_keep_temporary(leftover).to_owned(),
            }),
            None => regions.extend(Inspection::of(path).ok().as_ref().map(RegionFile::of)),
        }
    }
    let mappers = Mappers::of(&regions);
    for region in regions {
        match reason_to_keep(&region, &mappers)? {
            None => victims.push(Victim::Region(Box::new(region))),
            Some(reason) => kept.push(Kept { path: region.path.display().to_string(), reason }),
        }
    }
    victims.sort_by(|a, b| a.path().cmp(b.path()));
    kept.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(victims)
}

fn is_own(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|facts| facts.uid() == uzers::get_effective_uid())
}

fn reason_to_keep_temporary(leftover: Leftover) -> &'static str {
    match leftover {
        Leftover::BeingMade => "a process is creating a region in it",
        Leftover::Displaced => {
            "it is a region that lost its name: rename it, or remove it by its name"
        }
        Leftover::Abandoned => "it belongs to another user",
        _ => "it is unknown whether a process is creating a region in it",
    }
}

fn reason_to_keep(file: &RegionFile, mappers: &Mappers) -> Result<Option<String>, Failure> {
    // The name may mean another file by now, for which no processes were checked.
    let Ok(region) = again(file) else {
        return Ok(Some("it has been replaced or removed since".to_owned()));
    };
    if !region.is_own() {
        return Ok(Some("it belongs to another user".to_owned()));
    }
    if let Some(user) = living(&region, file, mappers)?.first() {
        return Ok(Some(format!("it is in use: {}", about(user))));
    }
    if !region.header().is_ready() {
        return Ok(Some("it is not ready: its creator may still be at work".to_owned()));
    }
    if may_be_hidden(file, mappers) {
        let reason = "processes that /proc does not show here may have it mapped";
        return Ok(Some(reason.to_owned()));
    }
    Ok((mappers.unseen > 0 && is_open_to_others(file)).then(|| {
        "processes of other users, which could not be examined, may have it mapped".to_owned()
    }))
}

/// Returns whether users other than its owner may open a region.
fn is_open_to_others(region: &RegionFile) -> bool {
    region.metadata.mode() & 0o066 != 0
}

/// Returns whether processes that `/proc` does not show here may have a region mapped.
fn may_be_hidden(region: &RegionFile, mappers: &Mappers) -> bool {
    mappers.blind || (mappers.hidden && is_open_to_others(region))
}

/// The processes that use a region and are not known to be dead.
fn living(
    region: &Inspection,
    file: &RegionFile,
    mappers: &Mappers,
) -> Result<Vec<Process>, Failure> {
    let participants = match region.header().expect_native() {
        Ok(()) => region.participants()?,
        Err(_) => Vec::new(),
    };
    let users = mappers.users(file, &participants).into_iter();
    let is_user = |user: &Process| user.state != State::Dead && !is_watcher(user);
    Ok(users.filter(is_user).collect())
}

/// Whether this is a `shm watch`, which only looks, and follows the name.
fn is_watcher(user: &Process) -> bool {
    let line = user.pid.filter(|_| user.slot.is_none() && user.name == "shm");
    let line = line.and_then(|pid| fs::read(format!("/proc/{pid}/cmdline")).ok());
    let words = line.unwrap_or_default();
    let mut words = words.split(|byte| *byte == 0).skip(1);
    words.find(|word| !word.starts_with(b"-")).is_some_and(|command| command == b"watch")
}

fn about(user: &Process) -> String {
    let does = if user.mapped { "has it mapped" } else { "uses its locks" };
    format!("{} {does}", processes::named(user.pid, &user.name))
}
