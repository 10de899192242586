//! Errors as Python's exceptions: the classes are in `shm/_errors.py`, the text is Rust's.
#![allow(clippy::needless_pass_by_value, reason = "these are functions for `map_err`")]

use pyo3::exceptions::{PyAttributeError, PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyType;
use shm_core::errors::{DynError, Error, ErrorKind, FormatError, LockError, SchemaError};
use shm_core::schema::Difference;

/// An exception of a class of `shm._errors`, with advice as a note.
pub(crate) fn named(class: &str, text: &str, help: Option<String>) -> PyErr {
    Python::attach(|py| {
        let made = || -> PyResult<PyErr> {
            let class = py.import("shm._errors")?.getattr(class)?.cast_into::<PyType>()?;
            let error = PyErr::from_type(class, text.to_owned());
            note(py, &error, help.as_deref())?;
            Ok(error)
        };
        made().unwrap_or_else(|error| error)
    })
}

fn note(py: Python<'_>, error: &PyErr, help: Option<&str>) -> PyResult<()> {
    match help {
        Some(help) => {
            let help = in_python(help);
            error.value(py).call_method1("add_note", (format!("help: {help}"),)).map(drop)
        }
        None => Ok(()),
    }
}

/// Advice, with the names that things have in Python.
fn in_python(help: &str) -> String {
    let help = help.replace("`create_or_replace`", "`create(.., replace=True)`");
    match help.split_once("`#[shm(alias = ") {
        Some((before, rest)) => {
            format!("{before}`shm.Alias({}", rest.replacen(")]`", ")`", 1))
        }
        None => help,
    }
}

/// A view that cannot be written.
pub(crate) fn read_only(text: &str) -> PyErr {
    named("ReadOnly", text, None)
}

/// Bytes that are not a value of their type.
pub(crate) fn invalid(text: String) -> PyErr {
    named("InvalidValue", &text, None)
}

/// The same error at a place: its text begins with the path, which grows from the inside.
#[cold]
pub(crate) fn at(py: Python<'_>, step: &str, error: PyErr) -> PyErr {
    let kinds = [
        error.is_instance_of::<PyOverflowError>(py),
        error.is_instance_of::<PyTypeError>(py),
        error.is_instance_of::<PyValueError>(py),
        error.is_instance_of::<PyAttributeError>(py),
    ];
    let text = error.value(py).to_string();
    if step.is_empty() || !kinds.contains(&true) {
        return error;
    }
    let text = match text.strip_prefix('`') {
        Some(inner) if inner.starts_with('[') => format!("`{step}{inner}"),
        Some(inner) if is_path(inner) => format!("`{step}.{inner}"),
        _ => format!("`{step}`: {text}"),
    };
    PyErr::from_type(error.get_type(py), text)
}

/// Whether a text begins with a path and ``"`: "``.
fn is_path(text: &str) -> bool {
    text.split_once("`: ").is_some_and(|(path, _)| !path.contains('`'))
}

/// The class of exceptions for a kind of error.
fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "NotFound",
        ErrorKind::AlreadyExists => "AlreadyExists",
        ErrorKind::PermissionDenied => "PermissionDenied",
        ErrorKind::LayoutDiffers => "LayoutDiffers",
        ErrorKind::BadRegion => "NotARegion",
        ErrorKind::Stale => "NotCurrent",
        ErrorKind::BadRequest => "InvalidRequest",
        ErrorKind::NoResources => "NoResources",
        ErrorKind::TimedOut => "TimedOut",
        ErrorKind::NoSuchPlace => "NoField",
        ErrorKind::OutOfBounds => "OutOfBounds",
        ErrorKind::NoEntry => "NoEntry",
        ErrorKind::BadValue => "DoesNotFit",
        ErrorKind::BadData => "InvalidValue",
        ErrorKind::Unsupported => "NotSupported",
        ErrorKind::NotLocked => "NotLocked",
        ErrorKind::Busy => "Busy",
        ErrorKind::OwnerDied => "OwnerDied",
        ErrorKind::WouldDeadlock => "WouldDeadlock",
        ErrorKind::LockLost => "Lost",
        ErrorKind::Broken => "Broken",
        ErrorKind::Contended => "Contended",
        ErrorKind::Full => "Full",
        ErrorKind::Missed => "Missed",
        _ => "SystemError",
    }
}

/// An error of creating or opening a region.
pub(crate) fn of_region(error: Error) -> PyErr {
    if let Error::Format { source: FormatError::LayoutDiffers { difference, .. }, .. } = &error {
        return layout_differs(&error, difference);
    }
    let help = match &error {
        // In the words of this package.
        Error::NotFound { .. } => Some(
            "start the process that creates it first, or wait for it with `shm.open_wait`, or use \
             `shm.open_or_create`"
                .to_owned(),
        ),
        other => other.help(),
    };
    named(class_of(error.kind()), &with_sources(&error), help)
}

/// Another layout than the program's, with the row of the first field that differs.
fn layout_differs(error: &Error, difference: &Difference) -> PyErr {
    let made = named("LayoutDiffers", &with_sources(error), error.help());
    let Some(row) = difference.rows().iter().find(|row| row.differs()) else { return made };
    let facts = [
        ("path", row.path().to_owned()),
        ("found", row.found().map_or_else(String::new, shown)),
        ("expected", row.expected().map_or_else(String::new, shown)),
    ];
    fn shown((offset, ty): (u64, &str)) -> String {
        format!("`{ty}` at byte {offset}")
    }
    Python::attach(|py| {
        let set = |(name, fact)| made.value(py).setattr(name, fact);
        facts.into_iter().map(set).find_map(Result::err).unwrap_or(made.clone_ref(py))
    })
}

/// An exception on its way through Rust: the values that a new region should have are the cause.
pub(crate) struct Failed(pub(crate) PyErr);

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self(of_region(error))
    }
}

fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(&format!(": {inner}"));
        source = inner.source();
    }
    text
}

/// An error of access by name.
pub(crate) fn by_name(error: DynError) -> PyErr {
    match error {
        DynError::Lock(error) => of_lock(error),
        DynError::OwnFold { .. } => {
            let help = "`rows()` reads them one by one, and `totals(fold=..)` folds them by a function of yours";
            named("NotSupported", &error.to_string(), Some(help.to_owned()))
        }
        error => named(class_of(error.kind()), &error.to_string(), error.help()),
    }
}

/// A lock was not taken.
pub(crate) fn of_lock(error: LockError) -> PyErr {
    let help = match &error {
        LockError::OwnerDied => Some(
            "`except shm.OwnerDied as died: with died.repair() as value: ..` repairs it".to_owned(),
        ),
        LockError::WouldDeadlock => Some(
            "use the view that this thread has, or say `again()` where a second one is meant"
                .to_owned(),
        ),
        other => other.help(),
    };
    named(class_of(error.kind()), &error.to_string(), help)
}

/// A layout that cannot be made.
pub(crate) fn of_schema(error: SchemaError) -> PyErr {
    let help = error.help();
    named("InvalidLayout", &error.to_string(), help.map(|help| help.to_string()))
}
