//! The processes of a run: this program again, each in its role.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::scenario::{Case, Companion, HANGS, Operation};

/// The parts that a process can play in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    SetUp,
    Victim,
    Flawed,
    Heir,
    Audit,
    Companion,
}

const ROLES: [(&str, Role); 6] = [
    ("set-up", Role::SetUp),
    ("victim", Role::Victim),
    ("flawed", Role::Flawed),
    ("heir", Role::Heir),
    ("audit", Role::Audit),
    ("companion", Role::Companion),
];

impl Role {
    pub(crate) fn called(name: &str) -> Option<Self> {
        ROLES.into_iter().find(|(known, _)| *known == name).map(|(_, role)| role)
    }

    fn name(self) -> &'static str {
        let (name, _) = ROLES.into_iter().find(|(_, role)| *role == self).expect("all are listed");
        name
    }

    /// A command for a process in this role.
    pub(crate) fn command(self, case: &Case, at: &Path) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this program's path"));
        command.args(["role", self.name(), case.name]).arg(at).env("RUST_BACKTRACE", "0");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a process in this role to its end; returns its output.
    pub(crate) fn run(self, case: &Case, at: &Path, patience: Duration) -> Result<String, String> {
        finish(self.command(case, at).spawn().map_err(failed_to("start a process"))?, patience)
    }

    /// Plays the role in this process; [`Role::Flawed`] has the flaw of that name.
    pub(crate) fn play(self, case: &Case, at: &Path, flaw: Option<&str>) -> String {
        let scenario = case.scenario;
        match self {
            Self::SetUp => scenario.set_up(at),
            Self::Victim => step(scenario.victim(at)),
            Self::Flawed => step((case.flaw(flaw.expect("its name")).operation)(at)),
            Self::Heir => step(scenario.heir(at)),
            Self::Audit => return scenario.audit(at),
            Self::Companion => return scenario.companion().expect("it has one").live(at),
        }
        String::new()
    }
}

/// Lets the stepper begin, and ends the process after the operation, without destructors.
fn step(mut operation: Operation) {
    stop();
    operation();
    end();
}

/// Stops this process, until the harness continues it.
pub(crate) fn stop() {
    // SAFETY: stops this process; it has one thread, which continues here.
    unsafe { libc::raise(libc::SIGSTOP) };
}

/// Ends this process at once, as a death does: no destructor runs.
pub(crate) fn end() -> ! {
    // SAFETY: ends this process; nothing that it owns is needed any more.
    unsafe { libc::_exit(0) }
}

pub(crate) fn failed_to(what: &str) -> impl Fn(io::Error) -> String {
    move |error| format!("the harness failed to {what}: {error}")
}

/// Waits for the end of a process; returns its output, or how it failed.
fn finish(mut child: Child, patience: Duration) -> Result<String, String> {
    let deadline = Instant::now() + patience;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed_to("wait"))? {
            break status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Err(HANGS.to_owned());
        }
        std::thread::sleep(Duration::from_micros(200));
    };
    let (mut output, mut complaint) = (String::new(), String::new());
    let read = child.stdout.take().expect("piped").read_to_string(&mut output);
    read.map_err(failed_to("read"))?;
    if status.success() {
        return Ok(output);
    }
    let read = child.stderr.take().expect("piped").read_to_string(&mut complaint);
    read.map_err(failed_to("read"))?;
    Err(format!("{status}: {}", complaint.trim()))
}

/// The time after which a companion counts as hung.
const GET_READY: Duration = Duration::from_secs(60);

/// A companion, stopped.
pub(crate) struct Stopped(Option<Child>);

impl Stopped {
    /// Starts the companion, and waits until it stops itself, or sleeps and can be stopped.
    pub(crate) fn start(case: &Case, companion: &dyn Companion, at: &Path) -> Result<Self, String> {
        let child = Role::Companion.command(case, at).spawn();
        let this = Self(Some(child.map_err(failed_to("start a companion"))?));
        let (pid, deadline) = (this.pid(), Instant::now() + GET_READY);
        while !has_stopped(pid)? {
            if Instant::now() > deadline {
                return Err("the companion did not become ready".to_owned());
            }
            if companion.is_asleep(at) {
                // SAFETY: stops this process's own child.
                unsafe { libc::kill(pid, libc::SIGSTOP) };
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(this)
    }

    fn pid(&self) -> i32 {
        // Process numbers are below 2^22.
        self.0.as_ref().expect("it was not taken yet").id() as i32
    }

    /// Lets it run to its end; returns its output.
    pub(crate) fn finish(mut self, patience: Duration) -> Result<String, String> {
        let pid = self.pid();
        // SAFETY: continues this process's own child.
        unsafe { libc::kill(pid, libc::SIGCONT) };
        finish(self.0.take().expect("it was not taken yet"), patience)
    }
}

/// Whether a child has stopped, and has not ended.
fn has_stopped(pid: i32) -> Result<bool, String> {
    let (mut status, how) = (0, libc::WUNTRACED | libc::WNOHANG);
    // SAFETY: `pid` is this process's own child, and `status` receives its status.
    match unsafe { libc::waitpid(pid, &raw mut status, how) } {
        0 => Ok(false),
        found if found == pid && libc::WIFSTOPPED(status) => Ok(true),
        _ => Err("the companion ended too early".to_owned()),
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
