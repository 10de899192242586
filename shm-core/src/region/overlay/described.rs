//! Bytes without a header, laid out as a schema says: for access by name.

use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::Path;
use std::sync::Arc;

use super::extent::{Length, Request, Room, Shape};
use super::{failure, map};
use crate::error::Error;
use crate::region::mapped_value::{MappedValue, Meaning};
use crate::region::mapping::Mapping;
use crate::region::name;
use crate::schema::{Schema, TypeKind};
use crate::sys;
use crate::sys::descriptor::Descriptor;
use crate::sys::file::Links;
use shm_schema::fields::DynField;

/// The part of a file or device that is to be accessed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    /// The first byte.
    pub(crate) offset: u64,
    /// The elements of the part whose length is known at run time; as many as fit, if none are given.
    pub(crate) len: Option<usize>,
    pub(crate) writable: bool,
}

/// Mapped bytes.
pub(crate) struct Described {
    pub(crate) mapping: Arc<Mapping>,
    /// Whether writes by other processes are seen.
    pub(crate) is_shared: bool,
}

impl Described {
    /// Maps a part of a regular file, of which a descriptor stays open for as long as the mapping exists.
    pub(crate) fn open(path: &Path, site: Site, schema: &Arc<Schema>) -> Result<Self, Error> {
        let path = name::resolve(path)?;
        let fail = |doing, error| failure::opening(&path, doing, error);
        let doing = if site.writable { failure::WRITING } else { "opening" };
        let file = sys::file::open(&path, site.writable, Links::Follow)
            .map_err(|error| fail(doing, error))?;
        let reading = |error| fail("reading its metadata", error);
        let facts = sys::file::facts(&file).map_err(reading)?;
        if !facts.is_regular {
            return Err(failure::no_file(&path, facts.kind));
        }
        let descriptor = Arc::new(Descriptor::new(file, 0).map_err(reading)?);
        let label = path.display().to_string();
        let closed = || reading(std::io::ErrorKind::InvalidInput.into());
        let fd = descriptor.trusted().ok_or_else(closed)?;
        Self::map(fd, Some(Arc::clone(&descriptor)), label, site, schema)
    }

    /// Maps a part of the file or device of a descriptor, which is only borrowed.
    pub(crate) fn from_fd(
        fd: BorrowedFd<'_>,
        site: Site,
        schema: &Arc<Schema>,
    ) -> Result<Self, Error> {
        let label = format!("descriptor {}", fd.as_raw_fd());
        let fail = |error| failure::opening(Path::new(&label), "reading its mode", error);
        let rights = sys::file::rights(fd).map_err(fail)?;
        if !rights.read || site.writable && !rights.write {
            return Err(failure::no_right(&label, site.writable));
        }
        Self::map(fd, None, label, site, schema)
    }

    fn map(
        fd: BorrowedFd<'_>,
        kept: Option<Arc<Descriptor>>,
        label: String,
        site: Site,
        schema: &Arc<Schema>,
    ) -> Result<Self, Error> {
        let Site { offset, len, writable } = site;
        let facts = sys::file::facts(fd)
            .map_err(|error| failure::opening(Path::new(&label), "reading its metadata", error))?;
        let length = len.map_or(Length::ToTheEnd, Length::Elements);
        let request = Request { offset, length, writable };
        let extent = shape(schema).and_then(|shape| {
            let room = || match map::room(fd, &facts, offset)? {
                Room::Unknown if len.is_none() && schema.root().has_tail() => {
                    Err("the number of available bytes is unknown: give a length".to_owned())
                }
                room => Ok(room),
            };
            request.extent_of(shape, room)
        });
        let extent = extent.map_err(|fault| {
            let type_name = DynField::root(schema).type_name();
            Error::BadOverlay { region: label.clone(), type_name, offset, fault }
        })?;
        let (memory, start, is_shared) = map::separately(fd, request.wanted(extent))
            .map_err(|error| failure::mapping(&label, writable, error))?;
        let contents = MappedValue {
            // Less than a page.
            offset: (offset - start) as usize,
            len: extent.size,
            tail_len: extent.tail_len,
            participants: None,
            heap: None,
            mirror: None,
            meaning: Meaning::Schema(Arc::clone(schema)),
        };
        Ok(Self { mapping: Mapping::foreign(memory, kept, label, contents), is_shared })
    }
}

/// The shape of the value, if it can be anywhere.
fn shape(schema: &Schema) -> Result<Shape, String> {
    for ty in schema.types() {
        match ty.kind() {
            TypeKind::Live { role, .. } => {
                return Err(format!("it has a `{}`, which only a region can have", role.name()));
            }
            TypeKind::Unknown(_) => return Err(format!("it has {ty}")),
            _ => {}
        }
    }
    Shape::described(schema).ok_or_else(|| "it is larger than any memory".to_owned())
}
