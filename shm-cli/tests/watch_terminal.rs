//! `shm watch` in a terminal: its screen, its keys, and the restored terminal.

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;

use rustix::process::Signal;
use shm_core::{CText, DynRegion, Region, SharedLayout, Text, inspect::Inspection};
use support::{Folder, Mode, Pose, Station};
use terminal::{CTRL_C, DOWN, END, ESCAPE, Terminal, cells, size};
use vt100::{Color, Screen};

const WINDOW: (u16, u16) = (24, 100);

/// A station, and its file.
fn station(purpose: &str) -> (Folder, Region<Station>, String) {
    let folder = Folder::new(purpose);
    let file = folder.file("station");
    let station = Region::<Station>::create(&file).unwrap();
    station.temperature.set(21.5);
    station.label.store(&Text::new("north gate").unwrap()).unwrap();
    (folder, station, file.display().to_string())
}

/// `shm watch` with a short interval.
fn watch(window: (u16, u16), arguments: &[&str]) -> Terminal {
    Terminal::start(window, &[&["watch", "--interval", "20ms"], arguments].concat())
}

/// The line of the screen that starts with a path, after the mark of the selected row.
fn line(screen: &Screen, path: &str) -> Option<String> {
    let (_, columns) = size(screen);
    screen
        .rows(0, columns)
        .find(|line| line.trim_start_matches(['›', ' ']).split(' ').next() == Some(path))
}

fn has_line(screen: &Screen, path: &str, text: &str) -> bool {
    line(screen, path).is_some_and(|line| line.contains(text))
}

#[test]
fn every_field_has_a_row_with_its_value_and_unit() {
    let (_folder, station, file) = station("watch-rows");
    station.pose.store(&Pose { x: 1.5, y: -2.0, heading: 0.25 }).unwrap();
    station.mode.set(Mode::Measuring);
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("quit");
    let screen = terminal.screen();
    let header = screen.rows(0, 100).next().unwrap();
    assert!(header.contains("/station  Station  every 20ms"), "{header}");
    for (path, value) in [
        ("temperature", "21.5 °C"),
        ("hits", "0"),
        ("samples", "[0, 0, 0, 0, 0, 0, 0, .. 9 more]"),
        ("mode", "Measuring"),
        ("pose.x", "1.5 m"),
        ("pose.y", "-2.0 m"),
        ("pose.heading", "0.25 rad"),
        ("label", "\"north gate\""),
        ("account.balance", "~"),
        ("account.bookings", "~"),
    ] {
        assert!(has_line(screen, path, value), "{path}: {:?}", line(screen, path));
    }
    assert!(line(screen, "temperature").unwrap().contains('▁'));
    assert!(screen.contents().contains("~ unlocked snapshot"));
}

#[test]
fn a_changed_value_appears_and_stands_out_until_it_fades() {
    let (_folder, station, file) = station("watch-change");
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("21.5");
    assert!(terminal.cells("21.5").unwrap().iter().all(|cell| !cell.inverse()));
    station.temperature.set(-3.25);
    terminal.wait_until("the new value stands out", |screen| {
        cells(screen, "-3.25").is_some_and(|cells| {
            cells
                .iter()
                .all(|cell| cell.inverse() && cell.bold() && cell.fgcolor() == Color::Idx(3))
        })
    });
    assert!(terminal.cells("°C").unwrap().iter().all(|cell| !cell.inverse()));
    terminal.wait_until("it looks like the others", |screen| {
        cells(screen, "-3.25").unwrap()[0].fgcolor() == Color::Default
    });
}

#[test]
fn a_number_that_moves_has_a_chart_and_a_rate() {
    let (_folder, station, file) = station("watch-chart");
    let mut terminal = watch(WINDOW, &[&file, "temperature", "pose.x"]);
    terminal.wait_for("21.5");
    for step in 0_u32.. {
        station.temperature.set(f64::from(step % 8));
        station.pose.store(&Pose { x: f64::from(step % 8), y: 0.0, heading: 0.0 }).unwrap();
        let before = terminal.screen().contents();
        terminal.wait_until("the screen changes", |screen| screen.contents() != before);
        let temperature = line(terminal.screen(), "temperature").unwrap_or_default();
        let pose = line(terminal.screen(), "pose.x").unwrap_or_default();
        let charts = [&temperature, &pose].map(|line| line.contains('▁') && line.contains('█'));
        if charts == [true, true] && temperature.contains("/s") && pose.contains("/s") {
            return;
        }
    }
}

