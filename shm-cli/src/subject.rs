//! The subject of a command: a region, or a schema in a file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use shm_core::Error;
use shm_core::inspect::Inspection;
use shm_core::schema::Room;
use shm_export::{Description, json};

use crate::failure::Failure;
use crate::opening::{Trust, parts};
use crate::printable::printable;

/// The longest document.
const MAX_LEN: u64 = 64 << 20;

/// A layout, and the region that has it, if it comes from one.
pub struct Subject {
    /// The file's name as it was given.
    pub name: String,
    /// The layout.
    pub description: Description,
    /// The region, if it is of its own value.
    pub region: Option<Inspection>,
}

impl Subject {
    /// Examines a region, or a named object in one, or reads a schema from a file whose name ends in `.json`.
    ///
    /// A region is examined without mapping it, whatever user, machine or boot it comes
    /// from.
    ///
    /// # Errors
    /// If the region cannot be read, or the file does not contain a schema.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let name = file.display().to_string();
        if file.extension().is_some_and(|extension| extension == "json") {
            return Ok(Self { description: document(file, &name)?, name, region: None });
        }
        match Inspection::of(file) {
            Ok(region) => Ok(Self { name, description: describe(&region), region: Some(region) }),
            Err(Error::NotFound { .. }) if parts(file).is_some() => {
                let object = Trust { any_owner: true, after_reboot: true }.read(file)?;
                let description = Description::new(object.schema().clone());
                Ok(Self { name, description, region: None })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The room of the region for a value or, if this is a schema, that of a region made for it.
    #[must_use]
    pub fn room(&self) -> Room {
        if let Some(region) = &self.region {
            return region.header().room();
        }
        let room = Room::of(&self.description.schema);
        let bytes = room.bytes.max(self.description.capacity.unwrap_or(0));
        // Regions with room to grow have participants, so that locks can be added.
        Room { bytes, participants: room.participants || bytes > room.bytes, ..room }
    }
}

/// The layout of a region.
fn describe(region: &Inspection) -> Description {
    let header = region.header();
    let mut description = Description::new(region.schema().clone());
    description.byte_order = header.byte_order();
    description.capacity = header.may_grow().then(|| header.room().bytes);
    description
}

/// The layout in a document.
fn document(file: &Path, name: &str) -> Result<Description, Failure> {
    let shown = printable(name);
    let text = text_of(file).map_err(|error| Failure::io(format!("reading {shown}"), error))?;
    json::read(&text).map_err(|fault| Failure::Description(format!("{shown}: {fault}")))
}

/// The text of a regular file, if that is not too long.
fn text_of(file: &Path) -> io::Result<String> {
    // Opening a pipe by mistake would wait for ever.
    if !std::fs::metadata(file)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut text = String::new();
    let len = File::open(file)?.take(MAX_LEN + 1).read_to_string(&mut text)? as u64;
    if len > MAX_LEN {
        let message = format!("it has more than the {MAX_LEN} bytes that a schema can have");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(text)
}
