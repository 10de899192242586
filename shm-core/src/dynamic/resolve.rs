//! From a path to a place: which bytes, of which type, and what must be done to reach them.

use super::live::{self, Live, Ring};
use super::notes::Notes;
use super::path::{Step, Steps};
use crate::error::DynError;
use crate::layout::Role;
use crate::schema::{Schema, Type, TypeKind};

/// Where a path leads.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Counted from the start of the data; with a `ring`, from the start of its value.
    pub(super) offset: usize,
    pub(super) target: Target,
    /// The `Latest` that the place lies in, and where that is.
    pub(super) latest: Option<(usize, Ring)>,
    /// The outermost lock that guards the place and is not held.
    pub(super) lock: Option<Lock>,
    /// The events of the `Watched`s that the place lies in, outermost first.
    pub(super) watched: Vec<usize>,
    /// What the place is a working part of: nobody but the library may write there.
    pub(super) part_of: Option<Role>,
}

/// What is there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// A value of the type with this index.
    One(u32),
    /// Elements of an array or slice.
    Run { element: u32, count: u64, first: u64 },
}

/// A lock on the way.
#[derive(Clone, Debug)]
pub(super) struct Lock {
    /// Where its word is.
    pub(super) word: usize,
    /// Its path.
    pub(super) path: String,
    /// Where paths start once it is held.
    pub(super) start: Start,
}

/// Where paths start.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub(super) offset: usize,
    pub(super) ty: u32,
    pub(super) watched: Vec<usize>,
}

/// Follows a path, to the value that it names.
pub(super) fn resolve(
    schema: &Schema,
    tail_len: u64,
    start: &Start,
    path: &str,
) -> Result<Place, DynError> {
    // Indexes of types come from this schema.
    let ty = schema.get(start.ty).unwrap_or_else(|| schema.root());
    let mut walk = Walk { ty, tail_len, place: Place::at(start), notes: Notes::default() };
    if !walk.follow(path)? {
        walk.arrive(path)?;
    }
    Ok(walk.place)
}

/// What a path names, before the value that it means: a lock, say, and not what the lock guards.
pub(super) struct Named<'s> {
    pub(super) ty: Type<'s>,
    /// Counted from the start of the data; with a `latest`, from the start of its value.
    pub(super) offset: usize,
    /// The `Latest` that it lies in, and where that is.
    pub(super) latest: Option<(usize, Ring)>,
    pub(super) notes: Notes<'s>,
}

/// Follows a path from the start of the region, to what it names. A range is named by its array.
pub(super) fn named<'s>(
    schema: &'s Schema,
    tail_len: u64,
    notes: Notes<'s>,
    path: &str,
) -> Result<Named<'s>, DynError> {
    let start = Start { offset: 0, ty: schema.root().index(), watched: Vec::new() };
    let mut walk = Walk { ty: schema.root(), tail_len, place: Place::at(&start), notes };
    walk.follow(path)?;
    let Walk { ty, place, notes, .. } = walk;
    Ok(Named { ty, offset: place.offset, latest: place.latest, notes })
}

impl Place {
    /// How many bytes are there.
    pub(super) fn size(&self, schema: &Schema) -> u64 {
        let size = |index| schema.get(index).map_or(0, Type::size);
        match self.target {
            Target::One(index) => size(index),
            // Inside the array, whose size fits.
            Target::Run { element, count, .. } => size(element) * count,
        }
    }

    fn at(start: &Start) -> Self {
        Self {
            offset: start.offset,
            target: Target::One(start.ty),
            latest: None,
            lock: None,
            watched: start.watched.clone(),
            part_of: None,
        }
    }
}

struct Walk<'s> {
    ty: Type<'s>,
    tail_len: u64,
    place: Place,
    notes: Notes<'s>,
}

