//! `shm restore`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use shm_core::DynRegion;
use shm_core::dynamic::DynLayout;
use shm_core::region::RegionOptions;
use shm_export::json;

use crate::document::{Document, Object, Options, value_in};
use crate::failure::{Answer, Failure};
use crate::input;
use crate::output::{Output, Report};

/// Makes a region again from the document that `dump` wrote
///
/// The region has the types, the values and the named objects of the document, or it is not made at all. Locks are
/// free, `Event`s, `Semaphore`s and `Barrier`s are as new, and the counts of a `PerProcess` are one total.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, override_usage = "shm restore [OPTIONS] [NAME] <FILE>")]
pub struct Arguments {
    /// The name of the new region, unless it is that of the old one; and the document, or - for standard input
    #[arg(value_name = "FILE", required = true, num_args = 1..=2)]
    files: Vec<PathBuf>,
    /// Replace an existing file of that name
    #[arg(long)]
    replace: bool,
}

/// The new region.
#[derive(Debug, Serialize)]
struct Restored {
    path: String,
    /// The number of its named objects.
    objects: usize,
}

/// Prints nothing: silence means success.
impl Report for Restored {
    fn text(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

const EXAMPLES: &str = "\
Examples:
  shm restore station.json
  shm restore copy station.json --replace
  shm restore copy -             from standard input, as in `shm dump station | shm restore copy -`";

/// Runs the command.
///
/// # Errors
/// If the document is invalid, or the region cannot be created; then no file is left.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let (name, file) = match &arguments.files[..] {
        [name, file] => (Some(name), file),
        [file, ..] => (None, file),
        [] => return Err(Failure::Usage("expected the file of a document".to_owned())),
    };
    let text = input::document(file)?;
    let document = Document::parse(&text)?.ok_or_else(|| {
        let cause = "this is not a document of `shm dump`: it has no field `shm_dump`".to_owned();
        let help =
            "`shm set NAME --from FILE` writes plain values into an existing region".to_owned();
        Failure::Custom { code: 4, cause, help: Some(help) }
    })?;
    let name = name.map_or_else(|| Path::new(&document.name), PathBuf::as_path);
    let layout = layout(&document.schema)?;
    let fill_in = |region: &DynRegion| fill_in(region, &document);
    let options = options(&document.options)?;
    let region = if arguments.replace {
        options.create_or_replace_with(name, &layout, fill_in)?
    } else {
        options.create_with(name, &layout, fill_in)?
    };
    let path = region.path().unwrap_or(name).display().to_string();
    output.print(&Restored { path, objects: document.objects.len() })?;
    Ok(Answer::Done)
}

/// The layout in a document.
///
/// # Errors
/// If it is invalid.
pub(super) fn layout(schema: &RawValue) -> Result<DynLayout, Failure> {
    let invalid =
        |fault: String| Failure::Description(format!("the schema of the document: {fault}"));
    let description = json::read(schema.get()).map_err(|fault| invalid(fault.to_string()))?;
    DynLayout::from_schema(description.schema).map_err(|error| Failure::layout(4, &error))
}

/// The options in a document.
///
/// # Errors
/// If the mode is invalid.
pub(super) fn options(found: &Options) -> Result<RegionOptions<DynRegion>, Failure> {
    let mode = u32::from_str_radix(&found.mode, 8).ok().filter(|mode| *mode <= 0o777);
    let mode = mode.ok_or_else(|| {
        Failure::Description(format!("`{}` is not a mode: three octal digits", found.mode))
    })?;
    let mut options = DynRegion::options().mode(mode);
    if let Some(participants) = found.participants {
        options = options.participants(participants);
    }
    if let Some(len) = found.len {
        options = options.len(len);
    }
    if let Some(capacity) = found.capacity {
        options = options.capacity(capacity);
    }
    if let Some(heap_max) = found.heap_max {
        options = options.heap_max(heap_max);
    }
    Ok(options)
}

/// Writes the values and makes the objects, before another process can see the region.
fn fill_in(region: &DynRegion, document: &Document) -> Result<(), Failure> {
    region.fill(&value_in(region, document.value.get())?)?;
    document.objects.iter().try_for_each(|object| make(region, object))
}

fn make(region: &DynRegion, object: &Object) -> Result<(), Failure> {
    let (layout, len) = (layout(&object.schema)?, object.len.unwrap_or_default());
    let fill = |new: &DynRegion| -> Result<(), Failure> {
        Ok(new.fill(&value_in(new, object.value.get())?)?)
    };
    match region.create_object(&object.name, &layout, len, fill)? {
        Some(_) => Ok(()),
        None => {
            Err(Failure::Description(format!("the document has two objects `{}`", object.name)))
        }
    }
}
