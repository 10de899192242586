//! The public error types: that there are no others, and the properties of each.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::path::{Path, PathBuf};

use shm_core::format::FormatError;
use shm_core::path::InvalidPath;
use shm_core::schema::{Incompatible, SchemaError};
use shm_core::{
    Error, LockError,
    errors::{
        DoesNotFit, DynError, FollowError, HeapError, InvalidValue, LoadError, Stale, UnitsError,
    },
};

/// An error that works with `?` in every usual return type, with advice beside its message.
trait PublicError: StdError + Send + Sync + 'static {
    fn advice(&self) -> Option<String>;
}

macro_rules! public_errors {
    ($($error:ident),+ $(,)?) => {
        $(impl PublicError for $error {
            fn advice(&self) -> Option<String> {
                self.help()
            }
        })+

        /// The names of all public error types.
        const NAMES: &[&str] = &[$(stringify!($error)),+];
    };
}

public_errors!(
    Error,
    LockError,
    LoadError,
    FollowError,
    HeapError,
    InvalidValue,
    DoesNotFit,
    DynError,
    SchemaError,
    Incompatible,
    FormatError,
    InvalidPath,
    PushError,
    UnitsError,
    Stale,
);

/// As the errors of a queue whose values are numbers.
type PushError = shm_core::errors::PushError<u64>;

/// The Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The types that a source file makes errors, by the derive or by hand.
fn errors_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut is_derived = false;
    for line in text.lines() {
        let line = line.trim_start();
        is_derived |= line.starts_with("#[derive(") && line.contains("Error");
        let by_hand = line.contains("Error for ") && line.starts_with("impl");
        let declared = line.strip_prefix("pub enum ").or(line.strip_prefix("pub struct "));
        let named = match declared {
            Some(rest) if is_derived => Some(rest),
            _ if by_hand => line.split("Error for ").nth(1),
            _ => None,
        };
        is_derived &= declared.is_none();
        let end = |c: char| !c.is_alphanumeric();
        names.extend(named.and_then(|rest| rest.split(end).next()).map(str::to_owned));
    }
    names
}

#[test]
fn a_type_that_a_source_makes_an_error_is_found() {
    let text = "#[derive(Clone, thiserror::Error)]\n#[non_exhaustive]\npub enum A {\n}\n\
        #[derive(Clone)]\npub struct B;\nimpl std::error::Error for C<T> {}\nimpl fmt::Debug for D {}\n";
    assert_eq!(errors_in(text), ["A", "C"]);
}

#[test]
fn there_are_fifteen_error_types_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for package in ["shm-core", "shm-schema"] {
        let folder = root.join(package).join("src");
        if folder.exists() {
            sources(&folder, &mut files);
        }
    }
    let found: BTreeSet<String> =
        files.iter().flat_map(|file| errors_in(&std::fs::read_to_string(file).unwrap())).collect();
    let listed: BTreeSet<String> = NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, listed);
    assert_eq!(listed.len(), 15);
}

#[test]
fn each_fits_into_the_results_that_programs_return() {
    fn passes<E: PublicError>() {
        let _: fn(E) -> Box<dyn StdError> = Into::into;
        let _: fn(E) -> Box<dyn StdError + Send + Sync> = Into::into;
        let _: fn(E) -> anyhow::Error = Into::into;
    }
    passes::<Error>();
    passes::<LockError>();
    passes::<LoadError>();
    passes::<InvalidValue>();
    passes::<DoesNotFit>();
    passes::<DynError>();
    passes::<SchemaError>();
    passes::<Incompatible>();
    passes::<FormatError>();
    passes::<InvalidPath>();
    passes::<PushError>();
    passes::<UnitsError>();
    passes::<Stale>();
}

/// The message, the sources and the advice, in the expected form.
fn picture(error: &dyn PublicError) -> String {
    let mut picture = error.to_string();
    let mut source = error.source();
    if source.is_some() {
        picture += "\n\nCaused by:";
    }
    while let Some(error) = source {
        picture += &format!("\n    {error}");
        source = error.source();
    }
    error.advice().map_or(picture.clone(), |help| format!("{picture}\n\nhelp: {help}"))
}

#[test]
fn debug_is_the_message_then_the_sources_then_the_advice() {
    let source = || std::io::Error::from_raw_os_error(libc::EACCES);
    let io = || LockError::Io { region: "n".to_owned(), doing: "locking", source: source() };
    let last = Box::new(Error::Io { region: "n".to_owned(), doing: "opening", source: source() });
    let errors: [&dyn PublicError; 9] = [
        &LockError::OwnerDied,
        &io(),
        &LoadError::Lock(io()),
        &LoadError::Contended,
        &DynError::Lock(io()),
        &PushError::Full(1),
        &PushError::Lock { value: 1, error: io() },
        &Error::TimedOut { region: "n".to_owned(), source: last },
        &FormatError::NotReady,
    ];
    for error in errors {
        assert_eq!(format!("{error:?}"), picture(error));
    }
    let printed = format!("{:?}", io());
    let expected = "attaching to n failed while locking\n\nCaused by:\n    Permission denied (os error 13)\
        \n\nhelp: take a first lock, or open the region, before privileges are dropped";
    assert_eq!(printed, expected);
}

#[test]
fn advice_is_not_part_of_a_message() {
    let errors: [&dyn PublicError; 5] = [
        &LockError::OwnerDied,
        &LoadError::Contended,
        &FormatError::NotReady,
        &PushError::Full(1),
        &DoesNotFit::Nul { position: 1 },
    ];
    for error in errors {
        let help = error.advice().unwrap();
        assert!(!error.to_string().contains(&help), "{error:?}");
        assert!(!error.to_string().contains("use "), "{error}");
    }
}
