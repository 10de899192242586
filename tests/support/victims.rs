//! Processes that are killed, each in one of several manners.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Child;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpid, kill_process, waitid};

use crate::support::{self, argument, namespaces, wait_until};

/// How a process dies, and what is left of it while the others go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Its parent has waited for it.
    Reaped,
    /// It is a zombie.
    Zombie,
    /// It was in a pid namespace of its own.
    Elsewhere {
        /// With a /proc of its own.
        own_proc: bool,
    },
    /// It had closed every descriptor but the standard streams, as daemons do (`closefrom(3)`).
    WithoutDescriptors,
}

impl Manner {
    /// The manner of a turn: each in its turn, of those that are permitted.
    pub(crate) fn of(turn: u32) -> Self {
        match turn % 4 {
            0 => Self::Zombie,
            1 if namespaces::can_be_made() => {
                Self::Elsewhere { own_proc: (turn / 4).is_multiple_of(2) }
            }
            2 => Self::WithoutDescriptors,
            _ => Self::Reaped,
        }
    }

    pub(crate) fn is_elsewhere(self) -> bool {
        matches!(self, Self::Elsewhere { .. })
    }
}

/// The variable that tells a victim what to do before its death.
const BEFORE: &str = "SHM_BEFORE_DEATH";
const CLOSES: &str = "closes its descriptors";
const WAITS: &str = "waits to be killed";

/// A second process that is to be killed. It is reaped when this is dropped, if not before.
pub(crate) struct Victim {
    child: Child,
    manner: Manner,
}

impl Victim {
    /// Starts a second process with these variables.
    pub(crate) fn start(role: &str, manner: Manner, variables: &[(&str, &str)]) -> Self {
        let mut command = match manner {
            Manner::Elsewhere { own_proc } => {
                namespaces::elsewhere(role, own_proc).expect("it is permitted")
            }
            _ => support::second_process(role),
        };
        let before = match manner {
            Manner::Elsewhere { .. } => WAITS,
            Manner::WithoutDescriptors => CLOSES,
            Manner::Reaped | Manner::Zombie => "",
        };
        command.env(BEFORE, before).envs(variables.iter().copied());
        Self { child: command.spawn().expect("starting a victim"), manner }
    }

    /// Its number among the processes of this namespace.
    pub(crate) fn id(&self) -> u32 {
        let started = self.child.id();
        if !self.manner.is_elsewhere() {
            return started;
        }
        // `unshare` has one child.
        let path = format!("/proc/{started}/task/{started}/children");
        let mut child = None;
        wait_until("it is in its namespace", || {
            child = fs::read_to_string(&path).unwrap().trim().parse().ok();
            child.is_some()
        });
        child.unwrap()
    }

    /// Waits until its thread, which has this number in its own namespace, sleeps in the kernel.
    pub(crate) fn wait_until_asleep(&self, thread: u32) {
        let tasks = format!("/proc/{}/task", self.id());
        let is_it = |task: &fs::DirEntry| {
            let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
            let numbers = status.lines().find(|line| line.starts_with("NSpid:"));
            numbers.and_then(|numbers| numbers.split_whitespace().last()?.parse().ok())
                == Some(thread)
        };
        let task = fs::read_dir(tasks).unwrap().map(Result::unwrap).find(is_it).expect("it lives");
        wait_until_asleep(&task.path());
    }

    /// Whether it has not ended, of itself.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Kills it from outside.
    pub(crate) fn kill(&self) {
        let id = Pid::from_raw(self.id().cast_signed()).unwrap();
        kill_process(id, Signal::KILL).unwrap();
    }

    /// Waits until it is dead, of a SIGKILL; leaves it as a zombie if that is its manner.
    pub(crate) fn expect_killed(&mut self, point: &str) {
        let signal = match self.manner {
            Manner::Zombie => {
                let id = WaitId::Pid(Pid::from_child(&self.child));
                let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
                let mut status = None;
                wait_until("the victim is dead", || {
                    status = waitid(id.clone(), look).unwrap();
                    status.is_some()
                });
                status.and_then(|status| status.terminating_signal())
            }
            _ => {
                let status = support::finish(&mut self.child);
                // `unshare` ends in an order of its own after its child, which [`Victim::kill`] has killed.
                if self.manner.is_elsewhere() { Some(9) } else { status.signal() }
            }
        };
        assert_eq!(signal, Some(9), "{point}: the victim was not killed");
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In the victim, which has what it needs: does what its manner asks for before its death.
pub(crate) fn prepare_to_die() {
    if argument(BEFORE) == CLOSES {
        // SAFETY: afterwards, this process uses only the descriptors of the standard streams, and those
        // that it opens.
        unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
    }
}

/// In the victim: dies of a real SIGKILL, which the first process of a namespace cannot send to itself.
pub(crate) fn die_now() {
    if argument(BEFORE) == WAITS {
        loop {
            std::thread::sleep(support::PATIENCE);
        }
    }
    kill_process(getpid(), Signal::KILL).unwrap();
}

/// Waits until the thread with this folder in /proc sleeps in the kernel.
pub(crate) fn wait_until_asleep(task: &Path) {
    wait_until("a thread sleeps", || {
        // Not readable if the process has just closed its descriptors, this one among them.
        let stat = fs::read_to_string(task.join("stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S'))
    });
}
