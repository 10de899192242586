//! The notes about types: names, doc comments, units, former names of fields, the locks of fields, the fields
//! that count, the rows that only their programs can fold. They are not part of the layout: they are never compared, and no layout depends on them.
//!
//! A schema has each structure once, but one structure can have several names. So there is an entry for
//! each Rust type, with the index of its structure; a [`Type`](super::Type) walks both tables side by
//! side.

use std::collections::HashMap;

use super::bytes::{CutShort, Put, Reader};
use super::guards;
use super::model::{Node, Schema, Text};
use super::name;
use super::text::{doc_of, name_of};
use super::verify::children;
use crate::limits::{MAX_PARTS, MAX_SCHEMA_LEN, MAX_TYPES};

/// The entries of an annotation section; empty if nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// Children before parents, the root last.
    entries: Vec<Entry>,
    /// Whether a lock guards a part of any of them.
    has_guards: bool,
    /// Whether code of a type folds rows of any of them.
    has_own_folds: bool,
}

/// The known facts about one Rust type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    /// The type in the schema.
    pub(super) ty: u32,
    pub(super) name: Text,
    pub(super) doc: Text,
    /// The fields of a struct, in their order; for an array or slice, one for the element.
    pub(super) parts: Vec<Part>,
}

/// The known facts about a field of a struct, or about the element of an array or slice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part {
    /// The entry about its type.
    pub(super) entry: u32,
    pub(super) notes: PartNotes,
}

impl Part {
    fn has_own_fold(&self) -> bool {
        self.notes.own_fold
    }
}

/// The notes about a part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct PartNotes {
    pub(super) doc: Text,
    pub(super) unit: Text,
    pub(super) aliases: Vec<Text>,
    /// The name of the field of the same struct that guards it; empty if there is none.
    pub(super) guard: Text,
    /// Whether its numbers only grow.
    pub(super) counter: bool,
    /// Whether these are the rows of a `PerProcess`, and code of their type folds them.
    pub(super) own_fold: bool,
}

impl Schema {
    /// Takes the notes about these types from an annotation section, and returns whether the section is
    /// whole and fits the schema. If it is damaged, or about other types, it is ignored: only people
    /// depend on it.
    ///
    /// ```
    /// use shm_core::SharedLayout;
    /// use shm_core::schema::Schema;
    ///
    /// #[derive(SharedLayout)]
    /// #[repr(C)]
    /// struct Station {
    ///     /// Outside, in the shade.
    ///     #[shm(unit = "°C")]
    ///     temperature: f64,
    /// }
    ///
    /// let written = Schema::of(Station::LAYOUT)?;
    /// let mut read = Schema::decode(&written.to_bytes())?;
    /// assert_eq!(read.root().name(), "");
    /// assert!(read.annotate(&written.annotations().unwrap()));
    /// assert_eq!(read.root().name(), "Station");
    /// assert_eq!(read.root().field("temperature").unwrap().unit(), "°C");
    /// assert!(!read.annotate(b"damaged"));
    /// # Ok::<(), shm_core::schema::SchemaError>(())
    /// ```
    pub fn annotate(&mut self, section: &[u8]) -> bool {
        let found = Notes::decode(section, &self.nodes);
        let fits = found.is_some();
        self.notes = found.unwrap_or_default();
        fits
    }

    /// Returns the bytes of an annotation section with the notes about these types; `None` if there are
    /// none, or too many for a section.
    #[must_use]
    pub fn annotations(&self) -> Option<Vec<u8>> {
        if self.notes.entries.is_empty() { None } else { self.notes.encode() }
    }

    /// Whether a field of any type has a former name.
    #[must_use]
    pub fn has_aliases(&self) -> bool {
        let mut parts = self.notes.entries.iter().flat_map(|entry| &entry.parts);
        parts.any(|part| !part.notes.aliases.is_empty())
    }

    /// Whether rows of a `PerProcess` are folded by code of their type anywhere.
    #[must_use]
    #[inline]
    pub fn has_own_folds(&self) -> bool {
        self.notes.has_own_folds
    }

