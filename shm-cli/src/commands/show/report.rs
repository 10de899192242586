//! The report of `shm show`, for programs.

use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use serde::Serialize;
use shm_core::format::Section;
use shm_core::heap::NamedObject;
use shm_core::inspect::Inspection;
use shm_core::layout::Endian;

use crate::failure::Failure;
use crate::fields::{Line, fields_only};
use crate::mirrored::Mirrored;
use crate::opening::this_boot;
use crate::owner::Owner;
use crate::processes::{Process, is_running};

/// A region.
#[derive(Debug, Serialize)]
pub(super) struct Shown<'r> {
    pub(super) path: String,
    /// The type of the whole, as its author wrote it.
    #[serde(rename = "type")]
    pub(super) type_name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) doc: &'r str,
    pub(super) header: Header,
    /// The processes that use it.
    pub(super) processes: Vec<Process>,
    /// The number of processes of other users whose mappings are unknown.
    pub(super) unseen_processes: usize,
    /// Whether `/proc` hides some processes, or all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) hidden_processes: bool,
    /// Whether to tell people of processes that are not seen.
    #[serde(skip)]
    pub(super) all: bool,
    /// Whether the values could be read.
    pub(super) readable: bool,
    #[serde(serialize_with = "fields_only")]
    pub(super) fields: Vec<Line<'r>>,
    /// Whether there are more fields than are shown.
    pub(super) more_fields: bool,
    /// The named objects in its heap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) objects: Vec<Object>,
}

/// A named object.
#[derive(Debug, Serialize)]
pub(super) struct Object {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) type_name: String,
    /// The number of elements, if the type has a length of its own.
    pub(super) len: Option<u64>,
    pub(super) bytes: u64,
}

impl From<NamedObject> for Object {
    fn from(found: NamedObject) -> Self {
        let NamedObject { name, type_name, size, len, .. } = found;
        Self { name, type_name, len, bytes: size }
    }
}

/// The region's header.
#[derive(Debug, Serialize)]
pub(super) struct Header {
    pub(super) format_version: u32,
    /// `little` or `big`.
    pub(super) byte_order: &'static str,
    /// Bytes of an address in the program that created it.
    pub(super) pointer_width: u8,
    /// The id of the layout, in hexadecimal.
    pub(super) fingerprint: String,
    /// Bytes in the region.
    pub(super) size: u64,
    /// Bytes in the file.
    pub(super) file_size: u64,
    /// Bytes that the file takes up: fewer, if it is sparse.
    pub(super) allocated: u64,
    pub(super) data_offset: u64,
    pub(super) data_size: u64,
    /// Bytes that the value takes: fewer than the data has, in a region with room to grow.
    pub(super) value_size: u64,
    /// Elements in the part whose length is known at run time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) len: Option<u64>,
    /// The number of processes that can use its locks; `null` if it has none.
    pub(super) slots: Option<u32>,
    /// In the creator's pid namespace.
    pub(super) creator_pid: u32,
    /// Whether it is also its number in this pid namespace, and the creator is running.
    pub(super) creator_running: bool,
    pub(super) created_unix_ms: u64,
    pub(super) age_seconds: u64,
    /// Whether its creator has finished.
    pub(super) ready: bool,
    /// Whether it was created since this machine last started; `null` if unknown.
    pub(super) this_boot: Option<bool>,
    pub(super) owner: Owner,
    /// The permission bits, in octal.
    pub(super) mode: String,
    /// The region of which it is a mirror, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mirror: Option<Mirrored>,
    pub(super) sections: Vec<SectionReport>,
}

/// A section of the file.
#[derive(Debug, Serialize)]
pub(super) struct SectionReport {
    pub(super) kind: String,
    pub(super) offset: u64,
    pub(super) size: u64,
}

impl Header {
    pub(super) fn of(
        inspection: &Inspection,
        created: Duration,
        age: Duration,
    ) -> Result<Self, Failure> {
        let (header, metadata) = (inspection.header(), inspection.metadata());
        let region = || inspection.path().display().to_string();
        let slots = header
            .participants()
            .map_err(|source| shm_core::Error::Format { region: region(), source })?;
        let root = inspection.schema().root();
        let (has_tail, value_size) = (root.has_tail(), root.size_with(header.tail_len()));
        Ok(Self {
            format_version: shm_core::format::FORMAT_VERSION,
            byte_order: if header.byte_order() == Endian::Big { "big" } else { "little" },
            pointer_width: header.pointer_width(),
            fingerprint: format!("{:#018x}", header.fingerprint()),
            size: header.total_size(),
            file_size: metadata.len(),
            allocated: metadata.blocks() * 512,
            data_offset: header.data_offset(),
            data_size: header.data_len(),
            value_size: value_size.unwrap_or_else(|| header.data_len()),
            len: has_tail.then(|| header.tail_len()),
            slots: slots.map(|(_, count)| count),
            creator_pid: header.creator().pid,
            creator_running: is_running(header.creator().pid, header.creator().start_time),
            created_unix_ms: created.as_millis() as u64,
            age_seconds: age.as_secs(),
            ready: header.is_ready(),
            this_boot: this_boot(inspection),
            owner: Owner::of(metadata.uid()),
            mode: format!("{:03o}", metadata.mode() & 0o7777),
            mirror: Mirrored::of(inspection),
            sections: header.sections().iter().map(SectionReport::of).collect(),
        })
    }
}

impl SectionReport {
    fn of(section: &Section) -> Self {
        let kind = section.kind().to_string();
        let kind = kind.strip_suffix(" section").unwrap_or(&kind).to_owned();
        Self { kind, offset: section.offset(), size: section.len() }
    }
}
