//! Run-time lengths: slices, and structs that end in one, over files that other programs write.

use std::process::Command;

use shm_core::{CText, Error, Overlay, SharedLayout};

use crate::c_program;
use crate::support::Folder;

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct ExitStatus {
    termination: i16,
    exit: i16,
}

/// `struct utmp` of glibc on x86-64.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Login {
    kind: i16,
    pid: i32,
    line: CText<32>,
    id: [u8; 4],
    user: CText<32>,
    host: CText<256>,
    exit: ExitStatus,
    session: i32,
    seconds: i32,
    microseconds: i32,
    address: [i32; 4],
    unused: [u8; 20],
}

#[test]
fn login_records_are_read_to_the_end_of_their_file_without_the_one_that_is_being_written() {
    let folder = Folder::new("utmp");
    let writer = c_program(
        &folder,
        r#"
        #include <stdio.h>
        #include <string.h>
        #include <utmp.h>
        int main(int argc, char **argv) {
            FILE *file = fopen(argv[1], "w");
            for (int i = 0; i < 7; i++) {
                struct utmp record = {.ut_type = USER_PROCESS, .ut_pid = 100 + i};
                snprintf(record.ut_user, sizeof record.ut_user, "user%d", i);
                record.ut_tv.tv_sec = 1000000 + i;
                fwrite(&record, sizeof record, 1, file);
            }
            fwrite("half a record", 13, 1, file);
            fclose(file);
            return sizeof(struct utmp) != 384;
        }"#,
    );
    let path = folder.file("wtmp");
    assert!(Command::new(writer).arg(&path).status().unwrap().success());

    // SAFETY: the program has ended; the file keeps its size.
    let logins = unsafe { Overlay::<[Login]>::open_read_only(&path, 0) }.unwrap();
    assert_eq!(logins.len(), 7);
    for (i, login) in logins.iter().enumerate() {
        assert_eq!(login.kind.get(), 7);
        assert_eq!(login.user.get().to_string(), format!("user{i}"));
        assert_eq!((login.pid.get(), login.seconds.get()), (100 + i as i32, 1_000_000 + i as i32));
    }
    // SAFETY: as above.
    let last = unsafe { Overlay::<[Login]>::open_read_only(&path, 6 * 384) }.unwrap();
    assert_eq!((last.len(), last[0].pid.get()), (1, 106));
}

#[derive(SharedLayout)]
#[repr(C)]
struct NpyStart {
    magic: [u8; 6],
    version: [u8; 2],
    header_len: u16,
}

#[test]
fn an_array_saved_by_numpy_is_a_slice_after_its_header() {
    let folder = Folder::new("npy");
    let path = folder.file("array.npy");
    let header =
        format!("{:117}\n", "{'descr': '<f8', 'fortran_order': False, 'shape': (1000,), }");
    let mut bytes = [b"\x93NUMPY\x01\x00".as_slice(), &118_u16.to_le_bytes()].concat();
    bytes.extend(header.bytes());
    bytes.extend((0..1000).flat_map(|i| (f64::from(i) / 8.0).to_le_bytes()));
    std::fs::write(&path, bytes).unwrap();
    let save = "import numpy, sys; numpy.save(sys.argv[1], numpy.arange(1000) / 8)";
    let saved = Command::new("python3").args(["-c", save]).arg(&path).output();
    if !saved.is_ok_and(|saved| saved.status.success()) {
        println!("without numpy: the file is the one that this test wrote");
    }

    // SAFETY: the file is this test's own.
    let start = unsafe { Overlay::<NpyStart>::open_read_only(&path, 0) }.unwrap();
    let magic: Vec<_> = start.magic.iter().map(shm_core::Field::get).collect();
    assert_eq!(magic, *b"\x93NUMPY");
    let data = 10 + u64::from(start.header_len.get());
    // SAFETY: as above.
    let values = unsafe { Overlay::<[f64]>::open(&path, data) }.unwrap();
    assert_eq!(values.len(), 1000);
    assert!(values.iter().enumerate().all(|(i, value)| value.get() == i as f64 / 8.0));
    values[999].set(-1.0);
    assert_eq!(std::fs::read(&path).unwrap()[data as usize + 7992..], (-1.0_f64).to_le_bytes());
}

/// With 12 bytes before the samples and an alignment of 8: the file of a C program ends without the
/// padding that a Rust value has.
#[derive(SharedLayout)]
#[repr(C)]
struct Message {
    time: u64,
    count: u32,
    samples: [u16],
}