    /// Whether a lock guards another field of its struct anywhere.
    #[must_use]
    #[inline]
    pub fn has_guards(&self) -> bool {
        self.notes.has_guards
    }
}

impl Notes {
    fn of(entries: Vec<Entry>) -> Self {
        let has_guards = entries.iter().any(Entry::has_guards);
        let has_own_folds = entries.iter().any(|entry| entry.parts.iter().any(Part::has_own_fold));
        Self { entries, has_guards, has_own_folds }
    }

    /// Returns all entries.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns the entry about the type of the whole value, if there are entries.
    pub(super) fn root(&self) -> Option<u32> {
        (self.entries.len() as u32).checked_sub(1)
    }

    pub(super) fn entry(&self, index: u32) -> &Entry {
        &self.entries[index as usize]
    }

    /// Decodes a section; `None` if it is damaged, or is not about these types.
    fn decode(bytes: &[u8], nodes: &[Node]) -> Option<Self> {
        if bytes.len() as u64 > MAX_SCHEMA_LEN {
            return None;
        }
        let mut reader = Reader::new(bytes);
        let count = reader.u32().ok().filter(|count| (1..=MAX_TYPES).contains(count))?;
        let (mut entries, mut aliases) = (Vec::new(), 0);
        for _ in 0..count {
            let entry = record(&mut reader).ok()??;
            aliases += entry.alias_count();
            if aliases > MAX_PARTS as usize || !entry.fits(nodes, &entries) {
                return None;
            }
            entries.push(entry);
        }
        let whole = entries.last()?.ty as usize + 1 == nodes.len();
        let are_guards = guards::check(nodes, &entries).is_ok();
        (whole && are_guards && reader.remaining() == 0).then(|| Self::of(entries))
    }

    /// Returns the bytes of a section, or `None` if they would be too long for one.
    fn encode(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        bytes.put_u32(self.entries.len() as u32);
        for entry in &self.entries {
            let body = entry.encode()?;
            bytes.put_u32(u32::try_from(body.len()).ok()?.checked_add(4)?);
            bytes.put(&body);
        }
        let aliases: usize = self.entries.iter().map(Entry::alias_count).sum();
        let few = self.entries.len() <= MAX_TYPES as usize && aliases <= MAX_PARTS as usize;
        (few && bytes.len() as u64 <= MAX_SCHEMA_LEN).then_some(bytes)
    }
}

impl Entry {
    /// Whether a lock guards one of the parts.
    pub(super) fn has_guards(&self) -> bool {
        self.parts.iter().any(|part| !part.notes.guard.is_empty())
    }

    /// Whether one of the parts has a flag.
    pub(super) fn has_flags(&self) -> bool {
        self.parts.iter().any(|part| part.notes.flags() != 0)
    }

    /// Returns the number of former names of all parts together.
    fn alias_count(&self) -> usize {
        self.parts.iter().map(|part| part.notes.aliases.len()).sum()
    }

    /// Whether the entry fits its type and the entries before it.
    fn fits(&self, nodes: &[Node], before: &[Self]) -> bool {
        let Some(node) = nodes.get(self.ty as usize) else { return false };
        let fits = |(part, child): (&Part, u32)| {
            before.get(part.entry as usize).is_some_and(|entry| entry.ty == child)
        };
        children(node).count() == self.parts.len()
            && self.parts.iter().zip(children(node)).all(fits)
    }

    /// Returns the bytes of an entry without its length.
    fn encode(&self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        body.put_u32(self.ty);
        body.put_u32(self.parts.len() as u32);
        put_short(&self.name, &mut body);
        put_long(&self.doc, &mut body)?;
        for Part { entry, notes } in &self.parts {
            body.put_u32(*entry);
            put_short(&notes.unit, &mut body);
            put_long(&notes.doc, &mut body)?;
            body.put_u16(u16::try_from(notes.aliases.len()).ok()?);
            notes.aliases.iter().for_each(|alias| put_short(alias, &mut body));
        }
        if self.has_guards() || self.has_flags() {
            self.parts.iter().for_each(|part| put_short(&part.notes.guard, &mut body));
        }
        if self.has_flags() {
            self.parts.iter().for_each(|part| body.put_u16(part.notes.flags()));
        }
        Some(body)
    }
}

