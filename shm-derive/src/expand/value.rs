//! Whole values: `Plain`, `ValidZeroed`, `Placeable`, and the view's `load` and `store`. All hold for a struct
//! exactly when they hold for its fields.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use crate::prepare::{Part, Prepared};

/// Prints the impls for a struct of fixed size.
pub(super) fn expand(out: &Prepared<'_>) -> TokenStream {
    let (plain, plain_view) = (plain(out), plain_view(out));
    let (valid_zeroed, placeable) = (valid_zeroed(out), placeable(out));
    let (methods, fold) = (methods(out), fold(out));
    quote!(#plain #plain_view #valid_zeroed #placeable #methods #fold)
}

/// Prints
/// ```text
/// unsafe impl Plain for Station where for<'shm> f64: Plain {
///     const ANY_BYTES: bool = all(&[<f64 as Plain>::ANY_BYTES]);
///     const NO_PADDING: bool = all(&[
///         covered(size_of::<Station>(), &[size_of::<f64>()]),
///         <f64 as Plain>::NO_PADDING,
///     ]);
///     fn load_from<A: Access>(view: &StationView<A>) -> Result<Self, InvalidValue> {
///         Ok(Self { temperature: <f64 as Plain>::load_from::<A>(&view.temperature)? })
///     }
///     ..
/// }
/// ```
fn plain(out: &Prepared<'_>) -> TokenStream {
    let (krate, this, access) = (&out.names.krate, &out.names.this, &out.names.access);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.plain);
    let view = &out.views.any;
    let loads = out.parts.iter().map(|part| {
        let (member, call) = (&part.field.member, call(out, part, "load_from"));
        quote!(#member: #call(&view.#member)?)
    });
    let loads_into = out.parts.iter().map(|part| {
        let (member, call) = (&part.field.member, call(out, part, "load_into"));
        quote!(#call(&view.#member, &mut out.#member)?;)
    });
    let stores = out.parts.iter().map(|part| {
        let (member, call) = (&part.field.member, call(out, part, "store_to"));
        quote!(#call(&view.#member, &value.#member);)
    });
    let (any_bytes, no_padding) = (facts(out, "ANY_BYTES"), facts(out, "NO_PADDING"));
    let types = out.parts.iter().map(|part| &part.field.ty);
    let invalid = quote!(#krate::errors::InvalidValue);
    quote! {
        // SAFETY: no field is live. A struct is its fields and padding, and the fields of a
        // `repr(C)` struct do not overlap.
        #[automatically_derived]
        unsafe impl #generics #krate::traits::Plain for #this #wheres {
            const ANY_BYTES: ::core::primitive::bool = #krate::__private::all(&[#(#any_bytes),*]);
            const NO_PADDING: ::core::primitive::bool = #krate::__private::all(&[
                #krate::__private::covered(
                    ::core::mem::size_of::<#this>(),
                    &[#(::core::mem::size_of::<#types>()),*],
                ),
                #(#no_padding),*
            ]);

            fn load_from<#access: #krate::traits::Access>(
                view: &#view,
            ) -> ::core::result::Result<Self, #invalid> {
                ::core::result::Result::Ok(Self { #(#loads),* })
            }

            fn load_into<#access: #krate::traits::Access>(
                view: &#view,
                out: &mut Self,
            ) -> ::core::result::Result<(), #invalid> {
                #(#loads_into)*
                ::core::result::Result::Ok(())
            }

            fn store_to<#access: #krate::traits::CanWrite>(view: &#view, value: &Self) {
                #(#stores)*
            }
        }
    }
}

/// `<f64 as Plain>::ANY_BYTES`, for every field.
fn facts(out: &Prepared<'_>, name: &str) -> Vec<TokenStream> {
    let fact = |part: &Part<'_>| {
        let (plain, name) = (&part.plain, Ident::new(name, part.span));
        quote!(#plain::#name)
    };
    out.parts.iter().map(fact).collect()
}

/// `<f64 as Plain>::load_from::<A>`
fn call(out: &Prepared<'_>, part: &Part<'_>, function: &str) -> TokenStream {
    let (span, plain) = (part.span, &part.plain);
    let (access, function) = (&out.names.access, Ident::new(function, span));
    quote_spanned!(span=> #plain::#function::<#access>)
}

fn plain_view(out: &Prepared<'_>) -> TokenStream {
    let (krate, this, access) = (&out.names.krate, &out.names.this, &out.names.access);
    let (generics, wheres) = (&out.generics.of_view_impl, &out.wheres.plain);
    let view = &out.views.any;
    quote! {
        #[automatically_derived]
        impl #generics #krate::traits::PlainView for #view #wheres {
            type Value = #this;
            type Mode = #access;
        }
    }
}

