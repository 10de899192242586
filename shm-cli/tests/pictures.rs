//! The pictures in `docs/pictures` are real output of the command. To draw them again, run
//!
//! ```sh
//! cargo test -p shm-cli --test pictures -- --ignored --test-threads=1
//! ```
//! Their regions have plain names in `/dev/shm`, which must be free. Under `unshare --pid --fork
//! --mount-proc`, the output does not mention processes that could not be examined.

mod support;
#[path = "support/svg.rs"]
mod svg;
#[path = "support/terminal.rs"]
mod terminal;

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use shm_core::{Bulk, Owned, Region, SharedLayout, Text};
use support::{Account, Mode, Pose, Station};
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

fn save(name: &str, picture: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    std::fs::create_dir_all(&folder).expect("creating the folder of the pictures");
    std::fs::write(folder.join(name), picture).expect("writing a picture");
}

#[test]
#[ignore = "draws docs/pictures/watch.svg again"]
fn watch() {
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
        save("watch.svg", &svg::svg(terminal.screen(), "shm watch station"));
    });
}

#[test]
#[ignore = "draws docs/pictures/show.svg again"]
fn show() {
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
    save("show.svg", &svg::svg(terminal.screen(), &format!("shm {}", arguments.join(" "))));
}

#[test]
#[ignore = "draws docs/pictures/layout.svg again"]
fn layout() {
    let _alive = Alive::new("station");
    let drawn =
        Command::new(env!("CARGO_BIN_EXE_shm")).args(["layout", "station", "--svg"]).output();
    save("layout.svg", &String::from_utf8(drawn.unwrap().stdout).unwrap());
}

/// A heap with values of many lengths, some of which were freed again.
#[derive(SharedLayout)]
#[repr(C)]
struct Board {
    texts: [Owned<str>; 600],
    scans: [Owned<[f32]>; 8],
}

#[test]
#[ignore = "draws docs/pictures/heap.svg again"]
fn heap() {
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
    save("heap.svg", &String::from_utf8(drawn.unwrap().stdout).unwrap());
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
