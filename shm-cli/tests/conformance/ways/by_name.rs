//! By name: `DynRegion`, without any struct.

use std::path::PathBuf;

use shm_core::dynamic::DynValue;
use shm_core::errors::DynError;
use shm_core::{DynRegion, ReadOnly};

use super::answering::{self, Handler};
use crate::canon;
use crate::way::{ALL, Answer, Can, Driver, Layout, Way};
use crate::words;

pub(crate) struct ByName;

impl Way for ByName {
    const NAME: &'static str = "by_name";
    const CAN: Can = Can { has_layout: false, ..ALL };

    fn driver(layout: Layout) -> Box<dyn Driver> {
        Box::new(answering::start(Self::NAME, layout))
    }
}

/// The region that is open, or none.
#[derive(Default)]
pub(super) struct ByNameDriver {
    read: Option<DynRegion<ReadOnly>>,
    written: Option<DynRegion>,
}

impl ByNameDriver {
    fn open(&self) -> &DynRegion<ReadOnly> {
        self.read.as_ref().expect("it was opened")
    }

    /// A value for a field. A `char` is a text of one character in the suite's form.
    fn value(&self, path: &str, text: &str) -> Option<DynValue> {
        if let Some(text) = canon::read_text(text) {
            let is_char = matches!(self.open().get(path), Ok(DynValue::Char(_)));
            let mut characters = text.chars();
            return Some(match (is_char, characters.next(), characters.next()) {
                (true, Some(character), None) => DynValue::Char(character),
                _ => DynValue::Text(text),
            });
        }
        Some(match text {
            "none" => DynValue::None,
            "true" | "false" => DynValue::Bool(text == "true"),
            _ => match (canon::read_float(text), canon::read_hex(text, "bytes:")) {
                (Some(value), _) => DynValue::F64(value),
                (_, Some(bytes)) => DynValue::Bytes(bytes),
                _ if text.starts_with("text:") => return None,
                _ => number(text).unwrap_or_else(|| DynValue::Text(text.to_owned())),
            },
        })
    }
}

fn number(text: &str) -> Option<DynValue> {
    let unsigned = text.parse().ok().map(DynValue::U128);
    unsigned.or_else(|| text.parse().ok().map(DynValue::I128))
}

impl Handler for ByNameDriver {
    fn open(&mut self, name: &str, to_write: bool) -> Answer {
        (self.read, self.written) = (None, None);
        let name = PathBuf::from(name);
        if to_write {
            let region = DynRegion::open(name).map_err(words::of_opening)?;
            self.read = Some(region.read_only());
            self.written = Some(region);
        } else {
            self.read = Some(DynRegion::open_read_only(name).map_err(words::of_opening)?);
        }
        Ok("ok".to_owned())
    }

    fn is_current(&self) -> bool {
        self.open().is_current()
    }

    fn get(&self, path: &str) -> Answer {
        let value = self.open().get(path).map_err(|error| words::of_access(&error))?;
        Ok(canon::of(&value))
    }

    fn set(&self, path: &str, text: &str) -> Answer {
        // A `DynRegion<ReadOnly>` has no `set`: tests/ui/access/dynamic_read_only.rs.
        let region = self.written.as_ref().ok_or(words::NOT_WRITABLE)?;
        let value = self.value(path, text).ok_or(words::DOES_NOT_FIT)?;
        let field = region.resolve(path).map_err(|error| words::of_access(&error))?;
        // The lock beside a field is taken by `set` itself.
        let done = match region.set(path, value.clone()) {
            Err(DynError::NotLocked { mutex, .. }) => {
                let guard = region.lock(&mutex).expect("no owner died");
                let path = guard.inside(field.path()).expect("a part of what is guarded");
                guard.set(path.as_str(), value)
            }
            done => done,
        };
        done.map_err(|error| words::of_access(&error))?;
        Ok("ok".to_owned())
    }

    fn remove(&self, path: &str) -> Answer {
        let region = self.written.as_ref().ok_or(words::NOT_WRITABLE)?;
        match region.remove(path).map_err(|error| words::of_access(&error))? {
            true => Ok("ok".to_owned()),
            false => Err(words::NO_ENTRY.to_owned()),
        }
    }

    fn add(&self, path: &str, number: &str) -> Answer {
        let region = self.written.as_ref().ok_or(words::NOT_WRITABLE)?;
        let number: u64 = number.parse().map_err(|_| words::DOES_NOT_FIT)?;
        let before = region.fetch_add(path, number).map_err(|error| words::of_access(&error))?;
        Ok(canon::of(&before))
    }

    fn whole(&self, path: &str) -> Answer {
        let value = self.open().get(path).map_err(|error| words::of_access(&error))?;
        let DynValue::List(elements) = value else { panic!("`{path}` is not an array") };
        Ok(elements.iter().map(canon::of).collect::<Vec<_>>().join(" "))
    }

    fn len(&self, path: &str) -> Answer {
        let field = self.open().resolve(format!("{path}[..]"));
        let field = field.map_err(|error| words::of_access(&error))?;
        Ok(field.count().expect("a range").to_string())
    }
}
