//! Filling in a region that no other process can see yet.

use super::at_place;
use super::convert::unsuitable;
use super::memory::Memory;
use super::pieces::Piece;
use super::push;
use super::queue::Named;
use super::region::DynRegion;
use super::resolve::Place;
use super::scalars;
use super::value::DynValue;
use super::write;
use crate::access::ReadWrite;
use crate::error::DynError;
use crate::layout::{Role, ScalarKind};
use crate::path::{Path, Segment};
use crate::protocol::once;
use crate::protocol::per_process::State;
use crate::schema::{Live, Rows, Type, TypeKind};

const CREATING: &str = "it is filled in while it is being created, and this one is in use";

const OWN_FOLD: &str =
    "code of their type folds its rows, not a sum: fold them into `retired` first";

impl DynRegion {
    /// Fills in the value of a region, or of a named object, while it is being created, with a value of
    /// [`DynRegion::contents`] and all that is in it, or with some of its fields: for the functions that
    /// `create_with` and its kin call.
    ///
    /// | type | is given |
    /// | --- | --- |
    /// | `Mutex`, `RwLock`, `Watched`, `Latest`, `Owned` | the value; locks are free |
    /// | `Map` | its entries: `{ key, value }` |
    /// | `Queue`, `Ring` | the values in it, the oldest first, which are counted from 0 |
    /// | `Once` | whether it is done |
    /// | `PerProcess` | the sums of the retired value and all rows, as the retired value; no process has a row. Rows that are not folded by sums are refused; leave them out, or fold them into `retired` |
    /// | `Event`, `Semaphore`, `Barrier` | nothing; they are as new |
    ///
    /// # Errors
    /// If a part does not fit, or the region is not being created.
    ///
    /// ```
    /// use shm_core::{dynamic::{DynLayout, DynValue}, DynRegion};
    ///
    /// let layout = DynLayout::builder("Board")
    ///     .field("hits", "Mutex<u64>")
    ///     .field("jobs", "Queue<u32, 8>")
    ///     .build()?;
    /// let board = DynRegion::options().memfd_with("board", &layout, |board| {
    ///     board.set("hits", 3).unwrap_err(); // its lock is not held
    ///     board.fill(&DynValue::of_text("{ hits: 3, jobs: [7, 8] }", board.schema().root())?)
    /// })?;
    /// assert_eq!(board.get("hits")?.to_string(), "3");
    /// assert_eq!(board.pop("jobs")?, Some(7_u32.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fill(&self, value: &DynValue) -> Result<(), DynError> {
        if !self.is_being_created() {
            return Err(not_writable(&Path::new(), CREATING));
        }
        self.pieces("", value)?.iter().try_for_each(|piece| self.fill_piece(piece))
    }

    fn fill_piece(&self, Piece { path, role, value }: &Piece) -> Result<(), DynError> {
        match role {
            None => self.write(path, value),
            Some(Role::Map) => entries(path, value)?.into_iter().try_for_each(|(key, value)| {
                self.write(&path.with(Segment::of_key(&key.to_string())), value)
            }),
            Some(Role::Queue) => {
                let Ok(queue) = Named::unguarded(self, path.as_str())? else { return Ok(()) };
                list(path, value)?.iter().try_for_each(|value| queue.push(value))
            }
            Some(Role::Ring) => {
                let place = self.place(path.as_str())?;
                let push = |value| push::push(self, &place, path, value, None);
                list(path, value)?.iter().try_for_each(push)
            }
            Some(Role::Once) => self.fill_once(path, value),
            Some(Role::PerProcess) => self.fill_retired(path, value),
            Some(_) => Ok(()),
        }
    }

    /// Writes a value whose locks no process can hold yet.
    fn write(&self, path: &Path, value: &DynValue) -> Result<(), DynError> {
        at_place::set(self, &self.place(path.as_str())?, path.as_str(), value, None)
    }

    fn fill_once(&self, path: &Path, value: &DynValue) -> Result<(), DynError> {
        let place = self.place(path.as_str())?;
        let done = self.schema().at(place.ty).live().map(|live| live.part("done").offset());
        let bits = scalars::bits(ScalarKind::Bool, value)
            .map_err(|unfit| unfit.at(path.as_str().to_owned()))?;
        if let (Some(done), 1) = (done, bits) {
            let offset = place.offset + done as usize;
            Memory::<ReadWrite>::of(self.mapping()).store(
                offset,
                size_of::<u32>(),
                once::DONE.into(),
            );
        }
        Ok(())
    }

    /// Writes the sums of all rows to the retired value.
    fn fill_retired(&self, path: &Path, value: &DynValue) -> Result<(), DynError> {
        let place = self.place(path.as_str())?;
        let rows = self.schema().at(place.ty).live().and_then(Live::rows);
        let (Some(rows), Some(retired)) = (rows, value.field("retired")) else {
            return Err(unsuitable(value, "has no field `retired`").at(path.as_str().to_owned()));
        };
        let Rows { state, retired: start, stride, row, own_fold, .. } = rows;
        let mut sum = retired.clone();
        if let Some(DynValue::List(rows)) = value.field("rows") {
            if own_fold && !rows.is_empty() {
                return Err(not_writable(path, OWN_FOLD));
            }
            rows.iter()
                .filter_map(|row| row.field("value"))
                .for_each(|value| add(row, &mut sum, value));
        }
        let memory = Memory::<ReadWrite>::of(self.mapping());
        let state = State(memory.load(place.offset + state as usize, 8));
        let offset = place.offset + (start + state.retired() as u64 * stride) as usize;
        let retired = Place { offset, ..Place::of(row) };
        let path = path.with(Segment::Name("retired"));
        write::set(memory, self.schema(), &retired, path.as_str(), &sum, None)
    }
}

