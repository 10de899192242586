//! Child processes that do not outlive their parent.

use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Signal, set_parent_process_death_signal};

/// Has the kernel kill the process when the thread that starts it ends, for whatever reason.
pub(crate) fn die_with_parent(command: &mut Command) -> &mut Command {
    // SAFETY: between fork and exec there is one system call, `prctl`, and nothing is allocated.
    unsafe {
        command.pre_exec(|| Ok(set_parent_process_death_signal(Some(Signal::KILL))?));
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_ends_with_the_thread_that_started_it() {
        use std::os::unix::process::ExitStatusExt;
        let starter = std::thread::spawn(|| {
            let mut sleep = Command::new("sleep");
            die_with_parent(sleep.arg("60")).spawn().unwrap()
        });
        let mut child = starter.join().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(Signal::KILL.as_raw()));
    }
}
