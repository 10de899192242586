//! [`Fields`]: iterates over every field of a region.

mod type_name;

pub use type_name::content_name;

use std::fmt;

use crate::kind::Role;
use crate::path::{Path, Segment};
use crate::schema::{Field, Live, Schema, Type, TypeKind};

/// An iterator over the fields of a region, each before those inside it, in the order of the schema.
///
/// An array is one entry, whatever its length; its type describes the elements. Nothing is expanded in
/// advance: a schema can describe more fields than fit into memory, and a caller can stop at any time.
/// The value in a `Mutex`, a `Watched` or a `Latest` follows as if it were there directly; their internal
/// parts do not appear. [`Fields::skip_inside`] skips the fields inside the last one.
///
/// ```
/// use shm_core::{DynRegion, Latest, Region, SharedLayout};
///
/// #[derive(SharedLayout, Clone, Copy)]
/// #[repr(C)]
/// struct Pose { x: f64, y: f64 }
/// #[derive(SharedLayout)]
/// #[repr(C)]
/// struct Robot {
///     /// How full the battery is.
///     #[shm(unit = "%")]
///     charge: f32,
///     pose: Latest<Pose>,
/// }
///
/// let name = format!("shm-doc-fields-{}", std::process::id());
/// # let robot = Region::<Robot>::create(&name)?;
/// let region = DynRegion::open_read_only(&name)?;
/// let fields: Vec<_> = region.fields().collect();
/// let paths: Vec<_> = fields.iter().map(|field| field.path()).collect();
/// assert_eq!(paths, ["charge", "pose", "pose.x", "pose.y"]);
/// assert_eq!((fields[0].doc(), fields[0].unit()), ("How full the battery is.", "%"));
/// assert_eq!((fields[0].ty().to_string(), fields[0].size()), ("f32".to_owned(), 4));
/// assert_eq!(fields[1].type_name(), "Latest<Pose>");
/// # robot.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Fields<'a> {
    /// The structs that are open, outermost first: at most 64, the largest depth of a schema.
    open: Vec<Open<'a>>,
    /// The field that was returned last, which may have fields inside.
    last: Option<DynField<'a>>,
}

/// A field of a region.
#[derive(Clone)]
pub struct DynField<'a> {
    path: Path,
    ty: Type<'a>,
    offset: u64,
    /// The schema's field: this one, or the one that contains it; `None` for the whole value.
    field: Option<Field<'a>>,
    depth: usize,
    is_entry: bool,
}

impl<'a> DynField<'a> {
    /// Returns the target of a path; `field` is the schema's field that it is or that contains it.
    #[must_use]
    pub fn new(path: Path, ty: Type<'a>, offset: u64, field: Option<Field<'a>>) -> Self {
        Self { path, ty, offset, field, depth: 0, is_entry: false }
    }

    /// Returns the value of an entry of a map.
    #[must_use]
    pub fn entry(path: Path, ty: Type<'a>, offset: u64, field: Option<Field<'a>>) -> Self {
        Self { is_entry: true, ..Self::new(path, ty, offset, field) }
    }

    /// Returns the whole value.
    #[must_use]
    pub fn root(schema: &'a Schema) -> Self {
        Self::new(Path::new(), schema.root(), 0, None)
    }