impl PartNotes {
    fn flags(&self) -> u16 {
        (if self.counter { COUNTER } else { 0 }) | (if self.own_fold { OWN_FOLD } else { 0 })
    }

    fn set_flags(&mut self, flags: u16) {
        (self.counter, self.own_fold) = (flags & COUNTER != 0, flags & OWN_FOLD != 0);
    }
}

/// The flag of a part whose numbers only grow.
const COUNTER: u16 = 1;

/// The flag of the rows of a `PerProcess` that code of their type folds.
const OWN_FOLD: u16 = 2;

/// Appends a name, which has at most 255 bytes.
fn put_short(text: &str, body: &mut Vec<u8>) {
    body.put_u16(text.len() as u16);
    body.put(text.as_bytes());
}

fn put_long(text: &str, body: &mut Vec<u8>) -> Option<()> {
    body.put_u32(u32::try_from(text.len()).ok()?);
    body.put(text.as_bytes());
    Some(())
}

fn record(reader: &mut Reader<'_>) -> Result<Option<Entry>, CutShort> {
    let len = reader.u32()? as usize;
    let mut body = Reader::new(reader.take(len.checked_sub(4).ok_or(CutShort)?)?);
    let (ty, count) = (body.u32()?, body.u32()?);
    let (name, doc) = (name_of(body.short()?), doc_of(long_bytes(&mut body)?));
    let mut parts = Vec::new();
    for _ in 0..count {
        let entry = body.u32()?;
        let (unit, doc) = (name_of(body.short()?), doc_of(long_bytes(&mut body)?));
        let aliases = aliases(&mut body)?;
        let (Some(unit), Some(doc), Some(aliases)) = (unit, doc, aliases) else { return Ok(None) };
        let notes = PartNotes { doc, unit, aliases, ..PartNotes::default() };
        parts.push(Part { entry, notes });
    }
    // Only an entry with a guarded part, or a flag, names the locks.
    if body.remaining() > 0 && !guards(&mut body, &mut parts)? {
        return Ok(None);
    }
    if body.remaining() > 0 {
        for part in &mut parts {
            part.notes.set_flags(body.u16()?);
        }
    }
    let (Some(name), Some(doc), 0) = (name, doc, body.remaining()) else { return Ok(None) };
    Ok(Some(Entry { ty, name, doc, parts }))
}

/// Reads former names; `None` if one of them is invalid.
fn aliases(body: &mut Reader<'_>) -> Result<Option<Vec<Text>>, CutShort> {
    let mut aliases = Vec::new();
    for _ in 0..body.u16()? {
        let Ok(alias) = name::checked(body.short()?) else { return Ok(None) };
        aliases.push(alias.to_owned().into());
    }
    Ok(Some(aliases))
}

/// Reads the name of the lock of each part; `false` if one of them is invalid.
fn guards(body: &mut Reader<'_>, parts: &mut [Part]) -> Result<bool, CutShort> {
    for part in parts {
        let bytes = body.short()?;
        if bytes.is_empty() {
            continue;
        }
        let Ok(lock) = name::checked(bytes) else { return Ok(false) };
        part.notes.guard = lock.to_owned().into();
    }
    Ok(true)
}

fn long_bytes<'a>(body: &mut Reader<'a>) -> Result<&'a [u8], CutShort> {
    let len = body.u32()?;
    body.take(len as usize)
}

/// Collects entries, each once.
#[derive(Default)]
pub(super) struct NotesBuilder {
    entries: Vec<Entry>,
    known: HashMap<Entry, u32>,
}

impl NotesBuilder {
    /// Adds an entry, unless it was added before, and returns its index.
    pub(super) fn add(&mut self, entry: Entry) -> u32 {
        let next = self.entries.len() as u32;
        *self.known.entry(entry).or_insert_with_key(|entry| {
            self.entries.push(entry.clone());
            next
        })
    }

    pub(super) fn finish(self) -> Notes {
        Notes::of(self.entries)
    }
}
