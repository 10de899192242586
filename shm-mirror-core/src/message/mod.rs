//! Messages, byte by byte.
//!
//! Integers are little-endian; a `v` is an unsigned LEB128 of at most 64 bits, in its shortest form. Values are in the
//! origin's byte order, which is the follower's as well: a follower with the other one refuses.
//!
//! | offset | bytes | head |
//! | ---: | ---: | --- |
//! | 0 | 1 | version of the messages: 1 |
//! | 1 | 1 | kind: 1 delta, 2 snapshot, 3 beat, 4 bye |
//! | 2 | 2 | flags: 1 the answer to a query, with all changes since the number asked for; 2 big-endian values |
//! | 4 | 4 | number of changes |
//! | 8 | 8 | instance: drawn by the server each time it begins to serve a region |
//! | 16 | 8 | sequence: of a delta its number, from 1 on; of the others the number of the last delta before it |
//! | 24 | 8 | fingerprint of the layout |
//! | 32 | 8 | the origin's time of day when it looked: nanoseconds since 1970 |
//!
//! After the head, a snapshot has the [`Facts`]: `v` length and bytes of the schema, the same of the annotations, `v`
//! run-time length, `v` bytes of the data section, `v` bytes of the heap (0: none), 16 bytes boot id, `u64` time of
//! creation, `u32` beat in milliseconds, `u32` period of scans in microseconds. Then, in both, come the changes:
//! `u8` kind, `v` offset, of a `Latest` `v` version, `v` length, bytes. A change's kind is 1 leaves, 2 `Latest`, 3 guarded, 4
//! notified, 5 done; bit 7 of a guarded one: its last owner died. Nothing follows the last change.

mod changes;
mod facts;
mod head;
mod read;

pub use facts::Facts;
pub use head::{Flags, Head, Kind};

use shm_core::dynamic::units::Change;

pub(crate) use self::changes::{begin, put_change, set_count};
use self::read::Reader;

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The head.
    pub head: Head,
    /// The facts about the region, in a snapshot.
    pub facts: Option<Facts<'a>>,
    /// The changes, in the order in which they are applied.
    pub changes: Vec<Change<'a>>,
}

/// The reason why bytes are not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// They end too early.
    #[error("the message ends in the middle of its {0}")]
    Short(&'static str),
    /// There are more after the last change.
    #[error("the message has {0} bytes too many")]
    Long(usize),
    /// A field has a value that it cannot have.
    #[error("the {what} of the message is {found}")]
    Unknown {
        /// The field.
        what: &'static str,
        /// Its value.
        found: u64,
    },
    /// A number is longer than it need be, or too large.
    #[error("a number in the {0} of the message is not in its shortest form")]
    Number(&'static str),
}

impl<'a> Message<'a> {
    /// Decodes a message. The changes are not checked against a region: [`apply`](shm_core::dynamic::units::Units::apply)
    /// does that.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn decode(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::of(bytes);
        let head = Head::read(&mut reader)?;
        let facts = match head.kind {
            Kind::Snapshot => Some(Facts::read(&mut reader)?),
            _ => None,
        };
        // Not more room than there are bytes for.
        let mut changes = Vec::with_capacity((head.count as usize).min(reader.left() / 3));
        for _ in 0..head.count {
            changes.push(changes::read(&mut reader)?);
        }
        match reader.left() {
            0 => Ok(Self { head, facts, changes }),
            left => Err(Malformed::Long(left)),
        }
    }

    /// Encodes it. The number of changes in the head is that of the changes.
    ///
    /// ```
    /// use shm_core::dynamic::units::{Change, UnitKind};
    /// use shm_mirror_core::message::{Flags, Head, Kind, Message};
    ///
    /// let head = Head { kind: Kind::Delta, flags: Flags::NATIVE, count: 1, instance: 7, sequence: 1, fingerprint: 9, time: 0 };
    /// let change =
    ///     Change { kind: UnitKind::Leaves, offset: 300, version: 0, owner_died: false, bytes: &[1, 2] };
    /// let bytes = Message { head, facts: None, changes: vec![change] }.encode();
    /// assert_eq!(bytes[40..], [1, 0xac, 2, 2, 1, 2]);
    /// assert_eq!(Message::decode(&bytes)?.changes, [change]);
    /// # Ok::<(), shm_mirror_core::message::Malformed>(())
    /// ```
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        begin(&mut bytes, &self.head);
        if let Some(facts) = &self.facts {
            facts.put(&mut bytes);
        }
        self.changes.iter().for_each(|change| put_change(&mut bytes, change));
        set_count(&mut bytes, self.changes.len() as u32);
        bytes
    }
}
