//! One region between two programs. Without `SHM_PEER`, both are the one of this build; `.ci/machines` gives the
//! command that runs one of another kind of machine, such as `qemu-aarch64 target/../shm-machines`.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The time after which a program counts as hung; an emulator on a busy machine is slow.
const PATIENCE: Duration = Duration::from_secs(300);

#[derive(Clone, Copy, Debug)]
enum Side {
    Here,
    There,
}
use Side::{Here, There};

impl Side {
    fn command(self) -> Command {
        let here = env!("CARGO_BIN_EXE_shm-machines");
        let peer = std::env::var("SHM_PEER").unwrap_or_else(|_| here.to_owned());
        let mut words = match self {
            Here => vec![here],
            There => peer.split_whitespace().collect(),
        }
        .into_iter();
        let mut command = Command::new(words.next().expect("SHM_PEER is a command"));
        command.args(words);
        command
    }

    fn start(self, arguments: &[&str]) -> Child {
        let mut command = self.command();
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }

    /// Runs a request to its end.
    fn ask(self, arguments: &[&str]) -> Output {
        finish(self.start(arguments))
    }

    /// What a request prints; it must succeed.
    #[track_caller]
    fn says(self, arguments: &[&str]) -> String {
        succeeded(self, &self.ask(arguments))
    }

    /// The message of a refusal: any other way to fail, such as a panic, is a fault.
    #[track_caller]
    fn refuses(self, arguments: &[&str]) -> String {
        let output = self.ask(arguments);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(3), "{self:?} {arguments:?}: {message}");
        message
    }

    /// The architecture, the byte order and the width of addresses.
    fn machine(self) -> [String; 3] {
        let said = self.says(&["machine"]);
        let words: Vec<_> = said.split_whitespace().map(str::to_owned).collect();
        words.try_into().expect("three words")
    }
}

/// Waits for a program; kills it and fails the test if that takes too long. What it prints fits into a pipe, but
/// for `names`, which is read meanwhile by `wait_with_output`.
fn finish(child: Child) -> Output {
    let pid = child.id();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    let guard = std::thread::spawn(move || {
        if is_done.recv_timeout(PATIENCE).is_err() {
            // By its number: the handle is with the thread that waits.
            let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
            panic!("the process {pid} hung");
        }
    });
    let output = child.wait_with_output().expect("waiting for a child");
    let _ = done.send(());
    guard.join().expect("no process hangs");
    output
}

#[track_caller]
fn succeeded(side: Side, output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{side:?}: {}: {errors}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A path in shared memory that is free, and is again when the test ends.
struct Place(PathBuf);

impl Place {
    fn new(purpose: &str, maker: Side) -> Self {
        let name = format!("shm-machines-{purpose}-{maker:?}-{}", std::process::id());
        Self(Path::new("/dev/shm").join(name))
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("the path is ASCII")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Whether the two can share a region: their structs have the same layout, in the same byte order.
fn can_share() -> bool {
    let ([_, order, width], [_, their_order, their_width]) = (Here.machine(), There.machine());
    order == their_order && width == their_width
}

/// Runs a claim for a region made here and for one made there; the other side comes second.
fn both_ways(purpose: &str, claim: impl Fn(&str, Side, Side)) {
    if !can_share() {
        return;
    }
    for (maker, other) in [(Here, There), (There, Here)] {
        let place = Place::new(purpose, maker);
        maker.says(&["make", place.path()]);
        claim(place.path(), maker, other);
    }
}

#[test]
fn every_value_is_read_by_the_other_machine_and_written_back() {
    both_ways("values", |path, maker, other| {
        other.says(&["check", path, "0"]);
        maker.says(&["check", path, "1"]);
    });
}

#[test]
fn both_machines_find_the_same_fields_by_name() {
    both_ways("names", |path, maker, other| {
        let found = maker.says(&["names", path]);
        assert!(found.lines().count() > 80, "{found}");
        assert_eq!(found, other.says(&["names", path]));
    });
}

#[test]
fn no_addition_of_either_machine_is_lost_with_a_lock_or_without() {
    both_ways("sums", |path, maker, other| {
        let adders = [maker, other].map(|side| (side, side.start(&["add", path, "20000"])));
        for (side, adder) in adders {
            succeeded(side, &finish(adder));
        }
        assert_eq!(maker.says(&["total", path]).trim(), "40000 40000");
    });
}

#[test]
fn each_machine_wakes_the_other_one() {
    both_ways("queues", |path, maker, other| {
        let replying = other.start(&["reply", path, "2000"]);
        maker.says(&["ask", path, "2000"]);
        succeeded(other, &finish(replying));
    });
}

#[test]
fn a_death_under_a_lock_is_told_to_the_other_machine() {
    both_ways("death", |path, maker, other| {
        let mut holder = maker.start(&["hold", path]);
        let mut line = String::new();
        let output = holder.stdout.take().expect("it is a pipe");
        BufReader::new(output).read_line(&mut line).expect("reading what the holder says");
        assert_eq!(line.trim(), "held");
        let heir = other.start(&["inherit", path]);
        // `Child::kill` is SIGKILL.
        holder.kill().expect("killing the holder");
        let killed = Instant::now();
        holder.wait().expect("waiting for the holder");
        let said = succeeded(other, &finish(heir));
        assert_eq!(said.trim(), "told 5", "after {:?}", killed.elapsed());
    });
}

/// Regions of the other byte order, or with other offsets, are refused before any value is read; by name as well,
/// unless only the offsets differ, which the region's own schema has.
#[test]
fn what_the_other_machine_lays_out_differently_is_refused_and_never_misread() {
    let ([_, order, width], [_, their_order, their_width]) = (Here.machine(), There.machine());
    if can_share() {
        return;
    }
    for (maker, other) in [(Here, There), (There, Here)] {
        let place = Place::new("refused", maker);
        maker.says(&["make", place.path()]);
        let refusal = other.refuses(&["check", place.path(), "0"]);
        if order == their_order {
            assert_ne!(width, their_width, "these can share");
            let found = maker.says(&["names", place.path()]);
            assert_eq!(found, other.says(&["names", place.path()]));
        } else {
            assert!(refusal.contains("-endian data, this machine is "), "{refusal}");
            let by_name = other.refuses(&["names", place.path()]);
            assert!(by_name.contains("-endian data, this machine is "), "{by_name}");
        }
    }
}
