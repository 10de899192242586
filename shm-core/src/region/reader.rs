//! [`Reader`]: the expectations of a caller that opens a region: a type, or none.

use std::fmt;
use std::marker::PhantomData;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

use super::mapped_value::{MappedValue, Meaning};
use super::mapping::Mapping;
use super::on_disk::OnDisk;
use super::open::Explained;
use super::settings::Settings;
use super::{encoded, grow};
use crate::error::Error;
use crate::format::{self, CheckedHeader, FormatError};
use crate::root::Root;
use crate::schema::{Compatible, Encoded, Schema};
use crate::sys::file::Facts;

/// The expectations of a caller that opens a region.
pub(super) trait Reader {
    /// Checks the header of a file of this size, and the type of the value.
    fn check(&mut self, file: BorrowedFd<'_>, size: u64) -> Result<CheckedHeader, FormatError>;

    /// Adds the fields that only this reader has to the region's description.
    fn grow(&self, file: &OwnedFd, facts: &Facts, label: &str, writable: bool)
    -> Result<(), Error>;

    /// Returns whether the value has locks.
    fn has_locks(&self) -> bool;

    /// Returns whether something in the value keeps a value in a heap.
    fn needs_heap(&self) -> bool;

    /// Returns the position of the value, if its size and its run-time length are valid.
    fn contents(
        &self,
        header: &CheckedHeader,
        settings: &Settings,
        label: &str,
    ) -> Result<MappedValue, Error>;
}

/// The layout of a program, compared with that of a region.
#[derive(Default)]
struct Compared {
    /// The way in which the program can use the region.
    verdict: Compatible,
    /// Whether the region's description lacks fields that the program has.
    is_news: bool,
}

impl Compared {
    fn check(
        &mut self,
        program: &Arc<Encoded>,
        file: BorrowedFd<'_>,
        size: u64,
    ) -> Result<CheckedHeader, FormatError> {
        let source = OnDisk::read(file, program.bytes().len())?;
        let header = format::check_for(&source, size, Some(program))?;
        self.verdict = header.expect_encoded(&source, program)?;
        self.is_news = header.is_news(&self.verdict);
        Ok(header)
    }

    fn may_be_longer(&self, header: &CheckedHeader) -> bool {
        header.may_grow() || self.verdict.has_rest()
    }
}

/// A caller that has the type.
pub(super) struct ByType<T: ?Sized> {
    compared: Compared,
    of: PhantomData<T>,
}

impl<T: ?Sized> Default for ByType<T> {
    fn default() -> Self {
        Self { compared: Compared::default(), of: PhantomData }
    }
}

/// A caller without the type: the schema comes from the header.
#[derive(Default)]
pub(super) struct BySchema {
    pub(super) schema: Option<Arc<Schema>>,
}

/// A caller that has a layout that was described at run time.
pub(super) struct ByLayout<'l> {
    program: &'l Arc<Encoded>,
    schema: &'l Arc<Schema>,
    compared: Compared,
}

impl<'l> ByLayout<'l> {
    /// A caller with a layout in two forms.
    pub(super) fn new(program: &'l Arc<Encoded>, schema: &'l Arc<Schema>) -> Self {
        Self { program, schema, compared: Compared::default() }
    }
}

impl BySchema {
    /// A mapping with the schema by which it was opened.
    pub(super) fn explain(self, mapping: Arc<Mapping>) -> Explained {
        let schema = self.schema.expect("a region is mapped after its schema was decoded");
        Explained { mapping, schema }
    }
}

impl<T: Root + ?Sized> Reader for ByType<T> {
    fn check(&mut self, file: BorrowedFd<'_>, size: u64) -> Result<CheckedHeader, FormatError> {
        self.compared.check(&encoded::of(T::ROOT_LAYOUT)?, file, size)
    }

    fn grow(
        &self,
        file: &OwnedFd,
        facts: &Facts,
        label: &str,
        writable: bool,
    ) -> Result<(), Error> {
        if !self.compared.is_news {
            return Ok(());
        }
        let program = encoded::of(T::ROOT_LAYOUT)
            .map_err(|source| Error::Format { region: label.to_owned(), source })?;
        grow::to_layout(file, facts, label, &program, writable, &self.compared.verdict)
    }

    fn has_locks(&self) -> bool {
        T::ROOT_LAYOUT.has_locks()
    }

    fn needs_heap(&self) -> bool {
        T::ROOT_LAYOUT.needs_heap()
    }

