//! [`Fields`]: every field of a region, one at a time.

mod type_name;

use std::fmt;

use crate::path::{Path, Segment};
use crate::schema::{Field, Live, Schema, Type, TypeKind};

/// The fields of a region, each before those inside it, in the order of the schema.
///
/// An array is one entry, however long it is, and what its elements are made of is for its type to
/// say. Nothing is expanded in advance: a schema can describe more fields than there is memory, and
/// who prints one takes as many as fit. What a `Mutex`, a `Watched` or a `Latest` holds follows as if
/// it stood there itself; their working parts do not appear. [`Fields::skip_inside`] leaves out what is
/// inside the last one.
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
    /// The structs that the walk is in, outermost first: 64 at most, as deep as a schema can be.
    open: Vec<Open<'a>>,
    /// The field that was given out last, which may have fields inside.
    last: Option<DynField<'a>>,
}

/// A field of a region.
#[derive(Clone)]
pub struct DynField<'a> {
    path: Path,
    ty: Type<'a>,
    offset: u64,
    /// The field that it is, or is an element of or inside of; `None` for the whole.
    field: Option<Field<'a>>,
    depth: usize,
}

impl<'a> DynField<'a> {
    /// The target of a path; `field` is the field that it is, or is an element of or inside of.
    #[must_use]
    pub fn new(path: Path, ty: Type<'a>, offset: u64, field: Option<Field<'a>>) -> Self {
        Self { path, ty, offset, field, depth: 0 }
    }

    /// The whole value.
    #[must_use]
    pub fn root(schema: &'a Schema) -> Self {
        Self::new(Path::new(), schema.root(), 0, None)
    }

    /// The path, from the start of the region.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The type: for what lives in a `Latest`, a `Mutex` or a `Watched`, that, and not what is in it.
    #[must_use]
    pub fn ty(&self) -> Type<'a> {
        self.ty
    }

    /// The type as its author wrote it, `Latest<Pose>`, where the region has the names of types; else
    /// as [`Type`] is displayed. A name is whatever the file says: no control character, but perhaps
    /// line feeds.
    #[must_use]
    pub fn type_name(&self) -> String {
        type_name::of(self.ty)
    }

    /// Distance in bytes from the start of the data. For a part of a `Latest`, in its first slot.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Size in bytes; of a slice, at length zero.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.ty.size()
    }

    /// Whether it has a length that is known at run time.
    #[must_use]
    pub fn is_tail(&self) -> bool {
        matches!(self.ty.kind(), TypeKind::Slice { .. })
    }

    /// The doc comment of the field, or, for the whole, of its type; or `""`.
    #[must_use]
    pub fn doc(&self) -> &'a str {
        match self.field {
            Some(field) => field.doc(),
            None if self.ty.is_root() => self.ty.doc(),
            None => "",
        }
    }

    /// The unit, or `""`.
    #[must_use]
    pub fn unit(&self) -> &'a str {
        self.field.map_or("", Field::unit)
    }

    /// How many fields it is inside of, counted from where the iteration began.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The fields inside of it, each before those inside that; none if it is an array or has no
    /// parts.
    #[must_use]
    pub fn fields(&self) -> Fields<'a> {
        let mut fields = Fields { open: Vec::new(), last: None };
        fields.descend(self.clone());
        fields
    }
}

/// The path, the type and the place.
impl fmt::Debug for DynField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynField({:?}: {} at {})", self.path, self.ty, self.offset)
    }
}

/// The field that was given out last.
impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.last {
            Some(last) => write!(f, "Fields(after {last:?})"),
            None => write!(f, "Fields({} structs deep)", self.open.len()),
        }
    }
}

/// A struct of which some fields were given out.
#[derive(Clone)]
struct Open<'a> {
    ty: Type<'a>,
    offset: u64,
    /// The path of its fields, up to the name.
    path: Path,
    next: usize,
}

impl<'a> Fields<'a> {
    /// The fields of a schema, with what was written about them.
    #[must_use]
    pub fn of(schema: &'a Schema) -> Self {
        DynField::root(schema).fields()
    }

    /// Goes on behind the last field, without those inside of it.
    pub fn skip_inside(&mut self) {
        self.last = None;
    }

    /// Opens a struct, or the one that a live type holds.
    fn descend(&mut self, field: DynField<'a>) {
        let DynField { mut path, mut ty, mut offset, .. } = field;
        let mut through = Path::new();
        let mut parts: Vec<&str> = Vec::new();
        while let Some(value) = ty.live().and_then(Live::value) {
            parts.extend(ty.fields().map(Field::name));
            through = through.join(&value.way());
            (ty, offset) = (value.ty, offset + value.offset);
        }
        if ty.is_plain_struct() {
            // Said in full where a short path would mean a working part.
            if ty.fields().any(|field| parts.contains(&field.name())) {
                path = path.join(&through);
            }
            self.open.push(Open { ty, offset, path, next: 0 });
        }
    }

    /// The next field of the innermost struct that has one left.
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
