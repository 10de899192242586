//! Regions: creating, opening, replacing, sharing and letting go.

mod support;

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::Duration;

use shm_core::{Bulk, Latest, Mutex, Overlay, ReadOnly, Region, SharedLayout, View};
use support::{Folder, argument, role, run};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    y: f64,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Station {
    temperature: f64,
    hits: u64,
    poses: [Pose; 3],
}

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u32,
    pixels: [u16],
}

const STATION: Station =
    Station { temperature: 21.5, hits: 7, poses: [Pose { x: 1.0, y: 2.0 }; 3] };

#[test]
fn a_plain_name_is_a_file_in_dev_shm_that_only_its_owner_may_open() {
    let name = format!("shm-test-plain-{}", std::process::id());
    let region = Region::<Station>::create(&name).unwrap();
    let facts = std::fs::metadata(format!("/dev/shm/{name}")).unwrap();
    assert_eq!(facts.mode() & 0o7777, 0o600);
    assert_eq!(region.path().unwrap().to_str().unwrap(), format!("/dev/shm/{name}"));
    region.unlink().unwrap();
    assert!(!std::path::Path::new(&format!("/dev/shm/{name}")).exists());
}

#[test]
fn a_new_region_holds_zeros_the_given_value_or_what_init_wrote() {
    let folder = Folder::new("create");
    let zeroed = Region::<Station>::create(folder.file("a")).unwrap();
    assert_eq!(
        zeroed.load().unwrap(),
        Station { temperature: 0.0, hits: 0, poses: [Pose { x: 0.0, y: 0.0 }; 3] }
    );
    let from = Region::<Station>::create_from(folder.file("b"), &STATION).unwrap();
    assert_eq!(from.load().unwrap(), STATION);
    let with = Region::<Station>::options()
        .create_with(folder.file("c"), |s| s.poses[2].y.set(9.0))
        .unwrap();
    assert_eq!(with.poses[2].y.get(), 9.0);
}

#[test]
fn locks_and_versions_work_while_a_region_is_being_made() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Board {
        pose: Latest<Pose>,
        hits: Mutex<u64>,
    }
    for named_temporary in [false, true] {
        let folder = Folder::new("init");
        let options = Region::<Board>::options().named_temporary(named_temporary);
        let made = options.create_with(folder.file("n"), |board| {
            board.pose.store(&Pose { x: 1.0, y: 2.0 }).unwrap();
            board.hits.lock().unwrap().set(3);
        });
        let made = made.unwrap();
        let again = Region::<Board>::open(folder.file("n")).unwrap();
        assert_eq!(again.pose.load().unwrap(), Pose { x: 1.0, y: 2.0 });
        assert_eq!(again.hits.lock().unwrap().get(), 3);
        drop(made);
    }
}

#[test]
fn an_init_that_panics_leaves_no_file() {
    for named_temporary in [false, true] {
        let folder = Folder::new("panic");
        let options = Region::<Station>::options().named_temporary(named_temporary);
        let attempt = std::panic::catch_unwind(|| {
            options.create_with(folder.file("a"), |_| -> () { panic!("on purpose") })
        });
        assert!(attempt.is_err());
        assert_eq!(folder.names(), Vec::<String>::new());
    }
}

