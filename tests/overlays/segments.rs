//! System V shared memory, with a C program at the other end.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};

use shm_core::{Error, Overlay, SharedLayout};

use crate::c_program;
use crate::support::Folder;

/// `struct shmTime` of ntpd's driver 28, which chrony and gpsd use as well.
#[derive(SharedLayout)]
#[repr(C)]
struct ShmTime {
    mode: i32,
    count: i32,
    clock_sec: i64,
    clock_usec: i32,
    receive_sec: i64,
    receive_usec: i32,
    leap: i32,
    precision: i32,
    samples: i32,
    valid: i32,
    clock_nsec: u32,
    receive_nsec: u32,
    dummy: [i32; 8],
}

const CLOCK: &str = r#"
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <sys/shm.h>
    #include <time.h>
    struct shmTime {
        int mode; volatile int count;
        time_t clockTimeStampSec; int clockTimeStampUSec;
        time_t receiveTimeStampSec; int receiveTimeStampUSec;
        int leap; int precision; int nsamples; volatile int valid;
        unsigned clockTimeStampNSec; unsigned receiveTimeStampNSec; int dummy[8];
    };
    // Makes or finds the segment, and then obeys commands: prints, changes, removes.
    int main(int argc, char **argv) {
        int key = strtoul(argv[1], NULL, 0), flags = atoi(argv[2]) ? IPC_CREAT | IPC_EXCL | 0600 : 0;
        int id = shmget(key, sizeof(struct shmTime), flags);
        if (id < 0) { perror("shmget"); return 1; }
        struct shmTime *time = shmat(id, NULL, 0);
        char word[16];
        printf("%d\n", id); fflush(stdout);
        while (scanf("%15s", word) == 1) {
            if (!strcmp(word, "set")) {
                time->mode = 1; time->clockTimeStampSec = 1700000000; time->precision = -20;
                time->dummy[7] = 77; time->valid = 1;
            }
            if (!strcmp(word, "remove")) shmctl(id, IPC_RMID, NULL);
            printf("%d %ld %d\n", time->count, (long)time->receiveTimeStampSec, time->dummy[0]);
            fflush(stdout);
        }
        return 0;
    }"#;

/// A key of this test alone.
fn key() -> i32 {
    static COUNTER: AtomicI32 = AtomicI32::new(0);
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    0x5300_0000 | ((std::process::id() & 0xffff) << 8).cast_signed() | count
}

struct Clock {
    child: Child,
    tell: ChildStdin,
    answers: BufReader<ChildStdout>,
    id: i32,
}