#[test]
fn the_newest_row_of_a_long_table_is_reached_with_keys() {
    let (_folder, station, file) = station("watch-scroll");
    station.samples[15].set(4711);
    let mut terminal = watch((10, 80), &[&file, "samples[..]", "hits"]);
    terminal.wait_for("1-7 of 17");
    assert!(!terminal.screen().contents().contains("4711"));
    terminal.press(END);
    terminal.wait_for("11-17 of 17");
    terminal.wait_for("4711");
    terminal.press("g");
    terminal.wait_for("1-7 of 17");
    for _ in 0..7 {
        terminal.press(DOWN);
    }
    terminal.wait_for("2-8 of 17");
}

/// What one worker does.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Worker {
    /// Since it was started.
    requests: u64,
    #[shm(unit = "°C")]
    heat: f32,
    mode: Mode,
}

/// Workers, and one number beside them.
#[derive(SharedLayout)]
#[repr(C)]
struct Pool {
    jobs: u64,
    workers: [Worker; 12],
}

fn pool(purpose: &str) -> (Folder, Region<Pool>, String) {
    let folder = Folder::new(purpose);
    let file = folder.file("pool");
    let pool = Region::<Pool>::create(&file).unwrap();
    for (worker, number) in pool.workers.iter().zip(0..) {
        worker.requests.set(number * 1000);
    }
    (folder, pool, file.display().to_string())
}

#[test]
fn an_array_of_structs_opens_to_a_table_of_its_elements() {
    let (_folder, pool, file) = pool("watch-table");
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_until("it is closed", |screen| has_line(screen, "workers", "▸  12 rows"));
    pool.workers[3].requests.set(4711);
    terminal.wait_until("its change is told", |screen| {
        has_line(screen, "workers", "[3].requests = 4711; 12 rows")
    });
    terminal.press(DOWN);
    terminal.press("\r");
    terminal.wait_until("it is open", |screen| {
        let titles = line(screen, "requests").unwrap_or_default();
        has_line(screen, "workers", "▾") && titles.contains("heat (°C)") && titles.contains("mode")
    });
    terminal.wait_until("it has a line for each", |screen| {
        has_line(screen, "[3]", "4711") && has_line(screen, "[11]", "11000")
    });
    pool.workers[11].mode.set(Mode::Failed);
    terminal.wait_until("the cell stands out", |screen| {
        let is_it = |line: &String| line.trim_start().starts_with("[11]");
        let row = screen.rows(0, 100).position(|line| is_it(&line)).unwrap_or_default();
        let cell = |column| screen.cell(row as u16, column).is_some_and(vt100::Cell::inverse);
        has_line(screen, "[11]", "Failed") && (0..100).any(cell)
    });
    // Notes are about the selected column.
    terminal.press(&format!("{DOWN}{DOWN}d"));
    terminal.wait_for(" workers[0].requests ");
    terminal.wait_for("Since it was started.");
    terminal.press("\x1b[C");
    terminal.wait_for("f32 in °C");
    terminal.press("d\r");
    terminal.wait_until("it is closed again", |screen| line(screen, "[3]").is_none());
    // By its own name, it is open at once.
    let mut terminal = watch(WINDOW, &[&file, "workers"]);
    terminal.wait_until("it is open", |screen| has_line(screen, "[11]", "11000"));
}

#[test]
fn every_number_in_a_table_has_a_chart_and_a_rate() {
    let (_folder, pool, file) = pool("watch-cells");
    let mut terminal = watch((24, 120), &[&file, "workers"]);
    terminal.wait_until("it is open", |screen| has_line(screen, "[11]", "11000"));
    for step in 0_u64.. {
        pool.workers[2].requests.set(step % 8);
        pool.workers[2].heat.set((step % 8) as f32);
        let before = terminal.screen().contents();
        terminal.wait_until("the screen changes", |screen| screen.contents() != before);
        let line = line(terminal.screen(), "[2]").unwrap_or_default();
        let charts = line.split_whitespace().filter(|text| text.contains('█'));
        if charts.count() == 2 && line.matches("/s").count() == 2 {
            return;
        }
    }
}

/// A million rows.
#[derive(SharedLayout)]
#[repr(C)]
struct Crowd {
    workers: [Worker; 1_000_000],
}

