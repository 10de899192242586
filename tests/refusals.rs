//! Mistakes and failures as a user meets them: each has its own error, with a message that says what to
//! do, and no data is lost.

#[allow(dead_code, reason = "this test forges little")]
#[path = "format/forge.rs"]
mod forge;
mod support;

use std::path::Path;
use std::time::Duration;

use shm_core::{Error, Region, SharedLayout};
use support::Folder;

#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    temperature: f64,
    hits: u64,
    samples: [u32; 4],
}

/// Opens for reading and writing and returns the error, both kinds of access agreeing on it.
fn refusal(path: &Path) -> Error {
    let error = Region::<Station>::open(path).expect_err("opening must be refused");
    let other = Region::<Station>::open_read_only(path).expect_err("opening must be refused");
    assert_eq!(format!("{error:?}"), format!("{other:?}"));
    error
}

fn says(error: &Error, words: &[&str]) {
    let text = format!("{error:?}");
    for word in words {
        assert!(text.contains(word), "`{word}` is missing in: {text}");
    }
}

#[test]
fn a_region_that_does_not_exist_is_named_with_ways_to_wait_for_it() {
    let folder = Folder::new("none");
    let error = refusal(&folder.file("none"));
    assert!(matches!(error, Error::NotFound { .. }));
    says(&error, &["/none does not exist", "wait(", "open_or_create"]);
}

#[test]
fn waiting_ends_with_the_reason_for_which_opening_failed() {
    let folder = Folder::new("timeout");
    let error = Region::<u64>::options()
        .wait(Duration::from_millis(20))
        .open(folder.file("n"))
        .unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }));
    says(&error, &["in time", "does not exist"]);
}

#[test]
fn waiting_stops_at_errors_that_time_cannot_fix() {
    let folder = Folder::new("wait-bad");
    std::fs::write(folder.file("n"), "no region").unwrap();
    let error = Region::<u64>::options().wait(Duration::MAX).open(folder.file("n")).unwrap_err();
    assert!(matches!(error, Error::Format { .. }));
}

#[test]
fn a_name_that_is_taken_is_not_overwritten() {
    let folder = Folder::new("taken");
    std::fs::write(folder.file("n"), "precious").unwrap();
    for named_temporary in [false, true] {
        let options = Region::<Station>::options().named_temporary(named_temporary);
        let error = options.create(folder.file("n")).unwrap_err();
        assert!(matches!(error, Error::AlreadyExists { .. }));
        says(&error, &["exists already", "create_or_replace"]);
    }
    assert_eq!(std::fs::read(folder.file("n")).unwrap(), b"precious");
    assert_eq!(folder.names(), ["n"]);
}

#[test]
fn a_directory_that_does_not_exist_is_told_apart_from_a_region_that_does_not() {
    let folder = Folder::new("nodir");
    let error = Region::<Station>::create(folder.file("a/b")).unwrap_err();
    assert!(matches!(error, Error::NoDirectory { .. }));
    says(&error, &["create the directory first"]);
}

#[test]
fn names_that_cannot_be_a_file_are_refused() {
    for name in ["", ".", "..", "a/", "a\0b"] {
        let error = Region::<Station>::create(name).unwrap_err();
        assert!(matches!(error, Error::BadName { .. }), "{name:?}: {error}");
    }
    says(&Region::<u64>::options().memfd(&"x".repeat(300)).unwrap_err(), &["249"]);
}

