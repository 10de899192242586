//! [`Facts`]: what a follower has to know to make a region of the same layout.

use super::Malformed;
use super::read::{Reader, put_number};

/// The facts about the origin's region, in a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The bytes of the schema, as in the region's file.
    pub schema: &'a [u8],
    /// The bytes of the annotations; none if there are none.
    pub annotations: &'a [u8],
    /// The number of elements of the part whose length is known at run time.
    pub tail_len: u64,
    /// The bytes of the data section.
    pub data_len: u64,
    /// The bytes of the heap; 0 for none.
    pub heap_len: u64,
    /// During which boot of the origin's host the region was made.
    pub boot_id: [u8; 16],
    /// When it was made, in nanoseconds since 1970.
    pub created_at: u64,
    /// The longest time between two messages, in milliseconds.
    pub beat_ms: u32,
    /// The time between two scans, in microseconds.
    pub scan_us: u32,
}

impl<'a> Facts<'a> {
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, Malformed> {
        let part = "facts";
        let len = reader.number(part)?;
        let schema = reader.bytes(len, part)?;
        let len = reader.number(part)?;
        let annotations = reader.bytes(len, part)?;
        Ok(Self {
            schema,
            annotations,
            tail_len: reader.number(part)?,
            data_len: reader.number(part)?,
            heap_len: reader.number(part)?,
            boot_id: reader.array(part)?,
            created_at: u64::from_le_bytes(reader.array(part)?),
            beat_ms: u32::from_le_bytes(reader.array(part)?),
            scan_us: u32::from_le_bytes(reader.array(part)?),
        })
    }

    pub(super) fn put(&self, bytes: &mut Vec<u8>) {
        for part in [self.schema, self.annotations] {
            put_number(bytes, part.len() as u64);
            bytes.extend(part);
        }
        for number in [self.tail_len, self.data_len, self.heap_len] {
            put_number(bytes, number);
        }
        bytes.extend(self.boot_id);
        bytes.extend(self.created_at.to_le_bytes());
        bytes.extend(self.beat_ms.to_le_bytes());
        bytes.extend(self.scan_us.to_le_bytes());
    }

    /// Adds them to a message whose head is there.
    pub(crate) fn add_to(&self, bytes: &mut Vec<u8>) {
        self.put(bytes);
    }
}
