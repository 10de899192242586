//! Second processes in a pid namespace of their own, where numbers of processes mean something else.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A command that runs a [second process](super::second_process) in a pid namespace of its own, in which it is
/// the first process; `None`, and a message, if that is not permitted. With `own_proc`, /proc is the
/// namespace's own, otherwise still this one's.
#[allow(clippy::print_stdout, reason = "says what was skipped")]
pub fn elsewhere(role: &str, own_proc: bool) -> Option<Command> {
    if !can_be_made() {
        println!("skipped: a pid namespace cannot be made here");
        return None;
    }
    let inner = super::second_process(role);
    let mut command = unshare(own_proc);
    command.args(["sh", "-c", r#"exec "$@" 2>&3 3>&-"#, "sh"]);
    command.arg(inner.get_program()).args(inner.get_args()).stdout(Stdio::null());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    Some(command)
}

/// Whether this process may make a pid namespace with a /proc of its own.
pub fn can_be_made() -> bool {
    static TRIED: OnceLock<bool> = OnceLock::new();
    *TRIED.get_or_init(|| {
        let trial = unshare(true).arg("true").status();
        trial.is_ok_and(|status| status.success())
    })
}

/// Without the messages of `unshare`, some versions of which report that their child was killed as a
/// failure of their own. Its child finds its standard error as descriptor 3.
fn unshare(own_proc: bool) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", r#"exec "$@" 3>&2 2>/dev/null"#, "sh"]);
    command.args(["unshare", "--pid", "--fork", "--kill-child"]);
    if own_proc {
        command.arg("--mount-proc");
    }
    command
}
