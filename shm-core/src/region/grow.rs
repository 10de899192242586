//! Growth: a program that has more fields than the region, and room for them there, adds them to the
//! region's description before it uses them, so that whoever comes next knows what lies where.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use super::failure;
use super::open::OnDisk;
use crate::error::Error;
use crate::fault;
use crate::format::{self, Checked, Description, FormatError};
use crate::layout::Layout;
use crate::schema::Compatible;
use crate::sys;

/// The byte that is locked while a growth section is written; `docs/format.md`. Behind the bytes of
/// the participants.
const LOCK_BYTE: u64 = (1 << 62) + 1024;

/// How long to wait for another process that adds fields. That takes it microseconds; but whoever may
/// read the file may keep the lock.
const PATIENCE: Duration = Duration::from_secs(2);

/// Adds what only this program has to the description of the region, if it is not there by now.
pub(super) fn to_layout(
    file: &OwnedFd,
    size: u64,
    label: &str,
    layout: &'static Layout,
    writable: bool,
    verdict: &Compatible,
) -> Result<(), Error> {
    if !writable {
        return if verdict.grows() { Err(not_grown(label, layout, verdict)) } else { Ok(()) };
    }
    let io = |doing, error| failure::opening(Path::new(label), doing, error);
    let _lock = Lock::take(file.as_fd())
        .map_err(|error| io("locking its growth section (`fcntl(2)`, `F_OFD_SETLK`)", error))?;
    fault::point("grow: locked");
    let format = |source| Error::Format { region: label.to_owned(), source };
    // As it is by now: somebody may have been faster, with the same layout or with another one.
    let header = format::check(&OnDisk(file), size).map_err(format)?;
    let verdict = header.expect(&OnDisk(file), layout).map_err(format)?;
    if !is_news(&header, &verdict) {
        return Ok(());
    }
    let description = Description::of(layout).map_err(format)?;
    let Some(patch) = header.growth_to(&description) else {
        return Err(format(FormatError::NotDescribable { type_name: layout.name() }));
    };
    let write = |offset, bytes: &[u8]| {
        sys::file::write_at(file.as_fd(), offset, bytes)
            .map_err(|error| io("writing its growth section", error))
    };
    // In two steps, in either order: before the second one the slot's checksum is wrong.
    let (start, rest) = patch.bytes.split_at(patch.bytes.len() / 2);
    write(patch.offset + start.len() as u64, rest)?;
    fault::point("grow: half written");
    write(patch.offset, start)?;
    fault::point("grow: written");
    Ok(())
}

/// Whether the region's description lacks something that the program has.
pub(super) fn is_news(header: &Checked, verdict: &Compatible) -> bool {
    verdict.grows() || header.may_grow() && !verdict.new_variants().is_empty()
}

fn not_grown(label: &str, layout: &'static Layout, verdict: &Compatible) -> Error {
    let (type_name, added) = (layout.name(), verdict.added().to_vec());
    Error::Format { region: label.to_owned(), source: FormatError::NotGrown { type_name, added } }
}

/// The lock on the growth section. The kernel drops it when its holder dies.
struct Lock<'a>(BorrowedFd<'a>);

impl<'a> Lock<'a> {
    fn take(file: BorrowedFd<'a>) -> io::Result<Self> {
        let deadline = Instant::now() + PATIENCE;
        while !sys::byte_lock::try_lock(file, LOCK_BYTE)? {
            if Instant::now() > deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(Self(file))
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // Fails only for a descriptor that is none.
        let _ = sys::byte_lock::unlock(self.0, LOCK_BYTE);
    }
}
