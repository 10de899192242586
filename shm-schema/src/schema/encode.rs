//! From a layout that the compiler knows to its canonical bytes.

use std::collections::HashMap;

use super::bytes::Put;
use super::error::{SchemaError, TypeFault};
use super::tag;
use crate::layout::{Kind, Layout};
use crate::limits::{MAX_NAME_LEN, MAX_SCHEMA_LEN, MAX_TYPES};

/// Bytes of a record's head: length, align, size, tag, detail, flags, count.
pub(super) const HEAD_LEN: usize = 24;

/// The canonical bytes of a layout, and where in them each part is.
#[derive(Debug)]
pub struct Encoded {
    /// The canonical bytes.
    pub bytes: Vec<u8>,
    by_address: HashMap<usize, u32>,
}

impl Encoded {
    /// Encodes a layout.
    ///
    /// # Errors
    /// If it exceeds a limit of the format: a region could not hold it.
    pub fn of(layout: &'static Layout) -> Result<Self, SchemaError> {
        let mut encoder = Encoder::default();
        encoder.add(layout)?;
        let Encoder { mut bytes, count, by_address, .. } = encoder;
        bytes[..4].copy_from_slice(&count.to_le_bytes());
        Ok(Self { bytes, by_address })
    }

    /// The index of the type of a layout that is part of the encoded one.
    pub(super) fn index_of(&self, layout: &'static Layout) -> Option<u32> {
        self.by_address.get(&address(layout)).copied()
    }
}

struct Encoder {
    bytes: Vec<u8>,
    count: u32,
    /// Layouts met before: without it a type used twice on each of many levels would be walked
    /// exponentially often.
    by_address: HashMap<usize, u32>,
    /// Records by their bytes without the length: each structure is written once, whatever the
    /// number of Rust types that have it.
    by_record: HashMap<Vec<u8>, u32>,
}

impl Default for Encoder {
    fn default() -> Self {
        // The count of types stands first and is known last.
        let bytes = vec![0; 4];
        Self { bytes, count: 0, by_address: HashMap::new(), by_record: HashMap::new() }
    }
}

fn address(layout: &'static Layout) -> usize {
    std::ptr::from_ref(layout).addr()
}

impl Encoder {
    /// Adds a layout behind its parts, unless it is there already; the index of its type.
    fn add(&mut self, layout: &'static Layout) -> Result<u32, SchemaError> {
        if let Some(&index) = self.by_address.get(&address(layout)) {
            return Ok(index);
        }
        let body = self.body(layout)?;
        let index = match self.by_record.get(&body) {
            Some(&index) => index,
            None => self.append(body)?,
        };
        self.by_address.insert(address(layout), index);
        Ok(index)
    }

    fn append(&mut self, body: Vec<u8>) -> Result<u32, SchemaError> {
        let index = self.count;
        if index == MAX_TYPES {
            let found = u64::from(index) + 1;
            return Err(SchemaError::TypeCount { found, limit: u64::from(MAX_TYPES) });
        }
        let found = (self.bytes.len() + 4 + body.len()) as u64;
        if found > MAX_SCHEMA_LEN {
            return Err(SchemaError::TooLong { found, limit: MAX_SCHEMA_LEN });
        }
        self.bytes.put_u32(4 + body.len() as u32);
        self.bytes.put(&body);
        self.by_record.insert(body, index);
        self.count += 1;
        Ok(index)
    }

    /// A record without its length.
    fn body(&mut self, layout: &'static Layout) -> Result<Vec<u8>, SchemaError> {
        let (tag, detail, flags, count) = tag::of(layout.kind());
        let mut body = Vec::with_capacity(HEAD_LEN);
        body.put_u32(layout.align() as u32);
        body.put_u64(layout.size() as u64);
        body.put(&[tag, detail]);
        body.put_u16(flags);
        body.put_u32(count);
        self.payload(layout.kind(), &mut body)?;
        Ok(body)
    }

    fn payload(&mut self, kind: &Kind, body: &mut Vec<u8>) -> Result<(), SchemaError> {
        match *kind {
            Kind::Scalar(_) | Kind::NonZero { .. } | Kind::Ordered { .. } | Kind::Marker => {}
            Kind::CText { capacity } => body.put_u64(capacity as u64),
            Kind::Array { element, len } => {
                body.put_u32(self.add(element)?);
                body.put_u64(len as u64);
            }
            Kind::Slice { element } => body.put_u32(self.add(element)?),
            Kind::Enum { variants, .. } => {
                for variant in variants {
                    // The low 64 bits: two's complement for a negative value.
                    body.put_u64(variant.discriminant as u64);
                    self.name(variant.name, body)?;
                }
            }
            Kind::Struct { fields } | Kind::Live { fields, .. } => {
                for field in fields {
                    let index = self.add(field.layout())?;
                    body.put_u64(field.offset() as u64);
                    body.put_u32(index);
                    self.name(field.name(), body)?;
                }
            }
        }
        Ok(())
    }

    fn name(&self, name: &str, body: &mut Vec<u8>) -> Result<(), SchemaError> {
        let (found, limit) = (name.len(), MAX_NAME_LEN);
        if found > limit {
            return Err(SchemaError::in_type(self.count, TypeFault::NameLength { found, limit }));
        }
        body.put_u16(found as u16);
        body.put(name.as_bytes());
        Ok(())
    }
}
