//! The pictures in `docs/pictures` are real output of the command. Each is drawn again and compared with its file, except
//! for times and process numbers; `SHM_BLESS=1 cargo test -p shm-cli --test pictures` writes the files.
//!
//! The regions have plain names and the processes are shown by their numbers, so each picture is drawn by a process
//! with its own `/dev/shm` and pid namespace. Where these are not permitted, the tests say so and pass.

#[path = "support/hall.rs"]
mod hall;
mod support;
#[path = "support/svg.rs"]
mod svg;
#[path = "support/terminal.rs"]
mod terminal;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use regex_lite::Regex;
use shm_core::{Bulk, Owned, Region, SharedLayout, Text};
use support::{Account, Folder, Mode, Pose, Station};
use terminal::Terminal;

/// A region under a plain name, removed at the end, and the processes that change it.
struct Alive {
    station: Region<Station>,
}

impl Alive {
    fn new(name: &str) -> Self {
        // The name that participants show.
        std::fs::write("/proc/self/comm", "weatherd").expect("naming this process");
        let station = Region::<Station>::create(name).expect("the name must not be taken");
        station.label.store(&Text::new("north gate").unwrap()).unwrap();
        station.account.lock().unwrap().store(&Account { balance: 1200, bookings: 48 });
        Self { station }
    }

