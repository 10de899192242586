//! [`Raw`]: a region's bytes for victims that do not follow the protocol.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

use shm_core::format::{self, CheckedHeader};

/// The file of a region. Each write is one system call, and so one step.
pub(super) struct Raw {
    file: File,
    header: CheckedHeader,
}

impl Raw {
    pub(super) fn open(at: &Path) -> Self {
        let file = OpenOptions::new().read(true).write(true).open(at).unwrap();
        let header = format::check(&file, file.metadata().unwrap().len()).unwrap();
        Self { file, header }
    }

    /// Writes bytes at an offset in the value.
    pub(super) fn set(&self, offset: u64, bytes: &[u8]) {
        self.file.write_all_at(bytes, self.header.data_offset() + offset).unwrap();
    }

    /// Writes bytes at an offset in the participants' table.
    pub(super) fn set_in_table(&self, offset: u64, bytes: &[u8]) {
        let (table, _) = self.header.participants().unwrap().unwrap();
        self.file.write_all_at(bytes, table + offset).unwrap();
    }

    /// Reads bytes at an offset in the value.
    pub(super) fn get<const N: usize>(&self, offset: u64) -> [u8; N] {
        let mut bytes = [0; N];
        self.file.read_exact_at(&mut bytes, self.header.data_offset() + offset).unwrap();
        bytes
    }
}
