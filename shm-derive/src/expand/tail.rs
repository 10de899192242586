//! Structs whose last field is a slice: roots with a run-time length.
//!
//! `offset_of!` rejects an unsized field. So the layout is read from a *shadow*, the same struct with an
//! array of length 0 at its end, and proved on the struct and its view themselves.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Member, Type};

use super::layout::{self, CHANGED_SINCE};
use super::{value, view};
use crate::model::Style;
use crate::prepare::{Part, Prepared, qualified};

/// Room for a byte and an alignment of at most a page before the struct.
const ROOM: usize = 2 * 4096;

/// Prints the shadow, `Root`, `TailRoot`, `PlainRoot`, `ValidZeroed`, `Placeable` and the view's methods.
pub(super) fn expand(out: &Prepared<'_>, tail: &Part<'_>) -> TokenStream {
    let Some(element) = &tail.field.element else { return TokenStream::new() };
    let (shadow, probe) = (shadow(out, element), probe(out));
    let root = root(out, tail, element);
    let tail_root = tail_root(out);
    let (valid_zeroed, placeable) = (value::valid_zeroed(out), value::placeable(out));
    let (plain_root, methods) = (value::plain_root(out), methods(out));
    quote!(#shadow #probe #root #tail_root #plain_root #valid_zeroed #placeable #methods)
}

/// `#[repr(C)] struct Shadow { width: u32, pixels: [u8; 0] }`
fn shadow(out: &Prepared<'_>, element: &Type) -> TokenStream {
    let (repr, generics, wheres) = (view::repr(out), out.generics.own, &out.wheres.own);
    let name = &out.names.shadow;
    let fields = out.parts.iter().map(|part| {
        let (field, ty) = (part.field, &part.field.ty);
        let ty = if field.element.is_some() { quote!([#element; 0]) } else { quote!(#ty) };
        match &field.member {
            Member::Named(ident) => quote!(#ident: #ty),
            Member::Unnamed(_) => ty,
        }
    });
    match out.style {
        Style::Named => quote!(#repr struct #name #generics #wheres { #(#fields),* }),
        Style::Tuple => quote!(#repr struct #name #generics (#(#fields),*) #wheres;),
    }
}

/// `Shadow<T, N>`
fn shadow_type(out: &Prepared<'_>) -> TokenStream {
    let (name, arguments) = (&out.names.shadow, &out.generics.arguments);
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
fn root(out: &Prepared<'_>, tail: &Part<'_>, element: &Type) -> TokenStream {
    let krate = &out.names.krate;
    let (this, access) = (&out.names.this, &out.names.access);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.own);
    let view = &out.views.any;
    let (shadow, member) = (shadow_type(out), &tail.field.member);
    let proofs = proofs(out, tail);
    let size = quote!(#krate::__private::size_without_tail(<Self as #krate::traits::Root>::TAIL));
    let align = quote!(::core::mem::align_of::<#shadow>());
    let layout = layout::struct_layout(out, &size, &align, &fields(out, &shadow));
    let now = layout::evaluated_now(out, &quote!(<#this as #krate::traits::Root>::ROOT_LAYOUT));
    quote! {
        // SAFETY: both are `repr(C)` with the same fields in the same order, each as large and as
        // aligned in the view as in the struct, which `TAIL` proves; the view is made of the fields'
        // views, whose own contract covers the rest.
        #[automatically_derived]
        unsafe impl #generics #krate::traits::Root for #this #wheres {
            type RootView<#access: #krate::traits::Access> = #view;

            const TAIL: ::core::option::Option<#krate::traits::Tail> = {
                #proofs
                ::core::option::Option::Some(#krate::traits::Tail {
                    offset: ::core::mem::offset_of!(#shadow, #member),
                    stride: ::core::mem::size_of::<#element>(),
                    align: ::core::mem::align_of::<#shadow>(),
                })
            };

            const ROOT_LAYOUT: &'static #krate::layout::Layout = #layout;

            #[inline]
            fn view_ptr<#access: #krate::traits::Access>(
                base: *const ::core::primitive::u8,
                len: ::core::primitive::usize,
            ) -> *const #view {
                ::core::ptr::slice_from_raw_parts(base, len) as *const #view
            }
        }
        #now
    }
}

fn fields(out: &Prepared<'_>, shadow: &TokenStream) -> Vec<TokenStream> {
    out.parts
        .iter()
        .map(|part| {
            let (span, field) = (part.span, part.field);
            let member = &field.member;
            let offset = quote!(::core::mem::offset_of!(#shadow, #member));
            let (shared, layout) = match (&field.element, &field.judged) {
                (None, _) => (part.asked.clone(), "LAYOUT"),
                (Some(_), None) => (qualified(&field.ty, out.names, "Root"), "ROOT_LAYOUT"),
                (Some(_), Some(_)) => (part.asked.clone(), "SLICE_LAYOUT"),
            };
            let layout = Ident::new(layout, span);
            let layout = quote_spanned!(span=> #shared::#layout);
            layout::field_layout(out, part, &offset, &layout)
        })
        .collect()
}

fn proofs(out: &Prepared<'_>, tail: &Part<'_>) -> TokenStream {
    let (krate, this, text) = (&out.names.krate, &out.names.this, &out.names.text);
    let fields = out.parts.iter().map(|part| layout::field_proofs(out, part));
    let (shadow, member) = (shadow_type(out), &tail.field.member);
    let view = &out.views.read_write;
    let (of_this, of_view) =
        (offset_in(out, &quote!(#this), &quote!(#member)), offset_in(out, view, &quote!(#member)));
    let order = layout::order_proofs(out);
    let message = format!(
        "field `{}` of `{text}` starts at another offset in the view\nhelp: {CHANGED_SINCE}",
        tail.field.name
    );
    let alignment = format!("`{text}` and its view differ in alignment\nhelp: {CHANGED_SINCE}");
    let of_probe = offset_in(out, &probe_type(out), &quote!(1));
    quote! {
        #(#fields)*
        #order
        #krate::layout::same(#message, #of_this, ::core::mem::offset_of!(#shadow, #member));
        #krate::layout::same(#message, #of_view, ::core::mem::offset_of!(#shadow, #member));
        #krate::layout::same(#alignment, #of_probe, ::core::mem::align_of::<#shadow>());
        #krate::__private::fits_a_page::<#shadow>();
    }
}

/// `#[repr(C)] struct Probe(u8, Frame);`, in which the struct starts at its own alignment, which cannot
/// be queried directly; and a function that checks the types of the struct's fields.
fn probe(out: &Prepared<'_>) -> TokenStream {
    let (this, name, generics) = (&out.names.this, &out.names.probe, out.generics.own);
    let (impl_generics, wheres) = (&out.generics.of_impl, &out.wheres.own);
    let fields = out.parts.iter().map(|part| {
        let (member, ty) = (&part.field.member, &part.field.ty);
        quote!(let _: *const #ty = &raw const own.#member;)
    });
    quote! {
        #[repr(C)]
        struct #name #generics (::core::primitive::u8, #this) #wheres;

        // An attribute macro may have changed them since.
        fn has_these_fields #impl_generics (own: &#this) #wheres { #(#fields)* }
    }
}

fn probe_type(out: &Prepared<'_>) -> TokenStream {
    let (name, arguments) = (&out.names.probe, &out.generics.arguments);
    quote!(#name #arguments)
}

/// Returns the offset of the last field in an unsized struct.
fn offset_in(out: &Prepared<'_>, whole: &TokenStream, member: &TokenStream) -> TokenStream {
    let shadow = shadow_type(out);
    quote!({
        let place = ::core::mem::MaybeUninit::<
            (#shadow, [::core::primitive::u8; #ROOM])
        >::uninit();
        let base = place.as_ptr().cast::<::core::primitive::u8>();
        let whole = ::core::ptr::slice_from_raw_parts(base, 0) as *const #whole;
        // SAFETY: `place` has room for everything before the tail; nothing is read.
        let tail = unsafe { &raw const (*whole).#member };
        // SAFETY: both point into `place`.
        unsafe { tail.cast::<::core::primitive::u8>().offset_from(base) as ::core::primitive::usize }
    })
}

fn tail_root(out: &Prepared<'_>) -> TokenStream {
    let (krate, this) = (&out.names.krate, &out.names.this);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.own);
    quote! {
        #[automatically_derived]
        impl #generics #krate::traits::TailRoot for #this #wheres {}
    }
}

fn methods(out: &Prepared<'_>) -> TokenStream {
    let (generics, wheres) = (&out.generics.of_view_impl, &out.wheres.own);
    let (view, read_only) = (&out.views.any, &out.views.read_only);
    quote! {
        impl #generics #view #wheres {
            /// The same memory, for reading only.
            #[inline]
            pub fn read_only(&self) -> &#read_only {
                let same = ::core::ptr::from_ref(self) as *const #read_only;
                // SAFETY: a view has the same bytes for every access mode, and is made of atomics alone,
                // so that a second kind of reference to it makes no further claims. The cast keeps the
                // length.
                unsafe { &*same }
            }
        }
    }
}
