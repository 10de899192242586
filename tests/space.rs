//! Not enough space is an error when a region is created, never a signal when it is used.

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use shm_core::{Error, Overlay, Region};
use support::{Folder, argument, role, run};

const MIB: usize = 1 << 20;

mod first {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
    }
}

mod second {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub humidity: f32,
    }
}

/// A tmpfs, unmounted in the end; `None` where mounting is not permitted.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, options: &str) -> Option<Self> {
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .stderr(std::process::Stdio::null())
            .status();
        status.is_ok_and(|status| status.success()).then_some(Self(at))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn a_region_larger_than_its_file_system_is_an_error_and_leaves_no_file() {
    let folder = Folder::new("space");
    let Some(disk) = SmallDisk::mount(folder.path(), "size=1m") else {
        println!("skipped: mounting is not permitted; the file-size limit is tested instead");
        return;
    };
    for named_temporary in [false, true] {
        let options = Region::<[u8]>::options().named_temporary(named_temporary).len(2 * MIB);
        let error = options.create(folder.file("n")).unwrap_err();
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
        assert!(error.to_string().contains("the file system is full"), "{error}");
        assert_eq!(folder.names(), Vec::<String>::new());
    }
    // The rest is enough for a smaller one, to its last byte.
    let region = Region::<[u8]>::options().len(MIB / 2).create(folder.file("n")).unwrap();
    region.iter().for_each(|byte| byte.set(1));
    drop((region, disk));
}

#[test]
fn a_file_system_that_can_have_no_more_files_says_so_though_it_has_space() {
    let folder = Folder::new("inodes");
    let Some(disk) = SmallDisk::mount(folder.path(), "size=1m,nr_inodes=3") else {
        println!("skipped: mounting is not permitted");
        return;
    };
    let fill = |name: &&str| std::fs::write(folder.file(name), "").is_err();
    assert!(["1", "2", "3"].iter().any(fill), "there are only three inodes");
    let names = folder.names();
    for named_temporary in [false, true] {
        let options = Region::<u64>::options().named_temporary(named_temporary);
        let error = options.create(folder.file("n")).unwrap_err();
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
        let text = format!("{error:?}");
        assert!(text.contains("no free inodes") && text.contains("nr_inodes"), "{text}");
        assert!(!text.contains("0 bytes") && !text.contains("full"), "{text}");
    }
    assert_eq!(folder.names(), names);
    drop(disk);
}

/// Space is set aside step by step; nothing of it may be, where it cannot be enough.
#[test]
fn a_region_larger_than_memory_is_an_error_at_once() {
    let folder = Folder::new("huge");
    for len in [1 << 50, (1 << 62) + 1] {
        let options = Region::<[u8]>::options().len(len);
        let error = options.create(folder.file("n")).unwrap_err();
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
        let error = Region::<[u8]>::options().len(len).memfd("n").unwrap_err();
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
    }
    assert_eq!(folder.names(), Vec::<String>::new());
}

#[test]
fn a_region_larger_than_any_file_is_refused_with_its_size_and_the_largest_one() {
    let folder = Folder::new("off_t");
    for len in [i64::MAX as usize, i64::MAX as usize - 100] {
        let error =
            Region::<[u8]>::options().len(len).create(folder.file("n")).unwrap_err().to_string();
        let numbers: Vec<u64> = error
            .split(|character: char| !character.is_ascii_digit())
            .filter_map(|digits| digits.parse().ok())
            .filter(|number| *number > 1 << 60)
            .collect();
        let &[found, limit] = numbers.as_slice() else { panic!("{error}") };
        assert!(found >= len as u64 && found > limit && limit == i64::MAX as u64, "{error}");
        assert!(error.contains("in bytes"), "{error}");
    }
    for len in [i64::MAX as usize + 1, usize::MAX] {
        let error =
            Region::<[u8]>::options().len(len).create(folder.file("n")).unwrap_err().to_string();
        assert!(error.contains("more than 9223372036854775807 bytes"), "{error}");
    }
}

#[test]
fn a_region_larger_than_a_file_may_be_is_an_error_and_not_a_signal() {
    let folder = Folder::new("limit");
    run(support::second_process("limited").env("SHM_PATH", folder.file("n")));
    assert_eq!(folder.names(), Vec::<String>::new());
}

/// The kernel answers a write past the limit with a signal, even if the file is already longer.
#[test]
fn new_fields_past_the_largest_size_of_a_file_are_an_error_and_not_a_signal() {
    let folder = Folder::new("limit-growth");
    let path = folder.file("n");
    drop(Region::<first::Station>::options().capacity(4096).create(&path).unwrap());
    let before = std::fs::read(&path).unwrap();
    run(support::second_process("grows under a limit").env("SHM_PATH", &path));
    assert!(std::fs::read(&path).unwrap() == before, "it was changed");
    assert!(Region::<second::Station>::open(&path).is_ok());
}

fn grow_under_a_limit() {
    limit_files_to(200);
    let path = argument("SHM_PATH");
    // Opening without writing is not limited.
    assert!(Region::<first::Station>::open(&path).is_ok());
    let error = Region::<second::Station>::open(&path).unwrap_err();
    assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
    assert!(error.to_string().contains("RLIMIT_FSIZE"), "{error}");
}

/// Profilers and watchdogs send signals all the time. On tmpfs an interrupted call that sets space aside
/// undoes its work.
#[test]
fn space_is_reserved_despite_a_signal_each_millisecond() {
    let folder = Folder::new("timer");
    run(support::second_process("under a timer").env("SHM_PATH", folder.file("n")));
}

