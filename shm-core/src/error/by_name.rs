//! [`DynError`]: access by name fails.

use super::{HeapError, InvalidValue, LockError};
use crate::path::InvalidPath;
use crate::schema::Type;

/// The largest number of names that an error lists.
const LISTED: usize = 20;

/// An error of finding, reading or writing a value by its name. Nothing was written then.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum DynError {
    /// The text is not a path.
    #[error(transparent)]
    Syntax(#[from] InvalidPath),
    /// The struct has no field of this name.
    #[error("{} has no field `{}`{}", shown(.at), .name.escape_debug(), listed(.fields, *.more))]
    NoField {
        /// The path up to the struct.
        at: String,
        /// The name.
        name: String,
        /// The fields that there are, or the first twenty.
        fields: Vec<String>,
        /// The number of fields not listed.
        more: usize,
    },
    /// Only structs have fields.
    #[error("{} is `{found}`, not a struct: it has no field `{}`", shown(.at), .name.escape_debug())]
    NotAStruct {
        /// The path up to there.
        at: String,
        /// The name.
        name: String,
        /// The type.
        found: String,
    },
    /// Only arrays and slices have elements.
    #[error("{} is `{found}`, not an array: it has no elements", shown(.at))]
    NotAnArray {
        /// The path up to there.
        at: String,
        /// The type.
        found: String,
    },
    /// The array is shorter.
    #[error("{} has {len} elements: there is no [{index}]", shown(.at))]
    OutOfBounds {
        /// The path of the array.
        at: String,
        /// The index, or the bound of a range, as it was written.
        index: String,
        /// The number of elements.
        len: u64,
    },
    /// Only maps have entries with keys.
    #[error("{} is `{found}`, not a map: it has no entry [{}]", shown(.at), as_written(.key))]
    NotAMap {
        /// The path up to there.
        at: String,
        /// The key, as it was written.
        key: String,
        /// The type.
        found: String,
    },
    /// No key of the map can be this one.
    #[error("{} has keys of type `{found}`: [{}] is not one, as {fault}", shown(.at), as_written(.key))]
    NotAKey {
        /// The path of the map.
        at: String,
        /// The key, as it was written.
        key: String,
        /// The type of the keys.
        found: String,
        /// The reason.
        fault: String,
    },
    /// The map has no entry with this key.
    #[error("no entry {} in {}, which holds {}", as_written(.key), shown(.at), counted(*.len))]
    NoEntry {
        /// The path of the map.
        at: String,
        /// The key, as it was written.
        key: String,
        /// The number of entries that it has.
        len: u64,
    },
    /// The text is not a value of any kind.
    #[error("`{}` is not a value: {fault}", .text.escape_debug())]
    NotAValue {
        /// The text.
        text: String,
        /// The reason, with the position.
        fault: String,
    },
    /// The slots of a `Latest` hold versions that come and go.
    #[error("the slots of {} are its versions, which cannot be named one by one", shown(.at))]
    Slots {
        /// The path of the `Latest`.
        at: String,
    },
    /// The schema gives a type the name of one of this library's types, but not its parts.
    #[error("{} is not made as a `{role}` is", shown(.at))]
    Malformed {
        /// The path of that type.
        at: String,
        /// The name.
        role: &'static str,
    },
    /// The bytes of a field are not a value of its type.
    #[error(transparent)]
    Invalid(#[from] InvalidValue),
    /// The field cannot hold the value, or the value is not of the requested type.
    #[error("{}{given} {fault}", .field.as_deref().map(|field| format!("{}: ", shown(field))).unwrap_or_default())]
    DoesNotFit {
        /// The path of the field; `None` if a [`DynValue`](crate::dynamic::DynValue) is converted.
        field: Option<String>,
        /// The value, or its start.
        given: Box<str>,
        /// The reason; follows the value in a sentence.
        fault: Box<str>,
    },
    /// A value in a `Latest` or in the heap was replaced faster than it could be copied.
    #[error("{} was overwritten during each attempt to copy it", shown(.field))]
    Contended {
        /// The path.
        field: String,
    },
    /// A queue has no room for another value.
    #[error("{} is full: it holds {capacity} values", shown(.field))]
    Full {
        /// The path.
        field: String,
        /// How many values there is room for.
        capacity: u64,
    },
    /// Something else is at the path than what the call is for.
    #[error("{} is `{found}`, not {expected}", shown(.field))]
    NotA {
        /// The path.
        field: String,
        /// The type.
        found: String,
        /// What the call is for, such as "a queue".
        expected: &'static str,
    },
    /// The value takes more memory than one value may.
    #[error(
        "{} has too many parts for one value: it takes {needed} bytes of memory, at most {limit} are \
         allowed",
        shown(.field)
    )]
    TooLarge {
        /// The path.
        field: String,
        /// Bytes of memory that the value takes, at least.
        needed: u64,
        /// Bytes of memory that one value may take.
        limit: u64,
    },
    /// This program cannot read a value of this type at this place.
    #[error("{} is `{found}`, {fault}", shown(.field))]
    Unreadable {
        /// The path.
        field: String,
        /// The type.
        found: String,
        /// The reason, which follows the type in a sentence.
        fault: &'static str,
    },
    /// Code of their type folds the rows of a [`PerProcess`](crate::PerProcess), which only programs with that type have.
    #[error("{} {}", shown(.field), OWN_FOLD)]
    OwnFold {
        /// The path.
        field: String,
    },
    /// The value cannot be written by its name.
    #[error("{} cannot be written: {fault}", shown(.field))]
    NotWritable {
        /// The path.
        field: String,
        /// The reason.
        fault: String,
        /// Advice, if there is any.
        help: Option<&'static str>,
    },
    /// A lock that is not held guards the field.
    #[error("{} is guarded by the `{kind}` {}", shown(.field), shown(.mutex))]
    NotLocked {
        /// The path of the field.
        field: String,
        /// The type of the lock: `Mutex` or `RwLock`.
        kind: &'static str,
        /// The path of the lock.
        mutex: String,
    },
    /// The path does not lead to a lock, or through one.
    #[error("{} is `{found}`, which has no lock", shown(.field))]
    NoLock {
        /// The path.
        field: String,
        /// The type.
        found: String,
    },
    /// Items of a `Ring` were overwritten before the reader had them. It goes on from the oldest item that
    /// is left.
    #[error("{}: {count} items were overwritten before this reader had them", shown(.field))]
    Missed {
        /// The path.
        field: String,
        /// The number of items.
        count: u64,
    },
    /// A lock was not taken: that of a `Mutex`, or the writers' lock of a `Latest` or `Ring`.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A value could not be stored in the region's heap, or read from there.
    #[error("{}: {cause}", shown(.field))]
    Heap {
        /// The path.
        field: String,
        /// The reason.
        cause: HeapError,
    },
}

