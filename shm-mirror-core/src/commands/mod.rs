//! Commands: reading and writing a region of another host, executed there.
//!
//! A command is a list of steps, `set`, `add` and `get`, with one answer for all. The origin checks every value before it
//! writes the first, takes every lock that guards one, and then writes in order. It remembers the last commands by their
//! ids, so that one that is sent again because its answer was lost counts once.
//!
//! # Messages
//!
//! JSON, in UTF-8. Values are in the form of [`DynValue`](shm_core::dynamic::DynValue)'s `Serialize`: what `shm get --json`
//! prints. A command, with everything that it can have:
//!
//! ```json
//! {"version": 1, "id": "00112233445566778899aabbccddeeff", "instance": "0102030405060708", "age_ms": 0, "wait_ms": 1000,
//!  "fingerprint": "feedfacecafebeef",
//!  "steps": [{"set": "target.x", "to": 1.5}, {"add": "hits", "by": 1}, {"get": "pose"}]}
//! ```
//!
//! - `id`: 128 random bits, as 32 hexadecimal digits; the same each time the command is sent.
//! - `instance`: that of the origin for which the command is, from an answer. One that begins anew is another instance, and
//!   does not know what the one before it has executed.
//! - `age_ms`: how long ago it was sent for the first time.
//! - `wait_ms`: how long to wait for locks at most; the origin has a limit of its own.
//! - `fingerprint`: refused if the layout has another one. Not checked if absent.
//! - A value can be given as people write it as well: `{"set": "mode", "text": "Idle"}`.
//! - Without steps, it asks who is there. `id` and `instance` can be absent from a command that only reads.
//!
//! An answer has one result for each step: `null` for a set, the number before it for an add, the value for a get. Or it
//! has the reason why nothing was done:
//!
//! ```json
//! {"version": 1, "instance": "0102030405060708", "fingerprint": "feedfacecafebeef", "results": [null, 41, [1.5, 2.0]]}
//! {"version": 1, "instance": "0102030405060708", "fingerprint": "feedfacecafebeef",
//!  "error": {"kind": "invalid", "message": "the value has no field `targt`", "help": "did you mean `target`?", "step": 0}}
//! ```
//!
//! A command can fail after it wrote something: if the heap has no room, or the writer of a `Latest` stays busy. Then
//! `written` in the error is the number of steps that were executed.
//!
//! ```
//! use std::time::Duration;
//! use shm_core::Region;
//! use shm_mirror_core::commands::{Allowed, Answer, Command, Commands, Right, Step};
//!
//! let name = format!("shm-doc-commands-{}", std::process::id());
//! let station = Region::<[f64; 2]>::create(&name)?;
//! let mut commands = Commands::open(&name, Allowed::of(["[1]"])?)?;
//!
//! let now = Duration::ZERO; // of any clock that goes on
//! let command = Command::new(vec![Step::set("[1]", &2.5.into()), Step::get("")]).to(commands.instance());
//! let answer = Answer::decode(&commands.answer(now, &command.encode(), Right::Write))?;
//! assert_eq!(answer.values()?[1].to_string(), "[0.0, 2.5]");
//!
//! let command = Command::new(vec![Step::set("[0]", &2.5.into())]).to(commands.instance());
//! let answer = Answer::decode(&commands.answer(now, &command.encode(), Right::Write))?;
//! assert_eq!(answer.values().unwrap_err().to_string(), "`[0]` may not be set from other hosts; `[1]` may");
//! # station.unlink()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod allowed;
mod answer;
mod command;
mod execute;
mod number;
mod origin;
mod plan;
mod remembered;
mod types;

pub use allowed::{Allowed, InvalidPattern};
pub use answer::{Answer, Refusal, RefusalKind};
pub use command::{Command, Given, MalformedCommand, Step};
pub use number::Hex;
pub use origin::{Commands, CommandsError, Right};
