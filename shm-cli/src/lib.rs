//! What the command `shm` is made of: reports about regions, as text for people and JSON for programs,
//! and layouts exported to C, Python and JSON.
//!
//! ```text
//! arguments -> command -> report -> text or JSON
//! ```
//! [`args`] says what can be asked, each file of [`commands`] answers one question, [`output`] prints
//! the answer, [`failure`] says what went wrong and with which exit code. [`subject`] is what a question
//! is about: a region, or a schema in a file.

pub mod args;
pub mod commands;
pub mod export;
pub mod failure;
pub mod output;
pub mod subject;

mod style;
