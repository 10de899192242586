//! From definitions to types: each when it is first used, in whatever order they are written.

use std::collections::HashMap;

use shm_schema::describe::TypeTexts;
use shm_schema::layout::{Role, ScalarKind};
use shm_schema::limits::MAX_DEPTH;
use shm_schema::schema::{
    EnumType, Schema, SchemaBuilder, SchemaError, StructField, StructType, TypeId,
};

use super::model::{Definition, Document, Field, Kind, Variant};
use crate::printable::printable;

/// The largest number of definitions among which the wrong one is searched, in quadratic time.
const MAX_SEARCHED: usize = 500;

/// Builds the schema that a document describes.
pub(super) fn build(document: &Document) -> Result<Schema, String> {
    let definitions = &document.types.0;
    let mut by_name = HashMap::new();
    for (name, definition) in definitions {
        check_name(name, definition)?;
        by_name.insert(name.as_str(), definition);
    }
    let mut types = Types {
        texts: TypeTexts::new(),
        by_name,
        defined: HashMap::new(),
        order: Vec::new(),
        depth: 0,
    };
    // Unused definitions are checked as well.
    for (name, _) in definitions {
        types.define(name)?;
    }
    let root = types.resolve("root", &document.root)?;
    types.finish(root)
}

/// Checks that a name with a meaning of its own is defined as what it means.
fn check_name(name: &str, definition: &Definition) -> Result<(), String> {
    let is_role = match definition.role.as_deref() {
        Some("TailText") => name == "String",
        role => role == Some(name),
    };
    if !TypeTexts::is_taken(name) || is_role {
        return Ok(());
    }
    let name = printable(name);
    Err(format!(
        "types.{name}: `{name}` is a type already: define it under another name, and give it \
         \"name\": \"{name}\""
    ))
}

struct Types<'d> {
    texts: TypeTexts,
    by_name: HashMap<&'d str, &'d Definition>,
    /// Definitions that were begun, with their types once done.
    defined: HashMap<&'d str, Option<TypeId>>,
    /// Definitions that are done.
    order: Vec<(&'d str, TypeId)>,
    depth: u32,
}

impl<'d> Types<'d> {
    /// Returns the type of a text: a definition of that name, or a type expression. `path` is the text's place.
    fn resolve(&mut self, path: &str, text: &'d str) -> Result<TypeId, String> {
        let text = text.trim();
        if let Some((&name, _)) = self.by_name.get_key_value(text) {
            return self.define(name);
        }
        if let Some((element, len)) = array(text).filter(|(element, _)| self.is_text(element)) {
            let element = self.resolve(path, element)?;
            return Ok(self.texts.builder().array(element, len));
        }
        let mut unfinished = None;
        for name in words(text) {
            let Some((&name, _)) = self.by_name.get_key_value(name) else { continue };
            if self.defined.get(name) == Some(&None) {
                // Perhaps only a word: the name of a field or a variant.
                unfinished = Some(name);
            } else {
                self.define(name)?;
            }
        }
        self.texts.parse(path, text).map_err(|error| match unfinished {
            Some(name) => contains_itself(name),
            None => with_help(&error),
        })
    }

    /// Returns whether a text, or its element type if it is an array, is defined but not findable by name.
    fn is_text(&self, text: &str) -> bool {
        let mut element = text;
        while let Some((inner, _)) = array(element).filter(|_| !self.by_name.contains_key(element))
        {
            element = inner;
        }
        self.by_name.contains_key(element)
            && (TypeTexts::is_taken(element) || words(element).next() != Some(element))
    }

