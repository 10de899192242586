//! `shm metrics`.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::failure::{Answer, Failure};
use crate::metrics::family::Families;
use crate::metrics::{Wanted, serve};
use crate::opening::Trust;
use crate::output::{Output, Report};
use crate::printable::printable;
use crate::watch::truncated;

/// Prints the numbers of regions as metrics, in the text form of OpenMetrics, for Prometheus and others
///
/// A family is a numeric field: its name is made of the type of the region, the names on its path and its unit; the
/// doc comment is its help. Regions, indexes and keys are labels, and so are the processes of a `PerProcess` and
/// whether they are alive. A field is a counter if its program marks it with `#[shm(counter)]`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The regions: names in /dev/shm, paths, or objects, `region@object`; all in /dev/shm, if none is given
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write to this file, which is replaced as a whole: for the textfile collector of node_exporter
    #[arg(short, long, value_name = "FILE", conflicts_with = "listen")]
    output: Option<PathBuf>,
    /// Serve the metrics of each moment at http://ADDRESS/metrics, until this process is killed
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Listen even on an address that other machines can reach
    #[arg(long, requires = "listen")]
    insecure: bool,
    /// The start of every name
    #[arg(long, value_name = "TEXT", default_value = "shm_", value_parser = prefix)]
    prefix: String,
    /// The most samples of one region; what has more numbers than that is left out
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    most: usize,
    #[command(flatten)]
    trust: Trust,
}

fn prefix(text: &str) -> Result<String, String> {
    let starts = text.starts_with(|first: char| !first.is_ascii_digit());
    let is_word = |character: char| character.is_ascii_alphanumeric() || "_:".contains(character);
    if text.is_empty() || starts && text.chars().all(is_word) {
        return Ok(text.to_owned());
    }
    Err("expected letters, digits, `_` and `:`, and no digit first".to_owned())
}

const EXAMPLES: &str = "\
Examples:
  shm metrics station
  shm metrics -o /var/lib/node_exporter/textfile/shm.prom
  shm metrics --listen 127.0.0.1:9464
  shm metrics station --json";

/// The metrics of one moment.
#[derive(Serialize)]
#[serde(transparent)]
struct Metrics<'a>(&'a Families);

impl Report for Metrics<'_> {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.0.text().as_bytes())
    }
}

/// The file that was written.
#[derive(Debug, Serialize)]
struct Written {
    file: String,
}

/// Prints nothing: silence means success.
impl Report for Written {
    fn text(&self, _out: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

/// The address of the server.
#[derive(Debug, Serialize)]
struct Listening {
    listening: String,
}

impl Report for Listening {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "listening on http://{}/metrics", self.listening)
    }
}

/// Runs the command.
///
/// # Errors
/// If a region that is named cannot be read, a file cannot be written, or a port cannot be opened.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let Arguments { files, trust, prefix, most, .. } = arguments;
    let (files, prefix) = (files.clone(), prefix.clone());
    let wanted = Wanted { files, trust: *trust, prefix, most: *most };
    truncated::report(false).map_err(|error| Failure::io("preparing to read", error))?;
    if let Some(address) = &arguments.listen {
        let listener = serve::listen(address, arguments.insecure)?;
        let address = listener.local_addr();
        let address = address.map_err(|error| Failure::io("finding the port", error))?;
        output.print(&Listening { listening: address.to_string() })?;
        serve::run(&listener, wanted);
    }
    let families = wanted.gather(true)?;
    for text in &families.left_out {
        output.note(text);
    }
    if families.more_left_out > 0 {
        output.note(&format!("{} more were left out", families.more_left_out));
    }
    match &arguments.output {
        None => output.print(&Metrics(&families))?,
        Some(file) => {
            replace(file, &families.text())?;
            output.print(&Written { file: file.display().to_string() })?;
        }
    }
    Ok(Answer::Done)
}

/// Replaces a file: a reader sees the old one or the new one, whole.
fn replace(file: &Path, text: &str) -> Result<(), Failure> {
    let doing =
        |error| Failure::io(format!("writing {}", printable(&file.display().to_string())), error);
    let Some(name) = file.file_name() else {
        return Err(doing(io::ErrorKind::InvalidInput.into()));
    };
    // The collector reads only files that end in `.prom`.
    let temporary = format!(".{}.{}.tmp", name.to_string_lossy(), std::process::id());
    let temporary = file.with_file_name(temporary);
    let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, file));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(doing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_the_start_of_a_name() {
        for right in ["", "shm_", "a:b_1"] {
            assert_eq!(prefix(right).as_deref(), Ok(right));
        }
        for wrong in ["1a", "a-b", "é"] {
            assert!(prefix(wrong).is_err(), "{wrong}");
        }
    }
}
