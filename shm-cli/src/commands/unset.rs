//! `shm unset`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use shm_core::path::Path;

use crate::failure::{Answer, Failure};
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::writing::Writing;

/// Removes entries of maps
///
/// If an entry was not there, the exit code is 1; the others are removed. With --all, the paths are those of
/// maps, which lose all their entries.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path
    file: PathBuf,
    /// Entries to remove, by their keys
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// Remove all entries of the maps with these paths
    #[arg(long)]
    all: bool,
    /// The time to wait while a living process changes the map, or holds the lock around it
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = humantime::parse_duration)]
    wait: Duration,
    #[command(flatten)]
    trust: Trust,
}

/// The entries that were removed.
#[derive(Debug, Serialize)]
struct Unset {
    /// In the order of the arguments.
    unset: Vec<Entry>,
}

/// An entry, or a whole map.
#[derive(Debug, Serialize)]
struct Entry {
    #[serde(serialize_with = "crate::value_json::path")]
    path: Path,
    /// Whether it was there; of a map, whether it had entries.
    removed: bool,
}

/// Prints nothing: silence means success.
impl Report for Unset {
    fn text(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  shm unset board 'by_id[7]'
  shm unset board 'names[\"north gate\"]' 'names[ann]' --json
  shm unset board by_id --all    all entries of a map";

/// Runs the command.
///
/// # Errors
/// If a path does not name an entry, or with --all a map, or a lock cannot be taken. The paths before it are
/// done.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let region = arguments.trust.write(&arguments.file)?;
    let writing = Writing { wait: arguments.wait, repair: false };
    let paths = arguments.paths.iter().map(|path| path.parse());
    let paths = paths.collect::<Result<Vec<Path>, _>>()?;
    let mut unset = Vec::new();
    for path in paths {
        let removed = if arguments.all {
            writing.clear(&region, &path)?
        } else {
            writing.remove(&region, &path)?
        };
        unset.push(Entry { path, removed });
    }
    let all_removed = arguments.all || unset.iter().all(|entry| entry.removed);
    output.print(&Unset { unset })?;
    Ok(if all_removed { Answer::Done } else { Answer::No })
}
