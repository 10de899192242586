//! `shm plot`: pictures and charts in the terminal, of recordings with known times and of living regions.

#[path = "support/hall.rs"]
mod hall;
mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::fs;
use std::process::Command;

use hall::recording;
use serde_json::{Value, json};
use support::{Folder, assert_golden, printed, refused, station};
use terminal::Terminal;

fn plotted<'a>(folder: &Folder, arguments: &[&'a str]) -> String {
    let all = ["plot", "run.mcap"].into_iter().chain(arguments.iter().copied());
    printed(folder, all.collect::<Vec<&'a str>>())
}

#[test]
fn the_picture_of_a_recording_is_the_golden_one() {
    let folder = Folder::new("plot-svg");
    recording(&folder);
    plotted(
        &folder,
        &["temperature", "pose.x", "pose.y", "-o", "hall.svg", "--title", "A <hall> & more"],
    );
    let picture = fs::read_to_string(folder.file("hall.svg")).unwrap();
    assert_golden("plot.svg", &picture);
    let document = roxmltree::Document::parse(&picture).unwrap();
    let texts: Vec<_> = document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .filter_map(|node| node.text())
        .collect();
    for expected in [
        "A <hall> & more",
        "temperature (°C)",
        "pose.x (m)",
        "pose.y (m)",
        "°C",
        "m",
        "time in s since 2026-01-01 00:00:00 UTC",
    ] {
        assert!(texts.contains(&expected), "{expected}: {texts:?}");
    }
    // The line is broken where there was no value.
    let lines = document.descendants().filter(|node| node.attribute("stroke-width") == Some("1.5"));
    let breaks: Vec<_> =
        lines.map(|line| line.attribute("d").unwrap().matches('M').count()).collect();
    assert_eq!(breaks, [1, 2, 2]);
}

#[test]
fn everything_in_a_picture_is_inside_of_it() {
    let folder = Folder::new("plot-inside");
    recording(&folder);
    for size in ["200x200", "1600x300"] {
        plotted(&folder, &["temperature", "pose.x", "hits", "-o", "a.svg", "--size", size]);
        let picture = fs::read_to_string(folder.file("a.svg")).unwrap();
        let document = roxmltree::Document::parse(&picture).unwrap();
        let side = |name| document.root_element().attribute(name).unwrap().parse::<f64>().unwrap();
        let (width, height) = (side("width"), side("height"));
        assert!(size.starts_with(&format!("{width}x")) && height < 400.0, "{width} by {height}");
        for node in document.descendants().filter(|node| node.has_tag_name("text")) {
            let number = |name| node.attribute(name).unwrap().parse::<f64>().unwrap();
            assert!((0.0..=width).contains(&number("x")), "{size}: {node:?}");
            assert!((0.0..=height).contains(&number("y")), "{size}: {node:?}");
        }
        for line in
            document.descendants().filter(|node| node.attribute("stroke-width") == Some("1.5"))
        {
            let way = line.attribute("d").unwrap().replace(['M', 'L', 'H', 'V', 'h'], " ");
            for number in way.split_whitespace() {
                let number: f64 = number.parse().unwrap();
                assert!((0.0..=width.max(height)).contains(&number), "{size}: {number}");
            }
        }
    }
}

#[test]
fn the_chart_for_a_terminal_is_the_golden_one_and_fits() {
    let folder = Folder::new("plot-text");
    recording(&folder);
    let text = plotted(&folder, &["temperature", "pose.x", "pose.y"]);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert_golden("plot.txt", &text);
    let steps = plotted(&folder, &["hits", "--steps"]);
    assert_golden("plot_steps.txt", &steps);
    let file = folder.file("run.mcap");
    let mut terminal = Terminal::start((40, 50), &["plot", file.to_str().unwrap(), "temperature"]);
    terminal.wait_for("time in s since 2026");
    let screen = terminal.screen().contents();
    assert!(screen.contains("23 ┤"), "{screen}");
    // A line that were too long would take two.
    assert!(screen.lines().count() <= 17, "{screen}");
    assert!(terminal.finish().success());
}

#[test]
fn the_numbers_are_json_for_programs() {
    let folder = Folder::new("plot-json");
    recording(&folder);
    let value: Value =
        serde_json::from_str(&plotted(&folder, &["pose.x", "hits", "--json"])).unwrap();
    assert_eq!(value["start"], "2026-01-01 00:00:00 UTC");
    let series = value["series"].as_array().unwrap();
    assert_eq!((&series[0]["path"], &series[0]["unit"]), (&"pose.x".into(), &"m".into()));
    assert_eq!(series[0]["points"][0], json!([0.0, 4.0]));
    let gaps = series[0]["points"].as_array().unwrap().iter().filter(|point| point[1].is_null());
    assert_eq!(gaps.count(), 1);
    assert_eq!(series[1]["points"][199], json!([19.9, 9.0]));
}

#[test]
fn a_living_region_is_drawn_for_a_while() {
    let folder = Folder::new("plot-live");
    let station = station(&folder);
    let arguments = ["plot", "./station", "temperature", "samples[2..4]", "pose.x", "--json"];
    let times = ["--duration", "200ms", "--every", "5ms"];
    station.temperature.set(3.5);
    let value = printed(&folder, arguments.into_iter().chain(times));
    let value: Value = serde_json::from_str(&value).unwrap();
    let series = value["series"].as_array().unwrap();
    let paths: Vec<_> = series.iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["temperature", "samples[2]", "samples[3]", "pose.x"]);
    let units: Vec<_> = series.iter().map(|one| one["unit"].as_str().unwrap()).collect();
    assert_eq!(units, ["°C", "", "", "m"]);
    let points = series[0]["points"].as_array().unwrap();
    assert!(points.len() > 1 && points.iter().all(|point| point[1] == 3.5), "{points:?}");
    assert_eq!(series[2]["points"][0][1], 9.0);
}

#[test]
fn completions_and_manual_pages_know_recordings() {
    let folder = Folder::new("plot-complete");
    recording(&folder);
    let completed = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shm"));
        let command = command.arg("--").args(words).env("COMPLETE", "fish");
        let output = command.current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(completed(&["shm", "plot", "ru"]).starts_with("run.mcap"));
    assert!(completed(&["shm", "plot", "./"]).contains("./model"));
    assert!(completed(&["shm", "record", "./model", "pose."]).contains("pose.x"));
    assert!(completed(&["shm", "record", "--on"]).starts_with("--on-change"));
    printed(&folder, ["completions", "--man", "."]);
    for page in ["record", "replay", "plot", "metrics", "doctor"] {
        assert!(folder.file(&format!("shm-{page}.1")).exists(), "{page}");
    }
}

#[test]
fn what_is_not_a_number_is_refused() {
    let folder = Folder::new("plot-refused");
    recording(&folder);
    for path in ["name", "nothing", "pose"] {
        let error = refused(&folder, ["plot", "run.mcap", path], 6);
        assert!(error.contains(&format!("`{path}`")), "{error}");
    }
    let _station = station(&folder);
    let live = ["plot", "./station", "label", "--duration", "1ms"];
    assert!(refused(&folder, live, 6).contains("`label`"));
    refused(&folder, ["plot", "./station"], 2);
    refused(&folder, ["plot", "./station", "hits", "--size", "1x1"], 2);
}
