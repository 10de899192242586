//! A terminal for the command to run in: a pseudo-terminal, with an emulator that keeps the
//! screen.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, Pty};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{Termios, tcgetattr};
use vt100::{Cell, Parser, Screen};

/// The time after which a test considers a command hung.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Keys that send more than one character.
pub(crate) const ESCAPE: &str = "\x1b";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const DOWN: &str = "\x1b[B";
pub(crate) const END: &str = "\x1b[F";

/// A running command and its screen.
pub(crate) struct Terminal {
    child: Child,
    pty: Arc<Pty>,
    output: Receiver<Vec<u8>>,
    emulator: Parser,
    /// Everything that was written to the terminal.
    raw: Vec<u8>,
    /// The settings of the terminal before.
    found: String,
}

impl Terminal {
    /// Runs the command in a window of this size in lines and columns.
    pub(crate) fn start(size: (u16, u16), arguments: &[&str]) -> Self {
        Self::start_with(size, arguments, &[])
    }

    /// As [`Terminal::start`], with more in the environment.
    pub(crate) fn start_with(
        size: (u16, u16),
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        Self::start_program(size, env!("CARGO_BIN_EXE_shm"), arguments, environment)
    }

    /// Runs any program in a window, such as a shell.
    pub(crate) fn start_program(
        size: (u16, u16),
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a pseudo-terminal");
        pty.resize(Size::new(size.0, size.1)).expect("setting the size of the window");
        let found = settings(&pty);
        let child = Command::new(program)
            .args(arguments)
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR")
            .env_remove("CLICOLOR_FORCE")
            .env("TERM", "xterm-256color")
            .envs(environment.iter().copied())
            .spawn(pts)
            .expect("running a program in a terminal");
        let pty = Arc::new(pty);
        let output = listen(Arc::clone(&pty));
        let emulator = Parser::new(some(size.0), some(size.1), 0);
        Self { child, pty, output, emulator, raw: Vec::new(), found }
    }

    /// The current screen.
    pub(crate) fn screen(&self) -> &Screen {
        self.emulator.screen()
    }

    /// Everything that was written to the terminal so far.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Waits until the screen meets a condition; fails the test if that takes too long.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, what: &str, condition: impl Fn(&Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition(self.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.show(&bytes),
                Err(error) => {
                    let screen = self.screen().contents();
                    panic!("waited in vain until {what} ({error}); the screen:\n{screen}")
                }
            }
        }
    }

    /// Waits until a text is on the screen.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(&format!("`{text}` is shown"), |screen| screen.contents().contains(text));
    }

    fn show(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.emulator.process(bytes);
    }

    /// Types keys.
    pub(crate) fn press(&self, keys: &str) {
        let mut pty: &Pty = &self.pty;
        pty.write_all(keys.as_bytes()).expect("typing");
    }

    /// Gives the window another size, which is empty until the command draws it again.
    pub(crate) fn resize(&mut self, lines: u16, columns: u16) {
        // Output for the old size must not be shown in the new one.
        while let Ok(bytes) = self.output.try_recv() {
            self.show(&bytes);
        }
        self.emulator.screen_mut().set_size(some(lines), some(columns));
        self.emulator.process(b"\x1b[2J");
        self.pty.resize(Size::new(lines, columns)).expect("setting the size of the window");
    }

    /// Sends the command a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("sending a signal");
    }

    /// Waits for the end of the command, and shows its output up to then.
    #[track_caller]
    pub(crate) fn finish(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.show(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    self.child.kill().expect("killing a hung command");
                    panic!("the command does not end; the screen:\n{}", self.screen().contents());
                }
            }
        }
        self.child.wait().expect("waiting for the command")
    }

    /// Returns whether the terminal is as the command found it: the old settings, a visible cursor, the
    /// old screen.
    pub(crate) fn is_restored(&self) -> bool {
        let screen = self.screen();
        settings(&self.pty) == self.found && !screen.alternate_screen() && !screen.hide_cursor()
    }

    /// The cells of the first occurrence of a text within one line.
    pub(crate) fn cells(&self, text: &str) -> Option<Vec<&Cell>> {
        cells(self.screen(), text)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Still running only if a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads until no process has the terminal open any more.
fn listen(pty: Arc<Pty>) -> Receiver<Vec<u8>> {
    let (sender, output) = channel();
    std::thread::spawn(move || {
        let (mut pty, mut buffer): (&Pty, _) = (&pty, [0; 1 << 16]);
        while let Ok(count @ 1..) = pty.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    output
}

fn some(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a window has lines and columns")
}

/// The lines and columns of a screen.
pub(crate) fn size(screen: &Screen) -> (u16, u16) {
    let (lines, columns) = screen.size();
    (lines.get(), columns.get())
}

/// The settings of a terminal, such as whether it echoes what is typed.
fn settings(pty: &Pty) -> String {
    let settings: Termios = tcgetattr(pty).expect("the settings of the terminal");
    format!("{settings:?}")
}

/// The cells of the first occurrence of a text within one line of a screen.
pub(crate) fn cells<'a>(screen: &'a Screen, text: &str) -> Option<Vec<&'a Cell>> {
    let (lines, columns) = size(screen);
    let width = u16::try_from(text.chars().count()).ok()?;
    (0..lines).find_map(|line| {
        (0..columns).find_map(|column| {
            let cells = (column..column + width).map(|column| screen.cell(line, column));
            let cells: Vec<&Cell> = cells.collect::<Option<_>>()?;
            let found: String = cells.iter().map(|cell| shown(cell)).collect();
            (found == text).then_some(cells)
        })
    })
}

fn shown(cell: &Cell) -> &str {
    if cell.has_contents() { cell.contents() } else { " " }
}