    fn define(&mut self, name: &'d str) -> Result<TypeId, String> {
        let path = || format!("types.{}", printable(name));
        match self.defined.get(name) {
            Some(Some(done)) => return Ok(*done),
            Some(None) => return Err(contains_itself(name)),
            None => {}
        }
        let Some(&definition) = self.by_name.get(name) else {
            return Err(format!("{}: it is not defined", path()));
        };
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("{}: types are nested more than {MAX_DEPTH} deep", path()));
        }
        self.defined.insert(name, None);
        let ty = match kind(definition).map_err(|fault| format!("{}: {fault}", path()))? {
            Kind::Struct => self.structure(&path(), name, definition)?,
            Kind::Enum => self.enumeration(&path(), name, definition)?,
        };
        self.depth -= 1;
        self.defined.insert(name, Some(ty));
        self.order.push((name, ty));
        self.texts.name(name, ty);
        Ok(ty)
    }

    fn structure(
        &mut self,
        path: &str,
        key: &str,
        definition: &'d Definition,
    ) -> Result<TypeId, String> {
        let role = definition.role.as_deref().map(|name| role(path, name)).transpose()?;
        let name = definition.name.as_deref().unwrap_or(role.map_or(key, |role| role.name()));
        let mut ty = StructType::new(name).with_doc(&*definition.doc);
        if let Some(role) = role {
            ty = ty.role(role);
        }
        let (mut natural, fields) = (1, definition.fields.as_deref().unwrap_or_default());
        for (index, field) in fields.iter().enumerate() {
            let path = format!("{path}.fields[{index}]");
            let id = self.field(&path, field)?;
            natural = natural.max(self.texts.builder().align_of(id));
            let part = StructField::new(&*field.name, id).with_notes(&*field.doc, &*field.unit);
            let part = part.with_guard(&*field.guarded_by).with_counter(field.counter);
            let part = part.with_own_fold(field.own_fold);
            let part = field.aliases.iter().fold(part, |part, alias| part.with_alias(&**alias));
            ty = ty.field(match field.offset {
                Some(offset) => part.at(offset),
                None => part,
            });
        }
        ty = ty.align(definition.align.unwrap_or(natural));
        if let Some(size) = definition.size {
            ty = ty.size(size);
        }
        Ok(self.texts.builder().structure(ty))
    }

    /// Returns the type of a field, and checks its other entries.
    fn field(&mut self, path: &str, field: &'d Field) -> Result<TypeId, String> {
        let id = self.resolve(&format!("{path}.type"), &field.ty)?;
        given(&format!("{path}.size"), field.size, self.texts.builder().size_of(id))?;
        match (field.count, array(field.ty.trim())) {
            (None, _) => {}
            (count, Some((_, len))) => given(&format!("{path}.count"), count, len)?,
            (Some(_), None) => {
                return Err(format!("{path}.count: found on a type that is not an array"));
            }
        }
        Ok(id)
    }

    fn enumeration(
        &mut self,
        path: &str,
        key: &str,
        definition: &'d Definition,
    ) -> Result<TypeId, String> {
        let Some(found) = definition.repr.as_deref() else {
            return Err(format!(
                "{path}.repr: missing, expected the integer that holds the enum, such as `u8`"
            ));
        };
        let Some(repr) = integer(found) else {
            let found = printable(found);
            return Err(format!(
                "{path}.repr: found `{found}`, expected an integer: `u8` to `i64`"
            ));
        };
        given(&format!("{path}.size"), definition.size, repr.size() as u64)?;
        given(&format!("{path}.align"), definition.align, repr.size() as u32)?;
        let name = definition.name.as_deref().unwrap_or(key);
        let (mut ty, mut next) = (EnumType::new(name, repr).with_doc(&*definition.doc), 0);
        for Variant { name, value } in definition.variants.as_deref().unwrap_or_default() {
            let value = value.unwrap_or(next);
            ty = ty.variant(&**name, value);
            next = value.saturating_add(1);
        }
        Ok(self.texts.builder().enumeration(ty))
    }

    fn finish(self, root: TypeId) -> Result<Schema, String> {
        let (order, builder) = (self.order, self.texts.into_builder());
        // Another builder is worth it only after an error.
        let spare = (order.len() <= MAX_SEARCHED).then(|| builder.clone());
        builder.finish(root).map_err(|error| {
            spare
                .and_then(|spare| wrong(&order, &spare))
                .unwrap_or_else(|| format!("root: {error}"))
        })
    }
}

/// Returns the first definition that is wrong by itself.
fn wrong(order: &[(&str, TypeId)], builder: &SchemaBuilder) -> Option<String> {
    order.iter().find_map(|(name, id)| {
        let error = builder.clone().finish(*id).err()?;
        let fault = match error {
            SchemaError::Type { fault, .. } => format!("it {fault}"),
            other => with_help(&other),
        };
        Some(format!("types.{}: {}", printable(name), printable(&fault)))
    })
}

/// The fault and, after a colon, what to do about it: a file has room for one sentence per place.
fn with_help(error: &SchemaError) -> String {
    error.help().map_or_else(|| error.to_string(), |help| format!("{error}: {help}"))
}

fn contains_itself(name: &str) -> String {
    format!("types.{}: it contains itself", printable(name))
}

/// Returns the kind of a definition by its entries, which must agree with its `kind`.
fn kind(definition: &Definition) -> Result<Kind, &'static str> {
    let Definition { kind, role, repr, fields, variants, .. } = definition;
    let kind = match (kind, fields, variants) {
        (Some(Kind::Struct) | None, Some(_), None) => Kind::Struct,
        (Some(Kind::Enum) | None, None, Some(_)) => Kind::Enum,
        (Some(Kind::Struct), ..) => return Err("a struct has `fields`, not `variants`"),
        (Some(Kind::Enum), ..) => return Err("an enum has `variants`, not `fields`"),
        _ => return Err("a struct has `fields`, an enum has `variants`: give one of them"),
    };
    match kind {
        Kind::Struct if repr.is_some() => Err("a struct has no `repr`"),
        Kind::Enum if role.is_some() => Err("an enum has no `role`"),
        kind => Ok(kind),
    }
}

fn role(path: &str, name: &str) -> Result<Role, String> {
    Role::ALL.into_iter().find(|role| role.name() == name).ok_or_else(|| {
        let (name, known) = (printable(name), Role::ALL.map(Role::name).join("`, `"));
        format!("{path}.role: found `{name}`, expected one of `{known}`")
    })
}

fn integer(name: &str) -> Option<ScalarKind> {
    use ScalarKind::{I8, I16, I32, I64, U8, U16, U32, U64};
    [U8, U16, U32, U64, I8, I16, I32, I64].into_iter().find(|scalar| scalar.name() == name)
}

/// Returns the element's text and the length, if a text is that of an array.
fn array(text: &str) -> Option<(&str, u64)> {
    let (element, len) = text.strip_prefix('[')?.strip_suffix(']')?.rsplit_once(';')?;
    Some((element.trim(), len.trim().parse().ok()?))
}

/// The names in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// Checks that a number, if given, is the expected one.
pub(super) fn given<N>(path: &str, found: Option<N>, expected: N) -> Result<(), String>
where
    N: Copy + PartialEq + std::fmt::Display,
{
    match found.filter(|found| *found != expected) {
        None => Ok(()),
        Some(found) => Err(format!("{path}: found {found}, expected {expected}")),
    }
}
