//! Regions that are mirrors: what they say of themselves, and who may write them.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::time::Duration;

use shm_core::dynamic::DynLayout;
use shm_core::errors::ErrorKind;
use shm_core::format::SectionKind;
use shm_core::inspect::Inspection;
use shm_core::region::mirror::{Origin, State};
use shm_core::{DynRegion, Error, Region};
use support::{Folder, argument, finish, role, run, wait_until};

const HOUR: Duration = Duration::from_secs(3600);

#[test]
#[ignore = "the second process of other tests"]
fn second_process() {
    match role().as_deref() {
        Some("follower") => follow(Path::new(&argument("SHM_TEST_REGION"))),
        Some("user") => use_as_another_user(Path::new(&argument("SHM_TEST_REGION"))),
        _ => {}
    }
}

fn origin() -> Origin {
    Origin {
        name: "alpha:station".to_owned(),
        instance: 0x1234_5678_9abc_def0,
        boot_id: *b"another boot's !",
        created_at: 1_700_000_000_000_000_000,
        beat: Duration::from_millis(500),
        scan_period: Duration::from_millis(10),
    }
}

fn make(path: &Path) -> DynRegion {
    let layout = DynLayout::of("[f64; 4]").unwrap();
    DynRegion::options().mirror(true).mode(0o444).create(path, &layout).unwrap()
}

#[test]
fn a_mirror_says_of_which_region_and_how_current_it_is() {
    let folder = Folder::new("mirrors");
    let replica = make(&folder.file("station"));
    let keeper = replica.keep_mirror().unwrap();
    keeper.begin(&origin());
    let typed = Region::<[f64; 4]>::open_read_only(folder.file("station")).unwrap();
    let seen = typed.mirror().unwrap();
    assert_eq!((seen.origin(), seen.state(), seen.age()), ("alpha:station", State::Filling, None));
    assert!(seen.fresh(HOUR).unwrap_err().to_string().contains("alpha:station is filling"));

    keeper.changed(1_700_000_000_000_000_123);
    keeper.heard(41);
    let seen = typed.mirror().unwrap();
    seen.fresh(HOUR).unwrap();
    assert_eq!(
        (seen.state(), seen.sequence(), seen.instance()),
        (State::Following, 41, 0x1234_5678_9abc_def0)
    );
    assert_eq!(seen.origin_time(), 1_700_000_000_000_000_123);
    assert_eq!(
        (seen.beat(), seen.scan_period()),
        (Duration::from_millis(500), Duration::from_millis(10))
    );
    assert_eq!(seen.origin_made(), (1_700_000_000_000_000_000, *b"another boot's !"));
    assert_eq!(seen.follower(), std::process::id());
    assert!(seen.age().unwrap() < HOUR && seen.unchanged_for().unwrap() < HOUR);
    keeper.set_state(State::Lost);
    assert_eq!(typed.mirror().unwrap().state(), State::Lost);
    assert_eq!(seen.state(), State::Following, "what was taken before is as it was");

    // The same by every way in.
    let by_file = Inspection::of(folder.file("station")).unwrap();
    let by_name = DynRegion::open_read_only(folder.file("station")).unwrap();
    let shown = typed.mirror().unwrap();
    assert_eq!(by_file.mirror().unwrap().as_ref(), Some(&shown));
    assert_eq!(by_name.mirror(), Some(shown));
}

#[test]
fn a_region_that_is_not_a_mirror_has_no_section_and_no_keeper() {
    let folder = Folder::new("mirrors");
    let region = Region::<u64>::create(folder.file("plain")).unwrap();
    assert_eq!(region.mirror(), None);
    let inspection = Inspection::of(folder.file("plain")).unwrap();
    assert_eq!(inspection.mirror().unwrap(), None);
    let kinds: Vec<_> =
        inspection.header().sections().iter().map(|section| section.kind()).collect();
    assert!(!kinds.contains(&SectionKind::Mirror));
    let error = DynRegion::open(folder.file("plain")).unwrap().keep_mirror().unwrap_err();
    assert!(matches!(error, Error::NotAMirror { .. }));
}

