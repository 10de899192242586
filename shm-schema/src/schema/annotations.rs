//! What people wrote about types: names, doc comments, units, the names that fields had before.
//! Beside the schema: never compared, and no layout depends on it.

use std::collections::HashMap;

use super::bytes::{CutShort, Put, Reader};
use super::encode::Encoded;
use super::model::Schema;
use super::name;
use super::parts::PartNotes;
use super::text::{doc_of, long, name_of, short};
use super::types::Type;
use crate::layout::{Kind, Layout};
use crate::limits::{MAX_NAME_LEN, MAX_PARTS, MAX_SCHEMA_LEN, MAX_TYPES};

/// The annotations of a region: one entry for each distinct Rust type, parallel to the schema.
///
/// ```
/// use shm_core::layout::{FieldLayout, Kind, Layout, ScalarKind};
/// use shm_core::schema::Annotations;
///
/// static F64: Layout = Layout::new("f64", 8, 8, Kind::Scalar(ScalarKind::F64));
/// static STATION: Layout = Layout::new("Station", 8, 8, Kind::Struct {
///     fields: &[FieldLayout::new("t", 0, &F64).with_notes("Outside, in the shade.", "°C")],
/// })
/// .with_doc("One weather station.");
///
/// let notes = Annotations::of(&STATION).unwrap();
/// let root = notes.root();
/// assert_eq!((root.name(), root.doc()), ("Station", "One weather station."));
/// assert_eq!((root.fields()[0].doc(), root.fields()[0].unit()), ("Outside, in the shade.", "°C"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotations {
    /// Children before parents, the root last; never empty.
    pub(super) types: Vec<TypeNotes>,
}

/// What is known about one Rust type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeNotes {
    schema_type: u32,
    name: String,
    doc: String,
    fields: Vec<FieldNotes>,
}

/// What is known about one field of a struct, or about the element of an array or slice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldNotes {
    entry: u32,
    doc: String,
    unit: String,
    aliases: Vec<String>,
}

impl Annotations {
    /// The annotations of a layout that this program was compiled with; `None` if they, or the
    /// layout, exceed a limit of the format.
    #[must_use]
    pub fn of(layout: &'static Layout) -> Option<Self> {
        let encoded = Encoded::of(layout).ok()?;
        let schema = Schema::decode(&encoded.bytes).ok()?;
        Self::decode(&encode(layout, &encoded)?, &schema)
    }

    /// Decodes an annotation section that belongs to `schema`. `None` if it is damaged: annotations
    /// are for people, and nothing else depends on them.
    #[must_use]
    pub fn decode(bytes: &[u8], schema: &Schema) -> Option<Self> {
        if bytes.len() as u64 > MAX_SCHEMA_LEN {
            return None;
        }
        let mut reader = Reader::new(bytes);
        let count = reader.u32().ok().filter(|count| (1..=MAX_TYPES).contains(count))?;
        let (mut types, mut aliases) = (Vec::new(), 0);
        for index in 0..count {
            let notes = record(&mut reader).ok()??;
            aliases += notes.alias_count();
            if aliases > MAX_PARTS as usize || !notes.fits(index, schema, &types) {
                return None;
            }
            types.push(notes);
        }
        let root = schema.root().index();
        let complete = reader.remaining() == 0 && types.last()?.schema_type == root;
        complete.then_some(Self { types })
    }

    /// Whether these are about the types of `schema`.
    pub fn fit(&self, schema: &Schema) -> bool {
        let whole = self.types.last().is_some_and(|last| last.schema_type == schema.root().index());
        let fits = |(index, notes): (usize, &TypeNotes)| {
            notes.fits(index as u32, schema, &self.types[..index])
        };
        whole && self.types.iter().enumerate().all(fits)
    }

