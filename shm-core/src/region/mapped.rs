//! [`Mapped`]: the part that every handle to a region has, typed or not.

use std::os::fd::BorrowedFd;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use super::mapping::Mapping;
use super::{aside, pass};
use crate::access::Access;
use crate::error::Error;
use crate::heap::Heap;

/// A mapping, the path by which the region was found, and whether this process created it.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    mapping: Arc<Mapping>,
    path: Option<Arc<Path>>,
    created: bool,
}

impl Mapped {
    /// A region that this process created; `path` is `None` if it has no name.
    pub(crate) fn created_at(mapping: Arc<Mapping>, path: Option<&Path>) -> Self {
        Self { mapping, path: path.map(Arc::from), created: true }
    }

    /// A region that existed before; `path` is `None` if it was not found by a name.
    pub(crate) fn found_at(mapping: Arc<Mapping>, path: Option<&Path>) -> Self {
        Self { mapping, path: path.map(Arc::from), created: false }
    }

    /// Passes the region to the children of a command.
    pub(crate) fn pass_to(&self, command: &mut Command, name: &str) -> Result<(), Error> {
        pass::pass(self, command, name)
    }

    pub(crate) fn mapping(&self) -> &Arc<Mapping> {
        &self.mapping
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(crate) fn created(&self) -> bool {
        self.created
    }

    /// Returns whether the path, if there is one, still means this region.
    pub(crate) fn is_current(&self) -> bool {
        self.path().is_none_or(|path| self.mapping.is_current(path))
    }

    /// Removes the name, if it still means this region.
    pub(crate) fn unlink(&self) -> Result<(), Error> {
        let Some(path) = self.path() else {
            return Err(Error::NotCurrent { region: self.mapping.label().to_owned() });
        };
        aside::unlink(path, &|path| self.mapping.is_current(path))
    }

    /// The heap of the region; the mapping is writable if `A` writes.
    pub(crate) fn heap<A: Access>(&self) -> Option<Heap<'_, A>> {
        Heap::of(self.mapping.ground(), &self.mapping)
    }

    pub(crate) fn flush(&self) -> Result<(), Error> {
        self.mapping.flush().map_err(|source| Error::Io {
            region: self.mapping.label().to_owned(),
            doing: "flushing",
            source,
        })
    }

    /// Returns a descriptor to pass to another process.
    pub(crate) fn as_fd(&self) -> Option<BorrowedFd<'_>> {
        self.mapping.to_give_away()
    }
}
