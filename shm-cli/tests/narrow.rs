//! Every command in a terminal of 80 columns.

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use clap::CommandFactory;
use shm_cli::args::Arguments;
use support::{Folder, printed, station};
use terminal::Terminal;

/// The lines that a command writes to a terminal of 80 columns, without colours.
fn lines(arguments: &[&str]) -> Vec<String> {
    let mut terminal = Terminal::start((200, 80), &[&["--color", "never"], arguments].concat());
    terminal.finish();
    let text = String::from_utf8_lossy(terminal.raw()).into_owned();
    let styles = regex_lite::Regex::new("\x1b\\[[0-9;]*m").unwrap();
    let text = styles.replace_all(&text, "");
    text.lines().map(|line| line.trim_end().to_owned()).collect()
}

fn expect_fitting(arguments: &[&str]) -> Vec<String> {
    let lines = lines(arguments);
    for line in &lines {
        assert!(line.chars().count() <= 80, "{arguments:?}: {line}");
    }
    assert!(!lines.is_empty(), "{arguments:?} prints nothing");
    lines
}

#[test]
fn help_texts_are_wrapped_and_not_cut() {
    let folder = Folder::new("narrow-help");
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let command = Arguments::command();
    let commands = command.get_subcommands().map(|command| command.get_name().to_owned());
    for command in std::iter::once(String::new()).chain(commands) {
        let arguments: Vec<_> =
            [&*command, "--help"].into_iter().filter(|one| !one.is_empty()).collect();
        let narrow = expect_fitting(&arguments).join("\n");
        assert_eq!(words(&narrow), words(&printed(&folder, arguments)), "{command}");
    }
}

#[test]
fn reports_fit_into_eighty_columns() {
    let folder = Folder::new("narrow");
    let _station = station(&folder);
    let title = folder.file("title").display().to_string();
    printed(&folder, ["new", "./title", "--heap-max", "64K", "--type", "Owned<str>"]);
    let (file, place) =
        (folder.file("station").display().to_string(), folder.path().display().to_string());
    for arguments in [
        &["ls", &place][..],
        &["ls", &place, "--all"],
        &["show", &file],
        &["show", &file, "--all"],
        &["layout", &file],
        &["heap", &title],
        &["check", &file, &file],
        &["rm", &file, "--dry-run"],
        &["get", "./nothing-of-this-rather-long-name"],
    ] {
        expect_fitting(arguments);
    }
}

#[test]
fn reasons_and_remarks_fit_as_well() {
    let folder = Folder::new("narrow-errors");
    let _station = station(&folder);
    let file = folder.file("station").display().to_string();
    let dump = folder.file("station.json").display().to_string();
    printed(&folder, ["dump", "./station", "-o", "station.json"]);
    for arguments in [
        &["new", "./x", "--field", "a"][..],
        &["replay", "run.mcap", "--speed", "0"],
        &["get"],
        &["frobnicate"],
        &["metrics", "--listen", "nonsense"],
        &["set", &file, "--from", &dump],
        &["set", &file, "mode=Sleeping-as-no-station-ever-did-in-the-whole-history-of-stations"],
    ] {
        for line in lines(arguments) {
            let fits = line.chars().count() <= 80 || !line.trim_start().contains(' ');
            assert!(fits, "{arguments:?}: {line}");
        }
    }
}
