//! After an error: the errors, and stand-ins for what would have been generated, so that rustc does
//! not repeat the complaint at each use.
//!
//! The first error is printed again in place of the layout, and inside the stand-in for a refused view:
//! rustc accepts every use of a type or constant that contains an error. The copies do no harm, since
//! rustc shows equal errors once.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::{SHARED_LAYOUT, in_const, view};
use crate::errors::Errors;
use crate::model::{Field, Model, Shape, Style};
use crate::plan::{Names, StructPlan};
use crate::prepare::Prepared;

/// Prints the errors and the stand-ins.
pub(crate) fn fallback(model: &Model<'_>, errors: &Errors) -> TokenStream {
    let all = errors.all();
    let stand_ins = match &model.shape {
        Shape::Struct(style, fields) if !fields.is_empty() => {
            with_view(model, *style, fields, errors)
        }
        _ => without_view(model, errors),
    };
    quote!(#(#all)* #stand_ins)
}

/// A struct keeps the fields of its view.
fn with_view(
    model: &Model<'_>,
    style: Style,
    fields: &[Field<'_>],
    errors: &Errors,
) -> TokenStream {
    let mut plan = StructPlan::new(model, style, fields);
    for (index, field) in plan.fields.iter_mut().enumerate() {
        // The where clause must not require a refused type.
        field.generic &= errors.of_field(index).is_none();
        // The type must not be judged twice either.
        field.judged = field.judged.take().filter(|_| errors.of_field(index).is_none());
    }
    let mut out = Prepared::new(&plan);
    for (index, part) in out.parts.iter_mut().enumerate() {
        if let Some(error) = errors.of_field(index) {
            part.shared = refused(&plan.names, &error);
        }
    }
    let twin = view::twin(&out, &quote!(#[repr(C)]));
    let debug = view::debug(&out);
    let impls = match fields.last() {
        Some(last) if is_unsized(last.ty) => root(&out, errors),
        _ => values(&out, &out.views.any, errors),
    };
    let impls = in_const(SHARED_LAYOUT, &quote!(#debug #impls));
    quote!(#twin #impls)
}

/// Unions, enums and empty structs have no fields to keep.
fn without_view(model: &Model<'_>, errors: &Errors) -> TokenStream {
    let plan = StructPlan::new(model, Style::Tuple, &[]);
    let out = Prepared::new(&plan);
    let refused = refused(&plan.names, &errors.first());
    let values = in_const(SHARED_LAYOUT, &values(&out, &refused, errors));
    if matches!(model.shape, Shape::Enum(_)) {
        return values;
    }
    let (vis, view, krate) = (&model.input.vis, &out.names.view, &out.names.krate);
    let access = &out.names.access;
    quote! {
        #[allow(dead_code, missing_docs, reason = "stands in for a refused view")]
        #vis type #view<#access = #krate::ReadWrite> = #refused;
        #values
    }
}

/// `Refused<A, { compile_error!("..") }>`
fn refused(names: &Names, error: &TokenStream) -> TokenStream {
    let Names { krate, access, .. } = names;
    quote!(#krate::__private::Refused<#access, { #error }>)
}

fn is_unsized(ty: &Type) -> bool {
    match ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        Type::Group(group) => is_unsized(&group.elem),
        Type::Paren(paren) => is_unsized(&paren.elem),
        _ => false,
    }
}

/// Stand-ins for the traits of a struct or enum of fixed size.
fn values(out: &Prepared<'_>, view: &TokenStream, errors: &Errors) -> TokenStream {
    let (krate, this, access) = (&out.names.krate, &out.names.this, &out.names.access);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.own);
    let error = errors.first();
    let (valid_zeroed, methods) = (valid_zeroed(out), methods(out));
    quote! {
        // SAFETY: never used: the build has failed.
        unsafe impl #generics #krate::SharedLayout for #this #wheres {
            type View<#access: #krate::traits::Access> = #view;
            const LAYOUT: &'static #krate::layout::Layout = #error;
        }

        // SAFETY: never used: the build has failed.
        unsafe impl #generics #krate::traits::Plain for #this #wheres {
            fn load_from<#access: #krate::traits::Access>(
                _: &Self::View<#access>,
            ) -> ::core::result::Result<Self, #krate::errors::InvalidValue> {
                ::core::unreachable!()
            }

            fn store_to<#access: #krate::traits::CanWrite>(_: &Self::View<#access>, _: &Self) {}
        }
        impl #generics #krate::traits::Placeable for #this #wheres {}
        #valid_zeroed
        #methods
    }
}

/// Stand-ins for the traits of a struct with a run-time length.
fn root(out: &Prepared<'_>, errors: &Errors) -> TokenStream {
    let view = &out.views.any;
    let (krate, this, access) = (&out.names.krate, &out.names.this, &out.names.access);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.own);
    let error = errors.first();
    let valid_zeroed = valid_zeroed(out);
    quote! {
        // SAFETY: never used: the build has failed.
        unsafe impl #generics #krate::traits::Root for #this #wheres {
            type RootView<#access: #krate::traits::Access> = #view;
            const ROOT_LAYOUT: &'static #krate::layout::Layout = #error;
            const TAIL: ::core::option::Option<#krate::traits::Tail> = #error;

            fn view_ptr<#access: #krate::traits::Access>(
                _: *const ::core::primitive::u8,
                _: ::core::primitive::usize,
            ) -> *const Self::RootView<#access> {
                ::core::unreachable!()
            }
        }

        impl #generics #krate::traits::TailRoot for #this #wheres {}
        // SAFETY: as above.
        unsafe impl #generics #krate::traits::PlainRoot for #this #wheres {}
        impl #generics #krate::traits::Placeable for #this #wheres {}
        #valid_zeroed
    }
}

fn valid_zeroed(out: &Prepared<'_>) -> TokenStream {
    let (krate, this) = (&out.names.krate, &out.names.this);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.own);
    quote!(impl #generics #krate::traits::ValidZeroed for #this #wheres {})
}

/// The view's methods, if there is a view.
fn methods(out: &Prepared<'_>) -> TokenStream {
    if out.parts.is_empty() { TokenStream::new() } else { super::value::methods(out) }
}
