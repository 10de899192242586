//! Structs whose last field is a slice: roots with a run-time length.
//!
//! `offset_of!` says no to an unsized field. So the layout is read off a *shadow*, the same struct
//! with an array of length 0 at its end, and proved on the struct and its view themselves.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Member, Type};

use super::layout::{self, CHANGED_SINCE};
use super::{value, view};
use crate::model::Style;
use crate::plan::{FieldPlan, StructPlan, asked, qualified};

/// Room for a byte and an alignment of at most a page before what is looked for.
const ROOM: usize = 2 * 4096;

/// Prints the shadow, `Root`, `TailRoot`, `PlainRoot`, `ValidZeroed`, `Placeable` and the view's methods.
pub(super) fn expand(plan: &StructPlan<'_>, tail: &FieldPlan<'_>) -> TokenStream {
    let Some(element) = &tail.element else { return TokenStream::new() };
    let (shadow, probe) = (shadow(plan, element), probe(plan));
    let root = root(plan, tail, element);
    let tail_root = tail_root(plan);
    let (valid_zeroed, placeable) = (value::valid_zeroed(plan), value::placeable(plan));
    let (plain_root, methods) = (value::plain_root(plan), methods(plan));
    quote!(#shadow #probe #root #tail_root #plain_root #valid_zeroed #placeable #methods)
}

/// `#[repr(C)] struct Shadow { width: u32, pixels: [u8; 0] }`
fn shadow(plan: &StructPlan<'_>, element: &Type) -> TokenStream {
    let (repr, generics, wheres) = (view::repr(plan), &plan.generics, plan.where_clause(&[]));
    let name = &plan.names.shadow;
    let fields = plan.fields.iter().map(|field| {
        let ty = &field.ty;
        let ty = if field.element.is_some() { quote!([#element; 0]) } else { quote!(#ty) };
        match &field.member {
            Member::Named(ident) => quote!(#ident: #ty),
            Member::Unnamed(_) => ty,
        }
    });
    match plan.style {
        Style::Named => quote!(#repr struct #name #generics #wheres { #(#fields),* }),
        Style::Tuple => quote!(#repr struct #name #generics (#(#fields),*) #wheres;),
    }
}

/// `Shadow<T, N>`
fn shadow_type(plan: &StructPlan<'_>) -> TokenStream {
    let (_, arguments, _) = plan.generics.split_for_impl();
    let name = &plan.names.shadow;
    quote!(#name #arguments)
}

/// Prints
/// ```text
/// unsafe impl Root for Frame {
///     type RootView<A: Access> = FrameView<A>;
///     const TAIL: Option<Tail> = { same(..); .. Some(Tail { offset: offset_of!(Shadow, pixels), .. }) };
///     const ROOT_LAYOUT: &'static Layout = &Layout::new("Frame", ..);
///     fn view_ptr<A: Access>(base: *const u8, len: usize) -> *const FrameView<A> { .. }
/// }
/// ```
fn root(plan: &StructPlan<'_>, tail: &FieldPlan<'_>, element: &Type) -> TokenStream {
    let krate = &plan.names.krate;
    let (this, access) = (&plan.names.this, &plan.names.access);
    let (generics, wheres) = (plan.impl_generics(), plan.where_clause(&[]));
    let view = plan.view(&plan.mode());
    let (shadow, member) = (shadow_type(plan), &tail.member);
    let proofs = proofs(plan, tail);
    let size = quote!(#krate::__private::size_without_tail(<Self as #krate::Root>::TAIL));
    let align = quote!(::core::mem::align_of::<#shadow>());
    let layout = layout::struct_layout(plan, &size, &align, &fields(plan, &shadow));
    let now = layout::evaluated_now(plan, &quote!(<#this as #krate::Root>::ROOT_LAYOUT));
    quote! {
        // SAFETY: both are `repr(C)` with the same fields in the same order, each as large and as
        // aligned in the view as in the struct, which `TAIL` proves; the view is made of the fields'
        // views, whose own contract covers the rest.
        #[automatically_derived]
        unsafe impl #generics #krate::Root for #this #wheres {
            type RootView<#access: #krate::Access> = #view;

            const TAIL: ::core::option::Option<#krate::Tail> = {
                #proofs
                ::core::option::Option::Some(#krate::Tail {
                    offset: ::core::mem::offset_of!(#shadow, #member),
                    stride: ::core::mem::size_of::<#element>(),
                    align: ::core::mem::align_of::<#shadow>(),
                })
            };

            const ROOT_LAYOUT: &'static #krate::layout::Layout = #layout;

            #[inline]
            fn view_ptr<#access: #krate::Access>(
                base: *const ::core::primitive::u8,
                len: ::core::primitive::usize,
            ) -> *const #view {
                ::core::ptr::slice_from_raw_parts(base, len) as *const #view
            }
        }
        #now
    }
}

fn fields(plan: &StructPlan<'_>, shadow: &TokenStream) -> Vec<TokenStream> {
    plan.fields
        .iter()
        .map(|field| {
            let (span, member) = (field.span(), &field.member);
            let offset = quote!(::core::mem::offset_of!(#shadow, #member));
            let (shared, layout) = match (&field.element, &field.judged) {
                (None, _) => (asked(field, &plan.names), "LAYOUT"),
                (Some(_), None) => (qualified(&field.ty, &plan.names, "Root"), "ROOT_LAYOUT"),
                (Some(_), Some(_)) => (asked(field, &plan.names), "SLICE_LAYOUT"),
            };
            let layout = Ident::new(layout, span);
            let layout = quote_spanned!(span=> #shared::#layout);
            layout::field_layout(plan, field, &offset, &layout)
        })
        .collect()
}

fn proofs(plan: &StructPlan<'_>, tail: &FieldPlan<'_>) -> TokenStream {
    let (krate, this, text) = (&plan.names.krate, &plan.names.this, &plan.names.text);
    let fields = plan.fields.iter().map(|field| layout::field_proofs(plan, field));
    let (shadow, member) = (shadow_type(plan), &tail.member);
    let view = plan.view(&quote!(#krate::ReadWrite));
    let (of_this, of_view) = (
        offset_in(plan, &quote!(#this), &quote!(#member)),
        offset_in(plan, &view, &quote!(#member)),
    );
    let order = layout::order_proofs(plan);
    let message = format!(
        "field `{}` of `{text}` starts at another offset in the view\nhelp: {CHANGED_SINCE}",
        tail.name
    );
    let alignment = format!("`{text}` and its view differ in alignment\nhelp: {CHANGED_SINCE}");
    let of_probe = offset_in(plan, &probe_type(plan), &quote!(1));
    quote! {
        #(#fields)*
        #order
        #krate::layout::same(#message, #of_this, ::core::mem::offset_of!(#shadow, #member));
        #krate::layout::same(#message, #of_view, ::core::mem::offset_of!(#shadow, #member));
        #krate::layout::same(#alignment, #of_probe, ::core::mem::align_of::<#shadow>());
        #krate::__private::fits_a_page::<#shadow>();
    }
}

/// `#[repr(C)] struct Probe(u8, Frame);`, in which the struct starts at its own alignment, for which one
/// cannot ask directly; and a function that asks for the types of the struct's fields.
fn probe(plan: &StructPlan<'_>) -> TokenStream {
    let (this, name, generics) = (&plan.names.this, &plan.names.probe, &plan.generics);
    let (impl_generics, wheres) = (plan.impl_generics(), plan.where_clause(&[]));
    let fields = plan.fields.iter().map(|field| {
        let (member, ty) = (&field.member, &field.ty);
        quote!(let _: *const #ty = &raw const own.#member;)
    });
    quote! {
        #[repr(C)]
        struct #name #generics (::core::primitive::u8, #this) #wheres;

        // An attribute macro may have changed them since.
        fn has_these_fields #impl_generics (own: &#this) #wheres { #(#fields)* }
    }
}

fn probe_type(plan: &StructPlan<'_>) -> TokenStream {
    let (_, arguments, _) = plan.generics.split_for_impl();
    let name = &plan.names.probe;
    quote!(#name #arguments)
}

/// The offset of the last field in an unsized struct.
fn offset_in(plan: &StructPlan<'_>, whole: &TokenStream, member: &TokenStream) -> TokenStream {
    let shadow = shadow_type(plan);
    quote!({
        let place = ::core::mem::MaybeUninit::<
            (#shadow, [::core::primitive::u8; #ROOM])
        >::uninit();
        let base = place.as_ptr().cast::<::core::primitive::u8>();
        let whole = ::core::ptr::slice_from_raw_parts(base, 0) as *const #whole;
        // SAFETY: `place` has room for what comes before the tail; nothing is read.
        let tail = unsafe { &raw const (*whole).#member };
        // SAFETY: both point into `place`.
        unsafe { tail.cast::<::core::primitive::u8>().offset_from(base) as ::core::primitive::usize }
    })
}

fn tail_root(plan: &StructPlan<'_>) -> TokenStream {
    let (krate, this) = (&plan.names.krate, &plan.names.this);
    let (generics, wheres) = (plan.impl_generics(), plan.where_clause(&[]));
    quote! {
        #[automatically_derived]
        impl #generics #krate::TailRoot for #this #wheres {}
    }
}

fn methods(plan: &StructPlan<'_>) -> TokenStream {
    let (generics, wheres) = (plan.view_impl_generics(), plan.where_clause(&[]));
    let krate = &plan.names.krate;
    let (view, read_only) = (plan.view(&plan.mode()), plan.view(&quote!(#krate::ReadOnly)));
    quote! {
        impl #generics #view #wheres {
            /// The same memory, for reading only.
            #[inline]
            pub fn read_only(&self) -> &#read_only {
                let same = ::core::ptr::from_ref(self) as *const #read_only;
                // SAFETY: a view has the same bytes for every access mode, and is made of atomics alone,
                // so that a second kind of reference to it claims nothing that the first does not. The
                // cast keeps the length.
                unsafe { &*same }
            }
        }
    }
}
