//! `shm ls`.

mod report;

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::Args;
use shm_core::{
    Error,
    inspect::{Inspection, Participant},
    region::Leftover,
};

use crate::failure::{Answer, Failure};
use crate::files::{SHARED_MEMORY, files, is_of_a_region, name, reason};
use crate::mirrored::Mirrored;
use crate::opening::this_boot;
use crate::output::Output;
use crate::owner::Owner;
use crate::processes::{Mappers, RegionFile, State};
use report::{Listed, Listing, Skipped, Temporary};

/// Lists regions: name, type, size, attached processes, age, owner
///
/// Files that are not regions are left out; damaged regions are listed with the reason.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The folders to list
    #[arg(value_name = "DIR", default_value = SHARED_MEMORY)]
    folders: Vec<PathBuf>,
    /// Also list files that are not regions, and why
    #[arg(short, long)]
    all: bool,
    /// Print the names of the regions alone, one a line
    #[arg(long, conflicts_with_all = ["json", "all"])]
    names: bool,
}

/// A file in a folder, examined.
enum Found {
    Region(Box<Seen>),
    /// A region.
    Damaged(PathBuf, Option<Metadata>, Error),
    Other(PathBuf, Error),
}

/// A region: everything listed about it, except the processes that map it.
struct Seen {
    file: RegionFile,
    listed: Listed,
    participants: Vec<Participant>,
}

const EXAMPLES: &str = "\
Examples:
  shm ls                       regions in /dev/shm
  shm ls /dev/shm /var/cache   in these folders
  shm ls --all                 also files that are not regions, and why
  shm ls --names               for scripts";

/// Runs the command.
///
/// # Errors
/// If a folder cannot be read.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let mut listing = Listing::default();
    let mut regions = Vec::new();
    for folder in &arguments.folders {
        for path in files(folder)? {
            if let Some(leftover) = Leftover::at(&path) {
                listing.leftovers.push(temporary(&path, leftover));
                continue;
            }
            match look(&path) {
                Found::Region(region) => regions.push(*region),
                Found::Damaged(path, metadata, error) => {
                    listing.regions.push(damaged(&path, metadata.as_ref(), &error));
                }
                Found::Other(path, error) if arguments.all => {
                    let reason = reason(&error);
                    listing.skipped.push(Skipped { path: path.display().to_string(), reason });
                }
                Found::Other(..) => {}
            }
        }
    }
    let files: Vec<_> = regions.iter().map(|region: &Seen| region.file.clone()).collect();
    let mappers = Mappers::of(&files);
    listing.regions.extend(regions.into_iter().map(|region| region.with_users(&mappers)));
    listing.regions.sort_by(|a, b| a.path.cmp(&b.path));
    listing.unseen_processes = mappers.unseen;
    listing.hidden_processes = mappers.hidden;
    listing.all = arguments.all;
    if arguments.names {
        // One with a line feed in its name could be taken for two.
        let names = listing.regions.iter().map(|region| &*region.name);
        let names = names.filter(|name| !name.contains('\n')).map(|name| format!("{name}\n"));
        output.print_bytes(names.collect::<String>().as_bytes())?;
        return Ok(Answer::Done);
    }
    output.print(&listing)?;
    Ok(Answer::Done)
}

fn temporary(path: &Path, leftover: Leftover) -> Temporary {
    let metadata = fs::symlink_metadata(path).ok();
    let (state, meaning) = match leftover {
        Leftover::BeingMade => ("being_made", "a region that a process is creating"),
        Leftover::Abandoned => (
            "abandoned",
            "left behind by a process that was killed; `shm rm` removes it, and so does the next \
             region that is created here",
        ),
        Leftover::Displaced => (
            "displaced",
            "a region that lost its name when the one before it was removed; rename it, or `shm rm` it",
        ),
        _ => (
            "unknown",
            "perhaps an unfinished region of another user, or from another machine or namespace",
        ),
    };
    Temporary {
        path: path.display().to_string(),
        size: metadata.as_ref().map_or(0, Metadata::len),
        allocated: metadata.as_ref().map_or(0, |metadata| metadata.blocks() * 512),
        state,
        meaning,
    }
}

fn look(path: &Path) -> Found {
    match Inspection::of(path) {
        Ok(region) => Found::Region(Box::new(Seen::of(&region))),
        Err(error) if is_of_a_region(&error) => {
            Found::Damaged(path.to_owned(), fs::symlink_metadata(path).ok(), error)
        }
        Err(error) => Found::Other(path.to_owned(), error),
    }
}

fn damaged(path: &Path, metadata: Option<&Metadata>, error: &Error) -> Listed {
    Listed {
        name: name(path),
        path: path.display().to_string(),
        type_name: None,
        size: metadata.map_or(0, Metadata::len),
        allocated: metadata.map_or(0, |metadata| metadata.blocks() * 512),
        alive: 0,
        dead: 0,
        created_unix_ms: None,
        age_seconds: None,
        owner: metadata.map(|metadata| Owner::of(metadata.uid())),
        ready: false,
        this_boot: None,
        mirror: None,
        error: Some(reason(error)),
    }
}

impl Seen {
    fn of(region: &Inspection) -> Self {
        let participants = region.participants();
        let error = participants.as_ref().err().map(reason);
        Self {
            file: RegionFile::of(region),
            listed: listed(region, error),
            participants: participants.unwrap_or_default(),
        }
    }

    fn with_users(self, mappers: &Mappers) -> Listed {
        let users = mappers.users(&self.file, &self.participants);
        let dead = users.iter().filter(|user| user.state == State::Dead).count();
        Listed { alive: users.len() - dead, dead, ..self.listed }
    }
}

fn listed(region: &Inspection, error: Option<String>) -> Listed {
    let (header, metadata) = (region.header(), region.metadata());
    let created = Duration::from_nanos(header.creator().created_at);
    let age = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH + created);
    Listed {
        name: name(region.path()),
        path: region.path().display().to_string(),
        type_name: Some(region.root().type_name()),
        size: header.total_size(),
        allocated: metadata.blocks() * 512,
        alive: 0,
        dead: 0,
        created_unix_ms: Some(created.as_millis() as u64),
        age_seconds: Some(age.unwrap_or_default().as_secs()),
        owner: Some(Owner::of(metadata.uid())),
        ready: header.is_ready(),
        this_boot: this_boot(region),
        mirror: Mirrored::of(region),
        error,
    }
}