/// Adds each number of a value to the one in the sum, as `#[shm(fold = "sum")]` does.
fn add(ty: Type<'_>, sum: &mut DynValue, value: &DynValue) {
    match (ty.kind(), sum, value) {
        (TypeKind::Struct { .. }, DynValue::Struct(sums), DynValue::Struct(_)) => {
            for (name, sum) in sums {
                if let (Some(field), Some(value)) = (ty.field(name), value.field(name)) {
                    add(field.ty(), sum, value);
                }
            }
        }
        (TypeKind::Array { element, .. }, DynValue::List(sums), DynValue::List(values)) => {
            sums.iter_mut().zip(values).for_each(|(sum, value)| add(element, sum, value));
        }
        (TypeKind::Scalar(_), DynValue::F32(sum), DynValue::F32(value)) => *sum += value,
        (TypeKind::Scalar(_), DynValue::F64(sum), DynValue::F64(value)) => *sum += value,
        (TypeKind::Scalar(scalar), sum, value) if at_place::is_word(scalar) => {
            if let (Ok(one), Ok(other)) = (scalars::bits(scalar, sum), scalars::bits(scalar, value))
            {
                let mask = u64::MAX >> (64 - 8 * scalar.size());
                let total = (one as u64).wrapping_add(other as u64) & mask;
                *sum = scalars::number(scalar, total.into());
            }
        }
        _ => {}
    }
}

fn list<'v>(path: &Path, value: &'v DynValue) -> Result<&'v [DynValue], DynError> {
    match value {
        DynValue::List(values) => Ok(values),
        _ => {
            Err(unsuitable(value, "is not a list of the values in it").at(path.as_str().to_owned()))
        }
    }
}

/// The keys and values of a map.
fn entries<'v>(
    path: &Path,
    value: &'v DynValue,
) -> Result<Vec<(&'v DynValue, &'v DynValue)>, DynError> {
    let entry = |entry: &'v DynValue| {
        let fault = "is not an entry of a map: `{ key, value }`";
        let parts = entry.field("key").zip(entry.field("value"));
        parts.ok_or_else(|| unsuitable(entry, fault).at(path.as_str().to_owned()))
    };
    list(path, value)?.iter().map(entry).collect()
}

fn not_writable(path: &Path, fault: &str) -> DynError {
    DynError::NotWritable { field: path.to_string(), fault: fault.to_owned(), help: None }
}
