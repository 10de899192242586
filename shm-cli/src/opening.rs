//! Opening regions with the options of the command line.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use clap::Args;
use shm_core::{
    DynRegion, ReadOnly,
    inspect::Inspection,
    region::{Boot, RegionOptions},
};

use crate::failure::Failure;

/// Whether a region was created since this machine last started, for reports: `None` if
/// unknown.
#[must_use]
pub fn this_boot(region: &Inspection) -> Option<bool> {
    match region.boot() {
        Boot::This => Some(true),
        Boot::Earlier => Some(false),
        _ => None,
    }
}

/// Options for which regions to trust.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Trust {
    /// Use regions of other users as well, who can truncate or change them
    #[arg(long)]
    pub any_owner: bool,
    /// Use regions that were created before this machine last started: files on a disk, parts of
    /// which may be missing
    #[arg(long)]
    pub after_reboot: bool,
}

impl Trust {
    /// Opens a region for reading.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn read(self, file: &Path) -> Result<DynRegion<ReadOnly>, Failure> {
        if self.any_owner {
            return self.read_seen(&Inspection::of(file)?);
        }
        Ok(self.options(None).read_only().open(file)?)
    }

    /// Opens for reading exactly the region that was examined.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn read_seen(self, seen: &Inspection) -> Result<DynRegion<ReadOnly>, Failure> {
        Ok(seen.open(&self.options(Some(seen)).read_only())?)
    }

    /// Opens a region for reading and writing.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn write(self, file: &Path) -> Result<DynRegion, Failure> {
        let seen = if self.any_owner { Some(Inspection::of(file)?) } else { None };
        Ok(self.options(seen.as_ref()).open(file)?)
    }

    fn options(self, seen: Option<&Inspection>) -> RegionOptions<DynRegion> {
        let options = DynRegion::options().after_reboot(self.after_reboot);
        match seen.filter(|_| self.any_owner) {
            Some(seen) => options.allow_owner(seen.metadata().uid()),
            None => options,
        }
    }
}