/// To shm_open(3) it means a file in /dev/shm, to open(2) one in the root directory.
#[test]
fn a_name_with_a_slash_at_its_start_alone_is_refused_and_makes_no_file_anywhere() {
    let plain = format!("shm-test-root-{}", std::process::id());
    let name = format!("/{plain}");
    let refused = |error: Error| {
        assert!(matches!(error, Error::BadName { .. }), "{error}");
        says(&error, &["shm_open(3)", "leave the slash out", "`/./`"]);
    };
    refused(Region::<Station>::create(&name).unwrap_err());
    refused(Region::<Station>::options().create_or_replace(&name).unwrap_err());
    refused(Region::<Station>::open(&name).unwrap_err());
    refused(shm_core::DynRegion::open(&name).unwrap_err());
    refused(shm_core::inspect::Inspection::of(&name).unwrap_err());
    refused(shm_core::region::unlink(&name).unwrap_err());
    assert!(!Path::new(&name).exists() && !Path::new("/dev/shm").join(&plain).exists());
    // An explicit path there is accepted.
    let missing = Region::<Station>::open(format!("/.{name}")).unwrap_err();
    assert!(matches!(missing, Error::NotFound { .. }), "{missing}");
}

#[test]
fn anything_but_a_regular_file_is_refused_at_once() {
    let folder = Folder::new("kinds");
    let fifo = folder.file("fifo");
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, 0o600.into(), 0)
        .unwrap();
    let link = folder.file("link");
    Region::<Station>::create(folder.file("target")).unwrap();
    std::os::unix::fs::symlink(folder.file("target"), &link).unwrap();
    let socket = folder.file("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let directory = folder.file("directory");
    std::fs::create_dir(&directory).unwrap();

    // A FIFO without a writer would make a plain open hang; the test would time out.
    for (path, word) in
        [(fifo, "FIFO"), (link, "symbolic link"), (socket, "socket"), (directory, "directory")]
    {
        let error = refusal(&path);
        assert!(matches!(error, Error::NotRegularFile { .. }), "{error}");
        says(&error, &[word, "not a regular file"]);
    }
    says(&refusal(Path::new("/dev/null")), &["character device"]);
}

#[test]
fn the_files_of_another_user_are_refused_unless_allowed() {
    let folder = Folder::new("owner");
    let path = folder.file("n");
    Region::<Station>::create(&path).unwrap();
    if std::os::unix::fs::chown(&path, Some(4321), None).is_err() {
        println!("skipped: only root can give a file away");
        return;
    }
    let error = refusal(&path);
    assert!(matches!(error, Error::ForeignOwner { owner: 4321, .. }));
    says(&error, &["belongs to user 4321", "allow_owner(4321)"]);
    assert!(Region::<Station>::options().allow_owner(4321).open(&path).is_ok());
}

#[test]
fn a_file_that_is_not_a_region_is_an_error_that_says_so() {
    let folder = Folder::new("text");
    for content in [&b""[..], b"hello", &[0; 8192], b"\x7fELF\x02\x01\x01 and much more than that"]
    {
        std::fs::write(folder.file("n"), content).unwrap();
        let error = refusal(&folder.file("n"));
        assert!(matches!(error, Error::Format { .. }), "{error}");
    }
}

#[test]
fn a_runtime_length_other_than_the_requested_one_is_refused() {
    let folder = Folder::new("length");
    let path = folder.file("n");
    Region::<[u32]>::options().len(8).create(&path).unwrap();
    let error = Region::<[u32]>::options().len(9).open(&path).unwrap_err();
    assert!(matches!(error, Error::LengthDiffers { found: 8, expected: 9, .. }));
    says(&error, &["holds 8 elements, expected 9"]);
    assert_eq!(Region::<[u32]>::open(&path).unwrap().len(), 8);
}

