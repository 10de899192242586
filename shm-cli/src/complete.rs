//! Completions that know the regions, their fields and their variants: computed when a shell asks.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use shm_core::dynamic::DynRegion;
use shm_core::inspect::Inspection;
use shm_core::schema::{Type, TypeKind};
use shm_core::{ReadOnly, layout::ScalarKind};

use crate::args::Arguments;

/// The largest number of fields that are offered.
const FIELDS: usize = 1000;

/// The command line, with completions of regions, paths and values.
#[must_use]
pub fn command() -> Command {
    let mut command = Arguments::command();
    let names: Vec<_> =
        command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    for name in names {
        let is_plot = name == "plot";
        command = command.mut_subcommand(name, |command| {
            command.mut_args(|arg| match arg.get_id().as_str() {
                "file" if is_plot => arg.add(ArgValueCompleter::new(regions_and_recordings)),
                "file" | "files" | "old" | "new" => arg.add(ArgValueCompleter::new(regions)),
                "path" | "paths" => arg.add(ArgValueCompleter::new(paths)),
                "arguments" => arg.add(ArgValueCompleter::new(mirror_words)),
                "assignments" => arg.add(ArgValueCompleter::new(assignments)),
                _ => arg,
            })
        });
    }
    command
}

/// The regions whose names start like this, and, of a path, the folders.
fn regions(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let (folder, start) = match current.rfind('/') {
        Some(at) => current.split_at(at + 1),
        None => ("", current),
    };
    let place = if folder.is_empty() { "/dev/shm" } else { folder };
    let mut found = Vec::new();
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !name.starts_with(start) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() && !folder.is_empty() {
            found.push(CompletionCandidate::new(format!("{folder}{name}/")));
        } else if let Ok(region) = Inspection::of(&path) {
            let help = region.root().type_name();
            let help = Some(help.into());
            found.push(CompletionCandidate::new(format!("{folder}{name}")).help(help));
        }
    }
    found
}

/// The same, and recordings.
fn regions_and_recordings(current: &OsStr) -> Vec<CompletionCandidate> {
    let mut found = regions(current);
    let text = current.to_string_lossy();
    let (folder, start) = text.rfind('/').map_or(("", &*text), |at| text.split_at(at + 1));
    let place = if folder.is_empty() { "." } else { folder };
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with(start) && name.ends_with(".mcap") {
            found.push(CompletionCandidate::new(format!("{folder}{name}")));
        }
    }
    found
}

/// The commands of `shm-mirror`, and regions to serve.
fn mirror_words(current: &OsStr) -> Vec<CompletionCandidate> {
    let known = ["serve", "follow", "ls", "get", "set", "watch", "keys", "remote"];
    let mut words: Vec<_> = std::env::args_os().skip_while(|word| word != "--").skip(2).collect();
    words.retain(|word| *word != *current);
    match &words[..] {
        [_] => {
            let start = current.to_string_lossy();
            let found = known.into_iter().filter(|word| word.starts_with(&*start));
            found.map(CompletionCandidate::new).collect()
        }
        [_, word, ..] if word == "serve" => regions(current),
        _ => Vec::new(),
    }
}

/// The paths of the region on the command line.
fn paths(current: &OsStr) -> Vec<CompletionCandidate> {
    offered(current, "")
}

/// The same, with an equals sign; after that, the variants of an enum.
fn assignments(current: &OsStr) -> Vec<CompletionCandidate> {
    let text = current.to_string_lossy();
    let Some((path, start)) = text.split_once('=') else { return offered(current, "=") };
    let Some(region) = region() else { return Vec::new() };
    let place = region.resolve(path.trim_end_matches(['+', '-']));
    let values = place.map(|place| values(place.ty())).unwrap_or_default();
    let values = values.into_iter().filter(|value| value.starts_with(start));
    values.map(|value| CompletionCandidate::new(format!("{path}={value}"))).collect()
}

/// The values that a type has names for.
fn values(ty: Type<'_>) -> Vec<String> {
    match ty.kind() {
        TypeKind::Enum { variants, .. } => {
            variants.iter().map(|variant| variant.name().to_owned()).collect()
        }
        TypeKind::Scalar(ScalarKind::Bool) => vec!["true".to_owned(), "false".to_owned()],
        TypeKind::NonZero { optional: true, .. } => vec!["None".to_owned()],
        _ => Vec::new(),
    }
}

fn offered(current: &OsStr, end: &str) -> Vec<CompletionCandidate> {
    let (Some(region), Some(start)) = (region(), current.to_str()) else { return Vec::new() };
    let fields = region.fields().filter(|field| !field.path().is_empty()).take(FIELDS);
    let fields = fields.filter(|field| field.path().as_str().starts_with(start));
    let candidate = |field: shm_core::dynamic::DynField<'_>| {
        let help = Some(field.type_name().into());
        CompletionCandidate::new(format!("{}{end}", field.path())).help(help)
    };
    fields.map(candidate).collect()
}

/// The region on the command line that is being completed: the first word after the command that is one.
fn region() -> Option<DynRegion<ReadOnly>> {
    let words: Vec<OsString> =
        std::env::args_os().skip_while(|word| word != "--").skip(2).collect();
    let words = words.iter().skip(1).filter(|word| !word.as_encoded_bytes().starts_with(b"-"));
    let mut regions = words.filter_map(|word| open(Path::new(word)));
    regions.next()
}

fn open(file: &Path) -> Option<DynRegion<ReadOnly>> {
    if let Ok(region) = DynRegion::open_read_only(file) {
        return Some(region);
    }
    let (region, object): (PathBuf, &str) = crate::opening::parts(file)?;
    DynRegion::open_read_only(region).ok()?.object(object).ok().flatten()
}