    /// Lets a process take the lock of the account, and kills it halfway.
    fn loses_a_teller(&self) {
        let mut teller = Command::new(std::env::current_exe().unwrap());
        teller.args(["is_a_teller", "--exact", "--ignored"]).env(TELLER, "1");
        let mut teller = teller.spawn().expect("starting a second process");
        let balance = &self.station.account.unlocked().balance;
        while balance.get() == 1200 && teller.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(1));
        }
        teller.kill().unwrap();
        teller.wait().unwrap();
    }

    /// Changes every field, each at its own pace, until `over`.
    fn live(&self, over: &AtomicBool) {
        let (station, start) = (&self.station, Instant::now());
        for step in 0_u64.. {
            if over.load(Ordering::Relaxed) {
                return;
            }
            let time = start.elapsed().as_secs_f64();
            station.hits.fetch_add(1 + step % 3);
            let round = |number: f64| (number * 1000.0).round() / 1000.0;
            let (x, y) = (round((time * 2.1).sin() * 4.0), round(time.mul_add(0.5, 1.0)));
            let pose = Pose { x, y, heading: 0.25 };
            station.pose.store(&pose).unwrap();
            if step % 20 == 0 {
                let slow = (time * 1.3).sin() * 3.0 + (time * 4.7).sin();
                station.temperature.set(round(21.5 + slow));
                station.samples[(step / 20 % 8) as usize].set((step % 97) as u32);
            }
            if step % 150 == 0 {
                station.mode.set(if step % 300 == 0 { Mode::Measuring } else { Mode::Idle });
                station.account.lock().unwrap().bookings.fetch_add(1);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.station.unlink().expect("removing the region of the picture");
    }
}

/// Ends the changes, even if drawing fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A picture: its file, and the function that draws it.
type Picture = (&'static str, fn() -> String);

const PICTURES: [Picture; 5] = [
    ("heap.svg", heap),
    ("layout.svg", layout),
    ("plot.svg", plot),
    ("show.svg", show),
    ("watch.svg", watch),
];

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pictures");

/// Set to the picture to draw, in a process that has its own `/dev/shm`.
const ALONE: &str = "SHM_PICTURES_ALONE";

/// The first process that it starts has this number.
const FIRST_PROCESS: u32 = 4711;

/// Runs [`draws_a_picture`] with its own `/dev/shm` and pid namespace, if that is permitted.
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn draw_alone(name: &str) {
    let script = format!(
        "mount -t tmpfs tmpfs /dev/shm && echo {} > /proc/sys/kernel/ns_last_pid && \"$@\"; exit $?",
        FIRST_PROCESS - 1
    );
    let alone =
        ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(alone).args(["bash", "-c", &script, "bash"]);
        command
    };
    let trial = unshare().arg("true").stderr(Stdio::null()).status();
    if !trial.is_ok_and(|status| status.success()) {
        println!("skipped: a /dev/shm of its own cannot be had here");
        return;
    }
    let this = std::env::current_exe().expect("the test's own path");
    let mut drawing = unshare();
    drawing.arg(this).args(["draws_a_picture", "--exact", "--ignored", "--nocapture"]);
    let status = drawing.env(ALONE, name).status().expect("running unshare");
    assert!(status.success(), "see above");
}

#[test]
#[ignore = "run by the other tests, with its own /dev/shm"]
fn draws_a_picture() {
    let Some(name) = std::env::var_os(ALONE) else { return };
    let (name, draw) = PICTURES.into_iter().find(|(known, _)| name == *known).expect("a picture");
    let (file, picture) = (Path::new(FOLDER).join(name), draw());
    if std::env::var_os("SHM_BLESS").is_some() {
        std::fs::write(file, picture).expect("writing a picture");
        return;
    }
    let kept = std::fs::read_to_string(file).expect("reading a picture");
    let (kept, drawn) = (lasting(name, &kept), lasting(name, &picture));
    let differs = kept.lines().zip(drawn.lines()).find(|(kept, drawn)| kept != drawn);
    assert!(kept == drawn, "docs/pictures/{name} is stale (SHM_BLESS=1 writes it): {differs:?}");
}

/// The parts of a picture that are the same in every run.
fn lasting(name: &str, picture: &str) -> String {
    let pattern = |pattern: &str| Regex::new(pattern).expect("a valid pattern");
    match name {
        "show.svg" => {
            let numbers = pattern(r">47\d\d<");
            let times = pattern(r">\d+(</text>\n<text [^>]*>s<)");
            times.replace_all(&numbers.replace_all(picture, ">PID<"), ">0$1").into_owned()
        }
        // Values, rates and charts differ; the names and labels do not.
        "watch.svg" => {
            let words = pattern(r">([A-Za-z(][A-Za-z0-9_.()+/-]*)</text>");
            let words = words.captures_iter(picture).map(|found| found[1].to_owned());
            let words = words.filter(|word| !["Idle", "Measuring"].contains(&word.as_str()));
            words.collect::<Vec<_>>().join("\n")
        }
        _ => picture.to_owned(),
    }
}

#[test]
fn the_picture_of_a_heap_is_current() {
    draw_alone("heap.svg");
}

#[test]
fn the_picture_of_a_layout_is_current() {
    draw_alone("layout.svg");
}

#[test]
fn the_picture_of_a_recording_is_current() {
    draw_alone("plot.svg");
}

#[test]
fn the_picture_of_a_region_is_current() {
    draw_alone("show.svg");
}

#[test]
fn the_picture_of_a_live_table_is_current() {
    draw_alone("watch.svg");
}

#[test]
fn every_picture_in_the_folder_is_drawn_here() {
    let files = std::fs::read_dir(FOLDER).expect("the folder of the pictures");
    let mut files: Vec<_> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, PICTURES.map(|(name, _)| name));
}

fn watch() -> String {
    let (alive, over) = (Alive::new("station"), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let _over = Over(&over);
        scope.spawn(|| alive.live(&over));
        let arguments = ["watch", "station", "--interval", "100ms"];
        let mut terminal = Terminal::start((14, 96), &arguments);
        terminal.wait_until("the charts are full, and something has just changed", |screen| {
            let contents = screen.contents();
            let moving = contents.lines().find(|line| line.contains("temperature"));
            let bars = |line: &str| line.chars().filter(|c| ('▁'..='█').contains(c)).count();
            let cells = (0..14)
                .flat_map(|line| (0..96).filter_map(move |column| screen.cell(line, column)));
            moving.is_some_and(|line| bars(line) >= 32)
                && cells.into_iter().any(vt100::Cell::inverse)
        });
        svg::svg(terminal.screen(), "shm watch station")
    })
}

