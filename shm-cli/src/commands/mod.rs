//! The commands, a file each: its arguments, its report, the code that makes it and the code that prints it.

pub mod check;
pub mod completions;
pub mod doctor;
pub mod dump;
pub mod export;
pub mod get;
pub mod heap;
pub mod layout;
pub mod ls;
pub mod metrics;
pub mod mirror;
pub mod new;
pub mod plot;
pub mod pop;
pub mod push;
pub mod record;
pub mod replay;
pub mod restore;
pub mod rm;
pub mod set;
pub mod show;
pub mod unset;
pub mod watch;