#[test]
fn the_section_is_one_that_programs_without_it_skip() {
    let folder = Folder::new("mirrors");
    make(&folder.file("station"));
    let bytes = fs::read(folder.file("station")).unwrap();
    let inspection = Inspection::of(folder.file("station")).unwrap();
    let sections = inspection.header().sections();
    let at = sections.iter().position(|section| section.kind() == SectionKind::Mirror).unwrap();
    let (offset, len) = (sections[at].offset(), sections[at].len());
    assert_eq!((offset % 64, len, inspection.header().mirror().unwrap()), (0, 192, Some(offset)));
    // Kind and flags.
    assert_eq!(bytes[128 + 32 * at..][..8], [7, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn only_the_follower_opens_a_mirror_for_writing_and_others_are_told_of_the_origin() {
    let folder = Folder::new("mirrors");
    let path = folder.file("station");
    let replica = make(&path);
    replica.keep_mirror().unwrap().begin(&origin());
    drop(replica);
    let refused = [
        Region::<[f64; 4]>::open(&path).map(drop),
        DynRegion::open(&path).map(drop),
        Region::<[f64; 4]>::options().open_or_create(&path).map(drop),
    ];
    for refused in refused {
        let error = refused.unwrap_err();
        assert!(
            matches!(&error, Error::IsMirror { origin, .. } if origin == "alpha:station"),
            "{error}"
        );
        assert_eq!(error.kind(), ErrorKind::PermissionDenied);
        let shown = error.to_string();
        assert!(
            shown.ends_with("is a mirror of alpha:station, which only its follower writes"),
            "{shown}"
        );
        assert!(error.help().unwrap().contains("open_read_only"));
    }
    let follower = DynRegion::options().mirror(true).open(&path).unwrap();
    follower.set("[1]", 2.5).unwrap();
    assert_eq!(Region::<[f64; 4]>::open_read_only(&path).unwrap()[1].get(), 2.5);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o444);
}

/// The superuser may write every file; others are refused by the mode, and told the same.
fn use_as_another_user(path: &Path) {
    let error = Region::<[f64; 4]>::open(path).unwrap_err();
    assert!(
        matches!(&error, Error::IsMirror { origin, .. } if origin == "alpha:station"),
        "{error}"
    );
    assert!(fs::OpenOptions::new().write(true).open(path).is_err(), "the mode is 0444");
    let follower = DynRegion::options().mirror(true).open(path).unwrap();
    follower.set("[0]", 7.5).unwrap();
    follower.keep_mirror().unwrap().heard(9);
    // And adds the fields that its origin has added.
    let growing = path.with_file_name("growing");
    let larger = DynLayout::of("{ a: u64, b: u32 }").unwrap();
    DynRegion::options().mirror(true).open_as(&growing, &larger).unwrap().set("b", 5).unwrap();
    for path in [path, &growing] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o444);
    }
}

#[test]
fn the_follower_of_a_user_who_may_not_write_the_file_opens_it_again() {
    let folder = Folder::new("mirrors");
    let path = folder.file("station");
    let replica = make(&path);
    replica.keep_mirror().unwrap().begin(&origin());
    drop(replica);
    let growing = folder.file("growing");
    let smaller = DynLayout::of("{ a: u64 }").unwrap();
    let options = DynRegion::options().mirror(true).mode(0o444).capacity(256);
    let mapped_before = options.create(&growing, &smaller).unwrap().read_only();
    let mut command = support::second_process("user");
    command.env("SHM_TEST_REGION", &path);
    if rustix::process::geteuid().is_root() {
        // As a user without rights, to whom the file belongs.
        let stranger = 65_533;
        std::os::unix::fs::chown(&path, Some(stranger), Some(stranger)).unwrap();
        std::os::unix::fs::chown(&growing, Some(stranger), Some(stranger)).unwrap();
        std::os::unix::fs::chown(folder.path(), Some(stranger), Some(stranger)).unwrap();
        // The test's binary may be in a folder that only the superuser can search.
        let copy = folder.file("test");
        fs::copy(std::env::current_exe().unwrap(), &copy).unwrap();
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        command = std::process::Command::new(copy);
        command.args(arguments).env("SHM_TEST_ROLE", "user").env("SHM_TEST_REGION", &path);
        command.current_dir("/").uid(stranger).gid(stranger);
    }
    run(&mut command);
    let options = DynRegion::options().allow_owner(65_533).read_only();
    assert_eq!(options.open(&path).unwrap().get("[0]").unwrap().to_string(), "7.5");
    assert_eq!(options.open(&growing).unwrap().get("b").unwrap().to_string(), "5");
    assert!(mapped_before.is_current(), "the same file");
}