    fn contents(
        &self,
        header: &CheckedHeader,
        settings: &Settings,
        label: &str,
    ) -> Result<MappedValue, Error> {
        let found = header.tail_len();
        check_length(found, settings.len, T::TAIL.is_some(), &T::ROOT_LAYOUT.name(), label)?;
        let size = match T::TAIL {
            None => (found == 0).then_some(T::ROOT_LAYOUT.size()),
            Some(tail) => usize::try_from(found).ok().and_then(|len| tail.size_for(len)),
        };
        let may_be_longer = self.compared.may_be_longer(header);
        place(header, size, may_be_longer, Meaning::Type(T::ROOT_LAYOUT), label)
    }
}

impl Reader for BySchema {
    fn check(&mut self, file: BorrowedFd<'_>, size: u64) -> Result<CheckedHeader, FormatError> {
        let source = OnDisk::read(file, 0)?;
        let header = format::check(&source, size)?;
        header.expect_native()?;
        self.schema = Some(Arc::new(header.read_schema(&source)?));
        Ok(header)
    }

    /// Does nothing: the reader has only the fields of the region.
    fn grow(&self, _: &OwnedFd, _: &Facts, _: &str, _: bool) -> Result<(), Error> {
        Ok(())
    }

    fn has_locks(&self) -> bool {
        self.schema.as_ref().is_some_and(|schema| schema.has_locks())
    }

    fn needs_heap(&self) -> bool {
        self.schema.as_ref().is_some_and(|schema| schema.needs_heap())
    }

    fn contents(
        &self,
        header: &CheckedHeader,
        settings: &Settings,
        label: &str,
    ) -> Result<MappedValue, Error> {
        let schema =
            self.schema.as_ref().expect("a schema is decoded before its contents are placed");
        described(header, settings, schema, header.may_grow(), label)
    }
}

impl Reader for ByLayout<'_> {
    fn check(&mut self, file: BorrowedFd<'_>, size: u64) -> Result<CheckedHeader, FormatError> {
        self.compared.check(self.program, file, size)
    }

    fn grow(
        &self,
        file: &OwnedFd,
        facts: &Facts,
        label: &str,
        writable: bool,
    ) -> Result<(), Error> {
        if !self.compared.is_news {
            return Ok(());
        }
        grow::to_layout(file, facts, label, self.program, writable, &self.compared.verdict)
    }

    fn has_locks(&self) -> bool {
        self.schema.has_locks()
    }

    fn needs_heap(&self) -> bool {
        self.schema.needs_heap()
    }

    fn contents(
        &self,
        header: &CheckedHeader,
        settings: &Settings,
        label: &str,
    ) -> Result<MappedValue, Error> {
        let may_be_longer = self.compared.may_be_longer(header);
        described(header, settings, self.schema, may_be_longer, label)
    }
}

/// Returns the position of a value with this schema.
fn described(
    header: &CheckedHeader,
    settings: &Settings,
    schema: &Arc<Schema>,
    may_be_longer: bool,
    label: &str,
) -> Result<MappedValue, Error> {
    let (found, root) = (header.tail_len(), schema.root());
    let size = if found == 0 || root.has_tail() { root.size_with(found) } else { None };
    check_length(found, settings.len, root.has_tail(), &root, label)?;
    let size = size.and_then(|size| usize::try_from(size).ok());
    place(header, size, may_be_longer, Meaning::Schema(Arc::clone(schema)), label)
}

/// Checks that the run-time length is the requested one, if any.
fn check_length(
    found: u64,
    asked: Option<usize>,
    has_tail: bool,
    type_name: &dyn fmt::Display,
    label: &str,
) -> Result<(), Error> {
    match asked.map(|len| len as u64) {
        Some(_) if !has_tail => Err(Error::HasNoLength { type_name: type_name.to_string() }),
        Some(expected) if expected != found => {
            Err(Error::LengthDiffers { region: label.to_owned(), found, expected })
        }
        _ => Ok(()),
    }
}

/// Returns the position of the value, if the data section has its size, or more where that is allowed.
fn place(
    header: &CheckedHeader,
    size: Option<usize>,
    may_be_longer: bool,
    meaning: Meaning,
    label: &str,
) -> Result<MappedValue, Error> {
    let found = header.tail_len();
    let fits = size.is_some_and(|size| {
        let (size, room) = (size as u64, header.data_len());
        size == room || (size < room && may_be_longer)
    });
    let (true, Ok(len), Ok(offset), Ok(tail_len)) = (
        fits,
        usize::try_from(header.data_len()),
        usize::try_from(header.data_offset()),
        usize::try_from(found),
    ) else {
        let source = FormatError::DataLength { found: header.data_len(), tail_len: found };
        return Err(Error::Format { region: label.to_owned(), source });
    };
    let (participants, heap, mirror) = (None, None, None);
    Ok(MappedValue { offset, len, tail_len, participants, heap, mirror, meaning })
}