#[test]
fn of_a_million_elements_only_those_in_sight_are_read() {
    use std::os::unix::fs::MetadataExt;
    let folder = Folder::new("watch-million");
    let file = folder.file("crowd").display().to_string();
    let crowd = Region::<Crowd>::options().sparse(true).create(&file).unwrap();
    // In tmpfs a page of a hole becomes a real one when it is read.
    let pages = || std::fs::metadata(&file).unwrap().blocks() / 8;
    let before = pages();
    let mut terminal = watch((12, 80), &[&file, "workers"]);
    terminal.wait_until("the first are shown", |screen| has_line(screen, "[3]", "0"));
    terminal.press(END);
    terminal.wait_until("the last are shown", |screen| has_line(screen, "[999999]", "0"));
    let read = pages() - before;
    assert!((1..16).contains(&read), "{read} pages were read for two screens");
    // A change of one that is not in sight is found.
    crowd.workers[500_000].requests.set(7);
    terminal.press("g");
    terminal.wait_until("it is told", |screen| screen.contents().contains("[500"));
    assert!(pages() - before < 24);
}

#[test]
fn rows_are_filtered_by_a_text_and_sorted_by_name_and_by_changes() {
    let (_folder, station, file) = station("watch-filter");
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("21.5");
    terminal.press("/POSE");
    terminal.wait_until("only those of the pose are shown", |screen| {
        has_line(screen, "pose.x", "0.0") && line(screen, "temperature").is_none()
    });
    terminal.wait_for("/POSE");
    // Letters are text meanwhile, and keys afterwards.
    terminal.press("q");
    terminal.wait_until("no row has such a name", |screen| line(screen, "pose.x").is_none());
    terminal.press("\x7f\r");
    terminal.wait_until("they are back", |screen| line(screen, "pose.x").is_some());
    terminal.press(ESCAPE);
    terminal.wait_until("all are shown", |screen| line(screen, "temperature").is_some());
    terminal.press("s");
    let first = |screen: &Screen| screen.rows(0, 100).nth(2).unwrap_or_default();
    terminal.wait_until("they are in the order of their names", |screen| {
        first(screen).contains("account.balance") && screen.contents().contains("by name")
    });
    terminal.press("s");
    for step in 0_u64.. {
        station.hits.set(step);
        let before = terminal.screen().contents();
        terminal.wait_until("the screen changes", |screen| screen.contents() != before);
        if first(terminal.screen()).contains("hits") {
            break;
        }
    }
    terminal.press("s");
    terminal.wait_until("they are in the order of the layout", |screen| {
        first(screen).contains("temperature")
    });
}

#[test]
fn a_window_of_forty_columns_has_room_for_everything() {
    let (_folder, _pool, file) = pool("watch-forty");
    let mut terminal = watch((24, 40), &[&file]);
    terminal.wait_until("the rows are shown", |screen| has_line(screen, "workers", "12 rows"));
    terminal.wait_for("q quit  ? help  space pause");
    terminal.press("?");
    for text in [
        "q Esc Ctrl-C quit",
        "longer, shorter interval",
        "Home End g G first row, last row",
        "only rows with a text",
        "another column of it",
        "this help",
    ] {
        terminal.wait_for(text);
    }
    terminal.press("?");
    terminal.press(&format!("{DOWN}\r"));
    terminal.wait_until("a table is open", |screen| has_line(screen, "[3]", "3000"));
    terminal.press("/jobs\r");
    terminal.wait_until("a filter is shown", |screen| {
        screen.rows(0, 40).next().unwrap_or_default().contains("/jobs")
    });
}

#[test]
fn only_rows_in_sight_are_read() {
    use std::os::unix::fs::MetadataExt;
    let folder = Folder::new("watch-sight");
    let file = folder.file("huge").display().to_string();
    let options = Region::<[u8]>::options().sparse(true).len(64 << 20);
    let _huge = options.create(&file).unwrap();
    // In tmpfs a page of a hole becomes a real one when it is read.
    let pages = || std::fs::metadata(&file).unwrap().blocks() / 8;
    let before = pages();
    let paths: Vec<_> = (0..64).map(|mebibyte| format!("[{}]", mebibyte << 20)).collect();
    let mut arguments = vec![file.as_str()];
    arguments.extend(paths.iter().map(String::as_str));
    let mut terminal = watch((10, 80), &arguments);
    terminal.wait_for("1-7 of 64");
    // After some samples there is a rate.
    terminal.wait_for("0/s");
    let read = pages() - before;
    assert!((1..40).contains(&read), "{read} pages were read for 7 rows");
    terminal.press(END);
    terminal.wait_for("58-64 of 64");
    let read_then = pages() - before;
    assert!((read + 1..40).contains(&read_then), "{read_then} pages for 14 rows, {read} for 7");
}

