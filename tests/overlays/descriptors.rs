//! Overlays of whatever mmap takes.

use std::fs::File;
use std::os::fd::{AsFd, FromRawFd, OwnedFd};

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use shm_core::{Error, Overlay, SharedLayout};

use crate::mappings_of;
use crate::support::Folder;

#[derive(SharedLayout)]
#[repr(C)]
struct Counters {
    packets: u64,
    errors: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Block {
    count: u32,
    values: [f32],
}

fn memfd(len: u64) -> OwnedFd {
    let fd = memfd_create("overlay", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).unwrap();
    ftruncate(&fd, len).unwrap();
    fd
}

#[test]
fn a_memfd_is_overlaid_and_outlives_its_descriptor() {
    let fd = memfd(8192 + 10);
    // SAFETY: the memory is this test's own, here and below.
    let counters = unsafe { Overlay::<Counters>::from_fd(&fd, 8184) }.unwrap();
    // SAFETY: as above.
    let block = unsafe { Overlay::<Block>::from_fd(&fd, 4096) }.unwrap();
    assert_eq!(block.values.len(), (8202 - 4096 - 4) / 4);
    // SAFETY: as above.
    let reader = unsafe { Overlay::<Counters>::from_fd_read_only(&fd, 8184) }.unwrap();
    drop(fd);
    counters.packets.set(3);
    assert_eq!((reader.packets.get(), block.values[1021].get()), (3, f32::from_bits(3)));
    let error = format!("{:?}", counters);
    assert!(error.contains("packets: 3"), "{error}");
}

#[test]
fn an_overlay_by_descriptor_and_one_by_name_are_of_the_same_memory() {
    let folder = Folder::new("by-both");
    let path = folder.file("block");
    std::fs::write(&path, [0; 5000]).unwrap();
    let file = File::options().read(true).write(true).open(&path).unwrap();
    // SAFETY: the file is this test's own, here and below.
    let by_name = unsafe { Overlay::<Block>::open(&path, 0) }.unwrap();
    // SAFETY: as above.
    let by_descriptor = unsafe { Overlay::<Block>::from_fd(&file, 0) }.unwrap();
    // SAFETY: as above.
    let four = unsafe { Overlay::<Block>::from_fd_with_len(file.as_fd(), 4096, 4) }.unwrap();
    by_name.count.set(9);
    assert_eq!((by_descriptor.count.get(), four.values.len()), (9, 4));
    assert_eq!(mappings_of(&path).len(), 1);
}

#[test]
fn a_descriptor_without_the_right_is_refused_with_what_it_needs() {
    let folder = Folder::new("rights");
    let path = folder.file("n");
    std::fs::write(&path, [0; 64]).unwrap();
    // SAFETY: the file is this test's own, here and below.
    let _in_memory = unsafe { Overlay::<[u8]>::open(&path, 0) }.unwrap();
    for (file, may_read) in [
        (File::options().read(true).open(&path).unwrap(), true),
        (File::options().write(true).open(&path).unwrap(), false),
    ] {
        // SAFETY: as above.
        let error = unsafe { Overlay::<u64>::from_fd(&file, 0) }.unwrap_err();
        assert!(matches!(error, Error::PermissionDenied { .. }), "{error}");
        assert!(error.help().unwrap().contains("opened for reading and writing"), "{error:?}");
        // SAFETY: as above.
        let reader = unsafe { Overlay::<u64>::from_fd_read_only(&file, 0) };
        assert_eq!(reader.is_ok(), may_read);
    }
}

#[test]
fn a_memfd_that_is_sealed_against_writing_can_be_read() {
    let fd = memfd(64);
    rustix::io::pwrite(&fd, &[5; 64], 0).unwrap();
    fcntl_add_seals(&fd, SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW).unwrap();
    // SAFETY: the memory is this test's own, here and below.
    let error = unsafe { Overlay::<[u8]>::from_fd(&fd, 0) }.unwrap_err();
    assert!(error.help().unwrap().contains("sealed"), "{error:?}");
    // SAFETY: as above.
    let reader = unsafe { Overlay::<[u8]>::from_fd_read_only(&fd, 0) }.unwrap();
    assert_eq!((reader.len(), reader[63].get()), (64, 5));
}

#[test]
fn a_device_without_a_size_is_mapped_as_far_as_the_type_or_the_length_says() {
    let zeros = File::options().read(true).write(true).open("/dev/zero").unwrap();
    // SAFETY: each mapping of this device is memory of its own, here and below.
    let counters = unsafe { Overlay::<Counters>::from_fd(&zeros, 0) }.unwrap();
    // SAFETY: as above.
    let other = unsafe { Overlay::<Counters>::from_fd(&zeros, 0) }.unwrap();
    counters.errors.set(3);
    assert_eq!((counters.errors.get(), other.errors.get()), (3, 0), "not one thing: a device's");
    // SAFETY: as above.
    let words = unsafe { Overlay::<[u64]>::from_fd_with_len(&zeros, 0, 3000) }.unwrap();
    words[2999].set(1);
    assert_eq!(words.len(), 3000);
    // SAFETY: as above.
    let error = unsafe { Overlay::<[u64]>::from_fd(&zeros, 0) }.unwrap_err();
    assert!(error.to_string().contains("`_with_len`"), "{error}");
}

/// The page that `perf_event_open(2)` documents, and the ring behind it: a size that the kernel insists on.
#[test]
fn the_ring_of_a_perf_event_is_mapped_whole() {
    let mut attributes = [0_u64; 16];
    // type PERF_TYPE_SOFTWARE, size 128; config PERF_COUNT_SW_DUMMY; flags: disabled, exclude_kernel
    attributes[0] = 1 | (128 << 32);
    attributes[1] = 9;
    attributes[5] = 1 | (1 << 5);
    let at = attributes.as_ptr();
    // SAFETY: the attributes are of the size that they say.
    let fd = unsafe { libc::syscall(libc::SYS_perf_event_open, at, 0, -1, -1, 0_u64) };
    if fd < 0 {
        println!("skipped: {}", std::io::Error::last_os_error());
        return;
    }
    // SAFETY: just opened, and nobody else's.
    let event = unsafe { OwnedFd::from_raw_fd(fd as i32) };
    // SAFETY: the kernel counts in words of these widths; the event is disabled, here and below.
    let first = unsafe { Overlay::<[u64; 512]>::from_fd(&event, 0) }.unwrap();
    assert_eq!(first[131].get(), 0, "no ring yet");
    drop(first);
    // SAFETY: as above.
    let ring = unsafe { Overlay::<[u64]>::from_fd_with_len(&event, 0, 9 * 512) }.unwrap();
    assert_eq!((ring[130].get(), ring[131].get()), (4096, 8 * 4096), "data_offset and data_size");
    drop(ring);
    // SAFETY: as above.
    let error = unsafe { Overlay::<[u64]>::from_fd_with_len(&event, 0, 8 * 512) }.unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
}

#[test]
fn what_cannot_be_mapped_is_said_to_be_that() {
    let (reader, writer) = std::io::pipe().unwrap();
    let socket = std::os::unix::net::UnixStream::pair().unwrap().0;
    // SAFETY: makes a descriptor.
    let event = unsafe { OwnedFd::from_raw_fd(libc::eventfd(0, libc::EFD_CLOEXEC)) };
    let folder: OwnedFd = File::open("/").unwrap().into();
    for (name, fd) in [("socket", socket.into()), ("event", event), ("folder", folder)] {
        let fd: OwnedFd = fd;
        // SAFETY: it is refused.
        let error = unsafe { Overlay::<u64>::from_fd_read_only(&fd, 0) }.unwrap_err();
        assert!(matches!(error, Error::NotRegularFile { .. }), "{name}: {error}");
        assert!(error.to_string().contains("cannot be mapped"), "{name}: {error}");
    }
    for end in [OwnedFd::from(reader), OwnedFd::from(writer)] {
        // SAFETY: it is refused.
        assert!(unsafe { Overlay::<u64>::from_fd_read_only(&end, 0) }.is_err());
    }
}
