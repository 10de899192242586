//! The library's errors, with what to do on the command line instead of in a program.

use shm_core::Error;
use shm_core::format::FormatError;

/// What went wrong, and what to do.
pub(crate) fn of(error: &Error) -> String {
    match error {
        Error::NotFound { region, .. } => {
            format!("{region} does not exist; `shm ls` shows which regions there are")
        }
        Error::AlreadyExists { region, .. } => {
            format!("{region} exists already; `--replace` makes a new one in its place")
        }
        Error::PermissionDenied { region, doing, .. } => {
            format!("{region}: permission denied while {doing}; `ls -l` shows its owner and mode")
        }
        Error::ForeignOwner { region, owner, expected } if owner == expected => format!(
            "{region} belongs to user {owner}, which in this user namespace stands for every user who \
             has no number in it (/proc/self/uid_map), and so may be another user than you; if all of \
             them are to be trusted, say `--any-owner`"
        ),
        Error::ForeignOwner { region, owner, expected } => format!(
            "{region} belongs to user {owner}, not to user {expected} who asks; if that user is to be \
             trusted, say `--any-owner`"
        ),
        Error::Rebooted { region } => format!(
            "{region} was created before this machine was last started, and what is in it was written \
             back in no particular order; if it is known to be whole, say `--after-reboot`"
        ),
        Error::NoDirectory { region } => {
            format!("{region} cannot be created: its directory does not exist; make that first")
        }
        Error::ZeroIsNoValue { region, fields } => {
            let paths: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
            let first = fields.first().map_or("", String::as_str);
            format!(
                "{region} cannot be created full of zeros: zero is no value of {}; say what is there \
                 first, as in `{first}=1`",
                paths.join(", ")
            )
        }
        Error::Format { region, source: FormatError::NotReady } => format!(
            "{region} is not ready: its creator is still at work, or died at it; `shm ls` shows whether \
             it is in use, `shm rm` removes it"
        ),
        Error::BadLength { type_name, fault } => length(type_name, fault),
        Error::NotCurrent { region } => {
            format!(
                "{region} was replaced or removed meanwhile; what has the name now was left alone"
            )
        }
        _ => error.to_string(),
    }
}

/// What is wrong with a length or a capacity, by the options of the command instead of a program's.
fn length(type_name: &str, fault: &str) -> String {
    let option = if fault.contains("capacity") { "--capacity" } else { "--len" };
    let (found, advice) = match fault.split_once(": ") {
        Some((found, advice)) if advice.starts_with("give one") => {
            (found, format!("say how many elements with `{option}`"))
        }
        Some((found, _)) => (found, format!("leave `{option}` out")),
        None => return format!("`{type_name}` {fault}"),
    };
    format!("`{type_name}` {found}: {advice}")
}
