//! The fields of a value in a heap: their names and their parts, chosen once.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, Index, Member, PathArguments, Type};

use crate::model::{self, Model};

/// The fields of a struct, with the path of shm-core.
pub(super) struct Fields<'a> {
    pub(super) krate: TokenStream,
    /// The name of the fixed part, which no other name in the struct is.
    pub(super) fixed: Ident,
    pub(super) all: Vec<Field<'a>>,
}

/// A field, ready to be printed.
pub(super) struct Field<'a> {
    pub(super) written: &'a model::Field<'a>,
    pub(super) member: Member,
    /// Its name in the fixed part.
    pub(super) head: Ident,
    pub(super) name: String,
    pub(super) span: Span,
    /// The path of shm-core, at that place.
    pub(super) krate: TokenStream,
    /// The parameter that stands for its part in the definition of the fixed part.
    pub(super) parameter: Ident,
    /// The type as a part: `Each<T, N>` for `[T; N]`.
    pub(super) part: TokenStream,
}

impl<'a> Fields<'a> {
    pub(super) fn of(fields: &'a [model::Field<'a>], model: &Model<'_>) -> Self {
        let names = crate::plan::Names::choose(model);
        let all = fields.iter().enumerate().map(|(index, field)| Field::of(index, field, &names));
        Self { all: all.collect(), krate: names.krate, fixed: names.shadow }
    }
}

impl<'a> Field<'a> {
    fn of(index: usize, written: &'a model::Field<'a>, names: &crate::plan::Names) -> Self {
        let span = written.ty.span();
        let member = match written.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::Unnamed(Index { index: index as u32, span }),
        };
        let head = match written.ident {
            Some(ident) => ident.clone(),
            None => Ident::new(&format!("_{index}"), span),
        };
        let krate = names.krate_at(span);
        let part = part(written.ty, &krate);
        let parameter = Ident::new(&format!("P{index}"), Span::call_site());
        Self { written, member, head, name: written.name(index), span, krate, parameter, part }
    }
}

/// A type, in which arrays are written as `Each<T, N>`: only tokens tell an array of parts from another type.
fn part(ty: &Type, krate: &TokenStream) -> TokenStream {
    match ty {
        Type::Array(array) => {
            let (element, len) = (part(&array.elem, krate), &array.len);
            quote_spanned!(ty.span()=> #krate::heap::Each<#element, { #len }>)
        }
        Type::Group(group) => part(&group.elem, krate),
        Type::Paren(paren) => part(&paren.elem, krate),
        Type::Path(path) => {
            let mut path = path.clone();
            let last = path.path.segments.last_mut();
            if let Some(PathArguments::AngleBracketed(arguments)) =
                last.map(|last| &mut last.arguments)
            {
                for argument in &mut arguments.args {
                    if let GenericArgument::Type(inner) = argument {
                        *inner = Type::Verbatim(part(inner, krate));
                    }
                }
            }
            quote_spanned!(ty.span()=> #path)
        }
        _ => quote_spanned!(ty.span()=> #ty),
    }
}