    /// Returns the path, from the start of the region.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the type: of a `Latest`, a `Mutex` or a `Watched` that itself, not the type of its value.
    #[must_use]
    pub fn ty(&self) -> Type<'a> {
        self.ty
    }

    /// Returns the type as its author wrote it, `Latest<Pose>`, if the region has the names of types, or
    /// else as [`Type`] is displayed. Names come from the file: they have no control characters except
    /// line feeds.
    #[must_use]
    pub fn type_name(&self) -> String {
        if self.is_entry { content_name(self.ty) } else { type_name::of(self.ty) }
    }

    /// Returns the distance in bytes from the start of the data; for a part of a `Latest`, in its first slot.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the size in bytes; of a slice, at length zero, and so of text and slices in a map.
    #[must_use]
    pub fn size(&self) -> u64 {
        let has_no_size = self.is_entry && self.ty.role().is_some_and(Role::needs_heap);
        if has_no_size { 0 } else { self.ty.size() }
    }

    /// Whether its length is known only at run time.
    #[must_use]
    pub fn is_tail(&self) -> bool {
        matches!(self.ty.kind(), TypeKind::Slice { .. })
    }

    /// Returns the doc comment of the field or, for the whole value, of its type; or `""`.
    #[must_use]
    pub fn doc(&self) -> &'a str {
        match self.field {
            Some(field) => field.doc(),
            None if self.ty.is_root() => self.ty.doc(),
            None => "",
        }
    }

    /// Returns the unit, or `""`.
    #[must_use]
    pub fn unit(&self) -> &'a str {
        self.field.map_or("", Field::unit)
    }

    /// Returns the name of the field beside it whose `Mutex` guards it, or `""`.
    #[must_use]
    pub fn guarded_by(&self) -> &'a str {
        self.field.map_or("", Field::guarded_by)
    }

    /// Whether its numbers only grow, from `#[shm(counter)]`.
    #[must_use]
    pub fn is_counter(&self) -> bool {
        self.field.is_some_and(Field::is_counter)
    }

    /// Returns the number of fields around it, from the start of the iteration.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// Returns the fields inside it, each before those inside that; none for an array, an entry of a map or a
    /// type without parts.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        let mut fields = Fields { open: Vec::new(), last: None };
        fields.descend(self.clone());
        fields
    }
}

/// The path, the type and the offset.
impl fmt::Debug for DynField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynField({:?}: {} at {})", self.path, self.ty, self.offset)
    }
}

/// The field that was returned last.
impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.last {
            Some(last) => write!(f, "Fields(after {last:?})"),
            None => write!(f, "Fields({} structs deep)", self.open.len()),
        }
    }
}

/// A struct of which some fields were returned.
#[derive(Clone)]
struct Open<'a> {
    ty: Type<'a>,
    offset: u64,
    /// The path of its fields, up to the name.
    path: Path,
    next: usize,
}

impl<'a> Fields<'a> {
    /// Iterates over the fields of a schema, with their notes.
    #[must_use]
    pub fn of(schema: &'a Schema) -> Self {
        DynField::root(schema).fields()
    }

    /// Continues after the last field, without those inside it.
    pub fn skip_inside(&mut self) {
        self.last = None;
    }

    /// Opens a struct, or the struct in a live type.
    fn descend(&mut self, field: DynField<'a>) {
        if field.is_entry {
            return;
        }
        let DynField { mut path, mut ty, mut offset, .. } = field;
        let mut through = Path::new();
        let mut parts: Vec<&str> = Vec::new();
        while let Some(value) = ty.live().and_then(Live::value) {
            parts.extend(ty.fields().map(Field::name));
            through = through.join(&value.way());
            (ty, offset) = (value.ty, offset + value.offset);
        }
        if ty.is_plain_struct() {
            // The long path, where the short one would name an internal part.
            if ty.fields().any(|field| parts.contains(&field.name())) {
                path = path.join(&through);
            }
            self.open.push(Open { ty, offset, path, next: 0 });
        }
    }

    /// Returns the next field of the innermost struct that has one left.
    fn step(&mut self) -> Option<DynField<'a>> {
        loop {
            let depth = self.open.len().checked_sub(1)?;
            let open = self.open.last_mut()?;
            let Some(field) = open.ty.field_at(open.next) else {
                self.open.pop();
                continue;
            };
            open.next += 1;
            return Some(DynField {
                path: open.path.with(Segment::Name(field.name())),
                ty: field.ty(),
                offset: open.offset + field.offset(),
                field: Some(field),
                depth,
                is_entry: false,
            });
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = DynField<'a>;

    fn next(&mut self) -> Option<DynField<'a>> {
        if let Some(last) = self.last.take() {
            self.descend(last);
        }
        let field = self.step()?;
        self.last = Some(field.clone());
        Some(field)
    }
}
