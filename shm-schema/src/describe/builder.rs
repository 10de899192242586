//! [`DynLayoutBuilder`]: describes a struct, field by field.

use std::collections::HashSet;

use super::DynLayout;
use super::error::Fault;
use super::items;
use super::parse::{Known, Types, whole_type};
use super::rules::Shape;
use crate::limits::MAX_ALIGN;
use crate::schema::{SchemaError, StructField, StructType, is_name};

/// Builds a [`DynLayout`] of named fields. The types that a field can have are listed there.
///
/// No step fails by itself: [`build`](Self::build) returns the first error.
///
/// ```
/// use shm_core::dynamic::DynLayout;
///
/// let error = DynLayout::builder("Robot")
///     .field("charge", "f32").unit("%")
///     .field("label", "Text<16>")
///     .build()
///     .unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "field `label`, in `Text<16>` at byte 0: `Text<16>` could be seen with a new length and the \
///      old content"
/// );
/// assert!(error.help().is_some_and(|help| help.starts_with("put it into a `Latest` or a `Mutex`")));
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is built before `build`"]
pub struct DynLayoutBuilder {
    types: Types,
    name: String,
    doc: String,
    align: u32,
    fields: Vec<Described>,
    /// The fields' names, to detect duplicates.
    names: HashSet<String>,
    first_error: Option<SchemaError>,
}

#[derive(Clone, Debug)]
struct Described {
    name: String,
    known: Known,
    doc: String,
    unit: String,
    aliases: Vec<String>,
    guard: String,
    counter: bool,
}

impl DynLayoutBuilder {
    pub(super) fn new(name: &str) -> Self {
        let (types, first_error) = (Types::default(), check_name(name).err());
        let (name, doc) = (name.to_owned(), String::new());
        let (fields, names) = (Vec::new(), HashSet::new());
        Self { types, name, doc, align: 1, fields, names, first_error }
    }

    /// Defines structs and enums, as [`DynLayout::defined`] does, for the fields that follow.
    pub fn define(mut self, definitions: &str) -> Self {
        let defined = define(definitions, &mut self.types);
        self.note(defined);
        self
    }

    /// Adds a field after the others.
    pub fn field(mut self, name: &str, ty: &str) -> Self {
        match self.described(name, ty) {
            Ok(field) => self.fields.push(field),
            Err(error) => self.note(Err(error)),
        }
        self
    }

    /// Sets the doc comment of the last field or, before the first field, of the struct.
    pub fn doc(mut self, doc: &str) -> Self {
        let place = self.fields.last_mut().map_or(&mut self.doc, |field| &mut field.doc);
        doc.clone_into(place);
        self
    }

    /// Sets the unit of the last field.
    pub fn unit(mut self, unit: &str) -> Self {
        match self.fields.last_mut() {
            Some(field) => unit.clone_into(&mut field.unit),
            None => self.note(Err(SchemaError::UnitOfNothing { unit: unit.to_owned() })),
        }
        self
    }