#[test]
fn a_length_is_given_where_and_only_where_there_is_one() {
    let folder = Folder::new("nolength");
    let error = Region::<[u32]>::options().create(folder.file("n")).unwrap_err();
    says(&error, &["options().len(n)"]);
    let error = Region::<u32>::options().len(3).create(folder.file("n")).unwrap_err();
    says(&error, &["has no run-time length"]);
    let error =
        Region::<[u32]>::options().len(usize::MAX / 2).create(folder.file("n")).unwrap_err();
    says(&error, &["cannot be that long"]);
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn a_descriptor_without_seals_is_refused() {
    let folder = Folder::new("seals");
    let region = Region::<u64>::create(folder.file("n")).unwrap();
    let passed = region.as_fd().unwrap().try_clone_to_owned().unwrap();
    let error = Region::<u64>::options().from_fd(passed).unwrap_err();
    assert!(matches!(error, Error::SealsMissing { .. }));
    says(&error, &["SIGBUS", "options().memfd("]);
}

#[test]
fn no_process_can_truncate_or_grow_a_sealed_region() {
    let region = Region::<[u64; 1000]>::options().memfd("sealed").unwrap();
    let fd = region.as_fd().unwrap();
    assert!(rustix::fs::ftruncate(fd, 0).is_err());
    assert!(rustix::fs::ftruncate(fd, 1 << 20).is_err());
    region[999].set(1);
}

#[test]
fn a_region_from_before_the_last_start_of_the_machine_is_refused_unless_accepted() {
    let Some(folder) = Folder::on_disk("reboot") else { return };
    let path = folder.file("n");
    Region::<Station>::create(&path).unwrap().hits.set(3);
    give_boot_id(&path, |byte| byte ^ 1);

    let error = refusal(&path);
    assert!(matches!(error, Error::Rebooted { .. }));
    says(&error, &["before this machine was last started", "after_reboot(true)"]);
    let options = Region::<Station>::options().after_reboot(true);
    assert_eq!(options.open(&path).unwrap().hits.get(), 3);
}

/// Changes each byte of a region's boot id.
fn give_boot_id(path: &Path, change: impl Fn(u8) -> u8) {
    const BOOT_ID: std::ops::Range<usize> = 88..104;
    let mut bytes = forge::Forged(std::fs::read(path).unwrap());
    bytes.0[BOOT_ID].iter_mut().for_each(|byte| *byte = change(*byte));
    bytes.seal();
    std::fs::write(path, &bytes.0).unwrap();
}

/// Containers can have boot ids of their own.
#[test]
fn a_region_in_memory_is_never_from_before_the_last_start_of_the_machine() {
    let folder = Folder::new("reboot-tmpfs");
    let path = folder.file("n");
    Region::<Station>::create(&path).unwrap().hits.set(3);
    give_boot_id(&path, |byte| byte ^ 1);
    assert_eq!(Region::<Station>::open(&path).unwrap().hits.get(), 3);
    let seen = shm_core::inspect::Inspection::of(&path).unwrap();
    assert!(seen.is_of_this_boot() && seen.boot() == shm_core::region::Boot::This);
}

#[test]
fn a_region_from_a_creator_without_a_boot_id_is_of_an_unknown_boot() {
    let Some(folder) = Folder::on_disk("reboot-unknown") else { return };
    let path = folder.file("n");
    Region::<Station>::create(&path).unwrap().hits.set(3);
    give_boot_id(&path, |_| 0);
    assert_eq!(Region::<Station>::open(&path).unwrap().hits.get(), 3);
    let seen = shm_core::inspect::Inspection::of(&path).unwrap();
    assert!(seen.is_of_this_boot() && seen.boot() == shm_core::region::Boot::Unknown);
}

#[test]
fn a_layout_that_differs_is_shown_beside_the_programs_own() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Wider {
        temperature: f64,
        hits: u64,
        samples: [u64; 4],
    }
    let folder = Folder::new("differs");
    let wider = Region::<Wider>::create(folder.file("n")).unwrap();
    wider.hits.set(3);
    let error = refusal(&folder.file("n"));
    says(&error, &["temperature", "hits", "samples", "[u32; 4]", "[u64; 4]"]);
    assert_eq!(wider.hits.get(), 3);
}

#[test]
fn the_type_name_and_the_docs_are_not_part_of_a_layout() {
    /// Another name, and this comment.
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Outpost {
        /// degrees
        #[shm(unit = "°C")]
        temperature: f64,
        hits: u64,
        samples: [u32; 4],
    }
    let folder = Folder::new("names");
    Region::<Outpost>::create(folder.file("n")).unwrap();
    assert!(Region::<Station>::open(folder.file("n")).is_ok());
    assert_eq!(Station::LAYOUT.fingerprint(), Outpost::LAYOUT.fingerprint());
}
