//! A program, usually in another language, that answers commands, one line each.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use crate::regions::PATIENCE;

pub(crate) struct Companion {
    child: Child,
    commands: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Companion {
    pub(crate) fn start(mut command: Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("starting a program");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in output.lines() {
                if sender.send(line.expect("a line of text")).is_err() {
                    break;
                }
            }
        });
        Self { commands: child.stdin.take(), child, answers }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Skips what the program prints before it is ready for commands.
    pub(crate) fn skip_to(&mut self, line: &str) {
        while self.answers.recv_timeout(PATIENCE).expect("the program starts") != line {}
    }

    /// Sends a command and returns the answer.
    pub(crate) fn ask(&mut self, command: &str) -> String {
        self.send(command);
        self.answer()
    }

    /// Sends a command that may take a while.
    pub(crate) fn send(&mut self, command: &str) {
        let commands = self.commands.as_mut().expect("it was not ended");
        writeln!(commands, "{command}").expect("the program is there");
    }

    /// Returns the answer to a command that was sent.
    pub(crate) fn answer(&mut self) -> String {
        let answer = self.answers.recv_timeout(PATIENCE);
        answer.unwrap_or_else(|error| panic!("no answer: {error}"))
    }

    /// Kills the program, which is a zombie until [`Companion::reap`].
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killing the program");
    }

    /// Waits for the program that was killed.
    pub(crate) fn reap(&mut self) {
        self.child.wait().expect("waiting for the program");
    }

    /// Ends the program, which must succeed.
    pub(crate) fn end(mut self) {
        self.commands = None;
        // There are no more answers: the program has closed its output.
        let rest = self.answers.recv_timeout(PATIENCE);
        assert!(rest.is_err(), "an unexpected answer: {rest:?}");
        assert!(self.child.wait().expect("waiting for the program").success());
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        // The program is still running only if the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
