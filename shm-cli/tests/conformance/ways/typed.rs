//! Typed: the struct compiled in.

use shm_core::{ReadOnly, Region};

use super::answering::{self, Handler, answer_all};
use super::typed_fields::Fields;
use crate::everything::{Board, Everything, Frame};
use crate::stations::{appended, own};
use crate::way::{ALL, Answer, Can, Driver, Layout, Way};
use crate::words;

pub(crate) struct Typed;

impl Way for Typed {
    const NAME: &'static str = "typed";
    const CAN: Can = ALL;

    fn driver(layout: Layout) -> Box<dyn Driver> {
        Box::new(answering::start(Self::NAME, layout))
    }
}

/// Answers requests about regions of a struct.
pub(super) fn serve(layout: Layout) {
    match layout {
        Layout::Everything => answer_all(TypedDriver::<Everything>::NEW),
        Layout::Station => answer_all(TypedDriver::<own::Station>::NEW),
        Layout::NewerStation => answer_all(TypedDriver::<appended::Station>::NEW),
        Layout::Frame => answer_all(TypedDriver::<Frame>::NEW),
        Layout::Board => answer_all(TypedDriver::<Board>::NEW),
    }
}

/// The region that is open, or none.
struct TypedDriver<T: Fields + ?Sized> {
    read: Option<Region<T, ReadOnly>>,
    written: Option<Region<T>>,
}

impl<T: Fields + ?Sized> TypedDriver<T> {
    const NEW: Self = Self { read: None, written: None };

    fn read(&self) -> &Region<T, ReadOnly> {
        self.read.as_ref().expect("it was opened")
    }
}

/// A path with `[]` for each index, and the indexes.
fn taken_apart(path: &str) -> (String, Vec<usize>) {
    let (mut key, mut indexes) = (String::new(), Vec::new());
    for part in path.split_inclusive(['[', ']']) {
        match part.strip_suffix(']').map(str::parse) {
            Some(Ok(index)) => {
                indexes.push(index);
                key.push(']');
            }
            _ => key.push_str(part),
        }
    }
    (key, indexes)
}

impl<T: Fields + ?Sized> Handler for TypedDriver<T> {
    fn open(&mut self, name: &str, to_write: bool) -> Answer {
        (self.read, self.written) = (None, None);
        if to_write {
            let region = Region::<T>::open(name).map_err(words::of_opening)?;
            self.read = Some(region.read_only());
            self.written = Some(region);
        } else {
            self.read = Some(Region::<T>::open_read_only(name).map_err(words::of_opening)?);
        }
        Ok("ok".to_owned())
    }

    fn is_current(&self) -> bool {
        self.read().is_current()
    }

    fn get(&self, path: &str) -> Answer {
        let (key, indexes) = taken_apart(path);
        T::get(self.read(), &key, &indexes)
    }

    fn set(&self, path: &str, text: &str) -> Answer {
        // The views of a `Region<T, ReadOnly>` have no `set`: tests/ui/access.
        let region = self.written.as_ref().ok_or(words::NOT_WRITABLE)?;
        let (key, indexes) = taken_apart(path);
        T::set(region, &key, &indexes, text)
    }

    fn remove(&self, path: &str) -> Answer {
        let region = self.written.as_ref().ok_or(words::NOT_WRITABLE)?;
        let (key, indexes) = taken_apart(path);
        T::remove(region, &key, &indexes)
    }

    fn add(&self, path: &str, number: &str) -> Answer {
        let region = self.written.as_ref().ok_or(words::NOT_WRITABLE)?;
        let number = number.parse().map_err(|_| words::DOES_NOT_FIT)?;
        Ok(T::add(region, path, number).ok_or(words::UNKNOWN_FIELD)?.to_string())
    }

    fn whole(&self, _: &str) -> Answer {
        T::whole(self.read())
    }

    fn len(&self, _: &str) -> Answer {
        Ok(T::len(self.read()).ok_or(words::UNKNOWN_FIELD)?.to_string())
    }
}