#[test]
fn notes_and_help_are_shown_on_request() {
    let (_folder, _station, file) = station("watch-notes");
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("21.5");
    terminal.press("d");
    terminal.wait_for("In the shade.");
    terminal.wait_for("f64 in °C");
    terminal.press("?");
    terminal.wait_for("longer, shorter interval");
    terminal.press(ESCAPE);
    terminal.wait_until("the help is gone", |screen| !screen.contents().contains("longer, "));
    terminal.press("+");
    terminal.wait_for("every 50ms");
    terminal.press("--");
    terminal.wait_for("every 10ms");
}

#[test]
fn a_paused_table_stands_still_until_it_is_resumed() {
    let (_folder, station, file) = station("watch-pause");
    let mut terminal = watch(WINDOW, &[&file, "hits", "samples[0]"]);
    terminal.wait_for("samples[0]");
    terminal.press(" ");
    terminal.wait_for("paused");
    station.hits.set(4711);
    // The reaction to a key comes after the change at the latest.
    terminal.press("?");
    terminal.wait_for("this help");
    terminal.press("?");
    terminal.wait_until("the help is gone", |screen| !screen.contents().contains("this help"));
    assert!(has_line(terminal.screen(), "hits", "0"));
    terminal.press(" ");
    terminal.wait_for("4711");
}

#[test]
fn every_way_to_quit_restores_the_terminal() {
    let (_folder, _station, file) = station("watch-quit");
    for keys in ["q", ESCAPE, CTRL_C] {
        let mut terminal = watch(WINDOW, &[&file]);
        terminal.wait_for("21.5");
        terminal.wait_until("the cursor is hidden", Screen::hide_cursor);
        assert!(terminal.screen().alternate_screen());
        assert!(!terminal.is_restored());
        terminal.press(keys);
        let status = terminal.finish();
        assert!(status.success(), "{keys:?}: {status}");
        assert!(terminal.is_restored(), "{keys:?}");
        assert_eq!(terminal.screen().contents(), "", "{keys:?}");
    }
}

#[test]
fn a_signal_restores_the_terminal_and_ends_the_command() {
    let (_folder, _station, file) = station("watch-signal");
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut terminal = watch(WINDOW, &[&file]);
        terminal.wait_for("21.5");
        terminal.signal(signal);
        assert_eq!(terminal.finish().signal(), Some(signal.as_raw()));
        assert!(terminal.is_restored(), "{signal:?}");
    }
}

#[test]
fn after_enough_samples_it_ends_by_itself() {
    let (_folder, _station, file) = station("watch-count");
    let mut terminal = watch(WINDOW, &[&file, "--count", "3"]);
    assert!(terminal.finish().success());
    assert!(terminal.is_restored());
    let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
    assert!(raw.contains("temperature"), "{raw}");
}

#[test]
fn a_window_of_any_size_is_drawn_in() {
    let (_folder, station, file) = station("watch-resize");
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("21.5");
    terminal.press("d");
    terminal.press("?");
    terminal.wait_for("this help");
    for (lines, columns) in [(1, 1), (2, 10), (3, 200), (5, 3), (60, 20), (1, 300)] {
        terminal.resize(lines, columns);
        terminal.wait_until("something is drawn", |screen| !screen.contents().is_empty());
    }
    terminal.press("?");
    terminal.resize(24, 100);
    station.temperature.set(-7.5);
    terminal.wait_until("the table is whole again", |screen| {
        has_line(screen, "temperature", "-7.5 °C") && has_line(screen, "account.balance", "~")
    });
    terminal.press("q");
    assert!(terminal.finish().success());
    assert!(terminal.is_restored());
}