#[test]
fn the_mode_is_as_asked_whatever_the_umask() {
    let folder = Folder::new("mode");
    for (mode, named_temporary) in [(0o640, false), (0o666, true)] {
        let path = folder.file(&format!("{mode:o}"));
        let options = Region::<u64>::options().mode(mode).named_temporary(named_temporary);
        options.create(&path).unwrap();
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[test]
fn a_sparse_region_takes_space_when_it_is_touched() {
    let folder = Folder::new("sparse");
    let options = Region::<[u64]>::options().sparse(true).len(1 << 20);
    let region = options.create(folder.file("sparse")).unwrap();
    let blocks = || std::fs::metadata(region.path().unwrap()).unwrap().blocks();
    assert!(blocks() < 100, "{} blocks", blocks());
    region[1 << 19].set(1);
    let reserved = Region::<[u64]>::options().len(1 << 20).create(folder.file("full")).unwrap();
    assert!(std::fs::metadata(reserved.path().unwrap()).unwrap().blocks() * 512 >= 8 << 20);
}

#[test]
fn open_or_create_creates_once_and_keeps_what_is_there() {
    let folder = Folder::new("ooc");
    let first = Region::<u64>::options().open_or_create(folder.file("n")).unwrap();
    first.set(5);
    let second = Region::<u64>::options().open_or_create(folder.file("n")).unwrap();
    assert_eq!((first.created(), second.created(), second.get()), (true, false, 5));
}

#[test]
fn replacing_gives_the_name_to_the_new_region_and_leaves_the_old_one_alone() {
    for named_temporary in [false, true] {
        let folder = Folder::new("replace");
        let options = Region::<u64>::options().named_temporary(named_temporary);
        let old = Region::<u64>::create_from(folder.file("n"), &1).unwrap();
        let new = options.create_or_replace_with(folder.file("n"), |v| v.set(2)).unwrap();
        assert_eq!((old.get(), new.get()), (1, 2));
        assert!(!old.is_current() && new.is_current());
        assert!(old.unlink().unwrap_err().to_string().contains("not this region any more"));
        assert_eq!(Region::<u64>::open(folder.file("n")).unwrap().get(), 2);
        assert_eq!(folder.names(), ["n"]);
    }
}

/// Replacing takes a temporary name; a process that is killed between the two steps leaves it.
#[test]
fn leftovers_of_a_killed_creator_are_removed_by_the_next_one() {
    let folder = Folder::new("leftovers");
    std::fs::write(folder.file(".shm-new.not-ours"), "").unwrap();
    let mut killed = support::second_process("dies replacing");
    let mut killed = killed.env("SHM_PATH", folder.file("n")).spawn().unwrap();
    assert!(!support::finish(&mut killed).success());
    assert_eq!(folder.names().len(), 2, "{:?}", folder.names());
    Region::<u64>::options().create_or_replace(folder.file("n")).unwrap();
    assert_eq!(folder.names(), [".shm-new.not-ours", "n"]);
}

fn die_replacing() {
    shm_core::fault::at_each_point(|point| {
        if point == "before replacing" {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
        }
    });
    let _ = Region::<u64>::options().create_or_replace(argument("SHM_PATH"));
}

#[test]
fn an_open_that_waits_waits_for_a_region_that_is_created_later() {
    let folder = Folder::new("wait");
    let path = folder.file("late");
    let waiting = std::thread::spawn({
        let path = path.clone();
        move || Region::<u64>::options().wait(support::PATIENCE).open(path).unwrap().get()
    });
    std::thread::sleep(Duration::from_millis(30));
    let _writer = Region::<u64>::create_from(&path, &42).unwrap();
    assert_eq!(waiting.join().unwrap(), 42);
}

#[test]
fn two_opens_in_one_process_share_a_mapping_of_each_kind() {
    let folder = Folder::new("share");
    let path = folder.file("n");
    let region = Region::<[u64; 4]>::create(&path).unwrap();
    let again = Region::<[u64; 4]>::open(&path).unwrap();
    let reader =
        Region::<[u64; 4], ReadOnly>::clone(&Region::<[u64; 4]>::open_read_only(&path).unwrap());
    assert!(std::ptr::eq(&*region, &*again));
    assert_ne!(region.as_ptr().addr(), reader.as_ptr().addr());
    again[1].set(3);
    assert_eq!((region[1].get(), reader[1].get(), region.read_only()[1].get()), (3, 3, 3));
}

/// A peer may write the header of another region into a file that this process has mapped. The
/// second open must not take the first one's mapping, where its value would be at another address.
#[test]
fn a_file_that_was_rewritten_in_place_is_mapped_anew() {
    /// A long comment, so that the data of this struct starts later than that of the other:
    /// aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    /// aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    /// aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Far {
        byte: u8,
    }
    let folder = Folder::new("rewritten");
    let far = Region::<Far>::create(folder.file("n")).unwrap();
    Region::<[u8; 64]>::create_from(folder.file("near"), &[7; 64]).unwrap();
    let near = std::fs::read(folder.file("near")).unwrap();
    assert!(near.len() < std::fs::metadata(folder.file("n")).unwrap().len() as usize);
    let mut bytes = std::fs::read(folder.file("n")).unwrap();
    bytes[..near.len()].copy_from_slice(&near);
    std::fs::write(folder.file("n"), &bytes).unwrap();

    let near = Region::<[u8; 64]>::open(folder.file("n")).unwrap();
    assert_eq!(near.load_vec().unwrap(), [7; 64]);
    far.byte.set(1);
}

#[test]
fn a_file_that_was_rewritten_with_other_widths_is_mapped_anew() {
    let folder = Folder::new("widths");
    let words = Region::<[u64; 8]>::create(folder.file("n")).unwrap();
    Region::<[i64; 8]>::create_from(folder.file("other"), &[-7; 8]).unwrap();
    std::fs::write(folder.file("n"), std::fs::read(folder.file("other")).unwrap()).unwrap();

    let others = Region::<[i64; 8]>::open(folder.file("n")).unwrap();
    assert_eq!(others.load_vec().unwrap(), [-7; 8]);
    assert_ne!(words.as_ptr().addr(), others.as_ptr().addr());
}

#[test]
fn a_handle_or_a_projection_keeps_the_memory_mapped() {
    let folder = Folder::new("project");
    let region = Region::<Station>::create_from(folder.file("n"), &STATION).unwrap();
    let poses = region.project(|station| &station.poses[..]);
    let y = poses.project(|poses| &poses[1].y);
    drop((region, poses));
    std::thread::spawn(move || assert_eq!(y.get(), 2.0)).join().unwrap();
}

#[test]
fn a_runtime_length_comes_from_a_number_or_a_slice_and_is_found_again() {
    let folder = Folder::new("tail");
    Region::<[i32]>::create_from(folder.file("slice"), &[1, 2, 3]).unwrap();
    let slice = Region::<[i32]>::open_read_only(folder.file("slice")).unwrap();
    assert_eq!(slice.load_vec().unwrap(), [1, 2, 3]);
    let frame = Region::<Frame>::options().len(5).create(folder.file("frame")).unwrap();
    frame.pixels[4].set(9);
    let again = Region::<Frame>::open(folder.file("frame")).unwrap();
    assert_eq!((again.pixels.len(), again.pixels[4].get()), (5, 9));
    let empty = Region::<Frame>::options().len(0).create(folder.file("empty")).unwrap();
    assert_eq!(empty.pixels.len(), 0);
}

#[test]
fn scalars_and_arrays_are_roots() {
    let folder = Folder::new("roots");
    let raw_value = Region::<f64>::create(folder.file("d")).unwrap();
    raw_value.set(0.5);
    let raw_array = Region::<[i32; 10]>::create(folder.file("i")).unwrap();
    raw_array[9].set(-1);
    assert_eq!(Region::<f64>::open(folder.file("d")).unwrap().get(), 0.5);
    assert_eq!(Region::<[i32; 10]>::open(folder.file("i")).unwrap()[9].get(), -1);
}

#[test]
fn flush_reaches_the_file() {
    let folder = Folder::below(std::env::temp_dir().to_str().unwrap(), "flush");
    let region = Region::<u64>::create(folder.file("n")).unwrap();
    region.set(0x1122_3344_5566_7788);
    region.flush().unwrap();
    let bytes = std::fs::read(folder.file("n")).unwrap();
    assert!(bytes.windows(8).any(|window| window == 0x1122_3344_5566_7788_u64.to_ne_bytes()));
}

#[test]
fn a_panic_message_of_a_bad_value_names_region_and_field() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Letters {
        pad: u32,
        letters: [char; 4],
    }
    let folder = Folder::new("invalid");
    let region = Region::<Letters>::create(folder.file("letters")).unwrap();
    region.letters[2].repr().set(0xd800);
    let error = region.letters[2].get().unwrap_err();
    assert_eq!(error.field(), Some("letters[2]"));
    assert_eq!(error.bits(), 0xd800);
    let text = error.to_string();
    assert!(
        text.contains("0x0000d800") && text.contains("`char`") && text.contains("/letters"),
        "{text}"
    );
}

