//! The help texts, all in one golden file that can be read from top to bottom, and their examples.

mod support;

use std::process::Command;

use clap::{CommandFactory, Parser};
use shm_cli::args::Arguments;
use support::{Folder, assert_golden, printed};

fn commands() -> Vec<String> {
    let commands = Arguments::command();
    commands.get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// The examples in a help text, without the explanations beside them.
fn examples(help: &str) -> Vec<&str> {
    let examples = help.lines().skip_while(|line| *line != "Examples:").skip(1);
    let examples = examples.take_while(|line| !line.is_empty());
    examples.map(|line| line.trim_start().split("   ").next().unwrap_or_default()).collect()
}

/// The words of a command as a shell splits it, without redirections.
fn words(command: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {command}");
    let output = Command::new("bash").args(["-c", &script]).output().expect("running bash");
    assert!(output.status.success(), "{command}");
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}

#[test]
fn the_help_is_the_golden_one() {
    let folder = Folder::new("help");
    let mut text = format!("$ shm --help\n{}", printed(&folder, ["--help"]));
    for command in commands() {
        text += &format!("\n$ shm {command} --help\n{}", printed(&folder, [&*command, "--help"]));
    }
    assert_golden("help.txt", &text);
}

#[test]
fn every_example_is_parsed() {
    let folder = Folder::new("help");
    for command in commands() {
        let help = printed(&folder, [&*command, "--help"]);
        let examples = examples(&help);
        assert!(!examples.is_empty(), "shm {command} --help has no example");
        for example in examples {
            let words = words(example.split(" > ").next().unwrap_or_default());
            assert_eq!(words[..2], ["shm", &*command], "{example}");
            let understood = Arguments::try_parse_from(words);
            assert!(understood.is_ok(), "{example}: {}", understood.unwrap_err());
        }
    }
}
