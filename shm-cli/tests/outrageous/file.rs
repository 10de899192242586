//! Files of regions with valid checksums.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use shm_core::format::{READY, READY_OFFSET};
use shm_core::layout::fnv1a;
use shm_core::schema::Schema;

use super::schema::Types;

const SCHEMA: u32 = 1;
const ANNOTATIONS: u32 = 2;
const DATA: u32 = 3;
const PARTICIPANTS: u32 = 4;

/// A forged region.
pub(crate) struct Outrage {
    pub(crate) types: Types,
    pub(crate) annotations: Option<Vec<u8>>,
    /// The first bytes of the data.
    pub(crate) data: Vec<u8>,
    /// Whether it is within the limits of the format.
    pub(crate) is_valid: bool,
}

impl Outrage {
    pub(crate) fn new(is_valid: bool, types: Types) -> Self {
        Self { types, annotations: None, data: Vec::new(), is_valid }
    }

    /// Writes the file. Zeros at the end of the data take no room.
    pub(crate) fn write(&self, path: &Path) {
        let schema = self.types.bytes();
        let (size, align) = self.types.root();
        let mut header = vec![0_u8; 128];
        let mut sections = vec![(SCHEMA, 5_u32, Some(schema.as_slice()), schema.len() as u64, 8)];
        if let Some(notes) = &self.annotations {
            sections.push((ANNOTATIONS, 4, Some(notes.as_slice()), notes.len() as u64, 8));
        }
        sections.push((PARTICIPANTS, 2, None, 64 * 4, 64));
        // The file ends where the largest file does.
        let size = size.min(1 << 60);
        sections.push((DATA, 1, None, size, u64::from(align).max(64)));
        let mut at = 128 + 32 * sections.len() as u64;
        let (mut directory, mut parts) = (Vec::new(), Vec::new());
        for (kind, flags, bytes, len, align) in &sections {
            at = at.next_multiple_of(*align);
            directory.extend(kind.to_le_bytes());
            directory.extend(flags.to_le_bytes());
            directory.extend(at.to_le_bytes());
            directory.extend(len.to_le_bytes());
            directory.extend(bytes.map_or(0, fnv1a).to_le_bytes());
            parts.push((at, *bytes));
            at += len;
        }
        let data_at = parts.last().expect("the data").0;
        let fingerprint = Schema::decode(&schema).ok().and_then(|schema| schema.fingerprint());
        header[..8].copy_from_slice(b"\x89SHM\r\n\x1a\n");
        header[8..12].copy_from_slice(&1_u32.to_le_bytes());
        header[12..16].copy_from_slice(&[1, 8, 32, 0]);
        header[16..20].copy_from_slice(&(sections.len() as u32).to_le_bytes());
        header[20..24].copy_from_slice(&1_u32.to_le_bytes());
        header[32..40].copy_from_slice(&fnv1a(&directory).to_le_bytes());
        header[64..72].copy_from_slice(&at.to_le_bytes());
        header[72..80].copy_from_slice(&fingerprint.unwrap_or(0).to_le_bytes());
        header[88..104].copy_from_slice(&boot_id());
        let checksum = fnv1a(&header);
        header[24..32].copy_from_slice(&checksum.to_le_bytes());
        header[READY_OFFSET..READY_OFFSET + 8].copy_from_slice(&READY.to_le_bytes());
        let file = File::create(path).expect("making a file");
        file.set_len(at).expect("a sparse file of that size");
        file.write_all_at(&header, 0).expect("writing");
        file.write_all_at(&directory, 128).expect("writing");
        for (at, bytes) in parts {
            file.write_all_at(bytes.unwrap_or_default(), at).expect("writing");
        }
        file.write_all_at(&self.data, data_at).expect("writing");
    }
}

fn boot_id() -> [u8; 16] {
    let boot_id = fs::read_to_string("/proc/sys/kernel/random/boot_id").expect("the boot id");
    u128::from_str_radix(&boot_id.trim().replace('-', ""), 16).expect("a UUID").to_be_bytes()
}