#[test]
fn an_overlay_covers_any_aligned_part_of_a_file() {
    let folder = Folder::new("overlay");
    let path = folder.file("raw");
    let mut bytes = vec![0_u8; 9000];
    bytes[8200..8208].copy_from_slice(&1.5_f64.to_ne_bytes());
    std::fs::write(&path, &bytes).unwrap();
    // SAFETY: the file is this test's own and keeps its size.
    let pose = unsafe { Overlay::<Pose>::open(&path, 8192) }.unwrap();
    assert_eq!((pose.x.get(), pose.y.get()), (0.0, 1.5));
    pose.x.set(2.5);
    assert_eq!(std::fs::read(&path).unwrap()[8192..8200], 2.5_f64.to_ne_bytes());
    for offset in [8992, 4, u64::MAX - 7] {
        // SAFETY: as above.
        let error = unsafe { Overlay::<Pose>::open(&path, offset) }.unwrap_err();
        assert!(error.to_string().contains("cannot be overlaid with `Pose`"), "{error}");
    }
    // SAFETY: as above.
    let reader = unsafe { Overlay::<Pose>::open_read_only(&path, 8192) }.unwrap();
    assert_eq!(reader.x.get(), 2.5);
}

#[test]
fn a_read_only_mapping_is_one_to_the_kernel_even_beside_a_writable_one() {
    let folder = Folder::new("maps");
    let path = folder.file("n");
    let region = Region::<Station>::create_from(&path, &STATION).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o444)).unwrap();
    let reader = Region::<Station>::open_read_only(&path).unwrap();
    region.hits.set(8);
    assert_eq!(reader.hits.get(), 8);
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    // By inode: the creator mapped the file before it had a name.
    let inode = std::fs::metadata(&path).unwrap().ino().to_string();
    let fields = maps.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let ours = fields.filter(|fields| fields[4] == inode);
    let mut modes: Vec<_> = ours.map(|fields| fields[1].to_owned()).collect();
    modes.sort_unstable();
    assert_eq!(modes, ["r--s", "rw-s"]);
}

