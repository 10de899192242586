//! `get`, `set` and `watch`: values of a region of another host.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;
use shm_core::dynamic::DynValue;
use shm_mirror::{Address, Error, Given, Remote, RemoteRegion, Security, Step};

use super::failure::Failure;

/// How to reach a region.
pub(crate) struct Reach {
    pub(crate) address: Address,
    pub(crate) security: Security,
    pub(crate) patience: Duration,
    pub(crate) wait: Duration,
}

impl Reach {
    fn region(&self) -> Result<RemoteRegion, Error> {
        let remote = Remote::connect(self.address.endpoint(), &self.security)?;
        remote.patience(self.patience).wait(self.wait).region(self.address.region())
    }
}

/// How values are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As Rust writes them.
    Text,
    /// Text without quotation marks.
    Raw,
    Json,
}

#[derive(Serialize)]
struct Values<'a> {
    values: Vec<Value<'a>>,
}

#[derive(Serialize)]
struct Value<'a> {
    path: &'a str,
    value: &'a RawValue,
}

#[derive(Serialize)]
struct AllWritten<'a> {
    written: Vec<Written<'a>>,
}

#[derive(Serialize)]
struct Written<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a RawValue>,
}

/// Prints the values at paths; without any, the whole value.
pub(crate) fn get(reach: &Reach, paths: &[String], form: Form) -> Result<(), Failure> {
    let whole = [String::new()];
    let paths = if paths.is_empty() { &whole[..] } else { paths };
    let steps = paths.iter().map(|path| Step::get(path)).collect();
    let answer = reach.region()?.run_raw(steps)?;
    let results = answer.results().unwrap_or_default();
    let mut out = io::stdout().lock();
    if form == Form::Json {
        let values = paths.iter().zip(results).map(|(path, value)| Value { path, value });
        serde_json::to_writer_pretty(&mut out, &Values { values: values.collect() })?;
        writeln!(out)?;
        return Ok(());
    }
    for (path, value) in paths.iter().zip(results) {
        if paths.len() > 1 && form == Form::Text {
            write!(out, "{} = ", path.escape_debug())?;
        }
        print(&mut out, &serde_json::from_str(value.get())?, form)?;
    }
    Ok(())
}

/// Writes `PATH=VALUE` and adds `PATH+=NUMBER`, all or none.
pub(crate) fn set(reach: &Reach, assignments: &[String], is_json: bool) -> Result<(), Failure> {
    let steps: Vec<_> =
        assignments.iter().map(|text| assignment(text)).collect::<Result<_, _>>()?;
    let answer = reach.region()?.run_raw(steps.clone())?;
    if is_json {
        let results = answer.results().unwrap_or_default();
        let written = steps.iter().zip(results).map(|(step, result)| Written {
            path: step.path(),
            before: matches!(step, Step::Add(..)).then_some(&**result),
        });
        let mut out = io::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &AllWritten { written: written.collect() })?;
        writeln!(out)?;
    }
    Ok(())
}

/// Prints the value at each path, and again whenever it changes; so many of each at most. Without a path, the whole value.
pub(crate) fn watch(
    reach: &Reach,
    paths: &[String],
    count: Option<NonZeroUsize>,
    form: Form,
) -> Result<(), Failure> {
    let (region, whole) = (reach.region()?, [String::new()]);
    let paths = if paths.is_empty() { &whole[..] } else { paths };
    // A path that leads nowhere is an error before anything is printed.
    let watches: Vec<_> = paths.iter().map(|path| region.watch(path)).collect::<Result<_, _>>()?;
    std::thread::scope(|scope| {
        let each = |(path, watch): (&String, shm_mirror::Watch)| {
            let path = path.clone();
            scope.spawn(move || {
                watch.take(count.map_or(usize::MAX, NonZeroUsize::get)).try_for_each(|item| {
                    let mut out = io::stdout().lock();
                    line(&mut out, &path, item, form)?;
                    out.flush()
                })
            })
        };
        let threads: Vec<_> = paths.iter().zip(watches).map(each).collect();
        // They end after their counts, or if nothing can be printed any more.
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or(Ok(())))
    })?;
    Ok(())
}

fn line(
    out: &mut impl Write,
    path: &str,
    item: Result<DynValue, Error>,
    form: Form,
) -> io::Result<()> {
    match (item, form) {
        (Ok(value), Form::Json) => {
            let line = serde_json::json!({ "path": path, "value": value });
            writeln!(out, "{line}")
        }
        (Err(error), Form::Json) => {
            let error = serde_json::json!({ "kind": error.kind(), "message": error.to_string() });
            writeln!(out, "{}", serde_json::json!({ "path": path, "error": error }))
        }
        (Ok(value), form) => {
            if form == Form::Text && !path.is_empty() {
                write!(out, "{} = ", path.escape_debug())?;
            }
            print(out, &value, form)
        }
        (Err(error), _) => writeln!(io::stderr(), "{}: {error}", path.escape_debug()),
    }
}

fn print(out: &mut impl Write, value: &DynValue, form: Form) -> io::Result<()> {
    match value {
        DynValue::Text(text) if form == Form::Raw => writeln!(out, "{text}"),
        value => writeln!(out, "{value}"),
    }
}

/// A step as it is written on a command line. The value is as people write it; the origin knows what it means there.
fn assignment(text: &str) -> Result<Step, Failure> {
    let expected =
        || Failure::Usage(format!("`{text}`: expected PATH=VALUE, or PATH+=NUMBER to add"));
    // An equals sign in a key of the path does not end it.
    let mut steps = shm_core::path::Steps::of(text);
    while let Ok(Some(_)) = steps.next() {}
    let (path, rest) = text.split_at(steps.walked().len());
    let rest = rest.trim_start();
    let value = |value: &str| Given::Text(value.to_owned());
    if let Some(number) = rest.strip_prefix("+=") {
        return Ok(Step::Add(path.to_owned(), value(number.trim())));
    }
    let written = rest.strip_prefix('=').ok_or_else(expected)?;
    Ok(Step::Set(path.to_owned(), value(written)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_equals_sign_after_the_path_ends_it() {
        let parsed = |text: &str| match assignment(text) {
            Ok(Step::Set(path, Given::Text(value))) => (path, value),
            Ok(Step::Add(path, Given::Text(value))) => (path, format!("+{value}")),
            _ => (String::new(), "refused".to_owned()),
        };
        let both = |path: &str, value: &str| (path.to_owned(), value.to_owned());
        assert_eq!(parsed("a.b[1]=-3"), both("a.b[1]", "-3"));
        assert_eq!(parsed("label=a=b"), both("label", "a=b"));
        assert_eq!(parsed("hits += 1"), both("hits", "+1"));
        assert_eq!(parsed("=1"), both("", "1"));
        assert_eq!(parsed(r#"ages["a=b"]=1"#), both(r#"ages["a=b"]"#, "1"));
        assert_eq!(parsed("hits"), both("", "refused"));
    }
}