impl Walk<'_> {
    /// Follows a path to its end; whether that is a range.
    fn follow(&mut self, path: &str) -> Result<bool, DynError> {
        let mut steps = Steps::of(path);
        loop {
            let at = steps.walked();
            match steps.next()? {
                None => return Ok(false),
                Some(Step::Name(name)) => self.name(at, name, &mut steps)?,
                Some(Step::Index(index)) => self.index(at, index)?,
                Some(Step::Range(from, to)) => {
                    self.range(at, from, to)?;
                    if steps.next()?.is_some() {
                        return Err(DynError::AfterARange { at: path.to_owned() });
                    }
                    return Ok(true);
                }
            }
        }
    }

    /// A step to a field. A live type's own parts come first; then it is passed through, to the
    /// fields of its value.
    fn name(&mut self, at: &str, name: &str, steps: &mut Steps<'_>) -> Result<(), DynError> {
        loop {
            if !matches!(self.ty.kind(), TypeKind::Struct) {
                let (at, found) = (at.to_owned(), self.ty.to_string());
                return Err(DynError::NotAStruct { at, name: name.to_owned(), found });
            }
            let role = self.ty.role();
            let part = self.ty.position(name);
            if let Some((part, field)) = part.zip(part.and_then(|part| self.ty.field_at(part))) {
                match (role, name) {
                    (Some(Role::Latest), "slots") => return self.slots(at, steps),
                    (Some(Role::Mutex | Role::Watched), "value") => {
                        return self.enter(at).map(drop);
                    }
                    _ => {}
                }
                live::of(self.ty, at)?;
                self.place.part_of = self.place.part_of.or(role);
                self.place.offset += field.offset() as usize;
                (self.ty, self.notes) = (field.ty(), self.notes.field(part));
                return Ok(());
            }
            if !self.enter(at)? {
                return Err(DynError::no_field(at, name, self.ty));
            }
        }
    }

    /// What follows `slots`: the newest one's value.
    fn slots(&mut self, at: &str, steps: &mut Steps<'_>) -> Result<(), DynError> {
        let newest = steps.next()? == Some(Step::Range(None, None))
            && steps.next()? == Some(Step::Name("value"));
        if !newest {
            return Err(DynError::Slots { at: at.to_owned() });
        }
        self.enter(at).map(drop)
    }

    /// Goes from a live type to the value in it, if it has one.
    fn enter(&mut self, at: &str) -> Result<bool, DynError> {
        let offset = self.place.offset;
        let live = live::of(self.ty, at)?;
        if self.place.latest.is_some() && !matches!(live, Live::Plain | Live::Counted { .. }) {
            // Copies of a lock are no lock.
            let role = self.ty.role().map_or("struct", Role::name);
            return Err(DynError::Malformed { at: at.to_owned(), role });
        }
        self.notes = self.notes.inside(&live);
        match live {
            Live::Mutex { lock, value } => {
                self.go(offset + value.offset() as usize, value.ty());
                self.note_lock(offset + lock, at);
            }
            Live::Watched { changed, value } => {
                self.place.watched.push(offset + changed);
                self.go(offset + value.offset() as usize, value.ty());
            }
            Live::Latest(ring, value) => {
                self.place.latest = Some((offset, ring));
                self.go(0, value);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'s> Walk<'s> {
    fn go(&mut self, offset: usize, ty: Type<'s>) {
        (self.place.offset, self.ty) = (offset, ty);
    }

    fn note_lock(&mut self, word: usize, at: &str) {
        let (offset, ty, watched) =
            (self.place.offset, self.ty.index(), self.place.watched.clone());
        let lock = Lock { word, path: at.to_owned(), start: Start { offset, ty, watched } };
        self.place.lock.get_or_insert(lock);
    }

    fn index(&mut self, at: &str, index: u64) -> Result<(), DynError> {
        let (element, len) = self.elements(at)?;
        if index >= len {
            let (at, index) = (at.to_owned(), index.to_string());
            return Err(DynError::OutOfBounds { at, index, len });
        }
        // Inside the array, whose size fits.
        self.go(self.place.offset + (index * element.size()) as usize, element);
        self.notes = self.notes.element();
        Ok(())
    }

    fn range(&mut self, at: &str, from: Option<u64>, to: Option<u64>) -> Result<(), DynError> {
        let (element, len) = self.elements(at)?;
        let (start, end) = (from.unwrap_or(0), to.unwrap_or(len));
        if start > end || end > len {
            let (at, index) = (at.to_owned(), format!("{start}..{end}"));
            return Err(DynError::OutOfBounds { at, index, len });
        }
        self.place.offset += (start * element.size()) as usize;
        self.place.target =
            Target::Run { element: element.index(), count: end - start, first: start };
        Ok(())
    }

    /// The element of the array or slice that there is, and how many there are.
    fn elements(&mut self, at: &str) -> Result<(Type<'s>, u64), DynError> {
        loop {
            match self.ty.kind() {
                TypeKind::Array { element, len } => return Ok((element, len)),
                TypeKind::Slice { element } => return Ok((element, self.tail_len)),
                _ if self.enter(at)? => {}
                _ => {
                    let (at, found) = (at.to_owned(), self.ty.to_string());
                    return Err(DynError::NotAnArray { at, found });
                }
            }
        }
    }

    /// The end of the path: what it means is the value, not the lock around it.
    fn arrive(&mut self, at: &str) -> Result<(), DynError> {
        while self.enter(at)? {}
        self.place.target = match self.ty.kind() {
            TypeKind::Slice { element } => {
                Target::Run { element: element.index(), count: self.tail_len, first: 0 }
            }
            _ => Target::One(self.ty.index()),
        };
        Ok(())
    }
}
