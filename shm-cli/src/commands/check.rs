//! `shm check`.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;
use shm_core::schema::{self, Compatible, Incompatible};

use crate::failure::{Answer, Failure};
use crate::output::{Output, Report};
use crate::printable::printable;
use crate::style;
use crate::subject::Subject;

/// Checks whether programs with one layout can use regions of another
///
/// OLD and NEW are regions; or schemas, in files whose names end in .json, such as `shm export --lang json`
/// writes. The exit code is 1 if the answer is no for any requested direction.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The layout before the change
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The layout after the change
    #[arg(value_name = "NEW")]
    new: PathBuf,
    /// Which programs to ask about
    #[arg(short, long, value_enum, default_value_t = Programs::Both)]
    programs: Programs,
}

/// The programs to check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Programs {
    /// Programs with OLD on regions of NEW, and programs with NEW on regions of OLD
    Both,
    /// Programs with OLD on regions of NEW
    Old,
    /// Programs with NEW on regions of OLD
    New,
}

const EXAMPLES: &str = "\
Examples:
  shm check station station-next
  shm check deployed.json station-next
  shm check old.json new.json --programs old";

/// Runs the command.
///
/// # Errors
/// If a layout cannot be read, or standard output cannot be written to.
pub fn run(arguments: &Arguments, output: &mut Output) -> Result<Answer, Failure> {
    let (old, new) = (Subject::read(&arguments.old)?, Subject::read(&arguments.new)?);
    let (was, is) = (&old.description, &new.description);
    let asked = |programs| arguments.programs == Programs::Both || arguments.programs == programs;
    let report = CheckReport {
        same: was.schema == is.schema && was.byte_order == is.byte_order,
        new_programs: asked(Programs::New).then(|| Verdict::of(&old, &new)),
        old_programs: asked(Programs::Old).then(|| Verdict::of(&new, &old)),
        old: old.name,
        new: new.name,
    };
    output.print(&report)?;
    let verdicts = [&report.new_programs, &report.old_programs];
    let all = verdicts.into_iter().flatten().all(|verdict| verdict.compatible);
    Ok(if all { Answer::Done } else { Answer::No })
}

/// The answer, in both directions.
#[derive(Serialize)]
struct CheckReport {
    old: String,
    new: String,
    /// Whether the layouts are the same.
    same: bool,
    /// Programs with NEW on regions of OLD.
    #[serde(skip_serializing_if = "Option::is_none")]
    new_programs: Option<Verdict>,
    /// Programs with OLD on regions of NEW.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_programs: Option<Verdict>,
}

/// The verdict on programs with one layout and regions of another one.
#[derive(Default, Serialize)]
struct Verdict {
    compatible: bool,
    /// The reasons, if they cannot.
    faults: Vec<Fault>,
    /// Whether there are more reasons than `faults` lists.
    more_faults: bool,
    /// Whether the first program that writes adds its fields to the region.
    grows: bool,
    /// Fields that only the programs have.
    added: Vec<String>,
    /// Fields that only the regions have.
    unseen: Vec<String>,
    renamed: Vec<Renamed>,
    /// Variants that only the programs know.
    new_variants: Vec<String>,
    /// Variants that only the regions know.
    unknown_variants: Vec<String>,
    /// The number of paths that the lists leave out.
    #[serde(skip_serializing_if = "is_zero")]
    more_paths: usize,
}

/// The largest number of paths in a list.
const LISTED: usize = 1_000;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[derive(Serialize)]
struct Fault {
    /// Empty for the whole.
    path: String,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

#[derive(Serialize)]
struct Renamed {
    region: String,
    program: String,
}

impl Verdict {
    /// The library's verdict, and the one on the byte order, which is not part of a schema.
    fn of(region: &Subject, program: &Subject) -> Self {
        if region.description.byte_order != program.description.byte_order {
            let why = "the region and the program have different byte orders".to_owned();
            let faults = vec![Fault { path: String::new(), why, help: None }];
            return Self { faults, ..Self::default() };
        }
        let [old, new] = [region, program].map(|subject| &subject.description.schema);
        match schema::compare(old, region.room(), new) {
            Ok(compatible) => Self::yes(&compatible),
            Err(incompatible) => Self::no(&incompatible),
        }
    }

    fn yes(compatible: &Compatible) -> Self {
        let mut more_paths = 0;
        let mut listed = |paths: &[String]| {
            more_paths += paths.len().saturating_sub(LISTED);
            paths.iter().take(LISTED).cloned().collect::<Vec<_>>()
        };
        let (added, unseen) = (listed(compatible.added()), listed(compatible.unseen()));
        let new_variants = listed(compatible.new_variants());
        let unknown_variants = listed(compatible.unknown_variants());
        more_paths += compatible.renamed().len().saturating_sub(LISTED);
        let renamed = compatible
            .renamed()
            .iter()
            .take(LISTED)
            .map(|(region, program)| Renamed { region: region.clone(), program: program.clone() });
        Self {
            compatible: true,
            grows: compatible.grows(),
            added,
            unseen,
            renamed: renamed.collect(),
            new_variants,
            unknown_variants,
            more_paths,
            ..Self::default()
        }
    }

    fn no(incompatible: &Incompatible) -> Self {
        let faults = incompatible.faults().iter();
        let faults = faults.map(|fault| Fault {
            path: fault.path().to_owned(),
            why: fault.to_string(),
            help: fault.conflict().help(),
        });
        Self { faults: faults.collect(), more_faults: incompatible.has_more(), ..Self::default() }
    }
}

impl Report for CheckReport {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let verdicts = [&self.new_programs, &self.old_programs];
        if self.same && verdicts.into_iter().flatten().all(|verdict| verdict.compatible) {
            return writeln!(out, "The layouts are the same.");
        }
        let (old, new) = (printable(&self.old), printable(&self.new));
        for (verdict, program, region) in
            [(&self.new_programs, &new, &old), (&self.old_programs, &old, &new)]
        {
            let Some(verdict) = verdict else { continue };
            let (style, answer) =
                if verdict.compatible { (style::GOOD, "yes") } else { (style::ERROR, "no") };
            write!(out, "Programs with {program}, regions of {region}: {style}{answer}{style:#}")?;
            writeln!(out)?;
            verdict.text(out)?;
        }
        Ok(())
    }
}

impl Verdict {
    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        for fault in &self.faults {
            writeln!(out, "  {}", printable(&fault.why))?;
            if let Some(help) = &fault.help {
                writeln!(out, "    help: {}", printable(help))?;
            }
        }
        if self.more_faults {
            writeln!(out, "  (and more)")?;
        }
        for Renamed { region, program } in &self.renamed {
            let (region, program) = (printable(region), printable(program));
            writeln!(out, "  `{program}` is called `{region}` in the regions")?;
        }
        let when = if self.grows {
            "in the region's spare room; zero until a program writes it"
        } else {
            "zero until a program writes it"
        };
        list("added", &self.added, when, out)?;
        list("not seen", &self.unseen, "left alone", out)?;
        list("new variants", &self.new_variants, "an error for other programs that read one", out)?;
        list("unknown variants", &self.unknown_variants, "an error when one is read", out)?;
        match self.more_paths {
            0 => Ok(()),
            more => writeln!(out, "  (and {more} more that are not listed)"),
        }
    }
}

fn list(what: &str, paths: &[String], means: &str, out: &mut dyn Write) -> io::Result<()> {
    if paths.is_empty() {
        return Ok(());
    }
    let paths: Vec<_> = paths.iter().map(|path| format!("`{}`", printable(path))).collect();
    writeln!(out, "  {what}: {} ({means})", paths.join(", "))
}