/// Follows until it is killed.
fn follow(path: &Path) {
    let replica = DynRegion::options().mirror(true).open(path).unwrap();
    let keeper = replica.keep_mirror().unwrap();
    keeper.begin(&origin());
    keeper.heard(5);
    std::thread::sleep(HOUR);
}

#[test]
fn a_mirror_has_one_follower_whose_death_lets_the_next_one_in() {
    let folder = Folder::new("mirrors");
    let path = folder.file("station");
    let mapped_before = make(&path).read_only();
    let mut child =
        support::second_process("follower").env("SHM_TEST_REGION", &path).spawn().unwrap();
    wait_until("the follower follows", || mapped_before.mirror().unwrap().sequence() == 5);
    let successor = DynRegion::options().mirror(true).open(&path).unwrap();
    let error = successor.keep_mirror().unwrap_err();
    assert!(matches!(error, Error::HasFollower { .. }), "{error}");
    assert_eq!(error.kind(), ErrorKind::Busy);

    child.kill().unwrap();
    assert_eq!(finish(&mut child).signal(), Some(9));
    // What it wrote last stays, and ages.
    let left = mapped_before.mirror().unwrap();
    assert_eq!((left.state(), left.follower()), (State::Following, child.id()));
    let keeper = successor.keep_mirror().unwrap();
    keeper.begin(&origin());
    successor.set("[3]", 1.5).unwrap();
    keeper.heard(6);
    assert_eq!(mapped_before.get("[3]").unwrap().to_string(), "1.5", "mapped readers go on");
    assert_eq!(mapped_before.mirror().unwrap().sequence(), 6);
}

#[test]
fn a_damaged_section_is_refused() {
    let folder = Folder::new("mirrors");
    let path = folder.file("station");
    make(&path);
    let good = fs::read(&path).unwrap();
    let sections = Inspection::of(&path).unwrap().header().sections().to_vec();
    let at = sections.iter().position(|section| section.kind() == SectionKind::Mirror).unwrap();
    let entry = 128 + 32 * at;
    for (moved_by, len) in [(8, 184), (0, 184)] {
        let mut bytes = good.clone();
        let offset = sections[at].offset() + moved_by;
        bytes[entry + 8..][..8].copy_from_slice(&offset.to_le_bytes());
        bytes[entry + 16..][..8].copy_from_slice(&u64::to_le_bytes(len));
        reseal(&mut bytes);
        let other = folder.file("other");
        fs::write(&other, &bytes).unwrap();
        let error = DynRegion::open_read_only(&other).unwrap_err();
        assert!(error.to_string().contains("mirror section"), "{error}");
        fs::remove_file(other).unwrap();
    }
}

/// Corrects the checksums of the preamble and the directory.
fn reseal(bytes: &mut [u8]) {
    use shm_core::layout::fnv1a;
    let count = u32::from_le_bytes(bytes[16..20].try_into().unwrap()) as usize;
    let directory = fnv1a(&bytes[128..128 + 32 * count]);
    bytes[32..40].copy_from_slice(&directory.to_le_bytes());
    let mut preamble = bytes[..128].to_vec();
    preamble[24..32].fill(0);
    preamble[120..128].fill(0);
    let checksum = fnv1a(&preamble);
    bytes[24..32].copy_from_slice(&checksum.to_le_bytes());
}
