//! Types as the output needs them: `Self` spelled out, since in the view it would mean the view.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprLit, ExprPath, ExprUnary, Generics, Lifetime, Lit, Path, QSelf, Type, UnOp};

use crate::model::Variant;

/// A field's type for use outside of its struct.
pub(super) fn field_type(ty: &Type, generics: &Generics, this: &TokenStream) -> Type {
    let mut ty = ty.clone();
    SpellOut::new(generics, this).visit_type_mut(&mut ty);
    ty
}

/// A struct's parameters for use outside of it, without lifetimes.
pub(super) fn generics(generics: &Generics, this: &TokenStream) -> Generics {
    let mut own = generics.clone();
    SpellOut::new(generics, this).visit_generics_mut(&mut own);
    let params = std::mem::take(&mut own.params).into_iter();
    own.params = params.filter(|p| !matches!(p, syn::GenericParam::Lifetime(_))).collect();
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

/// The element of a slice type.
pub(super) fn slice_element(ty: &Type) -> Option<Type> {
    match ty {
        Type::Slice(slice) => Some((*slice.elem).clone()),
        Type::Group(group) => slice_element(&group.elem),
        Type::Paren(paren) => slice_element(&paren.elem),
        _ => None,
    }
}

/// Whether one of these names occurs in a type.
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

/// Whether a variant is known from the tokens to have the discriminant 0.
pub(super) fn has_zero(variants: &[Variant<'_>]) -> bool {
    let mut next = Some(0_i128);
    for variant in variants {
        let value = variant.discriminant.map_or(next, literal);
        if value == Some(0) {
            return true;
        }
        next = value.and_then(|value| value.checked_add(1));
    }
    false
}

/// The value of `7` or `-7`.
fn literal(expr: &Expr) -> Option<i128> {
    match expr {
        Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) => value.base10_parse().ok(),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr)?.checked_neg(),
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        _ => None,
    }
}
