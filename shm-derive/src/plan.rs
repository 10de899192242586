//! The plan of the output, with every name chosen and every type spelled out.

mod names;
mod rewrite;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{Attribute, Generics, Index, LitStr, Member, Type, Visibility};

use crate::check;
use crate::doc::Doc;
use crate::errors::Errors;
use crate::model::{Field, Model, Shape, Style, Variant};
pub(crate) use names::Names;

/// A legal item.
pub(crate) enum Plan<'a> {
    Struct(StructPlan<'a>),
    Enum(EnumPlan<'a>),
}

impl<'a> Plan<'a> {
    /// Checks the model against every rule.
    pub(crate) fn check(model: &'a Model<'a>) -> Result<Self, Errors> {
        let errors = check::check(model);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(match &model.shape {
            Shape::Enum(variants) => Self::Enum(EnumPlan::new(model, variants)),
            Shape::Struct(style, fields) => Self::Struct(StructPlan::new(model, *style, fields)),
            Shape::Union => unreachable!("a rule refuses every union"),
        })
    }
}

/// An enum to be printed.
pub(crate) struct EnumPlan<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) names: Names,
    /// The integer that `#[repr(..)]` names.
    pub(crate) repr: Ident,
    pub(crate) variants: Vec<&'a Ident>,
}

impl<'a> EnumPlan<'a> {
    fn new(model: &'a Model<'a>, variants: &[Variant<'a>]) -> Self {
        let repr = model.repr.first().expect("a rule refuses an enum without a representation");
        Self {
            model,
            names: Names::choose(model),
            repr: repr.name.clone(),
            variants: variants.iter().map(|variant| variant.ident).collect(),
        }
    }
}

/// A struct to be printed.
pub(crate) struct StructPlan<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) names: Names,
    pub(crate) style: Style,
    pub(crate) fields: Vec<FieldPlan<'a>>,
    /// The struct's parameters, without lifetimes; `Self` is spelled out.
    pub(crate) generics: Generics,
}

/// A field to be printed.
pub(crate) struct FieldPlan<'a> {
    pub(crate) vis: &'a Visibility,
    pub(crate) passed_on: &'a [Attribute],
    pub(crate) name: String,
    pub(crate) doc: &'a Doc,
    pub(crate) unit: &'a str,
    pub(crate) aliases: &'a [LitStr],
    /// The name of the field that guards it, and the position of that field.
    pub(crate) guard: Option<(&'a LitStr, usize)>,
    /// The word that marks it as a counter.
    pub(crate) counter: Option<&'a syn::Path>,
    /// The name or index of the field. Spanned at the type's end, like everything else that
    /// touches the field at its type: rustc then has the same error for each use, and shows it once.
    pub(crate) member: Member,
    /// The type, `Self` spelled out.
    pub(crate) ty: Type,
    /// The element, if the type is a slice: this is then the last field.
    pub(crate) element: Option<Type>,
    /// Whether the type mentions a type parameter.
    pub(crate) generic: bool,
    /// The type to check for whether it can be shared, and for what to use instead: an array's element
    /// type. `None` if it cannot be checked before parameters are known, or need not be.
    pub(crate) judged: Option<Type>,
    /// The type alias for the type (of an element), if that calls a macro: the output has to mean the
    /// same type everywhere.
    pub(crate) alias: Option<TokenStream>,
}

impl<'a> StructPlan<'a> {
    pub(crate) fn new(model: &'a Model<'a>, style: Style, fields: &'a [Field<'a>]) -> Self {
        let names = Names::choose(model);
        let generics = rewrite::generics(model.generics(), &names.this);
        let parameters: HashSet<String> =
            generics.type_params().map(|parameter| parameter.ident.to_string()).collect();
        let planned = fields.iter().enumerate().map(|(index, field)| {
            let plan = FieldPlan::new(index, field, model, &generics, &names, &parameters);
            FieldPlan { guard: guard(field, fields), ..plan }
        });
        Self { model, style, fields: planned.collect(), generics, names }
    }
}

impl<'a> FieldPlan<'a> {
    fn new(
        index: usize,
        field: &'a Field<'a>,
        model: &Model<'_>,
        generics: &Generics,
        names: &Names,
        parameters: &HashSet<String>,
    ) -> Self {
        let ty = rewrite::field_type(field.ty, model.generics(), &names.this);
        let (ty, alias) = written_once(index, ty, generics, names);
        let all_parameters = generics.params.iter().filter_map(rewrite::parameter_name).collect();
        let open = rewrite::mentions(&ty, &all_parameters);
        let innermost = rewrite::innermost(&ty);
        let judged = (!open && !rewrite::looks_scalar(innermost)).then(|| innermost.clone());
        Self {
            vis: field.vis,
            passed_on: &field.passed_on,
            name: field.name(index),
            doc: &field.doc,
            unit: &field.unit,
            aliases: &field.aliases,
            guard: None,
            counter: field.counter.as_ref(),
            member: member(index, field.ident, ends(&ty).1),
            element: rewrite::slice_element(&ty),
            generic: rewrite::mentions(&ty, parameters),
            judged,
            alias,
            ty,
        }
    }

    /// Returns the type that the field stores in a region: the element's for a slice.
    pub(crate) fn value(&self) -> &Type {
        self.element.as_ref().unwrap_or(&self.ty)
    }
}

/// Finds the field that guards another one; `None` as well if a rule refuses its name.
fn guard<'a>(field: &'a Field<'a>, fields: &[Field<'_>]) -> Option<(&'a LitStr, usize)> {
    let (lock, mut all) = (field.guard.as_ref()?, fields.iter().enumerate());
    let position = all.position(|(index, other)| other.name(index) == lock.value())?;
    Some((lock, position))
}

/// Gives a name to a type that calls a macro, so that the macro is called only once.
fn written_once(
    index: usize,
    ty: Type,
    generics: &Generics,
    names: &Names,
) -> (Type, Option<TokenStream>) {
    if !rewrite::calls_a_macro(ty.to_token_stream()) {
        return (ty, None);
    }
    let name = format_ident!("{}{index}", names.view);
    let element = rewrite::slice_element(&ty);
    let alias = rewrite::alias(&name, element.as_ref().unwrap_or(&ty), generics);
    let whole = match element {
        Some(_) => {
            let element = alias.ty;
            syn::parse_quote_spanned!(ty.span()=> [#element])
        }
        None => alias.ty,
    };
    (whole, Some(alias.item))
}

/// Returns the spans of the first and the last token of a type.
pub(crate) fn ends(ty: &Type) -> (Span, Span) {
    let mut spans = ty.to_token_stream().into_iter().map(|tree| tree.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}

/// Moves a path to another place in the source. In edition 2015, `::shm_core` is then resolved as in
/// that edition, among the crate's own items, to which `extern crate` adds it; `::core` is not found, so
/// tokens spanned at the user's name only shm-core.
fn respan(path: &TokenStream, span: Span) -> TokenStream {
    let respanned = path.clone().into_iter().map(|mut tree| {
        tree.set_span(span);
        tree
    });
    respanned.collect()
}

fn member(index: usize, ident: Option<&Ident>, span: Span) -> Member {
    match ident {
        Some(ident) => {
            let mut ident = ident.clone();
            ident.set_span(span);
            Member::Named(ident)
        }
        None => {
            let index = u32::try_from(index).expect("rustc takes no more fields");
            Member::Unnamed(Index { index, span })
        }
    }
}
