//! The source of the values: a region, or its successor under the same name.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use shm_core::{
    DynRegion, Error, ReadOnly,
    inspect::{Inspection, Liveness},
};

use super::pause;
use crate::failure::Failure;
use crate::opening::Trust;
use crate::printable::printable;

/// The time between looks for a region that does not exist.
const LOOK: Duration = Duration::from_millis(50);

/// A region, and whether its name still means it.
pub(crate) struct Source {
    file: PathBuf,
    wanted: Wanted,
    region: DynRegion<ReadOnly>,
    /// The same file, without a mapping.
    inspection: Rc<Inspection>,
    standing: Standing,
}

/// Options for opening and following regions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) trust: Trust,
    /// Whether to follow the name to a new region.
    pub(crate) follow: bool,
}

/// The meaning of a region's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// This region.
    Current,
    /// Another file.
    Replaced,
    /// Nothing.
    Removed,
    /// Another file that cannot be opened; the text says why.
    Unusable(String),
}

/// The change of the name since the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// It means something else, or nothing; see [`Source::standing`].
    Lost,
    /// It means this region again.
    Restored,
    /// It means another region, which is the one that is watched from now on.
    Followed,
}

impl Source {
    /// Opens a region.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(crate) fn open(file: &Path, wanted: Wanted) -> Result<Self, Failure> {
        let (inspection, region) = wanted.trust.look_at(file)?;
        let file = file.to_owned();
        Ok(Self { file, wanted, region, inspection, standing: Standing::Current })
    }

    /// Opens a region as soon as there is one of that name. `None` if the reader of the output was gone
    /// before.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub(crate) fn wait_for(file: &Path, wanted: Wanted) -> Result<Option<Self>, Failure> {
        let mut noted = false;
        loop {
            match Self::open(file, wanted) {
                Err(Failure::Region(Error::NotFound { .. } | Error::NoDirectory { .. })) => {}
                outcome => return outcome.map(Some),
            }
            if !noted {
                let name = printable(&file.display().to_string()).into_owned();
                // With standard error closed, the note is dropped.
                let _ = writeln!(std::io::stderr(), "waiting for {name}");
                noted = true;
            }
            if pause::until_reader_left(LOOK) {
                return Ok(None);
            }
        }
    }

    pub(crate) fn region(&self) -> &DynRegion<ReadOnly> {
        &self.region
    }

    /// The region's file.
    pub(crate) fn inspection(&self) -> Rc<Inspection> {
        Rc::clone(&self.inspection)
    }

    /// The name, as it was given.
    pub(crate) fn name(&self) -> String {
        printable(&self.file.display().to_string()).into_owned()
    }

    pub(crate) fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Checks what the name means now.
    pub(crate) fn look(&mut self) -> Option<Change> {
        if self.region.is_current() {
            let before = std::mem::replace(&mut self.standing, Standing::Current);
            return (before != Standing::Current).then_some(Change::Restored);
        }
        let standing = match std::fs::symlink_metadata(self.inspection.path()) {
            Err(_) => Standing::Removed,
            Ok(_) if self.wanted.follow => match self.wanted.trust.look_at(&self.file) {
                Ok((inspection, region)) => {
                    (self.inspection, self.region) = (inspection, region);
                    self.standing = Standing::Current;
                    return Some(Change::Followed);
                }
                Err(error) => Standing::Unusable(printable(&error.to_string()).into_owned()),
            },
            Ok(_) => Standing::Replaced,
        };
        let before = std::mem::replace(&mut self.standing, standing);
        (before != self.standing).then_some(Change::Lost)
    }

    /// The meaning of the name, for people; `None` if unchanged.
    pub(crate) fn notice(&self) -> Option<String> {
        let name = self.name();
        let showing = if self.wanted.follow {
            "these are its last values, until there is a new one"
        } else {
            "these are the values of the old one (--follow switches to the new one)"
        };
        match &self.standing {
            Standing::Current => None,
            Standing::Replaced => Some(format!("{name} was replaced: {showing}")),
            Standing::Removed => Some(format!("{name} was removed: {showing}")),
            Standing::Unusable(why) => Some(format!("{name} was replaced, but {why}")),
        }
    }

    /// The number of processes that use the region's locks, alive and dead; `None` if it has no locks.
    pub(crate) fn participants(&self) -> Option<(usize, usize)> {
        let inspection = Some(&self.inspection).filter(|_| self.standing == Standing::Current)?;
        inspection.header().participants().ok()??;
        let all = inspection.participants().ok()?;
        let dead = all.iter().filter(|one| one.liveness == Liveness::Dead).count();
        Some((all.len() - dead, dead))
    }
}
