//! `shm layout`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use shm_export::picture::{Picture, TextOptions, svg, write_text};

use crate::failure::{Answer, Failure};
use crate::output::{Output, Report, write_to};
use crate::style;
use crate::subject::Subject;

/// Draws the bytes of a layout: fields, holes, padding, cache lines
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A region; or a schema, in a file whose name ends in .json
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Show at most this many levels of structs in structs
    #[arg(short, long, value_name = "LEVELS")]
    depth: Option<usize>,
    /// Show each field of a long run of equal fields
    #[arg(long)]
    full: bool,
    /// Draw an SVG picture
    #[arg(long, conflicts_with = "full")]
    svg: bool,
    /// Write the picture to this file instead of standard output
    #[arg(short, long, value_name = "FILE", requires = "svg")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  shm layout station
  shm layout station --depth 1
  shm layout station.json
  shm layout station --svg -o station.svg";

/// Runs the command.
///
/// # Errors
/// If the layout cannot be read, or the picture cannot be written.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let subject = Subject::read(&arguments.file)?;
    let mut picture = Picture::of(&subject.description);
    if let Some(region) = &subject.region {
        picture = picture.with_file(region.header(), region.metadata().len());
    }
    if let Some(depth) = arguments.depth {
        picture.cut(depth);
    }
    if arguments.svg {
        write_to("svg", &svg(&picture), arguments.output.as_deref(), output)?;
        return Ok(Answer::Done);
    }
    output.print(&Drawn { file: &subject.name, picture, full: arguments.full })?;
    Ok(Answer::Done)
}

/// The picture, and the parts of it to show.
#[derive(Serialize)]
struct Drawn<'a> {
    /// The region or file that has the layout.
    file: &'a str,
    #[serde(flatten)]
    picture: Picture<'a>,
    #[serde(skip)]
    full: bool,
}

impl Report for Drawn<'_> {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let options = TextOptions {
            full: self.full,
            title: style::TITLE,
            head: style::HEAD,
            ty: style::TYPE,
            dim: style::DIM,
            lost: style::LOST,
        };
        write_text(&self.picture, &options, out)
    }
}
