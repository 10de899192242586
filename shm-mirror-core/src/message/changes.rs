//! Changes in a message.

use shm_core::dynamic::units::{Change, UnitKind};

use super::read::{Reader, put_number};
use super::{Head, Malformed};

/// The last owner of the lock of a guarded value died.
const OWNER_DIED: u8 = 1 << 7;

const LATEST: u8 = 2;
const GUARDED: u8 = 3;

/// The code of a kind; `None` for what is not mirrored.
fn code(kind: UnitKind) -> Option<u8> {
    match kind {
        UnitKind::Leaves => Some(1),
        UnitKind::Latest => Some(LATEST),
        UnitKind::Guarded => Some(GUARDED),
        UnitKind::Notified => Some(4),
        UnitKind::Done => Some(5),
        _ => None,
    }
}

fn kind(code: u8) -> Result<UnitKind, Malformed> {
    match code {
        1 => Ok(UnitKind::Leaves),
        LATEST => Ok(UnitKind::Latest),
        GUARDED => Ok(UnitKind::Guarded),
        4 => Ok(UnitKind::Notified),
        5 => Ok(UnitKind::Done),
        found => Err(Malformed::Unknown { what: "kind of a change", found: found.into() }),
    }
}

pub(super) fn read<'a>(reader: &mut Reader<'a>) -> Result<Change<'a>, Malformed> {
    let part = "changes";
    let found = reader.byte(part)?;
    let owner_died = found == GUARDED | OWNER_DIED;
    let kind = kind(if owner_died { GUARDED } else { found })?;
    let offset = reader.number(part)?;
    let version = if kind == UnitKind::Latest { reader.number(part)? } else { 0 };
    let len = reader.number(part)?;
    Ok(Change { kind, offset, version, owner_died, bytes: reader.bytes(len, part)? })
}

/// Begins a message: clears the bytes and adds the head.
pub(crate) fn begin(bytes: &mut Vec<u8>, head: &Head) {
    bytes.clear();
    head.put(bytes);
}

/// Adds a change. One of a part that is not mirrored has no form, and is left out.
pub(crate) fn put_change(bytes: &mut Vec<u8>, change: &Change<'_>) {
    let Some(code) = code(change.kind) else { return };
    let is_dead = change.owner_died && code == GUARDED;
    bytes.push(if is_dead { code | OWNER_DIED } else { code });
    put_number(bytes, change.offset);
    if code == LATEST {
        put_number(bytes, change.version);
    }
    put_number(bytes, change.bytes.len() as u64);
    bytes.extend(change.bytes);
}

/// Sets the number of changes in the head.
pub(crate) fn set_count(bytes: &mut [u8], count: u32) {
    bytes[4..8].copy_from_slice(&count.to_le_bytes());
}