/// Why rows are not folded; follows the name in a sentence.
pub(super) const OWN_FOLD: &str = "has rows that are not added up number by number: code of their type folds them, which this program does not have";

/// Advice to a reader that was too slow.
pub(super) const MISSED: &str = "read more often, push less often, or give the `Ring` more slots";

impl DynError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Syntax(error) => return error.help(),
            Self::Slots { .. } => "leave them out, or write `slots[..].value`, to mean the newest",
            Self::NotAMap { key, .. } if key.starts_with('-') => {
                "an index counts from the start, beginning with 0"
            }
            Self::NotAMap { .. } => "an array has numbers as indexes",
            Self::NoEntry { .. } => {
                "`get` of the map shows its entries, `set` of the whole entry inserts it"
            }
            Self::Malformed { .. } => "the program that wrote this schema has a bug",
            Self::Invalid(error) => return error.help(),
            Self::Contended { .. } => "try again",
            Self::Full { .. } => "wait for room with `push_timeout`, or pop more often",
            Self::Missed { .. } => MISSED,
            Self::TooLarge { .. } => {
                "name a part of it, such as a field, or `[0..1000]` of an array"
            }
            Self::OwnFold { .. } => {
                "read the rows and the retired value one by one: they are a `snapshot`"
            }
            Self::NotWritable { help, .. } => (*help)?,
            Self::NotLocked { mutex, .. } => {
                return Some(format!("take it with `lock({mutex:?})` and write through the guard"));
            }
            Self::Lock(error) => return error.help(),
            Self::Heap { cause, .. } => return cause.help(),
            _ => return None,
        };
        Some(help.to_owned())
    }

    /// The value at a path is not stored in the heap, or not read from there.
    #[cold]
    pub(crate) fn heap(field: &str, cause: HeapError) -> Self {
        let field = field.to_owned();
        match cause {
            HeapError::Lock(error) => Self::Lock(error),
            HeapError::Contended => Self::Contended { field },
            cause => Self::Heap { field, cause },
        }
    }

    /// The struct at a path has no field of this name.
    #[cold]
    pub(crate) fn no_field(at: &str, name: &str, ty: Type<'_>) -> Self {
        let fields = ty.fields().take(LISTED).map(|field| field.name().to_owned()).collect();
        let more = ty.fields().len().saturating_sub(LISTED);
        Self::NoField { at: at.to_owned(), name: name.to_owned(), fields, more }
    }
}

/// The name of a place in messages.
fn shown(path: &str) -> String {
    if path.is_empty() { "the whole value".to_owned() } else { format!("`{path}`") }
}

/// A key as it is written in a path, without characters that a terminal would obey.
fn as_written(key: &str) -> String {
    let one = |character: char| match character.is_control() {
        true => character.escape_debug().to_string(),
        false => character.to_string(),
    };
    key.chars().map(one).collect()
}

fn counted(entries: u64) -> String {
    match entries {
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    }
}

fn listed(names: &[String], more: usize) -> String {
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        ", nor any other".to_owned()
    } else {
        format!("; it has {}{more}", names.join(", "))
    }
}

shm_schema::debug_as_displayed!(DynError);
