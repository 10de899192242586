//! Prints the traits of a value in a heap. Generated code is names, `offset_of!` and calls into shm-core.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::fields::{Field, Fields};
use crate::errors::Errors;
use crate::expand::{in_const, with_doc};
use crate::model::{Model, Shape, Style, plain_name};

/// Prints
/// ```text
/// #[repr(C)]
/// pub struct Shadow<P0: Part, ..> { pub id: P0::Head, .. }
/// impl Part for Job { .. }
/// impl HeapValue for Job {}
/// ```
pub(super) fn expand(model: &Model<'_>, fields: &Fields<'_>) -> TokenStream {
    let (this, krate, fixed) = (model.ident(), &fields.krate, &fields.fixed);
    // A field of another type is one error, at its bound: everywhere else, the bounds are assumed. So the fixed
    // part is generic over the parts.
    let parameters =
        each(fields, |Field { parameter, .. }| quote!(#parameter: #krate::heap::Part,));
    let head = each(fields, |Field { head, parameter, .. }| quote!(pub #head: #parameter::Head,));
    let parts = each(fields, |Field { part, span, .. }| quote_spanned!(*span=> #part,));
    let bounds = each(fields, |Field { written, part, span, krate, .. }| {
        let ty = written.ty;
        quote_spanned!(*span=> #part: #krate::heap::Part<Value = #ty>,)
    });
    let contents = each(
        fields,
        |Field { part, span, .. }| quote_spanned!(*span=> <#part as #krate::heap::Part>::HAS_CONTENTS,),
    );
    let (layout, values) = (layout(model, fields), values(model, fields));
    let this_value = quote! {
        type Value = #this;
        type Head = #fixed<#parts>;
        const LAYOUT: &'static #krate::layout::Layout = #layout;
        const HAS_CONTENTS: ::core::primitive::bool = {
            let all = [#contents];
            let mut i = 0;
            while i < all.len() && !all[i] {
                i += 1;
            }
            i < all.len()
        };
    };
    in_const(
        "HeapValue",
        &quote! {
            /// The fixed part.
            #[repr(C)]
            pub struct #fixed<#parameters> { #head }

            #[automatically_derived]
            impl #krate::heap::Part for #this
            where
                #bounds
            {
                #this_value
                #values
            }

            #[automatically_derived]
            impl #krate::heap::HeapValue for #this
            where
                #bounds
            {}
        },
    )
}

/// `&Layout::new("Job", .., Kind::Struct { fields: &[..] })`
fn layout(model: &Model<'_>, fields: &Fields<'_>) -> TokenStream {
    let (this, krate) = (model.ident(), &fields.krate);
    let all = each(fields, |Field { written, head, name, span, part, .. }| {
        let unit = &written.unit;
        let notes = if written.doc.is_empty() && unit.is_empty() {
            TokenStream::new()
        } else {
            let doc = written.doc.expression(krate);
            quote!(.with_notes(#doc, #unit))
        };
        quote_spanned! {*span=>
            #krate::layout::FieldLayout::new(
                #name,
                #krate::__private::offset_of!(<#this as #krate::heap::Part>::Head, #head),
                <#part as #krate::heap::Part>::LAYOUT,
            )#notes,
        }
    });
    let (text, doc) = (plain_name(this), with_doc(&model.doc, krate));
    quote! {
        &#krate::layout::Layout::new(
            #text,
            ::core::mem::size_of::<Self::Head>(),
            ::core::mem::align_of::<Self::Head>(),
            #krate::layout::Kind::Struct { fields: &[#all] },
        )#doc
    }
}

/// The functions that measure, write, read and show a value.
fn values(model: &Model<'_>, fields: &Fields<'_>) -> TokenStream {
    let (this, krate) = (model.ident(), &fields.krate);
    let ends = each(
        fields,
        |Field { member, span, part, .. }| quote_spanned!(*span=> let end = <#part as #krate::heap::Part>::end(&value.#member, end);),
    );
    let writes = each(fields, |Field { member, head, span, part, .. }| {
        quote_spanned! {*span=>
            out.field::<#part>(at + #krate::__private::offset_of!(<#this as #krate::heap::Part>::Head, #head), &value.#member);
        }
    });
    let reads = each(fields, |Field { member, head, name, span, part, .. }| {
        quote_spanned! {*span=>
            #member: from.field::<#part>(at + #krate::__private::offset_of!(<#this as #krate::heap::Part>::Head, #head), #name)?,
        }
    });
    let text = plain_name(this);
    let show = show(model, fields, &text);
    quote! {
        #[inline]
        fn end(value: &#this, end: ::core::primitive::usize) -> ::core::primitive::usize {
            #ends
            end
        }

        #[inline]
        fn write(value: &#this, at: ::core::primitive::usize, out: &mut #krate::heap::Encoder<'_>) {
            #writes
        }

        #[inline]
        fn read(
            at: ::core::primitive::usize,
            from: &mut #krate::heap::Decoder<'_>,
        ) -> #krate::heap::Decoded<#this> {
            ::core::result::Result::Ok(#this { #reads })
        }

        fn show(value: &#this, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            #show
        }
    }
}

/// As `#[derive(Debug)]` shows a value.
fn show(model: &Model<'_>, fields: &Fields<'_>, text: &str) -> TokenStream {
    let krate = &fields.krate;
    let is_tuple = matches!(model.shape, Shape::Struct(Style::Tuple, _));
    let shows = each(fields, |Field { member, name, span, part, .. }| {
        let name = (!is_tuple).then(|| quote!(#name,));
        quote_spanned!(*span=> .field(#name &#krate::heap::Shown::<#part>(&value.#member)))
    });
    if is_tuple {
        return quote!(f.debug_tuple(#text)#shows.finish());
    }
    quote!(f.debug_struct(#text)#shows.finish())
}

fn each(fields: &Fields<'_>, print: impl Fn(&Field<'_>) -> TokenStream) -> TokenStream {
    fields.all.iter().map(print).collect()
}

/// After an error: the errors, and stand-ins for the traits, so that rustc does not repeat the complaint at
/// each use.
pub(super) fn fallback(model: &Model<'_>, errors: &Errors) -> TokenStream {
    let (all, error) = (errors.all(), errors.first());
    let names = crate::plan::Names::choose(model);
    if !model.generics().params.is_empty() {
        return quote!(#(#all)*);
    }
    let (krate, this) = (&names.krate, &names.this);
    let impls = in_const(
        "HeapValue",
        &quote! {
            impl #krate::heap::Part for #this {
                type Value = #this;
                type Head = ();
                const LAYOUT: &'static #krate::layout::Layout = #error;
                const HAS_CONTENTS: ::core::primitive::bool = false;
                fn end(_: &#this, _: ::core::primitive::usize) -> ::core::primitive::usize {
                    ::core::unreachable!()
                }
                fn write(_: &#this, _: ::core::primitive::usize, _: &mut #krate::heap::Encoder<'_>) {}
                fn read(
                    _: ::core::primitive::usize,
                    _: &mut #krate::heap::Decoder<'_>,
                ) -> #krate::heap::Decoded<#this> {
                    ::core::unreachable!()
                }
                fn show(_: &#this, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::unreachable!()
                }
            }

            impl #krate::heap::HeapValue for #this {}
        },
    );
    quote!(#(#all)* #impls)
}
