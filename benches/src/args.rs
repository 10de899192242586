//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;

use crate::outcome::Failure;

pub(crate) const HELP: &str = "\
shm-core and its peers: speed and correctness, measured in one run.

cargo run --release -p shm-benches --features peers -- [COMMAND] [OPTIONS]

Commands:
  full             everything (the default): about half an hour
  quick            fewer and shorter rounds, and no builds: about seven minutes
  claims           only the ratios that are claims, best of several rounds; fails if one is lost
  list             the names of tables, series and peers
  render FILE      write the report of a results.json or samples.json again

Options:
  --only NAME      only tables and series whose name begins with NAME; can be repeated
  --peer NAME      only this peer, the floors and shm-core; can be repeated
  --rounds N       rounds of each table and series (builds: of full only)
  --batch MS       milliseconds per batch; a round has five
  --out DIR        where the report goes (target/benches)
  --document FILE  a Markdown file whose marked parts are rewritten
  --python PATH    the Python interpreter
  -h, --help       this text
";

/// The command to run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    List,
    Claims(Options),
    Measure(Options),
    Render { results: PathBuf, options: Options },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Options {
    pub(crate) only: Vec<String>,
    pub(crate) peers: Vec<String>,
    pub(crate) rounds: usize,
    /// Rounds of a series that processes measure, and of one that Cargo measures.
    pub(crate) series_rounds: usize,
    pub(crate) build_rounds: usize,
    pub(crate) batch: Duration,
    pub(crate) out: PathBuf,
    pub(crate) document: Option<PathBuf>,
    pub(crate) python: Option<PathBuf>,
}

impl Options {
    fn full() -> Self {
        Self {
            only: Vec::new(),
            peers: Vec::new(),
            rounds: 15,
            series_rounds: 9,
            build_rounds: 5,
            batch: Duration::from_millis(20),
            out: PathBuf::from("target/benches"),
            document: None,
            python: None,
        }
    }

    fn quick() -> Self {
        Self {
            rounds: 7,
            series_rounds: 3,
            build_rounds: 0,
            batch: Duration::from_millis(8),
            ..Self::full()
        }
    }

    /// Returns whether a peer is selected.
    pub(crate) fn asks_for(&self, peer: &str) -> bool {
        self.peers.is_empty() || self.peers.iter().any(|name| name == peer)
    }

    /// Returns whether a table or series is selected.
    pub(crate) fn wants(&self, key: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| key.starts_with(name.as_str()))
    }
}

/// Parses a command line, without the program's name.
///
/// # Errors
/// The argument that was not understood.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, Failure> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut words: Vec<String> = Vec::new();
    let mut given = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long(name) => {
                let name = name.to_owned();
                given.push((name, parser.value()?));
            }
            Value(word) => words.push(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let is_short = words == ["quick"] || words == ["claims"];
    let mut options = if is_short { Options::quick() } else { Options::full() };
    for (name, value) in given {
        set(&mut options, &name, value)?;
    }
    match words[..] {
        [] | ["full" | "quick"] => Ok(Command::Measure(options)),
        ["claims"] => Ok(Command::Claims(options)),
        ["list"] => Ok(Command::List),
        ["render", file] => Ok(Command::Render { results: file.into(), options }),
        _ => Err(format!("`{}` is not a command; --help lists them", words.join(" ")).into()),
    }
}

fn set(options: &mut Options, name: &str, value: OsString) -> Result<(), Failure> {
    match name {
        "only" => options.only.push(value.string()?),
        "peer" => options.peers.push(value.string()?),
        "rounds" => {
            options.rounds = at_least_one(value.parse()?, name)?;
            options.series_rounds = options.rounds;
            // If builds are not measured, more rounds do not add them.
            options.build_rounds = options.build_rounds.min(1) * options.rounds;
        }
        "batch" => {
            let millis = at_least_one(value.parse()?, name)?;
            options.batch = Duration::from_millis(millis as u64);
        }
        "out" => options.out = value.into(),
        "document" => options.document = Some(value.into()),
        "python" => options.python = Some(value.into()),
        _ => return Err(format!("`--{name}` is not an option; --help lists them").into()),
    }
    Ok(())
}

fn at_least_one(number: usize, name: &str) -> Result<usize, Failure> {
    if number == 0 {
        Err(format!("`--{name}` is 0, expected 1 or more").into())
    } else {
        Ok(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(words: &[&str]) -> Options {
        match parse(words.iter().map(OsString::from)).unwrap() {
            Command::Measure(options) => options,
            other => panic!("{other:?}"),
        }
    }

    fn error(words: &[&str]) -> String {
        parse(words.iter().map(OsString::from)).unwrap_err().to_string()
    }

    #[test]
    fn everything_is_measured_by_default() {
        assert_eq!(measured(&[]), Options::full());
        assert_eq!(measured(&["full"]), Options::full());
    }

    #[test]
    fn options_work_before_and_after_the_command() {
        let expected = Options { rounds: 3, ..Options::quick() };
        assert_eq!(measured(&["--rounds", "3", "quick"]).rounds, expected.rounds);
        assert_eq!(measured(&["quick", "--rounds=3"]).batch, expected.batch);
    }

    #[test]
    fn a_quick_run_builds_nothing_whatever_its_number_of_rounds() {
        assert_eq!(measured(&["quick", "--rounds", "3"]).build_rounds, 0);
        assert_eq!(measured(&["full", "--rounds", "3"]).build_rounds, 3);
    }

    #[test]
    fn tables_are_selected_by_the_beginning_of_their_name() {
        let options = measured(&["--only", "snapshot-read", "--only", "lock"]);
        assert!(options.wants("snapshot-read-64-idle") && options.wants("lock-alone"));
        assert!(!options.wants("snapshot-write-64"));
    }

    #[test]
    fn an_argument_that_is_not_understood_is_named() {
        assert_eq!(error(&["quik"]), "`quik` is not a command; --help lists them");
        assert_eq!(error(&["--speed", "9"]), "`--speed` is not an option; --help lists them");
        assert_eq!(error(&["--rounds", "0"]), "`--rounds` is 0, expected 1 or more");
        assert!(error(&["--rounds", "many"]).contains("many"));
    }
}