    /// The bytes of an annotation section, or `None` if they would be too long for one.
    #[must_use]
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        bytes.put_u32(self.types.len() as u32);
        for TypeNotes { schema_type, name, doc, fields } in &self.types {
            let parts = fields.iter().map(|FieldNotes { entry, doc, unit, aliases }| {
                let aliases = aliases.iter().map(String::as_str).collect();
                Part { entry: *entry, doc, unit, aliases }
            });
            let body = entry(*schema_type, name, doc, &parts.collect::<Vec<_>>())?;
            bytes.put_u32(u32::try_from(body.len()).ok()?.checked_add(4)?);
            bytes.put(&body);
        }
        let aliases: usize = self.types.iter().map(TypeNotes::alias_count).sum();
        let few = self.types.len() <= MAX_TYPES as usize && aliases <= MAX_PARTS as usize;
        (few && bytes.len() as u64 <= MAX_SCHEMA_LEN).then_some(bytes)
    }

    /// The notes about the type of the whole.
    #[must_use]
    pub fn root(&self) -> &TypeNotes {
        // `decode` refuses a table without entries.
        &self.types[self.types.len() - 1]
    }

    /// Whether a field of any type had another name before.
    pub fn have_aliases(&self) -> bool {
        let mut fields = self.types.iter().flat_map(TypeNotes::fields);
        fields.any(|field| !field.aliases.is_empty())
    }

    /// The notes about the type of a field or element.
    #[must_use]
    pub fn type_of(&self, field: &FieldNotes) -> Option<&TypeNotes> {
        self.types.get(field.entry as usize)
    }
}

impl TypeNotes {
    /// Notes as they would come back from a region.
    pub(super) fn new(schema_type: u32, name: &str, doc: &str, fields: Vec<FieldNotes>) -> Self {
        Self { schema_type, name: short(name), doc: long(doc), fields }
    }

    /// The index of the type in the schema.
    #[must_use]
    pub fn schema_type(&self) -> u32 {
        self.schema_type
    }

    /// The type's name as its author wrote it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type's doc comment, or `""`.
    #[must_use]
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The notes about the fields of a struct, in their order; one entry, for the element, of an
    /// array or slice.
    #[must_use]
    pub fn fields(&self) -> &[FieldNotes] {
        &self.fields
    }

    /// How many former names all fields have together.
    fn alias_count(&self) -> usize {
        self.fields.iter().map(|field| field.aliases.len()).sum()
    }

    /// Whether these notes fit the type that they are about and the entries before them.
    fn fits(&self, index: u32, schema: &Schema, before: &[Self]) -> bool {
        let Some(ty) = schema.get(self.schema_type) else { return false };
        let fits = |(field, part): (&FieldNotes, Type<'_>)| {
            field.entry < index && before[field.entry as usize].schema_type == part.index()
        };
        ty.part_count() == self.fields.len() && self.fields.iter().zip(ty.parts()).all(fits)
    }
}

impl FieldNotes {
    /// Notes as they would come back from a region.
    pub(super) fn new(entry: u32, notes: &PartNotes) -> Self {
        let PartNotes { doc, unit, aliases } = notes;
        Self { entry, doc: long(doc), unit: short(unit), aliases: aliases.clone() }
    }

    /// The field's doc comment, or `""`.
    #[must_use]
    pub fn doc(&self) -> &str {
        &self.doc
    }

    /// The field's unit, or `""`.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The names that the field had before, as `#[shm(alias = "..")]` gave them.
    #[must_use]
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }
}

fn record(reader: &mut Reader<'_>) -> Result<Option<TypeNotes>, CutShort> {
    let len = reader.u32()? as usize;
    let mut body = Reader::new(reader.take(len.checked_sub(4).ok_or(CutShort)?)?);
    let (schema_type, count) = (body.u32()?, body.u32()?);
    let (name, doc) = (name_of(body.short()?), doc_of(long_bytes(&mut body)?));
    let mut fields = Vec::new();
    for _ in 0..count {
        let entry = body.u32()?;
        let (unit, doc) = (name_of(body.short()?), doc_of(long_bytes(&mut body)?));
        let aliases = aliases(&mut body)?;
        let (Some(unit), Some(doc), Some(aliases)) = (unit, doc, aliases) else { return Ok(None) };
        fields.push(FieldNotes { entry, doc, unit, aliases });
    }
    let (Some(name), Some(doc), 0) = (name, doc, body.remaining()) else { return Ok(None) };
    Ok(Some(TypeNotes { schema_type, name, doc, fields }))
}

