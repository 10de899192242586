//! A shell window: a working directory, and the running command.

use std::ffi::OsString;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// The time after which a window considers a command hung; the first one compiles this library.
const PATIENCE: Duration = Duration::from_secs(300);

/// A window.
pub(crate) struct Window {
    folder: PathBuf,
    environment: Vec<(&'static str, OsString)>,
    running: Option<Running>,
}

struct Running {
    child: Child,
    output: Receiver<String>,
    /// Output that the page has not shown yet.
    untold: String,
}

impl Window {
    /// A window in a folder, with additions to its environment.
    pub(crate) fn new(folder: &Path, environment: &[(&'static str, OsString)]) -> Self {
        Self { folder: folder.to_owned(), environment: environment.to_owned(), running: None }
    }

    /// Starts a command, or changes to a folder.
    pub(crate) fn run(&mut self, command: &str) {
        assert!(self.running.is_none(), "`{command}` begins before the last command is over");
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            return;
        }
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let child = Command::new("bash")
            .args(["-c", command])
            .current_dir(&self.folder)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(writer.try_clone().expect("a second end of the pipe"))
            .stderr(writer)
            .process_group(0)
            .spawn()
            .expect("running bash");
        let output = listen(reader);
        self.running = Some(Running { child, output, untold: String::new() });
    }

    /// Presses Ctrl and C.
    pub(crate) fn interrupt(&self) {
        let running = self.running.as_ref().expect("something to interrupt");
        let group = Pid::from_child(&running.child);
        kill_process_group(group, Signal::INT).expect("interrupting a command");
    }

    /// Waits until the output of the command is as expected; otherwise returns an error with
    /// the output.
    pub(crate) fn wait_until(
        &mut self,
        mut is_told: impl FnMut(&str) -> bool,
    ) -> Result<(), String> {
        let Some(running) = &mut self.running else { return told(is_told("")) };
        let deadline = Instant::now() + PATIENCE;
        while !is_told(&running.untold) {
            if !running.listen(deadline) {
                return Err(std::mem::take(&mut running.untold));
            }
        }
        running.untold.clear();
        Ok(())
    }

    /// Waits for the end of the command, and returns its remaining output.
    pub(crate) fn finish(&mut self) -> String {
        let Some(mut running) = self.running.take() else { return String::new() };
        let deadline = Instant::now() + PATIENCE;
        while running.listen(deadline) {}
        assert!(Instant::now() < deadline, "it does not end; it printed: {}", running.untold);
        let status = running.child.wait().expect("waiting for a command");
        if status.signal() == Some(Signal::KILL.as_raw()) {
            // A shell would print this; here the command has replaced it.
            running.untold += "Killed\n";
        }
        std::mem::take(&mut running.untold)
    }
}

fn told(is_told: bool) -> Result<(), String> {
    if is_told { Ok(()) } else { Err(String::new()) }
}

impl Running {
    /// Waits for more output; `false` at the end.
    fn listen(&mut self, deadline: Instant) -> bool {
        match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(text) => self.untold += &text,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
        }
        true
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Still running only if a test failed.
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// Passes output on line by line, until no process has the pipe open.
fn listen(mut reader: std::io::PipeReader) -> Receiver<String> {
    let (sender, output) = channel();
    std::thread::spawn(move || {
        let (mut line, mut byte) = (Vec::new(), [0]);
        while let Ok(1) = reader.read(&mut byte) {
            line.push(byte[0]);
            if byte[0] == b'\n' {
                let text = String::from_utf8_lossy(&line).into_owned();
                line.clear();
                if sender.send(text).is_err() {
                    return;
                }
            }
        }
        let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
    });
    output
}
