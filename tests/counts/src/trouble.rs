//! The reasons for which counts could not be compared.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error("{0}\n{help}", help = crate::help::HELP)]
    Arguments(#[from] lexopt::Error),
    #[error("this is an unoptimised build, whose counts mean nothing; add `--release`")]
    Unoptimised,
    #[error("no case is called {name:?}; without arguments all are printed")]
    NoSuchCase { name: String },
    #[error("valgrind cannot be run ({0}); it is in Debian's package `valgrind`")]
    NoValgrind(std::io::Error),
    #[error("valgrind printed no count for {case:?}; it printed:\n{printed}")]
    NoCount { case: String, printed: String },
    #[error("{}: {source}", file.display())]
    File { file: PathBuf, source: std::io::Error },
    #[error("{}: no baseline: {source}; remove it, and bless", file.display())]
    NotABaseline { file: PathBuf, source: serde_json::Error },
    #[error(
        "{}: this baseline is for another compiler, processor or valgrind:\n{found}\nthan what is here:\n{expected}",
        file.display()
    )]
    OtherKey { file: PathBuf, found: String, expected: String },
}
