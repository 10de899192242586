//! The files that a process has mapped, from `/proc/PID/maps` (proc_pid_maps(5)).

/// The identity of a file in `/proc/PID/maps`. Device and inode there can differ from those of stat(2)
/// (btrfs, overlayfs), so they are only compared with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MappedFile {
    device: Vec<u8>,
    inode: Vec<u8>,
}

/// The file that this process has mapped at an address.
pub(crate) fn file_at(address: usize) -> Option<MappedFile> {
    // Of this thread: a main thread that has ended shows no mappings.
    let maps = std::fs::read("/proc/thread-self/maps").ok()?;
    let line = lines(&maps).find(|line| line.start <= address && address < line.end)?;
    (line.inode != b"0")
        .then(|| MappedFile { device: line.device.to_owned(), inode: line.inode.to_owned() })
}

/// Returns whether a process is known to have no shared, writable mapping of a file. `false` if this
/// process may not look (ptrace(2), "Ptrace access mode checking"), or if no mappings are shown, as for
/// a process that is about to end.
///
/// A mapping that exists throughout the read is in the kernel's output. If the process replaces or gives
/// up its memory meanwhile, any mapping that the output lacks is gone.
pub(crate) fn is_without(pid: u32, file: &MappedFile) -> bool {
    std::fs::read(format!("/proc/{pid}/maps")).is_ok_and(|maps| shows_others_only(&maps, file))
}

fn shows_others_only(maps: &[u8], file: &MappedFile) -> bool {
    let is_it = |line: &Line<'_>| {
        line.is_shared_and_writable && line.device == file.device && line.inode == file.inode
    };
    lines(maps).next().is_some() && !lines(maps).any(|line| is_it(&line))
}

struct Line<'a> {
    start: usize,
    end: usize,
    is_shared_and_writable: bool,
    device: &'a [u8],
    inode: &'a [u8],
}

fn lines(maps: &[u8]) -> impl Iterator<Item = Line<'_>> {
    maps.split(|byte| *byte == b'\n').filter_map(Line::parse)
}

impl<'a> Line<'a> {
    /// `7f5e0000-7f5e1000 rw-s 00000000 00:1a 4711    /dev/shm/station`
    fn parse(line: &'a [u8]) -> Option<Self> {
        let mut fields = line.splitn(6, |byte| *byte == b' ');
        let (range, mode) = (std::str::from_utf8(fields.next()?).ok()?, fields.next()?);
        let (device, inode) = (fields.nth(1)?, fields.next()?);
        let (start, end) = range.split_once('-')?;
        let address = |digits| usize::from_str_radix(digits, 16).ok();
        let is_shared_and_writable = mode.get(1) == Some(&b'w') && mode.get(3) == Some(&b's');
        Some(Self {
            start: address(start)?,
            end: address(end)?,
            is_shared_and_writable,
            device,
            inode,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATION: &str = "7f00-7f10 rw-s 00001000 00:1a 4711                       /dev/shm/a b\n";
    const PROGRAM: &str = "5500-5600 r-xp 00000000 08:01 12                         /usr/bin/x\n";

    fn station() -> MappedFile {
        MappedFile { device: b"00:1a".to_vec(), inode: b"4711".to_vec() }
    }

    fn is_gone_from(maps: &str) -> bool {
        shows_others_only(maps.as_bytes(), &station())
    }

    #[test]
    fn a_file_is_gone_if_only_others_are_mapped_and_unknown_if_no_mappings_are_shown() {
        assert!(is_gone_from(PROGRAM));
        assert!(!is_gone_from(&format!("{PROGRAM}{STATION}")));
        assert!(!is_gone_from(""));
        assert!(!is_gone_from("nonsense\n"));
    }

    #[test]
    fn a_private_or_read_only_mapping_or_the_same_inode_on_another_device_does_not_count() {
        assert!(is_gone_from(&STATION.replace("rw-s", "r--s")));
        assert!(is_gone_from(&STATION.replace("rw-s", "rw-p")));
        assert!(is_gone_from(&STATION.replace("00:1a", "00:1b")));
        assert!(is_gone_from(&STATION.replace("4711", "47110")));
        assert!(!is_gone_from(&STATION.replace("rw-s", "rwxs")));
    }

    #[test]
    fn the_program_is_mapped_at_its_functions_and_the_stack_is_not_a_file() {
        let function = is_gone_from as fn(&str) -> bool;
        let program = file_at(function as usize).unwrap();
        assert!(is_without(std::process::id(), &program), "but neither writable nor shared");
        let local = 0_u8;
        assert_eq!(file_at(std::ptr::from_ref(&local).addr()), None);
        assert_eq!(file_at(0), None);
    }

    #[test]
    fn nothing_is_known_of_a_process_that_does_not_exist() {
        assert!(!is_without(u32::MAX, &station()));
    }
}
