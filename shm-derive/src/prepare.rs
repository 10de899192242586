//! The parts of a struct's output: each name and clause, made once.

mod wheres;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Generics, Type};

use crate::model::{Model, Style};
use crate::plan::{FieldPlan, Names, StructPlan, ends};
pub(crate) use wheres::Wheres;

/// A struct, ready to be printed.
pub(crate) struct Prepared<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) names: &'a Names,
    pub(crate) style: Style,
    pub(crate) parts: Vec<Part<'a>>,
    pub(crate) generics: Parameters<'a>,
    pub(crate) views: Views,
    pub(crate) wheres: Wheres,
}

/// A field, ready to be printed.
pub(crate) struct Part<'a> {
    pub(crate) field: &'a FieldPlan<'a>,
    /// The place for an error about the field's type.
    pub(crate) span: Span,
    /// The spans of the type's first and last token.
    pub(crate) ends: (Span, Span),
    /// The path of shm-core, at that place.
    pub(crate) krate: TokenStream,
    /// The type that the field stores in a region: the element's for a slice.
    pub(crate) value: &'a Type,
    /// The field's shared form: `Shared<f64, A>`, or `[Shared<u8, A>]`.
    pub(crate) shared: TokenStream,
    /// The same for a type that is judged at the view's definition; see [`judged_form`].
    pub(crate) judged: Option<TokenStream>,
    /// The path of the type with the items of `SharedLayout`; see [`asked`].
    pub(crate) asked: TokenStream,
    /// `<f64 as Plain>`
    pub(crate) plain: TokenStream,
}

/// The parameters of the struct and the view, in the form for each place.
pub(crate) struct Parameters<'a> {
    /// `<T: Bound, const N: usize = 4>`, for a definition.
    pub(crate) own: &'a Generics,
    /// `<T: Bound, const N: usize>`, for an impl.
    pub(crate) of_impl: TokenStream,
    /// `<T, N>`
    pub(crate) arguments: TokenStream,
    /// `<T: Bound, const N: usize = 4, A: Access = ReadWrite>`, for the view's definition.
    pub(crate) of_view: TokenStream,
    /// `<T: Bound, const N: usize, A: Access>`, for an impl of the view.
    pub(crate) of_view_impl: TokenStream,
}

/// The view in each access mode that is printed.
pub(crate) struct Views {
    /// `StationView<T, N, A>`
    pub(crate) any: TokenStream,
    /// `StationView<T, N, ReadOnly>`
    pub(crate) read_only: TokenStream,
    /// `StationView<T, N, ReadWrite>`
    pub(crate) read_write: TokenStream,
    /// The first one, spanned at the last field: if that field's shared form is in doubt, so is the
    /// view's size, and rustc then reports both in one error.
    pub(crate) sized: TokenStream,
    /// The third one, spanned in the same way.
    pub(crate) sized_read_write: TokenStream,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(plan: &'a StructPlan<'a>) -> Self {
        Self {
            model: plan.model,
            names: &plan.names,
            style: plan.style,
            parts: plan.fields.iter().map(|field| Part::new(field, &plan.names)).collect(),
            generics: Parameters::new(plan),
            views: Views::new(plan),
            wheres: Wheres::new(plan),
        }
    }

    /// The field with the run-time length, if there is one.
    pub(crate) fn tail(&self) -> Option<&Part<'a>> {
        self.parts.last().filter(|part| part.field.element.is_some())
    }
}

impl<'a> Part<'a> {
    fn new(field: &'a FieldPlan<'a>, names: &Names) -> Self {
        let span = field.ty.span();
        let value = field.value();
        let mode = names.access.to_token_stream();
        Self {
            field,
            span,
            ends: ends(&field.ty),
            krate: names.krate_at(span),
            value,
            shared: in_slice(field, span, shared(value, names, &mode)),
            judged: judged_form(field, names, &mode),
            asked: asked(field, names),
            plain: qualified(&field.ty, names, "Plain"),
        }
    }
}