impl Clock {
    fn start(folder: &Folder, key: i32, creates: bool) -> Self {
        let mut command = Command::new(c_program(folder, CLOCK));
        command.arg(format!("{key:#x}")).arg(if creates { "1" } else { "0" });
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the C program");
        let (tell, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut clock = Self { child, tell, answers: BufReader::new(answers), id: 0 };
        clock.id = clock.answer().parse().unwrap();
        clock
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn ask(&mut self, word: &str) -> String {
        writeln!(self.tell, "{word}").unwrap();
        self.answer()
    }

    fn end(self) {
        let Self { mut child, tell, .. } = self;
        drop(tell);
        assert!(child.wait().unwrap().success());
    }
}

/// Returns how many processes, or attachments of one, `ipcs` counts; `None` if the segment does not exist.
fn attachments(id: i32) -> Option<u32> {
    let output = Command::new("ipcs").args(["-m", "-i", &id.to_string()]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().find_map(|word| word.strip_prefix("nattch=")?.parse().ok())
}

#[test]
fn a_segment_that_a_c_program_made_is_read_and_written_by_key_and_by_number() {
    let folder = Folder::new("sysv");
    let key = key();
    let mut clock = Clock::start(&folder, key, true);
    // SAFETY: the C program uses these widths; nothing else here attaches the segment, here and below.
    let by_key = unsafe { Overlay::<ShmTime>::sysv(key) }.unwrap();
    assert_eq!(by_key.segment(), Some(clock.id));
    clock.ask("set");
    // SAFETY: as above.
    let by_id = unsafe { Overlay::<ShmTime>::sysv_id_read_only(clock.id) }.unwrap();
    assert_eq!((by_id.valid.get(), by_id.clock_sec.get()), (1, 1_700_000_000));
    assert_eq!((by_id.precision.get(), by_id.dummy[7].get()), (-20, 77));
    by_key.count.set(5);
    by_key.receive_sec.set(1 << 40);
    by_key.dummy[0].set(-3);
    assert_eq!(clock.ask("print"), "5 1099511627776 -3");
    assert_eq!(attachments(clock.id), Some(2), "the program, and this process once");
    drop(by_key);
    assert_eq!(attachments(clock.id), Some(2), "there is one overlay left");
    drop(by_id);
    assert_eq!(attachments(clock.id), Some(1));
    let id = clock.id;
    clock.ask("remove");
    clock.end();
    assert_eq!(attachments(id), None);
    // SAFETY: it is refused.
    let error = unsafe { Overlay::<ShmTime>::sysv(key) }.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
    assert!(error.help().unwrap().contains("`ipcs -m`"), "{error:?}");
}

#[test]
fn a_segment_that_this_library_made_is_found_by_a_c_program() {
    let folder = Folder::new("sysv-made");
    let key = key();
    // SAFETY: the C program uses these widths; nothing else here attaches the segment, here and below.
    let time = unsafe { Overlay::<ShmTime>::sysv_create(key, size_of::<ShmTime>()) }.unwrap();
    // SAFETY: it is refused.
    let error = unsafe { Overlay::<ShmTime>::sysv_create(key, 4096) }.unwrap_err();
    assert!(matches!(error, Error::AlreadyExists { .. }), "{error}");
    let mut clock = Clock::start(&folder, key, false);
    time.count.set(8);
    assert_eq!(clock.ask("set"), "8 0 0");
    assert_eq!(time.dummy[7].get(), 77);
    let id = time.segment().unwrap();
    time.remove_segment().unwrap();
    clock.end();
    // Removed: it exists while it is attached here, but cannot be found.
    assert_eq!((time.dummy[7].get(), attachments(id)), (77, Some(1)));
    // SAFETY: it is refused.
    assert!(unsafe { Overlay::<ShmTime>::sysv(key) }.is_err());
    drop(time);
    assert_eq!(attachments(id), None);
}

#[test]
fn a_segment_is_taken_to_its_last_element_and_no_further() {
    // SAFETY: nothing else here attaches the segment, here and below.
    let words = unsafe { Overlay::<[u32]>::sysv_create(0, 4096 * 2 + 6) }.unwrap();
    assert_eq!(words.len(), 2049);
    let id = words.segment().unwrap();
    // SAFETY: as above.
    let bytes = unsafe { Overlay::<[u8]>::sysv_id_read_only(id) }.unwrap();
    assert_eq!(bytes.len(), 8198);
    // SAFETY: as above.
    let error = unsafe { Overlay::<[u64; 1025]>::sysv_id(id) }.unwrap_err();
    assert!(error.to_string().contains("it needs 8200 bytes, found 8198"), "{error}");
    words.remove_segment().unwrap();
}

#[test]
fn a_read_only_attachment_is_one_to_the_kernel() {
    // SAFETY: nothing else here attaches the segment, here and below.
    let made = unsafe { Overlay::<[u64; 512]>::sysv_create(0, 4096) }.unwrap();
    let id = made.segment().unwrap();
    made[0].set(4);
    drop(made);
    // SAFETY: as above.
    let reader = unsafe { Overlay::<[u64; 512]>::sysv_id_read_only(id) }.unwrap();
    let modes = |id: i32| {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let fields = maps.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let ours = fields.filter(|fields| {
            fields[4] == id.to_string()
                && fields.get(5).is_some_and(|name| name.starts_with("/SYSV"))
        });
        let mut modes: Vec<_> = ours.map(|fields| fields[1].to_owned()).collect();
        modes.sort_unstable();
        modes
    };
    assert_eq!((modes(id), reader[0].get()), (vec!["r--s".to_owned()], 4));
    // SAFETY: as above.
    let writer = unsafe { Overlay::<[u64; 512]>::sysv_id(id) }.unwrap();
    assert_eq!(modes(id), ["r--s", "rw-s"]);
    writer.remove_segment().unwrap();
    drop((reader, writer));
    assert!(modes(id).is_empty());
}

#[test]
fn an_id_without_a_segment_is_an_error_that_says_so() {
    // SAFETY: all of these are refused, here and below.
    let error = unsafe { Overlay::<u64>::sysv(0) }.unwrap_err();
    assert!(error.help().unwrap().contains("IPC_PRIVATE"), "{error:?}");
    for id in [-1, i32::MAX] {
        // SAFETY: as above.
        let error = unsafe { Overlay::<u64>::sysv_id(id) }.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{error}");
    }
    // SAFETY: as above.
    let error = unsafe { Overlay::<[u8]>::sysv_create(key(), 0) }.unwrap_err();
    assert!(matches!(error, Error::NotEnoughSpace { .. }), "{error}");
    // SAFETY: as above.
    let error = unsafe { Overlay::<[u8; 64]>::sysv_create(key(), 63) }.unwrap_err();
    assert!(matches!(error, Error::BadOverlay { .. }), "{error}");
    let folder = Folder::new("no-segment");
    std::fs::write(folder.file("n"), [0; 8]).unwrap();
    // SAFETY: the file is this test's own.
    let file = unsafe { Overlay::<u64>::open(folder.file("n"), 0) }.unwrap();
    assert_eq!(file.segment(), None);
    assert!(matches!(file.remove_segment(), Err(Error::NotFound { .. })));
}
