//! Types as texts: `f64`, `[u32; 16]`, `Latest<Pose>`.

use std::collections::{HashMap, HashSet};

use shm_schema::describe::TypeTexts;
use shm_schema::layout::{Endian, Role};
use shm_schema::schema::TypeKind;

use crate::noted::{Identity, Noted, NotedField};

/// A name for every struct and every enum of a schema, no two the same: the one that its author gave
/// it, where nothing else has that.
pub(crate) struct TypeNames<'a> {
    named: Vec<(String, Noted<'a>)>,
    by_identity: HashMap<Identity, usize>,
    taken: HashSet<String>,
}

impl<'a> TypeNames<'a> {
    /// Names whatever `root` is made of.
    pub(crate) fn of(root: Noted<'a>) -> Self {
        let mut names =
            Self { named: Vec::new(), by_identity: HashMap::new(), taken: HashSet::new() };
        names.visit(root);
        names
    }

    /// Every struct and enum with its name, parts before wholes.
    pub(crate) fn named(&self) -> impl ExactSizeIterator<Item = (&str, Noted<'a>)> {
        self.named.iter().map(|(name, ty)| (name.as_str(), *ty))
    }

    /// A type of this schema as a text.
    pub(crate) fn text(&self, noted: Noted<'_>) -> String {
        if let Some(&index) = self.by_identity.get(&noted.identity()) {
            return self.named[index].0.clone();
        }
        match (noted.ty.kind(), noted.element()) {
            (TypeKind::Array { len, .. }, Some(element)) => {
                format!("[{}; {len}]", self.text(element))
            }
            (TypeKind::Slice { .. }, Some(element)) => format!("[{}]", self.text(element)),
            (TypeKind::Ordered { scalar, order, packed: true }, _) => {
                let order = if order == Endian::Big { "BE" } else { "LE" };
                format!("{}<{order}>", scalar.name().to_uppercase())
            }
            _ => noted.ty.to_string(),
        }
    }

    /// What is known about a field: its type, unit, and doc comment.
    pub(crate) fn about(&self, field: &NotedField<'_>) -> String {
        let unit =
            if field.unit().is_empty() { String::new() } else { format!(", {}", field.unit()) };
        let doc = if field.doc().is_empty() { String::new() } else { format!(": {}", field.doc()) };
        format!("{}{unit}{doc}", self.text(field.ty))
    }

    /// Recursion is bounded by the depth that a schema can have.
    fn visit(&mut self, noted: Noted<'a>) {
        if self.by_identity.contains_key(&noted.identity()) {
            return;
        }
        if let Some((slot, value)) = slot(noted) {
            self.visit(value);
            self.name(slot, Some(format!("Slot<{}>", self.text(value))));
        }
        noted.element().into_iter().for_each(|element| self.visit(element));
        noted.fields().for_each(|field| self.visit(field.ty));
        if matches!(noted.ty.kind(), TypeKind::Struct | TypeKind::Enum { .. }) {
            self.name(noted, self.live_text(noted));
        }
    }

    /// Names a type, unless it has a name; by a text, if nothing else has that.
    fn name(&mut self, noted: Noted<'a>, text: Option<String>) {
        if self.by_identity.contains_key(&noted.identity()) {
            return;
        }
        let name = self.free(text, noted);
        self.taken.insert(name.clone());
        self.by_identity.insert(noted.identity(), self.named.len());
        self.named.push((name, noted));
    }

    /// The first name that nothing else has.
    fn free(&self, live: Option<String>, noted: Noted<'_>) -> String {
        if let Some(text) = live.filter(|text| !self.taken.contains(text)) {
            return text;
        }
        let base = base(noted);
        if !self.taken.contains(&base) && !TypeTexts::is_taken(&base) {
            return base;
        }
        let numbered = (2_u64..).map(|number| format!("{base}_{number}"));
        // As many candidates as there are numbers, and fewer names.
        numbered.into_iter().find(|name| !self.taken.contains(name)).unwrap_or(base)
    }

    /// What a live type is written as, if it has the parts that the text speaks of.
    fn live_text(&self, noted: Noted<'a>) -> Option<String> {
        let role = noted.ty.role()?;
        let inside = |field| noted.field(field).map(|field| field.ty);
        match role {
            Role::Event | Role::Once => Some(role.name().to_owned()),
            Role::Mutex | Role::Watched => {
                Some(format!("{}<{}>", role.name(), self.text(inside("value")?)))
            }
            Role::Text | Role::Bytes => match inside("bytes")?.ty.kind() {
                TypeKind::Array { len, .. } => Some(format!("{}<{len}>", role.name())),
                _ => None,
            },
            Role::Latest => {
                let slots = inside("slots")?;
                let TypeKind::Array { len, .. } = slots.ty.kind() else { return None };
                let value = self.text(slot(noted)?.1);
                Some(if len == 4 {
                    format!("Latest<{value}>")
                } else {
                    format!("Latest<{value}, {len}>")
                })
            }
        }
    }
}

/// The slot of a `Latest`, and the value in it.
fn slot(noted: Noted<'_>) -> Option<(Noted<'_>, Noted<'_>)> {
    if noted.ty.role() != Some(Role::Latest) {
        return None;
    }
    let slot = noted.field("slots")?.ty.element()?;
    let plain = slot.ty.role().is_none() && slot.fields().len() == 1;
    Some((slot, slot.field("value")?.ty)).filter(|_| plain)
}

/// The author's name, as an identifier.
fn base(noted: Noted<'_>) -> String {
    let made_up = match noted.ty.kind() {
        TypeKind::Enum { .. } => "Enum",
        _ => noted.ty.role().map_or("Struct", Role::name),
    };
    let name = noted.name().unwrap_or(made_up);
    let mut base: String =
        name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if base.starts_with(|c: char| !(c.is_alphabetic() || c == '_')) {
        base.insert(0, '_');
    }
    base
}
