//! Growth: a program that has more fields than the region, which has room for them, adds them to the
//! region's description before using them, so that the next program knows where they are.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use super::on_disk::OnDisk;
use super::{failure, mirror, patch};
use crate::error::Error;
use crate::fault;
use crate::format::{self, FormatError};
use crate::schema::{Compatible, Encoded};
use crate::sys;
use crate::sys::file::Facts;

/// The byte that is locked while a growth section is written; `docs/format.md`. It comes after the
/// participants' bytes.
const LOCK_BYTE: u64 = (1 << 62) + 1024;

/// The longest wait for another process that adds fields. Adding takes microseconds, but any process
/// that may read the file can keep the lock.
const PATIENCE: Duration = Duration::from_secs(2);

const WAITED_IN_VAIN: &str = "another process has held that lock for 2 seconds, which a program that \
    adds fields does for microseconds: find it in /proc/locks, by the file's inode, and stop it";

/// Adds the fields that only this program has to the region's description, unless they are there by now.
pub(super) fn to_layout(
    file: &OwnedFd,
    facts: &Facts,
    label: &str,
    program: &Encoded,
    writable: bool,
    verdict: &Compatible,
) -> Result<(), Error> {
    if !writable {
        return if verdict.grows() { Err(not_grown(label, program, verdict)) } else { Ok(()) };
    }
    let io = |doing, error| failure::opening(Path::new(label), doing, error);
    let lock = Lock::take(file, facts, label)
        .map_err(|error| io("locking its growth section (`fcntl(2)`, `F_OFD_SETLK`)", error))?;
    fault::point("grow: locked");
    let format = |source| Error::Format { region: label.to_owned(), source };
    // Read again: another process may have been faster, with the same layout or a different one.
    let source = OnDisk::read(lock.0.as_fd(), 0).map_err(|error| format(error.into()))?;
    let header = format::check(&source, facts.size).map_err(format)?;
    let verdict = header.expect_encoded(&source, program).map_err(format)?;
    if !header.is_news(&verdict) {
        return Ok(());
    }
    let patch = header.growth_to(program).map_err(format)?;
    let write = |offset, bytes: &[u8]| {
        let end = offset + bytes.len() as u64;
        patch::write(lock.0.as_fd(), offset, bytes).map_err(|error| {
            failure::writing(Path::new(label), "writing its growth section", end, error)
        })
    };
    // In two steps, in either order: until the second one, the slot's checksum is wrong. The step that
    // reaches furthest comes first: if it fails, nothing has changed.
    let (start, rest) = patch.bytes.split_at(patch.bytes.len() / 2);
    write(patch.offset + start.len() as u64, rest)?;
    fault::point("grow: half written");
    write(patch.offset, start)?;
    fault::point("grow: written");
    Ok(())
}

fn not_grown(label: &str, program: &Encoded, verdict: &Compatible) -> Error {
    let (type_name, added) = (program.type_name(), verdict.added().to_vec());
    Error::Format { region: label.to_owned(), source: FormatError::NotGrown { type_name, added } }
}

/// The lock on the growth section, through a file description of its own: that of a passed descriptor is
/// shared with its sender, whom the lock would not exclude. The kernel releases the lock when the
/// descriptor is closed, and when its holder dies.
struct Lock(OwnedFd);

impl Lock {
    fn take(file: &OwnedFd, facts: &Facts, label: &str) -> io::Result<Self> {
        let reopen = || sys::file::reopen(Some(file.as_fd()), Path::new(label), facts.id, true);
        // The mode of a mirror lets nobody write, not even its follower.
        let file = match reopen() {
            Err(error) => mirror::reopen_denied(file, error, reopen)?,
            Ok(file) => file,
        };
        let deadline = Instant::now() + PATIENCE;
        while !sys::byte_lock::try_lock(file.as_fd(), LOCK_BYTE)? {
            if Instant::now() > deadline {
                return Err(io::Error::new(io::ErrorKind::TimedOut, WAITED_IN_VAIN));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Self(file))
    }
}
