//! Which parts of a file were ever written: of a sparse file it can be far less than its size.

use std::io;
use std::ops::Range;
use std::os::fd::BorrowedFd;

use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;

/// The first run of bytes in a part of a file that the file system keeps (lseek(2), `SEEK_DATA`); what
/// is before it in that part is zero. `None` if all of the part is. Where the file system does not tell,
/// all of it is kept. Moves the position of the descriptor.
pub(crate) fn kept(fd: BorrowedFd<'_>, part: Range<u64>) -> io::Result<Option<Range<u64>>> {
    let start = match seek(fd, SeekFrom::Data(part.start)) {
        Ok(start) if start >= part.end => return Ok(None),
        Ok(start) => start.max(part.start),
        // There is nothing from here to the end of the file.
        Err(Errno::NXIO) => return Ok(None),
        Err(Errno::INVAL | Errno::OPNOTSUPP) => return Ok(Some(part)),
        Err(error) => return Err(error.into()),
    };
    let end = match seek(fd, SeekFrom::Hole(start)) {
        Ok(end) => end.clamp(start, part.end),
        Err(_) => part.end,
    };
    // Punched out between the two looks: whoever looks on finds nothing there.
    let end = if end == start { part.end } else { end };
    Ok(Some(start..end))
}