fn show() -> String {
    let alive = Alive::new("station");
    let station = &alive.station;
    station.temperature.set(21.5);
    station.hits.set(1221);
    station.samples[..4].store_from(&[92, 15, 35, 55]).unwrap();
    station.mode.set(Mode::Measuring);
    station.pose.store(&Pose { x: 2.5, y: 1.0, heading: 0.25 }).unwrap();
    alive.loses_a_teller();
    let arguments = ["show", "station", "temperature", "hits", "mode", "pose", "label", "account"];
    let mut terminal = Terminal::start((40, 116), &arguments);
    assert!(terminal.finish().success());
    svg::svg(terminal.screen(), &format!("shm {}", arguments.join(" ")))
}

fn layout() -> String {
    let _alive = Alive::new("station");
    let drawn =
        Command::new(env!("CARGO_BIN_EXE_shm")).args(["layout", "station", "--svg"]).output();
    String::from_utf8(drawn.unwrap().stdout).unwrap()
}

fn plot() -> String {
    let folder = Folder::new("picture");
    hall::recording(&folder);
    let arguments = ["plot", "run.mcap", "temperature", "pose.x", "pose.y", "-o", "plot.svg"];
    support::printed(&folder, arguments);
    std::fs::read_to_string(folder.file("plot.svg")).expect("the picture")
}

/// A heap with values of many lengths, some of which were freed again.
#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    texts: [Owned<str>; 600],
    scans: [Owned<[f32]>; 8],
}

fn heap() -> String {
    let options = Region::<Board>::options().heap_max(1 << 20);
    let board = options.create("board").expect("the name must not be taken");
    let board = board.remove_on_drop();
    let mut seed = 7_u32;
    let mut below = |most: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed as usize >> 8) & ((1 << most) - 1)
    };
    for text in &board.texts {
        let most = 4 + below(3) as u32;
        text.set(&"x".repeat(1 + below(most))).unwrap();
    }
    for (scan, len) in board.scans.iter().zip([1080, 2000, 400, 5000, 1080, 300, 9000, 1080]) {
        scan.set(&vec![0.0; len]).unwrap();
    }
    for text in board.texts.iter().skip(200).step_by(3) {
        text.clear().unwrap();
    }
    for gone in [1, 4] {
        board.scans[gone].clear().unwrap();
    }
    let drawn = Command::new(env!("CARGO_BIN_EXE_shm")).args(["heap", "board", "--svg"]).output();
    String::from_utf8(drawn.unwrap().stdout).unwrap()
}

/// The environment variable that is set for the second process.
const TELLER: &str = "SHM_PICTURES_TELLER";

#[test]
#[ignore = "the second process of `show`"]
fn is_a_teller() {
    if std::env::var_os(TELLER).is_none() {
        return;
    }
    std::fs::write("/proc/self/comm", "teller").unwrap();
    let station = Region::<Station>::open("station").unwrap();
    let account = station.account.lock().unwrap();
    account.balance.set(700);
    std::thread::sleep(Duration::from_secs(600));
    account.bookings.fetch_add(1);
}

#[test]
fn a_picture_has_the_texts_and_colours_of_the_screen() {
    let lines = std::num::NonZeroU16::new(4).unwrap();
    let mut emulator = vt100::Parser::new(lines, lines.saturating_add(16), 0);
    emulator.process("a<b \x1b[1;31mred\x1b[0m \x1b[7mback\x1b[0m ▁█ \x1b[38;5;196mx".as_bytes());
    let picture = svg::svg(emulator.screen(), "a & b");
    for part in [
        ">a&lt;b</text>",
        ">a &amp; b</text>",
        r##"style="fill: #f0717b" font-weight="bold">red</text>"##,
        r##"fill="#d8dee9"/>"##,
        r##"style="fill: #16181d">back</text>"##,
        r##"style="fill: #ff0000">x</text>"##,
        "<path fill=",
    ] {
        assert!(picture.contains(part), "{part} in {picture}");
    }
    assert!(!picture.contains('▁'), "bars are drawn");
    assert!(picture.contains(r#"height="69""#), "one line is used: {picture}");
}
