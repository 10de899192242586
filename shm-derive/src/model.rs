//! The model of the source, read once. It may break any rule.

use proc_macro2::Ident;
use syn::{Attribute, Data, DeriveInput, Fields, Generics, LitStr, Type, Visibility};

use crate::attr::{self, Options, ReprWord, Target};
use crate::doc::Doc;
use crate::errors::Errors;

/// The derive that an item is read for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    SharedLayout,
    HeapValue,
}

/// An item with one of the derives.
pub(crate) struct Model<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) doc: Doc,
    pub(crate) passed_on: Vec<Attribute>,
    pub(crate) repr: Vec<ReprWord>,
    pub(crate) options: Options,
    pub(crate) shape: Shape<'a>,
    /// The errors in the attributes.
    pub(crate) errors: Errors,
}

/// The kind of item.
pub(crate) enum Shape<'a> {
    Struct(Style, Vec<Field<'a>>),
    Enum(Vec<Variant<'a>>),
    Union,
}

/// The syntax of a struct's fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Named,
    Tuple,
}

/// A field of a struct.
pub(crate) struct Field<'a> {
    /// `None` in a tuple struct.
    pub(crate) ident: Option<&'a Ident>,
    pub(crate) vis: &'a Visibility,
    pub(crate) ty: &'a Type,
    pub(crate) doc: Doc,
    pub(crate) passed_on: Vec<Attribute>,
    pub(crate) unit: String,
    /// Its earlier names.
    pub(crate) aliases: Vec<LitStr>,
    /// The field that guards it.
    pub(crate) guard: Option<LitStr>,
    /// The word that marks it as a counter.
    pub(crate) counter: Option<syn::Path>,
}

/// A variant of an enum.
pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) fields: &'a Fields,
}

impl<'a> Model<'a> {
    /// Reads an item; errors in its attributes are kept in the model.
    pub(crate) fn parse(input: &'a DeriveInput, derive: Derive) -> Self {
        let mut errors = Errors::default();
        let target = match (derive, &input.data) {
            (Derive::HeapValue, _) => Target::Value,
            (_, Data::Enum(_)) => Target::Enum,
            (_, Data::Struct(_) | Data::Union(_)) => Target::Struct,
        };
        Self {
            input,
            doc: Doc::parse(&input.attrs),
            passed_on: attr::passed_on(&input.attrs),
            repr: attr::repr(&input.attrs),
            options: attr::options(&input.attrs, target, &mut errors),
            shape: Shape::parse(&input.data, derive, &mut errors),
            errors,
        }
    }

    pub(crate) fn ident(&self) -> &'a Ident {
        &self.input.ident
    }

    pub(crate) fn generics(&self) -> &'a Generics {
        &self.input.generics
    }
}

impl<'a> Shape<'a> {
    fn parse(data: &'a Data, derive: Derive, errors: &mut Errors) -> Self {
        match data {
            Data::Struct(data) => {
                let style = match data.fields {
                    Fields::Named(_) => Style::Named,
                    Fields::Unnamed(_) | Fields::Unit => Style::Tuple,
                };
                let fields = data.fields.iter().map(|field| Field::parse(field, derive, errors));
                Self::Struct(style, fields.collect())
            }
            Data::Enum(data) => {
                Self::Enum(data.variants.iter().map(|v| Variant::parse(v, errors)).collect())
            }
            Data::Union(_) => Self::Union,
        }
    }
}

impl<'a> Field<'a> {
    fn parse(field: &'a syn::Field, derive: Derive, errors: &mut Errors) -> Self {
        let target = if derive == Derive::HeapValue { Target::Part } else { Target::Field };
        let options = attr::options(&field.attrs, target, errors);
        Self {
            ident: field.ident.as_ref(),
            vis: &field.vis,
            ty: &field.ty,
            doc: Doc::parse(&field.attrs),
            passed_on: attr::passed_on(&field.attrs),
            unit: options.unit.unwrap_or_default(),
            aliases: options.aliases,
            guard: options.guard,
            counter: options.counter,
        }
    }

    /// Returns the field's name in messages: its name, or its index.
    pub(crate) fn name(&self, index: usize) -> String {
        self.ident.map_or_else(|| index.to_string(), plain_name)
    }
}

impl<'a> Variant<'a> {
    fn parse(variant: &'a syn::Variant, errors: &mut Errors) -> Self {
        attr::options(&variant.attrs, Target::Variant, errors);
        Self { ident: &variant.ident, fields: &variant.fields }
    }
}

/// Returns an identifier without `r#`.
pub(crate) fn plain_name(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}
