//! [`Head`]: the first 40 bytes of each message.

use super::Malformed;
use super::read::Reader;

/// The version of the messages.
const VERSION: u8 = 1;

/// The first 40 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The kind of the message.
    pub kind: Kind,
    /// More about it.
    pub flags: Flags,
    /// The number of changes.
    pub count: u32,
    /// Drawn by the server each time it begins to serve a region.
    pub instance: u64,
    /// Of a delta its number; of the others the number of the last delta before it.
    pub sequence: u64,
    /// The fingerprint of the layout.
    pub fingerprint: u64,
    /// The origin's time of day in nanoseconds since 1970.
    pub time: u64,
}

/// The kinds of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Changes since the delta before.
    Delta,
    /// Everything.
    Snapshot,
    /// Nothing new: the origin is there.
    Beat,
    /// The origin ends.
    Bye,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Delta, Self::Snapshot, Self::Beat, Self::Bye];

    fn code(self) -> u8 {
        match self {
            Self::Delta => 1,
            Self::Snapshot => 2,
            Self::Beat => 3,
            Self::Bye => 4,
        }
    }
}

/// The flags of a message. Unknown ones are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flags(u16);

impl Flags {
    const ANSWER: u16 = 1;
    const BIG_ENDIAN: u16 = 2;

    /// Those of a message of this host that is not an answer.
    pub const NATIVE: Self = Self(if cfg!(target_endian = "big") { Self::BIG_ENDIAN } else { 0 });

    /// The same, for the answer to a query with a number: it has all changes since.
    #[must_use]
    pub const fn with_answer(self) -> Self {
        Self(self.0 | Self::ANSWER)
    }

    /// Whether it is the answer to a query with a number.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        self.0 & Self::ANSWER != 0
    }

    /// Whether the values are in this host's byte order.
    #[must_use]
    pub const fn is_native(self) -> bool {
        self.0 & Self::BIG_ENDIAN == Self::NATIVE.0
    }
}

impl Head {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let part = "head";
        let [version, kind] = reader.array(part)?;
        if version != VERSION {
            return Err(Malformed::Unknown { what: "version", found: version.into() });
        }
        let unknown = Malformed::Unknown { what: "kind", found: kind.into() };
        let kind = Kind::ALL.into_iter().find(|known| known.code() == kind).ok_or(unknown)?;
        Ok(Self {
            kind,
            flags: Flags(u16::from_le_bytes(reader.array(part)?)),
            count: u32::from_le_bytes(reader.array(part)?),
            instance: u64::from_le_bytes(reader.array(part)?),
            sequence: u64::from_le_bytes(reader.array(part)?),
            fingerprint: u64::from_le_bytes(reader.array(part)?),
            time: u64::from_le_bytes(reader.array(part)?),
        })
    }

    pub(super) fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend([VERSION, self.kind.code()]);
        bytes.extend(self.flags.0.to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        for word in [self.instance, self.sequence, self.fingerprint, self.time] {
            bytes.extend(word.to_le_bytes());
        }
    }
}
