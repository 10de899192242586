//! The commands, a file each: its arguments, its report, how it is found, how it is printed.

pub mod check;
pub mod completions;
pub mod export;
pub mod get;
pub mod layout;
pub mod ls;
pub mod new;
pub mod rm;
pub mod set;
pub mod show;
pub mod watch;