fn in_slice(field: &FieldPlan<'_>, span: Span, shared: TokenStream) -> TokenStream {
    if field.element.is_some() { quote_spanned!(span=> [#shared]) } else { shared }
}

impl<'a> Parameters<'a> {
    fn new(plan: &'a StructPlan<'a>) -> Self {
        let own = &plan.generics;
        let Names { krate, access, .. } = &plan.names;
        let mut of_view = own.clone();
        of_view.params.push(syn::parse_quote!(#access: #krate::traits::Access = #krate::ReadWrite));
        let (of_impl, arguments, _) = own.split_for_impl();
        Self {
            own,
            of_impl: of_impl.to_token_stream(),
            arguments: arguments.to_token_stream(),
            of_view: of_view.to_token_stream(),
            of_view_impl: of_view.split_for_impl().0.to_token_stream(),
        }
    }
}

impl Views {
    fn new(plan: &StructPlan<'_>) -> Self {
        let Names { krate, access, .. } = &plan.names;
        let any = view(plan, &access.to_token_stream());
        let read_write = view(plan, &quote!(#krate::ReadWrite));
        Self {
            sized: at_last_field(plan, &any),
            sized_read_write: at_last_field(plan, &read_write),
            read_only: view(plan, &quote!(#krate::ReadOnly)),
            any,
            read_write,
        }
    }
}

fn view(plan: &StructPlan<'_>, mode: &TokenStream) -> TokenStream {
    let view = &plan.names.view;
    let parameters = plan.generics.params.iter().map(|parameter| match parameter {
        GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
        GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
        GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
    });
    quote!(#view<#(#parameters,)* #mode>)
}

fn at_last_field(plan: &StructPlan<'_>, view: &TokenStream) -> TokenStream {
    let (start, end) =
        plan.fields.last().map_or((Span::call_site(), Span::call_site()), |f| ends(&f.ty));
    let mut trees: Vec<_> = view.clone().into_iter().collect();
    if let [first, .., last] = &mut *trees {
        first.set_span(start);
        last.set_span(end);
    }
    trees.into_iter().collect()
}

/// `Part<Pose, A, { judge(is_shared, "field ..", remedy) }>`: the same as `Shared<Pose, A>`, but for a
/// type that cannot be shared it is the only error, since rustc accepts every use of a type with an
/// error inside. Documentation shows the simple form, which rust-analyzer also understands.
fn judged_form(field: &FieldPlan<'_>, names: &Names, mode: &TokenStream) -> Option<TokenStream> {
    let judged = field.judged.as_ref()?;
    let (start, end) = ends(judged);
    let krate = names.krate_at(start);
    let message = format!(
        "field `{}` of `{}`: `{}` cannot live in shared memory",
        field.name,
        names.text,
        plain_text(judged),
    );
    let ty = field.value();
    let open = quote_spanned!(start=> #krate::__private::Part<);
    let judge = quote_spanned! {start=>
        #krate::__private::judge(#krate::__private::Is::<#judged>::SHARED, #message, #krate::__private::Is::<#judged>::REMEDY)
    };
    let close = quote_spanned!(end=> >);
    let part = quote!(#open #ty, #mode, {
        #[allow(unused_imports, reason = "used if the type cannot be shared")]
        use #krate::__private::{NoRemedy as _, NotShared as _};
        #judge
    } #close);
    Some(if field.element.is_some() { quote!([#part]) } else { part })
}

/// A type as its author wrote it: `Option<u32>`, not `Option < u32 >`.
fn plain_text(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    [" <", "< ", " >", " ::", ":: ", " ,", "( ", " )", "& "]
        .iter()
        .fold(text, |text, spaced| text.replace(spaced, spaced.trim()))
}

/// `<f64 as SharedLayout>`; for a type that is judged, `<Asked<Pose, { .. }> as MaybeShared>`, which has
/// the same items, and whose uses rustc accepts even if the type cannot be shared.
fn asked(field: &FieldPlan<'_>, names: &Names) -> TokenStream {
    let ty = field.value();
    let Some(judged) = &field.judged else { return qualified(ty, names, "SharedLayout") };
    let (start, end) = ends(ty);
    let krate = names.krate_at(start);
    let is_shared = is_shared(&krate, judged);
    let open = quote_spanned!(start=> <#krate::__private::Asked<);
    let krate = names.krate_at(end);
    let close = quote_spanned!(end=> > as #krate::__private::MaybeShared>);
    quote!(#open #ty, #is_shared #close)
}

/// `{ use shm_core::__private::NotShared as _; shm_core::__private::Is::<Pose>::SHARED }`: a constant,
/// even for types that cannot be shared.
fn is_shared(krate: &TokenStream, ty: &Type) -> TokenStream {
    quote!({
        #[allow(unused_imports, reason = "used if the type cannot be shared")]
        use #krate::__private::NotShared as _;
        #krate::__private::Is::<#ty>::SHARED
    })
}

/// `Shared<f64, Mode>`, spanned from the type's first token to its last.
fn shared(ty: &Type, names: &Names, mode: &TokenStream) -> TokenStream {
    let (start, end) = ends(ty);
    let krate = names.krate_at(start);
    let open = quote_spanned!(start=> #krate::traits::Shared<);
    let close = quote_spanned!(end=> , #mode>);
    quote!(#open #ty #close)
}

/// `<f64 as Trait>`, spanned from the type's first token to its last.
pub(crate) fn qualified(ty: &Type, names: &Names, name: &str) -> TokenStream {
    let (start, end) = ends(ty);
    let (krate, name) = (names.krate_at(end), Ident::new(name, end));
    let open = quote_spanned!(start=> <);
    let close = quote_spanned!(end=> as #krate::traits::#name>);
    quote!(#open #ty #close)
}
