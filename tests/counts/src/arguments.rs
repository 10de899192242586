//! The command line.

use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::trouble::Trouble;

#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Table,
    Check,
    Bless,
    Help,
    /// In the child, under callgrind: runs the counted operation.
    Perform(String),
    /// In the child, under valgrind: reports the features of the processor.
    Describe,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Style {
    Text,
    Json,
}

#[derive(Debug, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    pub(crate) style: Style,
    pub(crate) baseline: Option<PathBuf>,
    /// Of cases; all, if empty.
    pub(crate) names: Vec<String>,
}

impl Arguments {
    pub(crate) fn parse() -> Result<Self, Trouble> {
        Self::from_parser(Parser::from_env())
    }

    fn from_parser(mut parser: Parser) -> Result<Self, Trouble> {
        let mut arguments =
            Self { command: Command::Table, style: Style::Text, baseline: None, names: Vec::new() };
        let mut first = true;
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("help") | Arg::Short('h') => arguments.command = Command::Help,
                Arg::Long("json") => arguments.style = Style::Json,
                Arg::Long("baseline") => arguments.baseline = Some(parser.value()?.into()),
                Arg::Long("perform") => {
                    arguments.command = Command::Perform(parser.value()?.string()?);
                }
                Arg::Long("describe") => arguments.command = Command::Describe,
                Arg::Value(value) => {
                    let word = value.string()?;
                    match word.as_str() {
                        "check" if first => arguments.command = Command::Check,
                        "bless" if first => arguments.command = Command::Bless,
                        _ => arguments.names.push(word),
                    }
                    first = false;
                }
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, Trouble> {
        Arguments::from_parser(Parser::from_args(words))
    }

    #[test]
    fn the_first_word_is_the_command_and_the_others_are_cases() {
        let arguments = parse(&["check", "--json", "field: get", "bless"]).unwrap();
        assert_eq!((arguments.command, arguments.style), (Command::Check, Style::Json));
        assert_eq!(arguments.names, ["field: get", "bless"]);
        assert_eq!(parse(&["field: get"]).unwrap().command, Command::Table);
    }

    #[test]
    fn unknown_arguments_are_reported() {
        assert!(parse(&["--jsn"]).unwrap_err().to_string().contains("--jsn"));
        assert!(parse(&["--baseline"]).unwrap_err().to_string().contains("--baseline"));
    }
}
