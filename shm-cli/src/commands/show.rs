//! `shm show`.

mod report;
mod tables;
mod text;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use clap::Args;
use clap::builder::RangedU64ValueParser;
use shm_core::dynamic::DynField;
use shm_core::inspect::{Inspection, Participant};
use shm_core::{DynRegion, Error, ReadOnly};

use crate::failure::{Answer, Failure};
use crate::fields::Collector;
use crate::opening::{Trust, parts};
use crate::output::Output;
use crate::processes::{Mappers, RegionFile};
use report::{Header, Object, Shown};

/// Shows a region: header, processes, layout, values, locks
///
/// Long arrays and texts are cut. An array of structs is a table: a row for each element, of which the first
/// are shown, a column for each value. A `Latest` is read as one version, whose number is shown; the value of a
/// `Mutex` is read without taking the lock, so it may be half changed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; or an object in its heap, `region@object`
    file: PathBuf,
    /// Paths to show; everything, if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Show at most this many levels of structs in structs
    #[arg(long, value_name = "LEVELS", value_parser = RangedU64ValueParser::<usize>::new().range(1..))]
    depth: Option<usize>,
    /// Show all rows of tables
    #[arg(long)]
    full: bool,
    /// Also say how many processes of other users could not be examined
    #[arg(short, long)]
    all: bool,
    /// Use regions of other users as well, who can truncate or change them
    #[arg(long)]
    any_owner: bool,
}

const EXAMPLES: &str = "\
Examples:
  shm show station
  shm show station pose 'samples[2..8]'
  shm show station --depth 1
  shm show station 'workers[2..5]' 'workers[..].requests'
  shm show station workers --full
  shm show board@requests";

/// Runs the command.
///
/// # Errors
/// If it is not a region, or a path is invalid; and, after everything else was shown, if the values cannot
/// be read.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    // Old values can be shown; the header says that they are old.
    let trust = Trust { any_owner: arguments.any_owner, after_reboot: true };
    let (inspection, region, object) = look_at(&arguments.file, trust)?;
    let inspection = &*inspection;
    let participants = participants(inspection)?;
    let mut collector = Collector::new(region.as_ref().ok(), arguments.depth, arguments.full);
    if arguments.paths.is_empty() {
        collector.all(inspection);
    }
    for path in &arguments.paths {
        collector.path(path)?;
    }
    let mappers = Mappers::of(&[RegionFile::of(inspection)]);
    let mut shown = describe(inspection, &mappers, participants, region.as_ref().ok(), collector)?;
    shown.all = arguments.all;
    if let Some(object) = object {
        shown.path.push_str(&format!("@{object}"));
    } else if let (Ok(region), []) = (&region, &arguments.paths[..]) {
        shown.objects = objects(region);
    }
    output.print(&shown)?;
    region.map(|_| Answer::Done)
}

/// A region that may not be readable, or the object of a name in one.
fn look_at(file: &Path, trust: Trust) -> Result<Found, Failure> {
    match Inspection::of(file) {
        Ok(inspection) => {
            let region = trust.read_seen(&inspection);
            Ok((Rc::new(inspection), region, None))
        }
        Err(missing @ Error::NotFound { .. }) => {
            let Some((_, object)) = parts(file) else { return Err(missing.into()) };
            let (inspection, region) = trust.look_at(file)?;
            Ok((inspection, Ok(region), Some(object.to_owned())))
        }
        Err(error) => Err(error.into()),
    }
}

/// The file of a region, its values, and the name of the object in it that is shown.
type Found = (Rc<Inspection>, Result<DynRegion<ReadOnly>, Failure>, Option<String>);

/// The named objects in the heap.
fn objects(region: &DynRegion<ReadOnly>) -> Vec<Object> {
    let found = region.heap().map(|heap| heap.objects()).unwrap_or_default();
    found.into_iter().map(Object::from).collect()
}

/// The participants in the region's locks; none if the region has another byte order.
fn participants(inspection: &Inspection) -> Result<Vec<Participant>, Failure> {
    match inspection.header().expect_native() {
        Ok(()) => Ok(inspection.participants()?),
        Err(_) => Ok(Vec::new()),
    }
}

/// Makes all output agree on the state of each participant, which is examined once.
fn describe<'r>(
    inspection: &'r Inspection,
    mappers: &Mappers,
    mut participants: Vec<Participant>,
    region: Option<&'r DynRegion<ReadOnly>>,
    mut collector: Collector<'r>,
) -> Result<Shown<'r>, Failure> {
    collector.name_holders(&mut participants);
    let root = region.map_or_else(|| inspection.root(), |region| DynField::root(region.schema()));
    let created = Duration::from_nanos(inspection.header().creator().created_at);
    let age = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH + created);
    Ok(Shown {
        path: inspection.path().display().to_string(),
        type_name: root.type_name(),
        doc: root.doc(),
        header: Header::of(inspection, created, age.unwrap_or_default())?,
        processes: mappers.users(&RegionFile::of(inspection), &participants),
        unseen_processes: mappers.unseen,
        hidden_processes: mappers.hidden,
        all: false,
        readable: region.is_some(),
        fields: collector.lines,
        more_fields: collector.is_cut,
        objects: Vec::new(),
    })
}
