//! The parts of a file that were ever written: for a sparse file, they can be far smaller than its size.

use std::io;
use std::ops::Range;
use std::os::fd::BorrowedFd;

use rustix::fs::{SeekFrom, seek};
use rustix::io::Errno;

/// The first run of stored bytes in a part of a file (lseek(2), `SEEK_DATA`); the bytes before it in
/// that part are zero. `None` if all of the part is zero. Where the file system cannot tell, all of the
/// part counts as stored. Moves the position of the descriptor.
pub(crate) fn kept(fd: BorrowedFd<'_>, part: Range<u64>) -> io::Result<Option<Range<u64>>> {
    let start = match seek(fd, SeekFrom::Data(part.start)) {
        Ok(start) if start >= part.end => return Ok(None),
        Ok(start) => start.max(part.start),
        // No data from here to the end of the file.
        Err(Errno::NXIO) => return Ok(None),
        Err(Errno::INVAL | Errno::OPNOTSUPP) => return Ok(Some(part)),
        Err(error) => return Err(error.into()),
    };
    let end = match seek(fd, SeekFrom::Hole(start)) {
        Ok(end) => end.clamp(start, part.end),
        Err(_) => part.end,
    };
    // Punched out between the two calls: the caller's next look finds no data there.
    let end = if end == start { part.end } else { end };
    Ok(Some(start..end))
}