/// Names, each of which must be one.
fn aliases(body: &mut Reader<'_>) -> Result<Option<Vec<String>>, CutShort> {
    let mut aliases = Vec::new();
    for _ in 0..body.u16()? {
        let Ok(alias) = name::checked(body.short()?) else { return Ok(None) };
        aliases.push(alias.to_owned());
    }
    Ok(Some(aliases))
}

fn long_bytes<'a>(body: &mut Reader<'a>) -> Result<&'a [u8], CutShort> {
    let len = body.u32()?;
    body.take(len as usize)
}

/// The annotation section of a layout, or `None` if it would be too long.
pub fn encode(layout: &'static Layout, schema: &Encoded) -> Option<Vec<u8>> {
    let mut table = Table {
        schema,
        bytes: vec![0; 4],
        count: 0,
        by_address: HashMap::new(),
        by_record: HashMap::new(),
    };
    table.add(layout)?;
    table.bytes[..4].copy_from_slice(&table.count.to_le_bytes());
    let fits = table.bytes.len() as u64 <= MAX_SCHEMA_LEN && table.count <= MAX_TYPES;
    fits.then_some(table.bytes)
}

struct Table<'a> {
    schema: &'a Encoded,
    bytes: Vec<u8>,
    count: u32,
    by_address: HashMap<usize, u32>,
    by_record: HashMap<Vec<u8>, u32>,
}

impl Table<'_> {
    /// Adds a type behind its parts, unless it is there already; the index of its entry.
    fn add(&mut self, layout: &'static Layout) -> Option<u32> {
        let address = std::ptr::from_ref(layout).addr();
        if let Some(&index) = self.by_address.get(&address) {
            return Some(index);
        }
        let body = self.body(layout)?;
        let index = match self.by_record.get(&body) {
            Some(&index) => index,
            None => self.append(body)?,
        };
        self.by_address.insert(address, index);
        Some(index)
    }

    fn append(&mut self, body: Vec<u8>) -> Option<u32> {
        self.bytes.put_u32(u32::try_from(body.len()).ok()?.checked_add(4)?);
        self.bytes.put(&body);
        let index = self.count;
        self.by_record.insert(body, index);
        self.count += 1;
        Some(index)
    }

    /// An entry without its length.
    fn body(&mut self, layout: &'static Layout) -> Option<Vec<u8>> {
        let mut parts = Vec::new();
        match *layout.kind() {
            Kind::Struct { fields } | Kind::Live { fields, .. } => {
                for field in fields {
                    let (entry, doc, unit) = (self.add(field.layout())?, field.doc(), field.unit());
                    parts.push(Part { entry, doc, unit, aliases: field.aliases().to_vec() });
                }
            }
            Kind::Array { element, .. } | Kind::Slice { element } => {
                parts.push(Part { entry: self.add(element)?, ..Part::default() });
            }
            _ => {}
        }
        entry(self.schema.index_of(layout)?, layout.name(), layout.doc(), &parts)
    }
}

/// What an entry says about a part.
#[derive(Default)]
struct Part<'a> {
    /// The entry about its type.
    entry: u32,
    doc: &'a str,
    unit: &'a str,
    aliases: Vec<&'a str>,
}

/// An entry without its length.
fn entry(schema_type: u32, name: &str, doc: &str, parts: &[Part<'_>]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    body.put_u32(schema_type);
    body.put_u32(parts.len() as u32);
    put_short(name, &mut body);
    put_long(doc, &mut body)?;
    for part in parts {
        body.put_u32(part.entry);
        put_short(part.unit, &mut body);
        put_long(part.doc, &mut body)?;
        // No field ever had a name that is longer than a name can be.
        let aliases = || part.aliases.iter().filter(|alias| alias.len() <= MAX_NAME_LEN);
        body.put_u16(u16::try_from(aliases().count()).ok()?);
        aliases().for_each(|alias| put_short(alias, &mut body));
    }
    Some(body)
}

fn put_short(text: &str, body: &mut Vec<u8>) {
    let text = short(text);
    body.put_u16(text.len() as u16);
    body.put(text.as_bytes());
}

fn put_long(text: &str, body: &mut Vec<u8>) -> Option<()> {
    let text = long(text);
    body.put_u32(u32::try_from(text.len()).ok()?);
    body.put(text.as_bytes());
    Some(())
}
