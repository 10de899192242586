//! Enums: an integer that is validated when it is read.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};

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
        impl #krate::field::Validated for #this {
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

/// Prints
/// ```text
/// unsafe impl SharedLayout for Mode {
///     type View<A: Access> = Checked<Mode, A>;
///     const LAYOUT: &'static Layout = { is_its_integer::<Mode, u8>(".."); &Layout::new("Mode", ..) };
/// }
/// impl Placeable for Mode {}
/// unsafe impl Plain for Mode { .. }
/// ```
/// It is printed here, and not by a macro of shm-core, because any crate could call an exported macro,
/// and `unsafe` printed here is not linted in the user's crate.
fn shared(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this, access) = (&plan.names.krate, &plan.names.this, &plan.names.access);
    let (layout, plain) = (layout(plan), plain(plan));
    quote! {
        // SAFETY: `Checked` is one atomic of the integer's size and alignment, which are the enum's, as
        // `LAYOUT` proves; it is validated on a private copy when it is read.
        #[automatically_derived]
        unsafe impl #krate::SharedLayout for #this {
            type View<#access: #krate::traits::Access> = #krate::field::Checked<#this, #access>;
            const LAYOUT: &'static #krate::layout::Layout = #layout;
        }
        const _: &#krate::layout::Layout = <#this as #krate::SharedLayout>::LAYOUT;

        #[automatically_derived]
        impl #krate::traits::Placeable for #this {}

        #plain
    }
}

/// Prints the layout, and the proof that the enum has its integer's size and alignment even after other
/// attributes.
fn layout(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this, text) = (&plan.names.krate, &plan.names.this, &plan.names.text);
    let repr = &plan.repr;
    let kind = format_ident!("{}", repr.to_string().to_uppercase());
    let doc = with_doc(&plan.model.doc, krate);
    let message = format!(
        "`{text}` differs in size or alignment from `{repr}`, the integer that stores it\nhelp: an attribute macro below the derive changes the enum, by `align(..)` or another `repr`: remove that, and align the struct that holds the enum instead"
    );
    // The whole call is spanned at the enum's name, so that rustc points there.
    let span = plan.model.ident().span();
    let at = plan.names.krate_at(span);
    let integer = quote!(::core::primitive::#repr);
    let proof = quote_spanned! {span=>
        #at::__private::is_its_integer::<#this, #integer>(#message)
    };
    quote!({
        #proof;
        &#krate::layout::Layout::new(
            #text,
            ::core::mem::size_of::<#this>(),
            ::core::mem::align_of::<#this>(),
            #krate::layout::Kind::Enum {
                repr: #krate::layout::ScalarKind::#kind,
                variants: VARIANTS,
            },
        )#doc
    })
}

fn plain(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this, access) = (&plan.names.krate, &plan.names.this, &plan.names.access);
    let checked = quote!(#krate::field::Checked<#this, #access>);
    quote! {
        // SAFETY: a bare atomic needs no surroundings; a value has the size and the bytes of its integer.
        #[automatically_derived]
        unsafe impl #krate::traits::Plain for #this {
            const NO_PADDING: ::core::primitive::bool = true;

            #[inline]
            fn load_from<#access: #krate::traits::Access>(
                view: &#checked,
            ) -> ::core::result::Result<Self, #krate::errors::InvalidValue> {
                view.get()
            }

            #[inline]
            fn store_to<#access: #krate::traits::CanWrite>(view: &#checked, value: &Self) {
                view.set_from(value);
            }
        }
    }
}

/// Prints `impl ValidZeroed for Mode where for<'shm> Mode: HasZero<{ has_zero(VARIANTS) }> {}`: whether
/// zero is valid is known once the discriminants are.
fn valid_zeroed(plan: &EnumPlan<'_>) -> TokenStream {
    let (krate, this) = (&plan.names.krate, &plan.names.this);
    quote! {
        #[automatically_derived]
        impl #krate::traits::ValidZeroed for #this
        where
            for<'shm> #this: #krate::__private::HasZero<{ #krate::__private::has_zero(VARIANTS) }>,
        {}
    }
}
