//! `shm get`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use shm_core::dynamic::DynValue;
use shm_core::path::Path;

use crate::elsewhere::{Call, Protection};
use crate::failure::{Answer, Failure};
use crate::foreign::Foreign;
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::printable::{Printable, printable};
use crate::proposal;

/// Reads fields by their paths
///
/// A path is made of names, indexes and ranges: `pose.x`, `samples[3]`, `samples[2..8]`, `poses[..].x`. Values
/// behind a lock are read without taking it. With --layout, FILE is any file or device: bytes without a header.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path; an object in its heap, `region@object`; or a region of another host,
    /// tls/HOST:PORT/REGION
    file: PathBuf,
    /// Paths to read; everything, if none is given
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Print text without quotation marks and escapes, and bytes as they are, without a line feed after them
    #[arg(long, conflicts_with = "json")]
    raw: bool,
    #[command(flatten)]
    foreign: Foreign,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    protection: Protection,
}

/// The values that were read.
#[derive(Debug, Serialize)]
struct Values {
    /// In the order of the arguments.
    values: Vec<Value>,
}

/// A value.
#[derive(Debug, Serialize)]
struct Value {
    /// Its path.
    #[serde(serialize_with = "crate::value_json::path")]
    path: Path,
    /// Its type, as its author wrote it.
    #[serde(rename = "type")]
    type_name: String,
    #[serde(serialize_with = "crate::value_json::serialize")]
    value: DynValue,
    /// The unit, if there is one.
    #[serde(skip_serializing_if = "String::is_empty")]
    unit: String,
    /// The version of a `Latest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// Whether a lock guards it. The lock was not taken, so the value may be half changed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unlocked: bool,
}

impl Report for Values {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let alone = self.values.len() == 1;
        self.values.iter().try_for_each(|Value { path, value, .. }| {
            if !alone {
                write!(out, "{} = ", printable(path.as_str()))?;
            }
            Printable::write(out, value)?;
            writeln!(out)
        })
    }

    fn wraps(&self) -> bool {
        false
    }
}

const EXAMPLES: &str = "\
Examples:
  shm get station temperature
  shm get station pose.x 'samples[3]' 'samples[2..8]' 'poses[..].x'
  shm get total                  the whole region, here one number
  shm get board@requests hits    a field of a named object in the heap of `board`
  shm get station --json
  shm get station label --raw
  shm get ./clip.wav --layout riff.json --offset 8 rate
  shm get tls/alpha:7447/station temperature --authority ca.pem --certificate me.pem --key me.key";

/// Runs the command.
///
/// # Errors
/// If the region cannot be opened or a path cannot be read; nothing is printed then.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    if let Some(region) = arguments.protection.elsewhere(&arguments.file)? {
        let Arguments { file: _, paths, raw, foreign, trust, protection } = arguments;
        let mut call = Call::new("get", protection, output).without(&trust.given())?;
        call = call.without(&[("--layout", foreign.is_given())])?;
        if *raw {
            call = call.with("--raw", None);
        }
        return Err(call.run(&region, paths));
    }
    let overlay = arguments.foreign.open(&arguments.file)?;
    let region = match overlay {
        Some(overlay) => (*overlay).clone(),
        None => arguments.trust.read(&arguments.file)?,
    };
    let whole = [String::new()];
    let paths = if arguments.paths.is_empty() { &whole[..] } else { &arguments.paths };
    let mut values = Vec::new();
    for path in paths {
        let path: Path = path.parse()?;
        let field = region.field(&path).map_err(|error| proposal::of_field(&region, error))?;
        let place = region.resolve(&path)?;
        let (value, version) = place.get_with_version()?;
        values.push(Value {
            path,
            type_name: field.type_name(),
            value,
            unit: field.unit().to_owned(),
            version,
            unlocked: place.is_guarded(),
        });
    }
    if arguments.raw {
        let texts = values.iter().map(|value| raw(&value.value));
        output.print_bytes(&texts.collect::<Vec<_>>().concat())?;
    } else {
        output.print(&Values { values })?;
    }
    Ok(Answer::Done)
}

/// A value for a script: text as it is on a line, bytes as they are.
fn raw(value: &DynValue) -> Vec<u8> {
    let line = match value {
        DynValue::Bytes(bytes) => return bytes.clone(),
        DynValue::Text(text) => text.clone(),
        DynValue::Char(character) => character.to_string(),
        DynValue::None => String::new(),
        other => other.to_string(),
    };
    format!("{line}\n").into_bytes()
}
