//! `shm new`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use serde::Serialize;
use shm_core::schema::SchemaError;
use shm_core::{DynRegion, dynamic::DynLayout, region::RegionOptions};

use crate::assignment::Assignment;
use crate::changes::Changes;
use crate::described::{FieldText, advice_on, definitions_in};
use crate::failure::{Answer, Failure};
use crate::input;
use crate::output::{Output, Report};
use crate::subject::Subject;
use crate::writing::Writing;

/// Creates a region from a description, without a program
///
/// The region holds a struct of the given fields; with --type alone, that type, such as f64 or [u32]; or
/// the layout of --schema. Types are written as in Rust, or as CPython's typecodes; `shm export --lang
/// json` shows the form of a schema.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The region: a name in /dev/shm, or a path
    file: PathBuf,
    /// Initial values; the default is zeros
    #[arg(value_name = "PATH=VALUE")]
    assignments: Vec<Assignment>,
    /// A field, such as temperature:f64 or 'samples:[u32; 16]', with an optional initial value
    #[arg(long = "field", value_name = "NAME:TYPE[=VALUE]", conflicts_with = "schema")]
    fields: Vec<FieldText>,
    /// The name of the struct; or, without fields, the type of the region
    #[arg(long = "type", value_name = "TYPE", conflicts_with = "schema")]
    type_text: Option<String>,
    /// Structs and enums that types refer to, as in Rust: 'struct Pose { x: f64, y: f64 }'; or @FILE, a Rust source of
    /// which all but those is skipped
    #[arg(long = "define", value_name = "SOURCE", conflicts_with = "schema")]
    definitions: Vec<String>,
    /// Take the layout from a file that ends in .json, or from another region
    #[arg(long, value_name = "FILE", required_unless_present_any = ["fields", "type_text"])]
    schema: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}

/// Options of the new region.
#[derive(Debug, Args)]
struct Options {
    /// The number of elements in the slice at the end of the type
    #[arg(long, value_name = "N")]
    len: Option<usize>,
    /// The permission bits, in octal
    #[arg(long, value_name = "MODE", default_value = "600", value_parser = mode)]
    mode: u32,
    /// The number of processes that can use its locks at the same time
    #[arg(long, value_name = "N", default_value_t = 128,
        value_parser = RangedU64ValueParser::<u32>::new().range(1..=1023))]
    participants: u32,
    /// The number of bytes to reserve for the value, so that fields can be added later
    #[arg(long, value_name = "BYTES")]
    capacity: Option<usize>,
    /// The size that the heap can grow to, for values of any length, such as 64M or 67108864
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    heap_max: Option<u64>,
    /// Allocate pages only when they are first used
    #[arg(long)]
    sparse: bool,
    /// Replace an existing file of that name
    #[arg(long)]
    replace: bool,
}

/// A number of bytes, in units of 1024 if a letter follows.
///
/// # Errors
/// If the text is not a number of bytes.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'K' | b'k') => (&text[..text.len() - 1], 10),
        Some(b'M' | b'm') => (&text[..text.len() - 1], 20),
        Some(b'G' | b'g') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let number = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(1 << unit));
    number.ok_or_else(|| "expected a number of bytes, such as 4096 or 64M".to_owned())
}

fn mode(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o777);
    mode.ok_or_else(|| "expected three octal digits, such as 640".to_owned())
}

/// The new region.
#[derive(Debug, Serialize)]
struct Made {
    path: String,
    #[serde(rename = "type")]
    type_name: String,
    /// Bytes of the value.
    data_size: u64,
}

