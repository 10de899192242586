//! Completions in the shells themselves.

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use support::{Folder, station};
use terminal::Terminal;

const CTRL_U: &str = "\x15";

/// A shell in a folder that has the completions of the command; `None` without that shell.
#[allow(clippy::print_stdout, reason = "says what was skipped")]
fn shell(folder: &Folder, name: &str, arguments: &[&str], setup: &str) -> Option<Terminal> {
    let path = std::env::var("PATH").unwrap_or_default();
    let is_there = path.split(':').any(|folder| Path::new(folder).join(name).exists());
    if !is_there {
        println!("skipped: there is no {name} here");
        return None;
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_shm")).parent().unwrap();
    let path = format!("{}:{path}", bin.display());
    let home = folder.path().display().to_string();
    let environment = [("PATH", &*path), ("HOME", &*home), ("PS1", "> ")];
    let mut terminal = Terminal::start_program((40, 100), name, arguments, &environment);
    ready(&mut terminal, &format!("cd {home} && {setup} &&"));
    Some(terminal)
}

/// Runs a command in the shell, clears the screen, and waits for the next prompt: what is typed before that is echoed by the
/// terminal, in the prompt's place.
fn ready(terminal: &mut Terminal, command: &str) {
    static TIMES: AtomicUsize = AtomicUsize::new(0);
    let time = TIMES.fetch_add(1, Relaxed);
    terminal.press(&format!("{command} clear; echo re\"\"ady {time}\n"));
    let said = format!("ready {time}");
    terminal.wait_until("the prompt", |screen| {
        let (_, columns) = terminal::size(screen);
        let lines: Vec<String> = screen.rows(0, columns).collect();
        lines.windows(2).any(|pair| pair[0].trim_end() == said && pair[1].trim_end() == ">")
    });
}

/// Types the start of a command and a tab; the command line becomes the other text.
fn expect(terminal: &mut Terminal, typed: &str, completed: &str) {
    terminal.press(&format!("{typed}\t"));
    let shows = |screen: &vt100::Screen| {
        let (_, columns) = terminal::size(screen);
        screen.rows(0, columns).any(|line| line.starts_with(&format!("> {completed}")))
    };
    terminal.wait_until(&format!("`{typed}` becomes `{completed}`"), shows);
    ready(terminal, CTRL_U);
}

/// The completions that every shell has.
fn expect_all(terminal: &mut Terminal) {
    expect(terminal, "shm wat", "shm watch");
    expect(terminal, "shm get ./sta", "shm get ./station");
    expect(terminal, "shm get ./station temp", "shm get ./station temperature");
    expect(terminal, "shm get ./station account.bal", "shm get ./station account.balance");
    // The variants of an enum come after the equals sign.
    expect(terminal, "shm set ./station mod", "shm set ./station mode=");
    expect(terminal, "shm set ./station mode=Me", "shm set ./station mode=Measuring");
    expect(terminal, "shm set ./station hits=1 mode=F", "shm set ./station hits=1 mode=Failed");
    expect(terminal, "shm ls --nam", "shm ls --names");
    expect(terminal, "shm mirror fol", "shm mirror follow");
    expect(terminal, "shm mirror serve ./sta", "shm mirror serve ./station");
}

#[test]
fn bash_completes_regions_fields_options_and_what_follows_an_equals_sign() {
    let folder = Folder::new("complete-bash");
    let _station = station(&folder);
    let arguments = ["--norc", "--noprofile", "-i"];
    let setup = "eval \"$(shm completions bash)\"";
    let Some(mut bash) = shell(&folder, "bash", &arguments, setup) else { return };
    expect_all(&mut bash);
    // Nothing is put after an equals sign, so that the value can be typed.
    bash.press("shm set ./station hit\t5");
    bash.wait_for("> shm set ./station hits=5");
}

#[test]
fn zsh_completes_the_same() {
    let folder = Folder::new("complete-zsh");
    let _station = station(&folder);
    let setup = "autoload -U compinit && compinit -u && eval \"$(shm completions zsh)\"";
    let Some(mut zsh) = shell(&folder, "zsh", &["-f", "-i"], setup) else { return };
    expect_all(&mut zsh);
}

#[test]
fn fish_completes_the_same() {
    let folder = Folder::new("complete-fish");
    let _station = station(&folder);
    let prompt = "function fish_prompt; echo '> '; end; function fish_right_prompt; end";
    let setup = format!("{prompt}; and shm completions fish | source");
    let Some(mut fish) = shell(&folder, "fish", &["--no-config", "-i"], &setup) else { return };
    expect_all(&mut fish);
}

#[test]
fn the_script_for_bash_is_whole() {
    let folder = Folder::new("complete-script");
    let script = support::printed(&folder, ["completions", "bash"]);
    let mut bash = std::process::Command::new("bash");
    let status = bash.args(["-n", "-c", &script]).status().unwrap();
    assert!(status.success() && script.contains("complete -o bashdefault"), "{script}");
}
