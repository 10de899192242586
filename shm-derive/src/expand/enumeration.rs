//! Enums: an integer that is validated when it is read.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::layout::with_doc;
use crate::model::plain_name;
use crate::plan::EnumPlan;

/// Prints the variants as a constant, the conversions, and the shared form.
pub(super) fn expand(plan: &EnumPlan<'_>) -> TokenStream {
    let (variants, validated) = (variants(plan), validated(plan));
    let (shared, valid_zeroed) = (shared(plan), valid_zeroed(plan));
    quote!(#variants #validated #shared #valid_zeroed)
}

/// `const VARIANTS: &[Variant] = &[Variant { name: "Idle", discriminant: Mode::Idle as u8 as i128 }, ..];`
fn variants(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this, repr) = (&plan.names.krate, &plan.names.this, &plan.repr);
    let variants = plan.variants.iter().map(|ident| {
        let name = plain_name(ident);
        let value = quote!(#this::#ident as ::core::primitive::#repr as ::core::primitive::i128);
        quote!(#krate::layout::Variant { name: #name, discriminant: #value })
    });
    quote! {
        const VARIANTS: &'static [#krate::layout::Variant] = &[#(#variants),*];
        const ALLOWED: [::core::primitive::u8; #krate::__private::allowed_len(VARIANTS)] =
            #krate::__private::allowed(VARIANTS);
    }
}

/// Prints
/// ```text
/// impl Validated for Mode {
///     type Repr = u8;
///     fn from_repr(bits: u8) -> Option<Self> {
///         const V0: u8 = Mode::Idle as u8;
///         match bits { V0 => Some(Mode::Idle), _ => None }
///     }
///     ..
/// }
/// ```
fn validated(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this) = (&plan.names.krate, &plan.names.this);
    let repr = &plan.repr;
    let repr = quote!(::core::primitive::#repr);
    let idents = &plan.variants;
    let values: Vec<_> = (0..idents.len()).map(|index| format_ident!("V{index}")).collect();
    quote! {
        #[automatically_derived]
        impl #krate::Validated for #this {
            type Repr = #repr;
            const ALLOWED: &'static ::core::primitive::str = #krate::__private::text(&ALLOWED);

            #[inline]
            fn from_repr(bits: #repr) -> ::core::option::Option<Self> {
                #(const #values: #repr = #this::#idents as #repr;)*
                match bits {
                    #(#values => ::core::option::Option::Some(#this::#idents),)*
                    _ => ::core::option::Option::None,
                }
            }

            #[inline]
            fn to_repr(self) -> #repr {
                self as #repr
            }
        }
    }
}

fn shared(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this, text) = (&plan.names.krate, &plan.names.this, &plan.names.text);
    let repr = format_ident!("{}", plan.repr.to_string().to_uppercase());
    let doc = with_doc(&plan.model.doc);
    quote! {
        #krate::__checked_type!(#this, &#krate::layout::Layout::new(
            #text,
            ::core::mem::size_of::<#this>(),
            ::core::mem::align_of::<#this>(),
            #krate::layout::Kind::Enum { repr: #krate::layout::ScalarKind::#repr, variants: VARIANTS },
        )#doc);
        const _: &#krate::layout::Layout = <#this as #krate::SharedLayout>::LAYOUT;
    }
}

/// Zero is valid if the tokens say that a variant has that value.
fn valid_zeroed(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this) = (&plan.names.krate, &plan.names.this);
    if plan.has_zero { quote!(impl #krate::ValidZeroed for #this {}) } else { TokenStream::new() }
}