/// Prints nothing: silence means success.
impl Report for Made {
    fn text(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  shm new station --type Station --field temperature:f64=21.5 --field 'samples:[u32; 16]'
  shm new total --type d =1.5
  shm new frame --type '[u8]' --len 1024
  shm new board --heap-max 16M --field 'title:Owned<str>=today' --field 'samples:Owned<[f32]>'
  shm new robot --define 'struct Pose { x: f64, y: f64 }' --field 'pose:Latest<Pose>'
  shm new copy --schema station
  shm new station --schema station.json --replace";

/// Runs the command.
///
/// # Errors
/// If the description is invalid, an initial value does not fit, or the region cannot be created; then no
/// file is left.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let (layout, capacity) = layout(arguments)?;
    let mut options = DynRegion::options()
        .mode(arguments.options.mode)
        .participants(arguments.options.participants)
        .sparse(arguments.options.sparse);
    if let Some(len) = arguments.options.len {
        options = options.len(len);
    }
    if let Some(capacity) = arguments.options.capacity.or(capacity) {
        options = options.capacity(capacity);
    }
    if let Some(bytes) = arguments.options.heap_max {
        options = options.heap_max(bytes);
    }
    let region = make(arguments, &options, &layout)?;
    let size = layout.schema().root().size_with(region.len().unwrap_or(0) as u64);
    output.print(&Made {
        path: region.path().unwrap_or(&arguments.file).display().to_string(),
        type_name: region.field("")?.type_name(),
        data_size: size.unwrap_or_default(),
    })?;
    Ok(Answer::Done)
}

/// The layout that the arguments describe, and the bytes that its regions set aside.
fn layout(arguments: &Arguments) -> Result<(DynLayout, Option<usize>), Failure> {
    let wrong = |error: SchemaError| wrong(arguments, &error);
    if let Some(file) = &arguments.schema {
        let description = Subject::read(file)?.description;
        let capacity = description.capacity.and_then(|bytes| usize::try_from(bytes).ok());
        let layout = DynLayout::from_schema(description.schema);
        let layout = layout.map_err(|error| Failure::layout(4, &error))?;
        return Ok((layout, capacity));
    }
    let name = arguments.type_text.as_deref();
    // A text without definitions is ignored.
    let definitions = definitions(arguments)?.filter(|text| !text.trim().is_empty());
    if arguments.fields.is_empty() {
        let text = name.unwrap_or_default();
        let layout = match &definitions {
            None => DynLayout::of(text),
            Some(definitions) => DynLayout::defined(definitions, text),
        };
        return Ok((layout.map_err(wrong)?, None));
    }
    let mut builder = DynLayout::builder(name.unwrap_or("Record"));
    if let Some(definitions) = &definitions {
        builder = builder.define(definitions);
    }
    for field in &arguments.fields {
        builder = builder.field(&field.name, &field.type_text);
    }
    Ok((builder.build().map_err(wrong)?, None))
}

/// The definitions that types refer to.
fn definitions(arguments: &Arguments) -> Result<Option<String>, Failure> {
    let texts = arguments.definitions.iter().map(|text| match text.strip_prefix('@') {
        Some(file) => input::text(file.as_ref()).map(|source| definitions_in(&source)),
        None => Ok(text.clone()),
    });
    let texts = texts.collect::<Result<Vec<_>, _>>()?;
    Ok((!texts.is_empty()).then(|| texts.join("\n")))
}

/// The failure of an invalid description.
fn wrong(arguments: &Arguments, error: &SchemaError) -> Failure {
    let fields = arguments.fields.iter().map(|field| &field.type_text);
    let advice = fields.chain(&arguments.type_text).find_map(|text| advice_on(text));
    match (Failure::layout(2, error), advice) {
        (Failure::Custom { code, cause, .. }, Some(help)) => {
            Failure::Custom { code, cause, help: Some(help) }
        }
        (failure, _) => failure,
    }
}

fn make(
    arguments: &Arguments,
    options: &RegionOptions<DynRegion>,
    layout: &DynLayout,
) -> Result<DynRegion, Failure> {
    let first = arguments.fields.iter().filter_map(FieldText::assignment);
    let assignments: Vec<_> = first.chain(arguments.assignments.iter().cloned()).collect();
    let (file, replace) = (&arguments.file, arguments.options.replace);
    if assignments.is_empty() {
        return Ok(if replace {
            options.create_or_replace(file, layout)?
        } else {
            options.create(file, layout)?
        });
    }
    let fill_in = |region: &DynRegion| fill_in(region, &assignments);
    if replace {
        options.create_or_replace_with(file, layout, fill_in)
    } else {
        options.create_with(file, layout, fill_in)
    }
}

/// Writes the initial values.
fn fill_in(region: &DynRegion, assignments: &[Assignment]) -> Result<(), Failure> {
    // No other process can hold a lock yet.
    let writing = Writing { wait: Duration::ZERO, repair: false };
    let mut changes = Changes::default();
    assignments.iter().try_for_each(|assignment| assignment.plan(region, &mut changes))?;
    writing.write(region, &changes.steps).map(drop)
}
