//! Types as the output needs them: `Self` spelled out, since in the view it would mean the view.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{ExprPath, GenericParam, Generics, Lifetime, Path, QSelf, Type};

/// Rewrites a field's type for use outside its struct.
pub(super) fn field_type(ty: &Type, generics: &Generics, this: &TokenStream) -> Type {
    let mut ty = ty.clone();
    SpellOut::new(generics, this).visit_type_mut(&mut ty);
    ty
}

/// Rewrites a struct's parameters for use outside it, without lifetimes.
pub(super) fn generics(generics: &Generics, this: &TokenStream) -> Generics {
    let mut own = generics.clone();
    SpellOut::new(generics, this).visit_generics_mut(&mut own);
    let params = std::mem::take(&mut own.params).into_iter();
    own.params = params.filter(|p| !matches!(p, GenericParam::Lifetime(_))).collect();
    own
}

struct SpellOut<'a> {
    this: Type,
    generics: &'a Generics,
}

impl<'a> SpellOut<'a> {
    fn new(generics: &'a Generics, this: &TokenStream) -> Self {
        Self { this: syn::parse_quote!(#this), generics }
    }

    /// `Self::N` becomes `<Station>::N`.
    fn path(&self, qself: &mut Option<QSelf>, path: &mut Path) {
        let starts_with_self =
            path.segments.len() > 1 && path.segments.first().is_some_and(|s| s.ident == "Self");
        if qself.is_none() && starts_with_self {
            let rest = path.segments.iter().skip(1);
            let this = &self.this;
            let spelled: ExprPath = syn::parse_quote!(<#this>::#(#rest)::*);
            (*qself, *path) = (spelled.qself, spelled.path);
        }
    }
}

impl VisitMut for SpellOut<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(path) if path.qself.is_none() && path.path.is_ident("Self") => {
                *ty = self.this.clone();
            }
            Type::Path(path) => {
                self.path(&mut path.qself, &mut path.path);
                visit_mut::visit_type_path_mut(self, path);
            }
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }

    fn visit_expr_path_mut(&mut self, expr: &mut ExprPath) {
        self.path(&mut expr.qself, &mut expr.path);
        visit_mut::visit_expr_path_mut(self, expr);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if self.generics.lifetimes().any(|parameter| parameter.lifetime == *lifetime) {
            *lifetime = Lifetime::new("'static", lifetime.span());
        }
    }
}

/// Returns the element of a slice type.
pub(super) fn slice_element(ty: &Type) -> Option<Type> {
    match ty {
        Type::Slice(slice) => Some((*slice.elem).clone()),
        Type::Group(group) => slice_element(&group.elem),
        Type::Paren(paren) => slice_element(&paren.elem),
        _ => None,
    }
}

/// Returns whether a type calls a macro: `bytes!(4)`, `[u8; count!()]`. Each call may produce a
/// different type.
pub(super) fn calls_a_macro(tokens: TokenStream) -> bool {
    let trees: Vec<_> = tokens.into_iter().collect();
    let call = trees.windows(3).any(|trees| match trees {
        [TokenTree::Ident(_), TokenTree::Punct(mark), TokenTree::Group(_)] => mark.as_char() == '!',
        _ => false,
    });
    let inside = |tree| matches!(tree, TokenTree::Group(group) if calls_a_macro(group.stream()));
    call || trees.into_iter().any(inside)
}

/// A name for a type that is written once, with the parameters that it mentions.
pub(super) struct Alias {
    /// `type StationView0<T> = Vector<T>;`
    pub(super) item: TokenStream,
    /// `StationView0<T>`
    pub(super) ty: Type,
}

/// Names a type.
pub(super) fn alias(name: &Ident, ty: &Type, generics: &Generics) -> Alias {
    let mut own = Generics { where_clause: None, ..generics.clone() };
    let mentioned = |parameter: &GenericParam| {
        parameter_name(parameter).is_some_and(|name| mentions(ty, &HashSet::from([name])))
    };
    own.params = own.params.into_iter().filter(mentioned).map(without_bounds).collect();
    let (_, arguments, _) = own.split_for_impl();
    Alias {
        item: quote!(type #name #own = #ty;),
        ty: syn::parse_quote_spanned!(ty.span()=> #name #arguments),
    }
}

fn without_bounds(mut parameter: GenericParam) -> GenericParam {
    match &mut parameter {
        GenericParam::Type(parameter) => {
            parameter.colon_token = None;
            parameter.bounds.clear();
            (parameter.eq_token, parameter.default) = (None, None);
        }
        GenericParam::Const(parameter) => (parameter.eq_token, parameter.default) = (None, None),
        GenericParam::Lifetime(_) => {}
    }
    parameter
}

/// Returns the name of a parameter that is not a lifetime.
pub(super) fn parameter_name(parameter: &GenericParam) -> Option<String> {
    match parameter {
        GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
        GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
        GenericParam::Lifetime(_) => None,
    }
}

/// Returns the element of an array (of arrays) or slice, or else the type itself.
pub(super) fn innermost(ty: &Type) -> &Type {
    match ty {
        Type::Array(array) => innermost(&array.elem),
        Type::Slice(slice) => innermost(&slice.elem),
        Type::Group(group) => innermost(&group.elem),
        Type::Paren(paren) => innermost(&paren.elem),
        _ => ty,
    }
}

/// Returns whether this is written like a scalar. (A user's type can have the same name.)
pub(super) fn looks_scalar(ty: &Type) -> bool {
    const SCALARS: [&str; 12] =
        ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "bool", "char"];
    matches!(ty, Type::Path(path) if SCALARS.iter().any(|scalar| path.path.is_ident(scalar)))
}

/// Returns whether one of these names occurs in a type.
pub(super) fn mentions(ty: &Type, names: &HashSet<String>) -> bool {
    occurs(ty.to_token_stream(), names)
}

fn occurs(tokens: TokenStream, names: &HashSet<String>) -> bool {
    tokens.into_iter().any(|tree| match tree {
        TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        TokenTree::Group(group) => occurs(group.stream(), names),
        _ => false,
    })
}
