//! Opening regions with the options of the command line.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use shm_core::{
    DynRegion, Error, ReadOnly,
    inspect::Inspection,
    region::{Boot, RegionOptions},
};

use crate::failure::Failure;
use crate::printable::printable;

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

/// A region's file, and the region or an object in it.
pub type Seen = (Rc<Inspection>, DynRegion<ReadOnly>);

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
    /// Its options, and whether each was given.
    pub(crate) fn given(self) -> [(&'static str, bool); 2] {
        [("--any-owner", self.any_owner), ("--after-reboot", self.after_reboot)]
    }

    /// Opens a region, or a named object in one, for reading.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn read(self, file: &Path) -> Result<DynRegion<ReadOnly>, Failure> {
        region_or_object(file, |file| self.read_region(file), DynRegion::object)
    }

    fn read_region(self, file: &Path) -> Result<DynRegion<ReadOnly>, Failure> {
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

    /// Opens a region, or a named object in one, for reading and writing.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn write(self, file: &Path) -> Result<DynRegion, Failure> {
        region_or_object(file, |file| self.write_region(file), DynRegion::object)
    }

    fn write_region(self, file: &Path) -> Result<DynRegion, Failure> {
        let seen = if self.any_owner { Some(Inspection::of(file)?) } else { None };
        Ok(self.options(seen.as_ref()).open(file)?)
    }

    /// Opens a region, or a named object in one, for reading, and examines the region's file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn look_at(self, file: &Path) -> Result<Seen, Failure> {
        let open = |file: &Path| {
            let inspection = Inspection::of(file)?;
            let region = self.read_seen(&inspection)?;
            Ok((Rc::new(inspection), region))
        };
        region_or_object(file, open, |(inspection, region), name| {
            let object = region.object(name)?;
            Ok(object.map(|object| (Rc::clone(inspection), object)))
        })
    }

    fn options(self, seen: Option<&Inspection>) -> RegionOptions<DynRegion> {
        let options = DynRegion::options().after_reboot(self.after_reboot);
        match seen.filter(|_| self.any_owner) {
            Some(seen) => options.allow_owner(seen.metadata().uid()),
            None => options,
        }
    }
}

/// The region and the name in `board@hits`: of the last part of a path, the part before the first `@`, and
/// the part after it.
pub(crate) fn parts(file: &Path) -> Option<(PathBuf, &str)> {
    let (region, object) = file.file_name()?.to_str()?.split_once('@')?;
    let is_one = !region.is_empty() && !object.is_empty();
    is_one.then(|| (file.with_file_name(region), object))
}

/// Opens the region of this name or, if there is none, finds an object in the heap of another one: `board@hits`.
///
/// # Errors
/// If it cannot be opened, or there is no such object.
fn region_or_object<R>(
    file: &Path,
    open: impl Fn(&Path) -> Result<R, Failure>,
    find: impl FnOnce(&R, &str) -> Result<Option<R>, Error>,
) -> Result<R, Failure> {
    let missing = match open(file) {
        Err(Failure::Region(error @ Error::NotFound { .. })) => error,
        outcome => return outcome,
    };
    let Some((name, object)) = parts(file) else { return Err(missing.into()) };
    let region = open(&name)?;
    find(&region, object)?.ok_or_else(|| Failure::Custom {
        code: 6,
        cause: format!(
            "{} has no object `{}` in its heap",
            printable(&name.display().to_string()),
            printable(object)
        ),
        help: Some(format!("`shm heap {}` lists those that there are", name.display())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_named_behind_its_region() {
        let found =
            |name| parts(Path::new(name)).map(|(region, object)| (region, object.to_owned()));
        let expected =
            |region: &str, object: &str| Some((PathBuf::from(region), object.to_owned()));
        assert_eq!(found("board@hits"), expected("board", "hits"));
        assert_eq!(
            found("./a@b/board@hits per second"),
            expected("./a@b/board", "hits per second")
        );
        assert_eq!(found("board@a@b"), expected("board", "a@b"));
        for name in ["board", "board@", "@hits", "a@b/board", "/"] {
            assert_eq!(found(name), None, "{name}");
        }
    }
}