/// The reader runs as a user who may not write the file, and does not own it.
#[test]
fn a_user_who_may_not_write_the_file_can_read_the_region() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can become another user");
        return;
    }
    let folder = Folder::new("another-user");
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let options = Region::<Station>::options().mode(0o644);
    options.create_with(folder.file("n"), |new| new.store(&STATION)).unwrap();
    run(support::second_process("reader").env("SHM_PATH", folder.file("n")));
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        Some("reader") => read_as_another_user(),
        Some("dies replacing") => die_replacing(),
        _ => {}
    }
}

fn read_as_another_user() {
    let path = argument("SHM_PATH");
    let uid = rustix::thread::Uid::from_raw(65_534);
    rustix::thread::set_thread_res_uid(uid, uid, uid).unwrap();

    let refused = Region::<Station>::open_read_only(&path).unwrap_err();
    assert!(refused.help().unwrap().contains("allow_owner(0)"), "{refused:?}");
    let options = Region::<Station>::options().allow_owner(0);
    let station = options.read_only().open(&path).unwrap();
    assert_eq!(station.load().unwrap(), STATION);
    let refused = options.open(&path).unwrap_err();
    assert!(refused.to_string().contains("permission denied"), "{refused}");
}

#[allow(dead_code, reason = "checked by the compiler, not run")]
fn handles_go_anywhere(region: Region<Frame>) -> impl Clone + Send + Sync + 'static {
    fn total(frame: &View<Frame>) -> u32 {
        frame.pixels.iter().map(|pixel| u32::from(pixel.get())).sum()
    }
    let _: u32 = total(&region);
    region
}