#[test]
fn a_flexible_array_member_is_as_long_as_the_file_of_the_c_program() {
    let folder = Folder::new("flexible");
    let writer = c_program(
        &folder,
        r#"
        #include <fcntl.h>
        #include <stddef.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <unistd.h>
        struct message { uint64_t time; uint32_t count; uint16_t samples[]; };
        int main(int argc, char **argv) {
            int count = atoi(argv[2]), file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
            size_t size = offsetof(struct message, samples) + count * sizeof(uint16_t);
            if (ftruncate(file, size)) return 1;
            struct message *m = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
            m->time = 5;
            m->count = count;
            for (int i = 0; i < count; i++) m->samples[i] = 3 * i;
            return 0;
        }"#,
    );
    for count in [0, 1, 2, 3, 4, 5, 2042, 2043, 10_001] {
        let path = folder.file("message");
        let status = Command::new(&writer).arg(&path).arg(count.to_string()).status();
        assert!(status.unwrap().success());
        // SAFETY: the program has ended; the file keeps its size.
        let message = unsafe { Overlay::<Message>::open(&path, 0) }.unwrap();
        assert_eq!((message.time.get(), message.count.get() as usize), (5, count));
        assert_eq!(message.samples.len(), count);
        assert!((0..count).all(|i| usize::from(message.samples[i].get()) == (3 * i) & 0xffff));
        // SAFETY: as above.
        let asked = unsafe { Overlay::<Message>::open_with_len(&path, 0, count) }.unwrap();
        assert_eq!(asked.samples.len(), count);
        // SAFETY: as above.
        let error = unsafe { Overlay::<Message>::open_with_len(&path, 0, count + 1) }.unwrap_err();
        let (needed, found) = (14 + 2 * count, 12 + 2 * count);
        let numbers = format!("it needs {needed} bytes, found {found}");
        assert!(error.to_string().contains(&numbers), "{error}");
    }
}

#[test]
fn a_length_that_is_asked_for_is_given_or_refused_with_the_numbers() {
    let folder = Folder::new("asked");
    let path = folder.file("numbers");
    std::fs::write(&path, [7; 100]).unwrap();
    // SAFETY: the file is this test's own, here and below.
    let open = |offset, len| unsafe { Overlay::<[u32]>::open_with_len(&path, offset, len) };
    assert_eq!(open(0, 25).unwrap().len(), 25);
    assert_eq!(open(96, 1).unwrap().len(), 1);
    assert_eq!(open(100, 0).unwrap().len(), 0);
    for (offset, len, words) in [
        (0, 26, "`[u32]` at offset 0: it needs 104 bytes, found 100"),
        (100, 1, "it needs 4 bytes, found 0"),
        (104, 0, "there are only 100 bytes"),
        (2, 1, "its alignment is 4; give a multiple of that"),
        (0, usize::MAX, "elements are more than memory can hold"),
        (u64::MAX - 3, 1, "there are only 100 bytes"),
    ] {
        let error = open(offset, len).unwrap_err();
        assert!(matches!(error, Error::BadOverlay { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn an_empty_file_holds_a_slice_of_no_elements_and_nothing_else() {
    let folder = Folder::new("empty");
    let path = folder.file("numbers");
    std::fs::write(&path, []).unwrap();
    // SAFETY: the file is this test's own.
    assert_eq!(unsafe { Overlay::<[u32]>::open(&path, 0) }.unwrap().len(), 0);
    // SAFETY: as above.
    assert!(unsafe { Overlay::<u32>::open(&path, 0) }.is_err());
    // SAFETY: as above.
    assert!(unsafe { Overlay::<Message>::open_read_only(&path, 0) }.is_err());
    // SAFETY: as above; the elements have no size.
    let error = unsafe { Overlay::<[std::marker::PhantomData<u8>]>::open(&path, 0) }.unwrap_err();
    assert!(error.to_string().contains("give a length"), "{error}");
}

#[test]
fn a_new_file_is_as_long_as_its_elements_take() {
    let folder = Folder::new("new");
    // SAFETY: the files are this test's own, here and below.
    let message = unsafe { Overlay::<Message>::create_with_len(folder.file("m"), 5) }.unwrap();
    assert_eq!(message.samples.len(), 5);
    assert_eq!(std::fs::metadata(folder.file("m")).unwrap().len(), 24);
    // SAFETY: as above.
    let bytes = unsafe { Overlay::<[u16]>::create(folder.file("b"), 4097) }.unwrap();
    assert_eq!(bytes.len(), 2048);
    // SAFETY: as above.
    let error = unsafe { Overlay::<Message>::create(folder.file("s"), 11) }.unwrap_err();
    assert!(error.to_string().contains("12 bytes before its first element, found 11"), "{error}");
    assert_eq!(folder.names(), ["b", "m"]);
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle = 1,
    Busy = 2,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Job {
    id: u32,
    mode: Mode,
}

#[test]
fn a_bad_value_is_named_by_the_overlay_that_it_was_read_through() {
    let folder = Folder::new("bad");
    let path = folder.file("jobs");
    std::fs::write(&path, [3; 80]).unwrap();
    // SAFETY: the file is this test's own, here and below.
    let jobs = unsafe { Overlay::<[Job]>::open(&path, 8) }.unwrap();
    // SAFETY: as above.
    let second = unsafe { Overlay::<Job>::open(&path, 0) }.unwrap();
    let error = jobs[4].mode.get().unwrap_err();
    assert_eq!((error.field(), error.region()), (Some("[4].mode"), path.to_str()));
    let error = second.mode.get().unwrap_err();
    assert_eq!((error.field(), error.region()), (Some("mode"), path.to_str()));
    let address = second.clone();
    drop((jobs, second));
    assert_eq!(address.mode.get().unwrap_err().field(), Some("mode"));
}
