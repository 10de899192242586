//! `shm rm`.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use shm_core::{Error, Inspection};

use crate::failure::{Answer, Failure};
use crate::output::{Output, Report};
use crate::printable::printable;
use crate::processes::{Mappers, Process, RegionFile, State};
use crate::style;

/// Removes regions
///
/// Processes that have a region mapped keep it, without a name, until they end. Nothing is removed
/// unless all of the names are regions that nobody uses.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The regions: names in /dev/shm, or paths
    #[arg(value_name = "FILE", required_unless_present = "dead")]
    files: Vec<PathBuf>,
    /// Remove what is in use, too, and what is no region
    #[arg(long, conflicts_with = "dead")]
    force: bool,
    /// Remove every region of yours in this folder that no process has: those that were left behind,
    /// and those that were made to stay. Look with --dry-run first
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    dead: Option<PathBuf>,
    /// Say what would be removed, and remove nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
}

/// What was removed.
#[derive(Debug, Default, Serialize)]
struct Removed {
    /// What was removed, or would be.
    removed: Vec<String>,
    /// Regions that stay, and why.
    kept: Vec<Kept>,
    /// Nothing was removed.
    dry_run: bool,
    /// Whether to tell what was done, which nobody has to be told who gave the names.
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

/// Carries the command out.
///
/// # Errors
/// If a name is no region's or the region is in use, and nobody said to remove it all the same; nothing
/// is removed then. If the operating system refuses.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let mut report = Removed { dry_run: arguments.dry_run, ..Removed::default() };
    let paths = match &arguments.dead {
        Some(folder) => {
            report.tells = true;
            left_behind(folder, &mut report.kept)?
        }
        None if arguments.force => arguments.files.iter().map(|file| resolved(file)).collect(),
        None => named(&arguments.files)?,
    };
    for path in paths {
        if arguments.dry_run {
            // What is not there cannot be removed.
            let found = fs::symlink_metadata(&path);
            found.map_err(|error| Failure::io(format!("looking at {}", path.display()), error))?;
        } else {
            shm_core::unlink(&path)?;
        }
        report.removed.push(path.display().to_string());
    }
    output.print(&report)?;
    Ok(Answer::Done)
}

/// The path that a name means.
fn resolved(file: &Path) -> PathBuf {
    if file.components().count() == 1 && !file.as_os_str().as_encoded_bytes().contains(&b'/') {
        return Path::new("/dev/shm").join(file);
    }
    file.to_owned()
}

/// The paths of regions that nobody uses.
fn named(files: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let look = |file: &PathBuf| Ok(RegionFile::of(&Inspection::of(file).map_err(no_region)?));
    let regions = files.iter().map(look).collect::<Result<Vec<_>, Failure>>()?;
    let mappers = Mappers::of(&regions);
    for region in &regions {
        let now = again(region)?.ok_or_else(|| Failure::Busy(replaced(&region.path)))?;
        if let Some(user) = living(&now, region, &mappers)?.first() {
            return Err(Failure::Busy(format!(
                "{} is in use: {}; nothing was removed. --force removes the name, and leaves the region to \
                 those who have it",
                region.path.display(),
                about(user)
            )));
        }
    }
    Ok(regions.into_iter().map(|region| region.path).collect())
}

/// A region that was looked at before, if its name still means it. One at a time: what a file says can
/// be much.
fn again(region: &RegionFile) -> Result<Option<Inspection>, Failure> {
    let now = Inspection::of(&region.path).map_err(no_region)?;
    Ok(Some(now).filter(|now| region.is(now)))
}

fn replaced(path: &Path) -> String {
    format!("{} was replaced meanwhile; nothing was removed. Try again", path.display())
}

/// Why something is not removed.
fn no_region(error: Error) -> Failure {
    match error {
        Error::Format { .. } | Error::NotRegularFile { .. } => Failure::Description(format!(
            "{error}; nothing was removed. --force removes it all the same"
        )),
        other => other.into(),
    }
}

/// The regions in a folder that are this user's and that no process has.
fn left_behind(folder: &Path, kept: &mut Vec<Kept>) -> Result<Vec<PathBuf>, Failure> {
    let fail = |error| Failure::io(format!("listing {}", folder.display()), error);
    let mut regions = Vec::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let region = Inspection::of(entry.map_err(fail)?.path());
        regions.extend(region.ok().as_ref().map(RegionFile::of));
    }
    regions.sort_by(|a, b| a.path.cmp(&b.path));
    let mappers = Mappers::of(&regions);
    let mut paths = Vec::new();
    for region in &regions {
        match reason_to_keep(region, &mappers)? {
            None => paths.push(region.path.clone()),
            Some(reason) => kept.push(Kept { path: region.path.display().to_string(), reason }),
        }
    }
    Ok(paths)
}

fn reason_to_keep(file: &RegionFile, mappers: &Mappers) -> Result<Option<String>, Failure> {
    // Whatever has the name by now is not what processes were looked through for.
    let Some(region) = Inspection::of(&file.path).ok().filter(|region| file.is(region)) else {
        return Ok(Some("it was replaced meanwhile".to_owned()));
    };
    let metadata = region.metadata();
    if metadata.uid() != uzers::get_effective_uid() {
        return Ok(Some("it belongs to another user".to_owned()));
    }
    if let Some(user) = living(&region, file, mappers)?.first() {
        return Ok(Some(format!("it is in use: {}", about(user))));
    }
    if !region.header().is_ready() {
        return Ok(Some("it is not ready: its creator may be at work".to_owned()));
    }
    let is_open_to_others = metadata.mode() & 0o066 != 0;
    Ok((mappers.unseen > 0 && is_open_to_others).then(|| {
        "processes of other users may have it mapped, and could not be looked at".to_owned()
    }))
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
    Ok(users.filter(|user| user.state != State::Dead).collect())
}

fn about(user: &Process) -> String {
    let does = if user.mapped { "has it mapped" } else { "takes part in its locks" };
    format!("process {} ({}) {does}", user.pid, user.name)
}
