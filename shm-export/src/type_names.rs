//! Types as texts: `f64`, `[u32; 16]`, `Latest<Pose>`.

use std::collections::{HashMap, HashSet};

use shm_schema::describe::TypeTexts;
use shm_schema::layout::{Endian, Role};
use shm_schema::schema::{Held, Type, TypeKind};

use crate::kinds;
use crate::part::Part;

/// The number of slots of a `Latest` whose type does not give it.
const USUAL_SLOTS: u64 = 4;
/// The number of seats of an `RwLock` whose type does not give it.
const USUAL_SEATS: u64 = 8;

/// A unique name for every struct and every enum of a schema: the author's, unless another type has
/// it.
pub(crate) struct TypeNames<'a> {
    named: Vec<(String, Type<'a>)>,
    by_type: HashMap<Type<'a>, usize>,
    taken: HashSet<String>,
}

impl<'a> TypeNames<'a> {
    /// Names all parts of `root`.
    pub(crate) fn of(root: Type<'a>) -> Self {
        let mut names = Self { named: Vec::new(), by_type: HashMap::new(), taken: HashSet::new() };
        names.visit(root);
        names
    }

    /// Every struct and enum with its name, parts before wholes.
    pub(crate) fn named(&self) -> impl ExactSizeIterator<Item = (&str, Type<'a>)> {
        self.named.iter().map(|(name, ty)| (name.as_str(), *ty))
    }

    /// A type of this schema as a text.
    pub(crate) fn text(&self, ty: Type<'_>) -> String {
        if let Some(&index) = self.by_type.get(&ty) {
            return self.named[index].0.clone();
        }
        match ty.kind() {
            TypeKind::Array { element, len } => format!("[{}; {len}]", self.text(element)),
            TypeKind::Slice { element } => format!("[{}]", self.text(element)),
            TypeKind::Ordered { scalar, order, packed: true } => {
                let order = if order == Endian::Big { "BE" } else { "LE" };
                format!("{}<{order}>", scalar.name().to_uppercase())
            }
            _ => ty.to_string(),
        }
    }

    /// The known facts about a field: its type, unit, lock, and doc comment.
    pub(crate) fn about(&self, field: &Part<'_>) -> String {
        let unit =
            if field.unit().is_empty() { String::new() } else { format!(", {}", field.unit()) };
        let guard = match field.guarded_by() {
            "" => String::new(),
            lock => format!(", guarded by {lock}"),
        };
        let doc = if field.doc().is_empty() { String::new() } else { format!(": {}", field.doc()) };
        format!("{}{unit}{guard}{doc}", self.text(field.ty))
    }

    /// Recursion is bounded by the depth that a schema can have.
    fn visit(&mut self, ty: Type<'a>) {
        if self.by_type.contains_key(&ty) {
            return;
        }
        if let Some((slot, value)) = slot(ty) {
            self.visit(value);
            self.name(slot, Some(format!("Slot<{}>", self.text(value))));
        }
        kinds::element(ty).into_iter().for_each(|element| self.visit(element));
        ty.fields().for_each(|field| self.visit(field.ty()));
        let is_named = matches!(
            ty.kind(),
            TypeKind::Struct { .. } | TypeKind::Live { .. } | TypeKind::Enum { .. }
        );
        if is_named {
            self.name(ty, self.live_text(ty));
        }
    }

    /// Names a type, unless it has a name; by a text, if no other type has it.
    fn name(&mut self, ty: Type<'a>, text: Option<String>) {
        if self.by_type.contains_key(&ty) {
            return;
        }
        let name = self.free(text, ty);
        self.taken.insert(name.clone());
        self.by_type.insert(ty, self.named.len());
        self.named.push((name, ty));
    }

    /// The first unused name.
    fn free(&self, live: Option<String>, ty: Type<'_>) -> String {
        if let Some(text) = live.filter(|text| !self.taken.contains(text)) {
            return text;
        }
        let base = base(ty);
        if !self.taken.contains(&base) && !TypeTexts::is_taken(&base) {
            return base;
        }
        let numbered = (2_u64..).map(|number| format!("{base}_{number}"));
        // As many candidates as there are numbers, and fewer names.
        numbered.into_iter().find(|name| !self.taken.contains(name)).unwrap_or(base)
    }

    /// A key or a value of a map.
    fn content(&self, ty: Type<'a>) -> String {
        match ty.live().map(|live| (live.role(), live.kept())) {
            Some((Role::OwnedText, _)) => "str".to_owned(),
            Some((Role::OwnedSlice, Some(element))) => format!("[{}]", self.text(element)),
            _ => self.text(ty),
        }
    }

    /// The text of a live type.
    fn live_text(&self, ty: Type<'a>) -> Option<String> {
        let live = ty.live()?;
        let role = live.role().name();
        if let Some(bytes) = live.counted() {
            return Some(format!("{role}<{}>", bytes.capacity));
        }
        if let Some((key, value)) = live.entry() {
            return Some(format!("{role}<{}, {}>", self.content(key), self.content(value)));
        }
        if let Some(contents) = live.contents() {
            let slice = contents.element.map(|element| format!("Vec<{}>", self.text(element)));
            return Some(slice.unwrap_or_else(|| "String".to_owned()));
        }
        match (live.role(), live.kept()) {
            (Role::OwnedText, _) => return Some("Owned<str>".to_owned()),
            (Role::OwnedSlice, Some(kept)) => return Some(format!("Owned<[{}]>", self.text(kept))),
            (_, Some(kept)) => return Some(format!("Owned<{}>", self.text(kept))),
            (_, None) => {}
        }
        if let Some(queue) = live.queue() {
            return Some(format!("{role}<{}, {}>", self.text(queue.value), queue.capacity));
        }
        if let Some(rows) = live.rows() {
            return Some(format!("{role}<{}, {}>", self.text(rows.row), rows.count));
        }
        let Some(value) = live.value() else {
            let permits = live.seats().map(|(_, permits)| format!("{role}<{permits}>"));
            return Some(permits.unwrap_or_else(|| role.to_owned()));
        };
        let text = self.text(value.ty);
        Some(match value.held {
            Held::Shared(seats) if seats.count != USUAL_SEATS => {
                format!("{role}<{text}, {}>", seats.count)
            }
            Held::Copied(ring) if ring.count != USUAL_SLOTS || live.role() == Role::Ring => {
                format!("{role}<{text}, {}>", ring.count)
            }
            _ => format!("{role}<{text}>"),
        })
    }
}

/// The slot of a `Latest`, `Ring`, `Queue` or `PerProcess`, and the value in it.
fn slot(ty: Type<'_>) -> Option<(Type<'_>, Type<'_>)> {
    let live = ty.live()?;
    if let Some(rows) = live.rows() {
        return Some((kinds::element(live.part("rows").ty())?, rows.row));
    }
    let copied = || live.value().filter(|value| matches!(value.held, Held::Copied(_)));
    let value = match live.queue() {
        Some(queue) => queue.value,
        None => copied()?.ty,
    };
    Some((kinds::element(live.part("slots").ty())?, value))
}

/// The author's name, as an identifier.
fn base(ty: Type<'_>) -> String {
    let made_up = match ty.kind() {
        TypeKind::Enum { .. } => "Enum",
        TypeKind::Live { role, .. } => role.name(),
        _ => "Struct",
    };
    let name = kinds::name(ty).unwrap_or(made_up);
    let mut base: String =
        name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if base.starts_with(|c: char| !(c.is_alphabetic() || c == '_')) {
        base.insert(0, '_');
    }
    base
}
