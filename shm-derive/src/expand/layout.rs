//! `SharedLayout`: the layout, and the proofs that view and struct agree.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::doc::Doc;
use crate::prepare::{Part, Prepared};

const FOREIGN_TRAIT: &str = "a handwritten `unsafe impl SharedLayout` is wrong: `View<A>` must have the size and alignment of the type";

pub(super) const CHANGED_SINCE: &str = "an attribute macro below the derive changes the struct: put it above, so that the derive sees the changed struct";

/// Prints
/// ```text
/// unsafe impl SharedLayout for Station {
///     type View<A: Access> = StationView<A>;
///     const LAYOUT: &'static Layout = { same(..); .. &Layout::new("Station", ..) };
/// }
/// const _: &Layout = <Station as SharedLayout>::LAYOUT;
/// ```
pub(super) fn shared_layout(out: &Prepared<'_>) -> TokenStream {
    let krate = &out.names.krate;
    let (this, access) = (&out.names.this, &out.names.access);
    let (generics, wheres) = (&out.generics.of_impl, &out.wheres.own);
    let view = &out.views.sized;
    let proofs = proofs(out);
    let size = quote!(::core::mem::size_of::<#this>());
    let align = quote!(::core::mem::align_of::<#this>());
    let layout = struct_layout(out, &size, &align, &fields(out));
    let now = evaluated_now(out, &quote!(<#this as #krate::SharedLayout>::LAYOUT));
    quote! {
        // SAFETY: both are `repr(C)` with the same fields in the same order, each as large and as
        // aligned in the view as in the struct, which `LAYOUT` proves; the view is made of the
        // fields' views, whose own contract covers the rest.
        #[automatically_derived]
        unsafe impl #generics #krate::SharedLayout for #this #wheres {
            type View<#access: #krate::traits::Access> = #view;
            const LAYOUT: &'static #krate::layout::Layout = { #proofs #layout };
        }
        #now
    }
}

/// Evaluates a layout at the struct's definition, not only where it is used. A generic struct's layout
/// has to wait for its parameters.
pub(super) fn evaluated_now(out: &Prepared<'_>, layout: &TokenStream) -> TokenStream {
    if !out.generics.own.params.is_empty() {
        return TokenStream::new();
    }
    let krate = &out.names.krate;
    quote!(const _: &#krate::layout::Layout = #layout;)
}

/// `&Layout::new("Station", size, align, Kind::Struct { fields: &[..] }).with_doc("..")`, in
/// `Layout::with_capacity(.., 512)` if there is a capacity.
pub(super) fn struct_layout(
    out: &Prepared<'_>,
    size: &TokenStream,
    align: &TokenStream,
    fields: &[TokenStream],
) -> TokenStream {
    let (krate, text) = (&out.names.krate, &out.names.text);
    let doc = with_doc(&out.model.doc, krate);
    let layout = quote! {
        #krate::layout::Layout::new(
            #text, #size, #align, #krate::layout::Kind::Struct { fields: &[#(#fields),*] },
        )#doc
    };
    let Some(capacity) = &out.model.options.capacity else { return quote!(&#layout) };
    // The whole call is spanned at the capacity, so that rustc points there if it is too small.
    let krate = out.names.krate_at(capacity.span());
    let call = quote_spanned! {capacity.span()=>
        #krate::layout::Layout::with_capacity(#layout, #capacity)
    };
    quote!(&#call)
}

/// `.with_doc("..")`, if there is a doc comment.
pub(crate) fn with_doc(doc: &Doc, krate: &TokenStream) -> TokenStream {
    if doc.is_empty() {
        return TokenStream::new();
    }
    let text = doc.expression(krate);
    quote!(.with_doc(#text))
}

fn fields(out: &Prepared<'_>) -> Vec<TokenStream> {
    out.parts
        .iter()
        .map(|part| {
            let (span, this, krate) = (part.span, &out.names.this, &part.krate);
            let (member, shared) = (&part.field.member, &part.asked);
            let offset = quote_spanned!(span=> #krate::__private::offset_of!(#this, #member));
            let layout = quote_spanned!(span=> #shared::LAYOUT);
            field_layout(out, part, &offset, &layout)
        })
        .collect()
}

/// `FieldLayout::new("temperature", offset, layout).with_notes("degrees Celsius", "°C").with_aliases(&["temp"])`,
/// in `FieldLayout::with_guard(.., "lock", <Mutex<()> as SharedLayout>::LAYOUT)` if a lock guards it.
pub(super) fn field_layout(
    out: &Prepared<'_>,
    part: &Part<'_>,
    offset: &TokenStream,
    layout: &TokenStream,
) -> TokenStream {
    let (krate, field) = (&out.names.krate, part.field);
    let (name, doc, unit) = (&field.name, &field.doc, &field.unit);
    let notes = if doc.is_empty() && unit.is_empty() {
        TokenStream::new()
    } else {
        let doc = doc.expression(krate);
        quote!(.with_notes(#doc, #unit))
    };
    let aliases = match field.aliases {
        [] => TokenStream::new(),
        aliases => quote!(.with_aliases(&[#(#aliases),*])),
    };
    let described =
        quote!(#krate::layout::FieldLayout::new(#name, #offset, #layout)#notes #aliases);
    let Some((lock, position)) = field.guard else { return described };
    // The whole call is spanned at the lock's name, so that rustc points there if that cannot guard the field.
    let (krate, asked) = (out.names.krate_at(lock.span()), &out.parts[position].asked);
    quote_spanned! {lock.span()=>
        #krate::layout::FieldLayout::with_guard(#described, #lock, #asked::LAYOUT)
    }
}

/// Fields that agree in size and alignment have the same offsets in two `repr(C)` structs of the same order.
/// Proves as well that the struct is still `repr(C)`: an attribute macro may have changed it since.
fn proofs(out: &Prepared<'_>) -> TokenStream {
    let (krate, this) = (&out.names.krate, &out.names.this);
    let view = &out.views.sized_read_write;
    let fields = out.parts.iter().map(|part| field_proofs(out, part));
    let order = order_proofs(out);
    let whole = format!(
        "`{}` and its view differ in size or alignment\nhelp: {CHANGED_SINCE}",
        out.names.text
    );
    quote! {
        #(#fields)*
        #order
        #krate::__private::same_layout::<#view, #this>(#whole);
    }
}

/// `same("..", next::<u64>(end::<f64>(offset_of!(Station, temperature))), offset_of!(Station, hits));`
/// for each field with a size: proves that they follow each other, as they do in the view.
pub(super) fn order_proofs(out: &Prepared<'_>) -> TokenStream {
    let this = &out.names.this;
    let mut end = quote!(0);
    let mut proofs = TokenStream::new();
    for part in out.parts.iter().filter(|part| part.field.element.is_none()) {
        let (span, krate, field) = (part.span, &part.krate, part.field);
        let (member, ty) = (&field.member, &field.ty);
        let message = format!(
            "field `{}` of `{}` starts at another offset in the view\nhelp: {CHANGED_SINCE}",
            field.name, out.names.text,
        );
        proofs.extend(quote_spanned! {span=>
            #krate::layout::same(
                #message,
                #krate::__private::next::<#ty>(#end),
                #krate::__private::offset_of!(#this, #member),
            );
        });
        end = quote_spanned! {span=>
            #krate::__private::end::<#ty>(#krate::__private::offset_of!(#this, #member))
        };
    }
    proofs
}

/// `same_size::<Shared<f64>, f64>("..");` and the same for the alignment.
pub(super) fn field_proofs(out: &Prepared<'_>, part: &Part<'_>) -> TokenStream {
    let (span, krate, ty, asked) = (part.span, &part.krate, part.value, &part.asked);
    let shared = quote_spanned!(span=> #asked::View<#krate::ReadWrite>);
    let place = format!("field `{}` of `{}`", part.field.name, out.names.text);
    let size = format!("{place}: its view differs in size from its type\nhelp: {FOREIGN_TRAIT}");
    let align = format!(
        "{place}: its view differs in alignment from its type, so it could not be accessed in one step\nhelp: {FOREIGN_TRAIT}"
    );
    quote_spanned! {span=>
        #krate::__private::same_size::<#shared, #ty>(#size);
        #krate::__private::same_align::<#shared, #ty>(#align);
    }
}
