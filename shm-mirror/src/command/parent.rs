//! The end of the process that started this one, for programs that keep it as a child: it may be killed, and cannot end its
//! children then.

use std::os::fd::OwnedFd;
use std::process::exit;
use std::thread::Builder;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, getppid, pidfd_open};

/// Ends this process as soon as its parent has ended.
///
/// `PR_SET_PDEATHSIG` would do so when the *thread* ends that started this one.
///
/// # Errors
/// If the process is not the parent, which then has ended already; errors of the operating system.
pub(crate) fn end_with(parent: u32) -> std::io::Result<()> {
    let pid = i32::try_from(parent).ok().and_then(Pid::from_raw);
    let is_parent = || pid.is_some() && getppid() == pid;
    let ended = || std::io::Error::other(format!("process {parent} is not the parent of this one"));
    let pidfd = pid.filter(|_| is_parent()).ok_or_else(ended)?;
    let pidfd = pidfd_open(pidfd, PidfdFlags::empty())?;
    // It was not another process with the same id: the parent was there all the time.
    if !is_parent() {
        return Err(ended());
    }
    Builder::new().name("shm-mirror parent".to_owned()).spawn(move || wait(&pidfd)).map(drop)
}

fn wait(parent: &OwnedFd) {
    loop {
        let mut ends = [PollFd::new(parent, PollFlags::IN)];
        match poll(&mut ends, None) {
            Err(rustix::io::Errno::INTR) => {}
            // What cannot be waited for is taken to have ended.
            _ => exit(0),
        }
    }
}
