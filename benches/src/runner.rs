//! Takes samples: starts the process that measures, waits for its output, and ends it if that takes too
//! long.

use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::cases::Case;
use crate::contestant::Contestant;
use crate::death_with_parent::die_with_parent;
use crate::folder::Folder;
use crate::job::{Job, Pace};
use crate::outcome::{Failure, Outcome};
use crate::peers::foreign::Toolbox;
use crate::scenarios::{crowd, death};

/// The time limit of a sample, after which it counts as hung. A survivor has the second one to recover.
const PATIENCE: Duration = Duration::from_secs(30);
const PATIENCE_WITH_DEATH: Duration = Duration::from_secs(5);
/// For a thousand processes that are started one after the other.
const PATIENCE_WITH_A_CROWD: Duration = Duration::from_secs(120);

/// The result of one attempt to take a sample.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sample<T> {
    Took(T),
    /// It had to be ended.
    Hung(Duration),
    Failed(String),
}

/// The common part of all samples of a run.
pub(crate) struct Runner {
    folder: Folder,
    batch: Duration,
    cpus: Option<(usize, usize)>,
    interrupted: Arc<AtomicBool>,
    taken: AtomicU32,
}

impl Runner {
    pub(crate) fn new(folder: Folder, batch: Duration, interrupted: Arc<AtomicBool>) -> Self {
        Self { folder, batch, cpus: crate::cpu::two(), interrupted, taken: AtomicU32::new(0) }
    }

    pub(crate) fn folder(&self) -> &Folder {
        &self.folder
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// One sample of one peer.
    pub(crate) fn sample(
        &self,
        contestant: Contestant,
        case: &Case,
        toolbox: &Toolbox,
    ) -> Result<Sample<Outcome>, Failure> {
        let job = self.job(contestant.key(), case.scenario, case.words, case.pace)?;
        let command = contestant.command(toolbox, &job);
        let patience = match case.scenario {
            death::DEATH => PATIENCE_WITH_DEATH,
            scenario if scenario.starts_with(crowd::FAMILY) => PATIENCE_WITH_A_CROWD,
            _ => PATIENCE + self.batch * 20,
        };
        let sample = command.and_then(|command| self.run(command, patience));
        let _ = std::fs::remove_dir_all(&job.folder);
        sample.map(Sample::parse)
    }

    /// One round of a series, by this program itself.
    pub(crate) fn round<T: serde::de::DeserializeOwned>(
        &self,
        series: &str,
        patience: Duration,
    ) -> Result<Sample<T>, Failure> {
        let job = self.job("ours", series, 8, Pace::Idle)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("series").args(job.to_arguments());
        let sample = self.run(command, patience);
        let _ = std::fs::remove_dir_all(&job.folder);
        sample.map(Sample::parse)
    }

    /// A job with its own folder and name.
    fn job(&self, peer: &str, scenario: &str, words: usize, pace: Pace) -> Result<Job, Failure> {
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let folder = self.folder.path().join(format!("s{number}"));
        std::fs::create_dir(&folder)?;
        Ok(Job {
            peer: peer.to_owned(),
            scenario: scenario.to_owned(),
            folder,
            name: format!("{}-s{number}", self.folder.name()),
            batch: self.batch,
            words,
            pace,
            cpus: self.cpus,
        })
    }

    /// Runs a process to its end, and returns its output.
    pub(crate) fn run(
        &self,
        mut command: Command,
        patience: Duration,
    ) -> Result<Sample<String>, Failure> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = die_with_parent(&mut command).spawn()?;
        let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
        let waited = self.wait(&stdout, patience);
        kill_group(&child);
        let _ = child.kill();
        let status = child.wait()?;
        match waited? {
            None => Ok(Sample::Hung(patience)),
            Some(printed) if status.success() => Ok(Sample::Took(printed)),
            Some(_) => {
                let said = stderr.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
                Ok(Sample::Failed(format!("{status}; it said: {}", last_lines(&said))))
            }
        }
    }

    /// Waits for the end of a process's output; `None` if that takes too long.
    fn wait(
        &self,
        output: &Receiver<String>,
        patience: Duration,
    ) -> Result<Option<String>, Failure> {
        let deadline = Instant::now() + patience;
        loop {
            match output.recv_timeout(Duration::from_millis(200)) {
                Ok(printed) => return Ok(Some(printed)),
                Err(RecvTimeoutError::Disconnected) => return Ok(Some(String::new())),
                Err(RecvTimeoutError::Timeout) if self.is_interrupted() => {
                    return Err("interrupted".into());
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() > deadline => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Sample<String> {
    /// Parses the last line of the output.
    fn parse<T: serde::de::DeserializeOwned>(self) -> Sample<T> {
        match self {
            Self::Hung(patience) => Sample::Hung(patience),
            Self::Failed(reason) => Sample::Failed(reason),
            Self::Took(printed) => match serde_json::from_str(printed.lines().last().unwrap_or(""))
            {
                Ok(outcome) => Sample::Took(outcome),
                Err(error) => Sample::Failed(format!("it printed no outcome: {error}")),
            },
        }
    }
}

/// The end of the error output, in one line. It may come from both parties.
fn last_lines(said: &str) -> String {
    let lines: Vec<_> = said.lines().filter(|line| !line.trim().is_empty()).collect();
    if lines.is_empty() {
        "nothing".to_owned()
    } else {
        lines[lines.len().saturating_sub(3)..].join("; ")
    }
}

/// Kills a process and the processes that it started, as far as they are left.
fn kill_group(child: &Child) {
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Reads a pipe to its end, in a thread: a process that cannot print cannot end.
fn collect(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut text);
        }
        let _ = sender.send(String::from_utf8_lossy(&text).into_owned());
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner() -> Runner {
        let interrupted = Arc::new(AtomicBool::new(false));
        Runner::new(Folder::new().unwrap(), Duration::from_millis(1), interrupted)
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn the_last_line_of_a_processs_output_is_its_outcome() {
        let sample = runner().run(shell("echo noise; echo '{\"ns\": 1.5}'"), PATIENCE).unwrap();
        assert_eq!(sample.parse(), Sample::Took(Outcome::timed(1.5)));
    }

    #[test]
    fn a_process_that_fails_is_quoted() {
        let sample = runner().run(shell("echo 'no memory' >&2; exit 3"), PATIENCE).unwrap();
        let expected = "exit status: 3; it said: no memory".to_owned();
        assert_eq!(sample, Sample::Failed(expected));
    }

    #[test]
    fn a_process_that_hangs_is_ended_with_its_children() {
        let runner = runner();
        let file = runner.folder().path().join("pid");
        let script = format!("sleep 1000 & echo $! > {}; wait", file.display());
        let patience = Duration::from_millis(300);
        assert_eq!(runner.run(shell(&script), patience).unwrap(), Sample::Hung(patience));
        let pid = std::fs::read_to_string(file).unwrap();
        let stat = format!("/proc/{}/stat", pid.trim());
        // It may be a zombie until its new parent waits for it.
        let start = Instant::now();
        while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z")) {
            assert!(start.elapsed() < PATIENCE, "the child of a hung process lives on");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn an_interrupted_run_does_not_wait() {
        let runner = runner();
        runner.interrupted.store(true, Ordering::Relaxed);
        let error = runner.run(shell("sleep 1000"), PATIENCE).unwrap_err();
        assert_eq!(error.to_string(), "interrupted");
    }
}
