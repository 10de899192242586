//! Regions as metrics: their numeric fields in the text form of OpenMetrics.
//!
//! ```text
//! regions -> walk -> families -> text, or JSON -> standard output, a file, or serve
//!            inside
//!            place, names
//! ```
//! [`walk`] visits the numbers of a region, of the types that have any ([`inside`]). Each [`place`] has labels and, by
//! [`names`], the name and unit of its family; [`family`] collects the samples, [`text`] writes them. [`serve`] answers
//! requests over HTTP, each with the values of that moment.

pub(crate) mod family;
mod inside;
mod names;
mod place;
pub(crate) mod serve;
mod text;
mod walk;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use shm_core::dynamic::DynValue;
use shm_core::inspect::Inspection;

use self::family::{About, Families, Kind};
use self::walk::Walk;
use crate::failure::Failure;
use crate::files;
use crate::opening::{Seen, Trust};
use crate::printable::printable;
use crate::processes::{Mappers, RegionFile, State};

/// The regions to read, and how.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// Their names; all in `/dev/shm`, if there are none.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) trust: Trust,
    /// The start of every name.
    pub(crate) prefix: String,
    /// The most samples of one region.
    pub(crate) most: usize,
}

/// A region, or the reason why it cannot be read.
struct Found {
    label: String,
    seen: Result<Seen, Failure>,
}

impl Wanted {
    /// Reads the regions. One that cannot be read has a sample that says so.
    ///
    /// # Errors
    /// If the folder cannot be listed; with `strict`, also if a region that was named cannot be read.
    pub(crate) fn gather(&self, strict: bool) -> Result<Families, Failure> {
        let regions = self.regions()?;
        let mut families = Families::default();
        let files = regions.iter().filter_map(|found| found.seen.as_ref().ok());
        let files: Vec<_> = files.map(|(inspection, _)| RegionFile::of(inspection)).collect();
        let mappers = Mappers::of(&files);
        for Found { label, seen } in regions {
            match seen {
                Ok((inspection, region)) => {
                    self.about(&mut families, &label, Some((&*inspection, &mappers)));
                    let walk = Walk::new(&mut families, &region, &label, self);
                    walk.all();
                }
                Err(failure) if strict && !self.files.is_empty() => return Err(failure),
                Err(failure) => {
                    self.about(&mut families, &label, None);
                    families.leave_out(format!("{label}: {failure}"));
                }
            }
        }
        Ok(families)
    }

    /// The regions, each once.
    fn regions(&self) -> Result<Vec<Found>, Failure> {
        if self.files.is_empty() {
            let all = files::files(Path::new(files::SHARED_MEMORY))?.into_iter();
            return Ok(all.filter_map(|path| self.listed(&path)).collect());
        }
        let mut known = HashSet::new();
        let found = self
            .files
            .iter()
            .map(|file| Found { label: label(file), seen: self.trust.look_at(file) });
        Ok(found.filter(|found| known.insert(found.label.clone())).collect())
    }

    /// A file in a folder, if it is a region.
    fn listed(&self, path: &Path) -> Option<Found> {
        let label = label(path);
        match Inspection::of(path) {
            Ok(_) => Some(Found { label, seen: self.trust.look_at(path) }),
            Err(error) if files::is_of_a_region(&error) => {
                Some(Found { label, seen: Err(error.into()) })
            }
            Err(_) => None,
        }
    }

    /// The facts about a region itself.
    fn about(&self, families: &mut Families, label: &str, seen: Option<(&Inspection, &Mappers)>) {
        let labels = || vec![("region".to_owned(), label.to_owned())];
        let mut gauge = |name: &str, unit: &str, help: &str, labels, value: u64| {
            let about = About {
                name: format!("{}{name}", self.prefix),
                kind: Kind::Gauge,
                unit: unit.to_owned(),
                help: help.to_owned(),
            };
            families.add(&about, (label, name), labels, DynValue::U64(value));
        };
        let readable = "Whether the region could be read.";
        gauge("region_up", "", readable, labels(), u64::from(seen.is_some()));
        let Some((inspection, mappers)) = seen else { return };
        let size = inspection.header().total_size();
        gauge("region_size_bytes", "bytes", "The size of the region.", labels(), size);
        let participants = inspection.participants().unwrap_or_default();
        let users = mappers.users(&RegionFile::of(inspection), &participants);
        for state in [State::Alive, State::Dead, State::Unknown] {
            let mut labels = labels();
            labels.push(("state".to_owned(), state_name(state).to_owned()));
            let count = users.iter().filter(|user| user.state == state).count();
            let help = "The processes that use the region, or died without closing it.";
            gauge("region_processes", "", help, labels, count as u64);
        }
    }
}

/// The name by which other commands find a region, safe to print.
fn label(file: &Path) -> String {
    printable(&files::name(file)).into_owned()
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Alive => "alive",
        State::Dead => "dead",
        State::Unknown => "unknown",
    }
}