    /// Adds a former name of the last field: regions and programs that use it keep working.
    ///
    /// ```
    /// use shm_core::schema::{self, Room};
    /// use shm_core::dynamic::DynLayout;
    ///
    /// let old = DynLayout::builder("Station").field("temp", "f64").build()?;
    /// let new = DynLayout::builder("Station").field("temperature", "f64").alias("temp").build()?;
    /// let (old, new) = (old.schema(), new.schema());
    /// let verdict = schema::compare(old, Room::of(old), new)?;
    /// assert_eq!(verdict.renamed(), [("temp".to_owned(), "temperature".to_owned())]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn alias(mut self, alias: &str) -> Self {
        let is_name = check_name(alias);
        match self.fields.last_mut() {
            Some(field) => field.aliases.push(alias.to_owned()),
            None => self.note(Err(SchemaError::AliasOfNothing { alias: alias.to_owned() })),
        }
        self.note(is_name);
        self
    }

    /// Names the field whose `Mutex<()>` guards the last field.
    ///
    /// ```
    /// use shm_core::dynamic::DynLayout;
    ///
    /// let range = DynLayout::builder("Range")
    ///     .field("lock", "Mutex<()>")
    ///     .field("low", "f64").guarded_by("lock")
    ///     .field("high", "f64").guarded_by("lock")
    ///     .build()?;
    /// assert_eq!(range.schema().root().field("high").unwrap().guarded_by(), "lock");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn guarded_by(mut self, lock: &str) -> Self {
        match self.fields.last_mut() {
            Some(field) => lock.clone_into(&mut field.guard),
            None => self.note(Err(SchemaError::GuardOfNothing { lock: lock.to_owned() })),
        }
        self
    }

    /// Marks the last field as one whose numbers only grow.
    ///
    /// ```
    /// use shm_core::dynamic::DynLayout;
    ///
    /// let station = DynLayout::builder("Station").field("hits", "u64").counter().build()?;
    /// assert!(station.schema().root().field("hits").unwrap().is_counter());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn counter(mut self) -> Self {
        match self.fields.last_mut() {
            Some(field) => field.counter = true,
            None => self.note(Err(SchemaError::CounterOfNothing)),
        }
        self
    }

    /// Sets the minimum alignment of the struct, as in `#[repr(C, align(64))]`.
    pub fn align(mut self, align: u32) -> Self {
        if !align.is_power_of_two() || align > MAX_ALIGN {
            self.note(Err(SchemaError::Align { found: align }));
        }
        self.align = align;
        self
    }

    /// Returns the layout.
    ///
    /// # Errors
    /// The first fault: the field, the position in its type's text, what was found and what was expected.
    pub fn build(self) -> Result<DynLayout, SchemaError> {
        let Self { mut types, name, doc, align, fields, first_error, .. } = self;
        if let Some(error) = first_error {
            return Err(error);
        }
        if fields.is_empty() {
            return Err(SchemaError::NoFields { name });
        }
        let natural = fields.iter().map(|field| types.schema.align_of(field.known.id));
        let ty = StructType::new(name).with_doc(doc).align(natural.fold(align, u32::max));
        let ty = fields.into_iter().fold(ty, |ty, field| {
            let Described { name, known, doc, unit, aliases, guard, counter } = field;
            let field = StructField::new(name, known.id).with_notes(doc, unit).with_guard(guard);
            let field = field.with_counter(counter);
            ty.field(aliases.into_iter().fold(field, StructField::with_alias))
        });
        let root = types.schema.structure(ty);
        Ok(DynLayout::of_examined(types.schema.finish(root)?))
    }

    fn described(&mut self, name: &str, ty: &str) -> Result<Described, SchemaError> {
        check_name(name)?;
        if !self.names.insert(name.to_owned()) {
            return Err(SchemaError::FieldTwice { name: name.to_owned() });
        }
        if let Some(last) = self.fields.last().filter(|last| last.known.facts.shape == Shape::Slice)
        {
            return Err(SchemaError::SliceNotLast { name: last.name.clone() });
        }
        let place = format!("field `{name}`");
        let known = whole_type(ty, &mut self.types).map_err(|fault| fault.in_text(&place, ty))?;
        let alone = known.facts.expect_field();
        alone.map_err(|fault| Fault::whole(ty, fault).in_text(&place, ty))?;
        let name = name.to_owned();
        let (doc, unit, guard) = (String::new(), String::new(), String::new());
        Ok(Described { name, known, doc, unit, aliases: Vec::new(), guard, counter: false })
    }

    fn note(&mut self, outcome: Result<(), SchemaError>) {
        self.first_error = self.first_error.take().or(outcome.err());
    }
}

fn check_name(name: &str) -> Result<(), SchemaError> {
    if is_name(name) { Ok(()) } else { Err(SchemaError::BadName { name: name.to_owned() }) }
}

/// Adds the types that a text defines.
pub(super) fn define(definitions: &str, types: &mut Types) -> Result<(), SchemaError> {
    items::define(definitions, types).map_err(|fault| fault.in_text("definitions", definitions))
}

/// Returns the layout of one type.
pub(super) fn of_type(ty: &str, types: &mut Types) -> Result<DynLayout, SchemaError> {
    const PLACE: &str = "the type";
    let known = whole_type(ty, types).map_err(|fault| fault.in_text(PLACE, ty))?;
    let root = known.facts.expect_root();
    root.map_err(|fault| Fault::whole(ty, fault).in_text(PLACE, ty))?;
    Ok(DynLayout::of_examined(std::mem::take(&mut types.schema).finish(known.id)?))
}
