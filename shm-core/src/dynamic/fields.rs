//! [`Fields`]: every field of a region, one at a time.

use super::live::{self, Live};
use crate::schema::{Annotations, FieldNotes, Schema, Type, TypeKind, TypeNotes};

/// The fields of a region, each before those inside it, in the order of the schema.
///
/// An array is one entry, however long it is, and what its elements are made of is for its type to
/// say. Nothing is expanded in advance: a schema can describe more fields than there is memory, and
/// who prints one takes as many as fit. What a `Mutex`, a `Watched` or a `Latest` holds follows as if
/// it stood there itself; their working parts do not appear.
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
/// # robot.unlink()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    annotations: Option<&'a Annotations>,
    /// The structs that the walk is in, outermost first: 64 at most, as deep as a schema can be.
    open: Vec<Open<'a>>,
}

/// A field of a region.
#[derive(Clone, Debug)]
pub struct DynField<'a> {
    path: String,
    ty: Type<'a>,
    offset: u64,
    notes: Option<&'a FieldNotes>,
    tail: bool,
}

impl<'a> DynField<'a> {
    /// The path, from the start of the region.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The type: for what lives in a `Latest`, a `Mutex` or a `Watched`, that, and not what is in it.
    #[must_use]
    pub fn ty(&self) -> Type<'a> {
        self.ty
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
        self.tail
    }

    /// The doc comment, or `""`.
    #[must_use]
    pub fn doc(&self) -> &'a str {
        self.notes.map_or("", FieldNotes::doc)
    }

    /// The unit, or `""`.
    #[must_use]
    pub fn unit(&self) -> &'a str {
        self.notes.map_or("", FieldNotes::unit)
    }
}

/// A struct of which some fields were given out.
#[derive(Clone, Debug)]
struct Open<'a> {
    ty: Type<'a>,
    notes: Option<&'a TypeNotes>,
    offset: u64,
    /// The path of its fields, up to the name.
    path: String,
    next: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn of(schema: &'a Schema, annotations: Option<&'a Annotations>) -> Self {
        let mut fields = Self { annotations, open: Vec::new() };
        fields.descend(String::new(), schema.root(), annotations.map(Annotations::root), 0);
        fields
    }

    /// Opens a struct, or the one that a live type holds.
    fn descend(
        &mut self,
        mut path: String,
        mut ty: Type<'a>,
        mut notes: Option<&'a TypeNotes>,
        mut offset: u64,
    ) {
        let mut through = String::new();
        let mut parts: Vec<&str> = Vec::new();
        while let Ok(live) = live::of(ty, "") {
            let (step, index, inside, start) = match live {
                Live::Plain if matches!(ty.kind(), TypeKind::Struct) => {
                    // Said in full where a short path would mean a working part.
                    if ty.fields().any(|field| parts.contains(&field.name())) {
                        path.push_str(&through);
                    }
                    self.open.push(Open { ty, notes, offset, path, next: 0 });
                    return;
                }
                Live::Mutex { value, .. } | Live::Watched { value, .. } => {
                    (".value", 1, value.ty(), value.offset())
                }
                Live::Latest(ring, value) => {
                    notes = self.inside(self.inside(notes, 2), 0);
                    (".slots[..].value", 0, value, ring.slots as u64)
                }
                _ => return,
            };
            notes = self.inside(notes, index);
            parts.extend(ty.fields().map(|field| field.name()));
            let step = if path.is_empty() && through.is_empty() { &step[1..] } else { step };
            through.push_str(step);
            (ty, offset) = (inside, offset + start);
        }
    }

    /// The notes about the type of a part.
    fn inside(&self, notes: Option<&'a TypeNotes>, part: usize) -> Option<&'a TypeNotes> {
        self.annotations?.type_of(notes?.fields().get(part)?)
    }

    /// The next field of the innermost struct that has one left.
    fn step(&mut self) -> Option<(DynField<'a>, Option<&'a TypeNotes>)> {
        loop {
            let open = self.open.last_mut()?;
            let index = open.next;
            let Some(field) = open.ty.fields().nth(index) else {
                self.open.pop();
                continue;
            };
            open.next += 1;
            let point = if open.path.is_empty() { "" } else { "." };
            let notes = open.notes.and_then(|notes| notes.fields().get(index));
            let found = DynField {
                path: format!("{}{point}{}", open.path, field.name()),
                ty: field.ty(),
                offset: open.offset + field.offset(),
                notes,
                tail: matches!(field.ty().kind(), TypeKind::Slice { .. }),
            };
            let inside = notes.zip(self.annotations).and_then(|(notes, all)| all.type_of(notes));
            return Some((found, inside));
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = DynField<'a>;

    fn next(&mut self) -> Option<DynField<'a>> {
        let (field, inside) = self.step()?;
        self.descend(field.path.clone(), field.ty, inside, field.offset);
        Some(field)
    }
}