#[test]
fn an_invalid_value_is_an_error_in_its_row_only() {
    let (_folder, station, file) = station("watch-invalid");
    let seen = Inspection::of(&file).unwrap();
    let mode = DynRegion::open_read_only(&file).unwrap().field("mode").unwrap().offset();
    let raw = std::fs::File::options().write(true).open(&file).unwrap();
    raw.write_all_at(&[9], seen.header().data_offset() + mode).unwrap();
    assert!(station.mode.get().is_err());
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("0x9 is no");
    assert!(has_line(terminal.screen(), "temperature", "21.5"));
    assert!(terminal.cells("0x9").unwrap().iter().all(|cell| cell.fgcolor() == Color::Idx(1)));
    station.mode.set(Mode::Failed);
    terminal.wait_until("the value is valid", |screen| has_line(screen, "mode", "Failed"));
}

#[test]
fn without_colours_changed_values_still_stand_out() {
    let (_folder, station, file) = station("watch-no-colour");
    let plain = [["NO_COLOR", "1"], ["SHM_TEST", "1"]];
    for (environment, color) in [(&plain[..1], "auto"), (&plain[1..], "never")] {
        let environment: Vec<_> = environment.iter().map(|[name, value]| (*name, *value)).collect();
        station.hits.set(0);
        let arguments = ["--color", color, "watch", "--interval", "20ms", &file];
        let mut terminal = Terminal::start_with(WINDOW, &arguments, &environment);
        terminal.wait_for("21.5");
        station.hits.set(4711);
        terminal.wait_until("the new value stands out", |screen| {
            cells(screen, "4711").is_some_and(|cells| cells[0].inverse())
        });
        let screen = terminal.screen();
        let colors = (0..24).flat_map(|line| (0..100).map(move |column| (line, column)));
        let colored = |(line, column)| {
            screen.cell(line, column).is_some_and(|cell| cell.fgcolor() != Color::Default)
        };
        assert_eq!(colors.into_iter().find(|at| colored(*at)), None, "{color}");
    }
}

#[test]
fn a_replaced_or_removed_region_is_announced_and_followed_on_request() {
    let (_folder, station, file) = station("watch-replaced");
    let mut staying = watch(WINDOW, &[&file]);
    let mut following = watch(WINDOW, &[&file, "--follow"]);
    staying.wait_for("21.5");
    following.wait_for("21.5");
    let new = Region::<Station>::options().create_or_replace(&file).unwrap();
    new.temperature.set(-40.0);
    staying.wait_for("was replaced");
    following.wait_for("-40.0");
    // The old region lives on for processes that have it open.
    station.temperature.set(22.5);
    staying.wait_for("22.5");
    new.unlink().unwrap();
    staying.wait_for("was removed");
    following.wait_for("was removed");
    Region::<u64>::create_from(&file, &4711).unwrap();
    following.wait_for("4711");
    following.wait_until("the notice is gone", |screen| !screen.contents().contains("removed"));
}

#[test]
fn a_truncated_file_is_an_error_and_the_terminal_is_restored() {
    let (_folder, station, file) = station("watch-truncated");
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("21.5");
    // This process would not survive it either.
    drop(station);
    std::fs::File::options().write(true).open(&file).unwrap().set_len(0).unwrap();
    assert_eq!(terminal.finish().code(), Some(4));
    assert!(terminal.is_restored());
    let text = terminal.screen().contents();
    assert!(text.starts_with("error: the file of the region was truncated"), "{text}");
}

/// Hostile contents of a region.
#[derive(SharedLayout)]
#[repr(C)]
struct Hostile {
    text: CText<64>,
    raw: CText<64>,
}

#[test]
fn text_in_a_region_never_reaches_the_terminal_as_a_command() {
    let folder = Folder::new("watch-hostile");
    let file = folder.file("evil\x1b]0;name\x07");
    let hostile = Region::<Hostile>::create(&file).unwrap();
    hostile.text.set("\x1b]0;owned\x07\x1b[2J\u{9b}31m\u{202e}").unwrap();
    let file = file.display().to_string();
    let mut terminal = watch(WINDOW, &[&file]);
    terminal.wait_for("owned");
    terminal.press("d");
    terminal.wait_for("CText");
    std::fs::remove_file(&file).unwrap();
    terminal.wait_for("was removed");
    terminal.press("q");
    assert!(terminal.finish().success());
    let raw = terminal.raw();
    let has = |command: &[u8]| raw.windows(command.len()).any(|bytes| bytes == command);
    for command in [&b"\x07"[..], b"\x1b]", b"\xc2\x9b", "\u{202e}".as_bytes()] {
        assert!(!has(command), "{command:?} in {:?}", String::from_utf8_lossy(raw));
    }
}
