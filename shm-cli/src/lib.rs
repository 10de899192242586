//! The command `shm`: reports about regions, as text for people and JSON for programs.
//!
//! ```text
//! arguments -> command -> report -> text or JSON
//! ```
//! [`args`] defines the command line, each file of [`commands`] is one command, [`output`] prints its
//! report, [`failure`] has the errors with their exit codes. [`subject`] is the subject of a command: a
//! region, or a schema in a file.

pub mod args;
pub mod commands;
pub mod complete;
pub mod failure;
pub mod opening;
pub mod output;
pub mod owner;
pub mod printable;
pub mod processes;
pub mod subject;
pub mod value_json;

mod address;
mod advice;
mod assignment;
mod changes;
mod described;
mod document;
mod elsewhere;
mod fields;
mod files;
mod fitting;
mod foreign;
mod grid;
mod input;
mod metrics;
mod mirrored;
mod plot;
mod proposal;
mod quantity;
mod recording;
mod shown;
mod style;
mod table;
mod watch;
mod writing;
