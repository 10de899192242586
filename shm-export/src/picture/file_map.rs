//! The map of a region's file.

use serde::Serialize;
use shm_schema::format::{CheckedHeader, PREAMBLE_LEN, SectionKind};
use shm_schema::schema::Schema;

/// The file of a region.
#[derive(Debug, Serialize)]
pub(crate) struct FileMap {
    /// The size of the file in bytes.
    pub(crate) size: u64,
    /// Its parts in order, including the bytes between them.
    pub(crate) parts: Vec<FilePart>,
}

/// Bytes of a file.
#[derive(Debug, Serialize)]
pub(crate) struct FilePart {
    pub(crate) offset: u64,
    pub(crate) size: u64,
    pub(crate) what: String,
    /// Whether it is used; `false` for fill bytes.
    #[serde(skip)]
    pub(crate) is_used: bool,
}

impl FileMap {
    /// The map of a region's file, which has `size` bytes.
    pub(crate) fn of(header: &CheckedHeader, schema: &Schema, size: u64) -> Self {
        let sections = header.sections();
        let mut used = vec![
            FilePart::used(0, PREAMBLE_LEN as u64, "preamble".to_owned()),
            FilePart::used(
                PREAMBLE_LEN as u64,
                header.directory_len(),
                format!("directory of {} sections", sections.len()),
            ),
        ];
        used.extend(sections.iter().map(|section| {
            let what = match section.kind() {
                SectionKind::Data => data(header, schema),
                kind => kind.to_string(),
            };
            FilePart::used(section.offset(), section.len(), what)
        }));
        used.sort_by_key(|part| part.offset);
        let mut map = Self { size, parts: Vec::new() };
        let mut end = 0;
        for part in used {
            map.fill(end, part.offset, "padding");
            end = part.offset.saturating_add(part.size);
            map.parts.push(part);
        }
        map.fill(end, header.total_size(), "padding");
        map.fill(end.max(header.total_size()), size, "not part of the region");
        map
    }

    fn fill(&mut self, from: u64, to: u64, what: &str) {
        if from < to {
            let (offset, size, what) = (from, to - from, what.to_owned());
            self.parts.push(FilePart { offset, size, what, is_used: false });
        }
    }
}

impl FilePart {
    fn used(offset: u64, size: u64, what: String) -> Self {
        Self { offset, size, what, is_used: true }
    }
}

/// The value and, if the region can grow, the room after it.
fn data(header: &CheckedHeader, schema: &Schema) -> String {
    let size = schema.root().size_with(header.tail_len()).unwrap_or_default();
    match header.data_len().saturating_sub(size) {
        0 => "data".to_owned(),
        room => format!("data, {room} bytes of it room to grow"),
    }
}