/// Prints `impl ValidZeroed for Station where for<'shm> f64: ValidZeroed {}`.
pub(super) fn valid_zeroed(out: &Prepared<'_>) -> TokenStream {
    let (krate, this) = (&out.names.krate, &out.names.this);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.zeroed);
    quote! {
        #[automatically_derived]
        impl #generics #krate::traits::ValidZeroed for #this #wheres {}
    }
}

/// Prints `impl Placeable for Station where for<'shm> f64: Placeable {}`.
pub(super) fn placeable(out: &Prepared<'_>) -> TokenStream {
    let (krate, this) = (&out.names.krate, &out.names.this);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.placeable);
    quote! {
        #[automatically_derived]
        impl #generics #krate::traits::Placeable for #this #wheres {}
    }
}

/// Prints, for a struct with `#[shm(fold = "sum")]`,
/// ```text
/// impl Fold for Counters {
///     const IS_SUM: bool = <u64 as Fold>::IS_SUM;
///
///     fn fold(&mut self, row: &Self) {
///         <u64 as Fold>::fold(&mut self.requests, &row.requests);
///     }
/// }
/// ```
fn fold(out: &Prepared<'_>) -> TokenStream {
    if out.model.options.fold.is_none() {
        return TokenStream::new();
    }
    let (krate, this) = (&out.names.krate, &out.names.this);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.folds);
    let sums = out.parts.iter().map(|part| {
        let (ty, span, krate) = (&part.field.ty, part.span, &part.krate);
        quote_spanned!(span=> <#ty as #krate::sync::Fold>::IS_SUM)
    });
    let folds = out.parts.iter().map(|part| {
        let (member, ty, span, krate) =
            (&part.field.member, &part.field.ty, part.span, &part.krate);
        let call = quote_spanned!(span=> <#ty as #krate::sync::Fold>::fold);
        quote!(#call(&mut self.#member, &row.#member);)
    });
    quote! {
        #[automatically_derived]
        impl #generics #krate::sync::Fold for #this #wheres {
            const IS_SUM: bool = true #(&& #sums)*;

            fn fold(&mut self, row: &Self) {
                #(#folds)*
            }
        }
    }
}

/// Prints `unsafe impl PlainRoot for Frame where for<'shm> u32: PlainRoot, [u8]: PlainRoot {}`.
pub(super) fn plain_root(out: &Prepared<'_>) -> TokenStream {
    let (krate, this) = (&out.names.krate, &out.names.this);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.plain);
    quote! {
        // SAFETY: no field is live.
        #[automatically_derived]
        unsafe impl #generics #krate::traits::PlainRoot for #this #wheres {}
    }
}

/// Prints the view's own methods. The bounds are on the methods, so that the error of an impossible call
/// names the offending type.
pub(super) fn methods(out: &Prepared<'_>) -> TokenStream {
    let (krate, this, access) = (&out.names.krate, &out.names.this, &out.names.access);
    let (generics, wheres) = (&out.generics.of_view_impl, &out.wheres.own);
    let (view, read_only) = (&out.views.any, &out.views.read_only);
    let plain = quote!(for<'shm> #this: #krate::traits::Plain<View<#access> = Self>);
    let invalid = quote!(#krate::errors::InvalidValue);
    quote! {
        impl #generics #view #wheres {
            /// Copies the whole value out, field by field; not a snapshot of several fields.
            ///
            /// # Errors
            /// If the bytes of a checked field are not a value of its type.
            #[inline]
            pub fn load(&self) -> ::core::result::Result<#this, #invalid> where #plain {
                <#this as #krate::traits::Plain>::load_from::<#access>(self)
            }

            /// Copies the whole value into `out`, field by field, without a second copy on the stack.
            ///
            /// # Errors
            /// If the bytes of a checked field are not a value of its type; the fields before it have
            /// been copied then.
            #[inline]
            pub fn load_into(&self, out: &mut #this) -> ::core::result::Result<(), #invalid>
            where
                #plain,
            {
                <#this as #krate::traits::Plain>::load_into::<#access>(self, out)
            }

            /// Writes the whole value, field by field: other processes may see some fields new and some old.
            #[inline]
            pub fn store(&self, value: &#this) where #plain, #access: #krate::traits::CanWrite {
                <#this as #krate::traits::Plain>::store_to::<#access>(self, value);
            }

            /// The same memory, for reading only.
            #[inline]
            pub fn read_only(&self) -> &#read_only {
                #krate::__private::read_only::<#this, #access>(self)
            }
        }
    }
}