/// Newer kernels (6.18 is one) let tmpfs finish. So these calls are interrupted by a filter, as older kernels
/// and hugetlbfs interrupt them: all that would take long, or every single one.
#[test]
fn space_is_reserved_however_short_the_steps_between_signals() {
    let folder = Folder::new("interrupted");
    for patience in [1 << 20, 100_000, 0] {
        let path = folder.file(&patience.to_string());
        let mut command = support::second_process("interrupted");
        run(command.env("SHM_PATH", &path).env("SHM_PATIENCE", patience.to_string()));
        assert_eq!(Region::<[u8]>::open(&path).unwrap().len(), 32 * MIB);
    }
}

fn create_interrupted() {
    interrupt_calls_longer_than(argument("SHM_PATIENCE").parse().unwrap());
    let region = Region::<[u8]>::options().len(32 * MIB).create(argument("SHM_PATH")).unwrap();
    let facts = std::fs::metadata(region.path().unwrap()).unwrap();
    assert!(std::os::unix::fs::MetadataExt::blocks(&facts) * 512 >= 32 << 20);
}

/// From now on, fallocate(2) of more bytes than `patience` is EINTR (seccomp(2)).
fn interrupt_calls_longer_than(patience: u32) {
    const LEN: u32 = 16 + 3 * 8;
    let code = |class: u32| u16::try_from(class).unwrap();
    let load = |k| libc::sock_filter {
        code: code(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS),
        jt: 0,
        jf: 0,
        k,
    };
    let jump = |test, k, jt, jf| libc::sock_filter {
        code: code(libc::BPF_JMP | test | libc::BPF_K),
        jt,
        jf,
        k,
    };
    let answer = |k| libc::sock_filter { code: code(libc::BPF_RET | libc::BPF_K), jt: 0, jf: 0, k };
    let low = if cfg!(target_endian = "big") { 4 } else { 0 };
    let mut filter = [
        load(0),
        jump(libc::BPF_JEQ, u32::try_from(libc::SYS_fallocate).unwrap(), 0, 5),
        load(LEN + 4 - low),
        jump(libc::BPF_JEQ, 0, 0, 2),
        load(LEN + low),
        jump(libc::BPF_JGT, patience, 0, 1),
        answer(libc::SECCOMP_RET_ERRNO | libc::EINTR.cast_unsigned()),
        answer(libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: 8, filter: filter.as_mut_ptr() };
    // SAFETY: this process only loses privileges by it.
    let set = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    assert_eq!(set, 0);
    // SAFETY: the program has eight instructions, which the kernel checks and copies.
    let set =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
}

static TICKS: AtomicU64 = AtomicU64::new(0);

fn create_under_a_timer() {
    extern "C" fn tick(_: libc::c_int) {
        TICKS.fetch_add(1, Ordering::Relaxed);
    }
    let handler: extern "C" fn(libc::c_int) = tick;
    // SAFETY: all zero is a valid `sigaction`: no flags (calls are not restarted), no mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    // SAFETY: the handler changes one atomic, which is safe whenever it runs.
    let set = unsafe { libc::sigaction(libc::SIGALRM, &raw const action, std::ptr::null_mut()) };
    assert_eq!(set, 0);
    // SAFETY: always succeeds.
    let creator = unsafe { libc::pthread_self() };
    let (ready, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let region = std::thread::scope(|scope| {
        // A timer's signal would go to whichever thread of the test's takes it.
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                // SAFETY: the thread waits for this one before it ends.
                unsafe { libc::pthread_kill(creator, libc::SIGALRM) };
                ready.store(true, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        support::wait_until("signals come", || ready.load(Ordering::Relaxed));
        let before = TICKS.load(Ordering::Relaxed);
        let region = Region::<[u8]>::options().len(256 * MIB).create(argument("SHM_PATH"));
        assert!(TICKS.load(Ordering::Relaxed) > before, "no signal came");
        done.store(true, Ordering::Relaxed);
        region.unwrap()
    });
    let blocks = std::os::unix::fs::MetadataExt::blocks;
    assert!(blocks(&std::fs::metadata(region.path().unwrap()).unwrap()) * 512 >= 256 << 20);
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    match role().as_deref() {
        Some("limited") => create_under_a_limit(),
        Some("grows under a limit") => grow_under_a_limit(),
        Some("interrupted") => create_interrupted(),
        Some("under a timer") => create_under_a_timer(),
        _ => {}
    }
}

fn limit_files_to(bytes: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit { current: Some(bytes), maximum: Some(bytes) };
    setrlimit(Resource::Fsize, limit).unwrap();
}

fn create_under_a_limit() {
    limit_files_to(MIB as u64);
    let path = argument("SHM_PATH");
    let refuses = |error: Error| {
        assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
        assert!(error.to_string().contains("RLIMIT_FSIZE"), "{error}");
    };
    for sparse in [false, true] {
        let options = Region::<[u8]>::options().sparse(sparse).len(2 * MIB);
        refuses(options.create(&path).unwrap_err());
        refuses(options.create_or_replace_with(&path, |_| {}).unwrap_err());
        refuses(options.memfd_with("n", |_| {}).unwrap_err());
    }
    refuses(Region::<[u8]>::options().len(2 * MIB).memfd("n").unwrap_err());
    // SAFETY: no file is made.
    refuses(unsafe { Overlay::<u64>::create(&path, 2 << 20) }.unwrap_err());
}
