//! The plan: what will be printed, with every name chosen and every bound written out.

mod names;
mod rewrite;

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, GenericParam, Generics, Index, LitStr, Member, Type, Visibility};

use crate::check;
use crate::doc::Doc;
use crate::errors::Errors;
use crate::model::{Field, Model, Shape, Style};
pub(crate) use names::Names;

/// A legal item.
pub(crate) enum Plan<'a> {
    Struct(StructPlan<'a>),
    Enum(EnumPlan<'a>),
}

impl<'a> Plan<'a> {
    /// Checks what was written against every rule.
    pub(crate) fn check(model: &'a Model<'a>) -> Result<Self, Errors> {
        let errors = check::check(model);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(match &model.shape {
            Shape::Enum(_) | Shape::Union => Self::Enum(EnumPlan::new(model)),
            Shape::Struct(style, fields) => Self::Struct(StructPlan::new(model, *style, fields)),
        })
    }
}

/// An enum to be printed.
pub(crate) struct EnumPlan<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) names: Names,
    /// The integer that `#[repr(..)]` names.
    pub(crate) repr: Ident,
    pub(crate) variants: Vec<&'a Ident>,
}

impl<'a> EnumPlan<'a> {
    fn new(model: &'a Model<'a>) -> Self {
        let variants: &[_] = match &model.shape {
            Shape::Enum(variants) => variants,
            _ => &[],
        };
        let repr = model
            .repr
            .first()
            .map_or_else(|| Ident::new("u8", Span::call_site()), |word| word.name.clone());
        Self {
            model,
            names: Names::choose(model),
            repr,
            variants: variants.iter().map(|variant| variant.ident).collect(),
        }
    }
}

/// A struct to be printed.
pub(crate) struct StructPlan<'a> {
    pub(crate) model: &'a Model<'a>,
    pub(crate) names: Names,
    pub(crate) style: Style,
    pub(crate) fields: Vec<FieldPlan<'a>>,
    /// The struct's parameters, without lifetimes; `Self` is spelled out.
    pub(crate) generics: Generics,
}

/// A field to be printed.
pub(crate) struct FieldPlan<'a> {
    pub(crate) vis: &'a Visibility,
    pub(crate) passed_on: &'a [Attribute],
    pub(crate) name: String,
    pub(crate) doc: &'a Doc,
    pub(crate) unit: &'a str,
    pub(crate) aliases: &'a [LitStr],
    /// How the field is accessed. Spanned at the type's end, and all else that touches the field at
    /// the type too: rustc then has one and the same error for each use, and shows it once.
    pub(crate) member: Member,
    /// The type, `Self` spelled out.
    pub(crate) ty: Type,
    /// The element, if the type is a slice: this is then the last field.
    pub(crate) element: Option<Type>,
    /// Whether the type mentions a type parameter.
    pub(crate) generic: bool,
    /// The type that is to be asked whether it can be shared, and told what to use instead: that of an
    /// element of an array. `None` if it cannot be asked before parameters are known, or need not be.
    pub(crate) judged: Option<Type>,
    /// The type alias that stands for the type (of an element), if that calls a macro: what is printed
    /// has to mean one and the same type everywhere.
    pub(crate) alias: Option<TokenStream>,
}

impl<'a> StructPlan<'a> {
    pub(crate) fn new(model: &'a Model<'a>, style: Style, fields: &'a [Field<'a>]) -> Self {
        let names = Names::choose(model);
        let generics = rewrite::generics(model.generics(), &names.this);
        let parameters: HashSet<String> =
            generics.type_params().map(|parameter| parameter.ident.to_string()).collect();
        let fields = fields.iter().enumerate().map(|(index, field)| {
            FieldPlan::new(index, field, model, &generics, &names, &parameters)
        });
        Self { model, style, fields: fields.collect(), generics, names }
    }

    /// The field with the run-time length, if there is one.
    pub(crate) fn tail(&self) -> Option<&FieldPlan<'a>> {
        self.fields.last().filter(|field| field.element.is_some())
    }

    /// `<T: Bound, const N: usize>`, for an impl.
    pub(crate) fn impl_generics(&self) -> TokenStream {
        self.generics.split_for_impl().0.to_token_stream()
    }

    /// The access mode that the view's parameter stands for.
    pub(crate) fn mode(&self) -> TokenStream {
        self.names.access.to_token_stream()
    }

    /// `<T: Bound, const N: usize, A: Access>`, for an impl of the view.
    pub(crate) fn view_impl_generics(&self) -> TokenStream {
        let generics = self.view_generics();
        generics.split_for_impl().0.to_token_stream()
    }

    /// The parameters of the view: the struct's and the access mode.
    pub(crate) fn view_generics(&self) -> Generics {
        let Names { krate, access, .. } = &self.names;
        let mut generics = self.generics.clone();
        generics.params.push(syn::parse_quote!(#access: #krate::Access = #krate::ReadWrite));
        generics
    }

    /// The view with this access mode: `StationView<T, N, Mode>`.
    pub(crate) fn view(&self, mode: &TokenStream) -> TokenStream {
        let view = &self.names.view;
        let parameters = self.generics.params.iter().map(|parameter| match parameter {
            GenericParam::Type(parameter) => parameter.ident.to_token_stream(),
            GenericParam::Const(parameter) => parameter.ident.to_token_stream(),
            GenericParam::Lifetime(parameter) => parameter.lifetime.to_token_stream(),
        });
        quote!(#view<#(#parameters,)* #mode>)
    }

    /// The same view, spanned at the last field: if that one's shared form is in doubt, so is whether
    /// the view has a size, and rustc then says both in one error.
    pub(crate) fn sized_view(&self, mode: &TokenStream) -> TokenStream {
        let (start, end) =
            self.fields.last().map_or((Span::call_site(), Span::call_site()), |f| ends(&f.ty));
        let mut trees: Vec<_> = self.view(mode).into_iter().collect();
        if let [first, .., last] = &mut *trees {
            first.set_span(start);
            last.set_span(end);
        }
        trees.into_iter().collect()
    }

    /// The struct's own where clause, what its parameters and generic fields must be to be shared,
    /// and `more`.
    pub(crate) fn where_clause(&self, more: &[TokenStream]) -> TokenStream {
        let own = self.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let own = own.map(ToTokens::to_token_stream);
        let parameters = self.generics.type_params().map(|parameter| {
            let ident = &parameter.ident;
            quote!(#ident: 'static)
        });
        let mut fields = Vec::new();
        for ty in self.distinct_types(|field| field.generic) {
            let krate = self.names.krate_at(ty.span());
            fields.push(quote_spanned!(ty.span()=> #ty: #krate::SharedLayout));
        }
        let all: Vec<_> = own.chain(parameters).chain(fields).chain(more.iter().cloned()).collect();
        if all.is_empty() { TokenStream::new() } else { quote!(where #(#all),*) }
    }

    /// The where clause under which every field has a trait of shm-core.
    pub(crate) fn where_all(&self, bound: &str) -> TokenStream {
        let mut bounds = Vec::new();
        for ty in self.distinct_types(|_| true) {
            // `for<'shm>` lets a bound that is false be written down: the impl then does not apply.
            let krate = self.names.krate_at(ty.span());
            let bound = Ident::new(bound, ty.span());
            bounds.push(quote_spanned!(ty.span()=> for<'shm> #ty: #krate::#bound));
        }
        self.where_clause(&bounds)
    }

    /// As [`StructPlan::where_all`], of the fields whose types can be shared. The others are reported
    /// where they stand, and not again where the trait is needed.
    pub(crate) fn where_shared(&self, bound: &str) -> TokenStream {
        let mut bounds = Vec::new();
        let mut seen = HashSet::new();
        for field in &self.fields {
            let (ty, span) = (field.value(), field.span());
            if !seen.insert(ty.to_token_stream().to_string()) {
                continue;
            }
            let krate = self.names.krate_at(span);
            let bound = Ident::new(bound, span);
            bounds.push(match &field.judged {
                None => quote_spanned!(span=> for<'shm> #ty: #krate::#bound),
                Some(judged) => {
                    let part = format_ident!("{bound}Part", span = span);
                    let is_shared = is_shared(&krate, judged);
                    quote_spanned!(span=> for<'shm> #ty: #krate::__private::#part<#is_shared>)
                }
            });
        }
        self.where_clause(&bounds)
    }

    /// The types that fields bring into a region: the element's for a slice.
    fn distinct_types(&self, which: impl Fn(&FieldPlan<'_>) -> bool) -> Vec<&Type> {
        let mut seen = HashSet::new();
        let fields = self.fields.iter().filter(|field| which(field));
        fields
            .map(FieldPlan::value)
            .filter(|ty| seen.insert(ty.to_token_stream().to_string()))
            .collect()
    }
}

impl<'a> FieldPlan<'a> {
    fn new(
        index: usize,
        field: &'a Field<'a>,
        model: &Model<'_>,
        generics: &Generics,
        names: &Names,
        parameters: &HashSet<String>,
    ) -> Self {
        let ty = rewrite::field_type(field.ty, model.generics(), &names.this);
        let (ty, alias) = written_once(index, ty, generics, names);
        let all_parameters = generics.params.iter().filter_map(rewrite::parameter_name).collect();
        let open = rewrite::mentions(&ty, &all_parameters);
        let innermost = rewrite::innermost(&ty);
        let judged = (!open && !rewrite::looks_scalar(innermost)).then(|| innermost.clone());
        Self {
            vis: field.vis,
            passed_on: &field.passed_on,
            name: field.name(index),
            doc: &field.doc,
            unit: &field.unit,
            aliases: &field.aliases,
            member: member(index, field.ident, ends(&ty).1),
            element: rewrite::slice_element(&ty),
            generic: rewrite::mentions(&ty, parameters),
            judged,
            alias,
            ty,
        }
    }

    /// Where an error about this field's type belongs.
    pub(crate) fn span(&self) -> Span {
        self.ty.span()
    }

    /// The type that the field brings into a region: the element's for a slice.
    pub(crate) fn value(&self) -> &Type {
        self.element.as_ref().unwrap_or(&self.ty)
    }

    /// The field's shared form: `Shared<f64, Mode>`, or `[Shared<u8, Mode>]`.
    pub(crate) fn shared(&self, names: &Names, mode: &TokenStream) -> TokenStream {
        let shared = shared(self.value(), names, mode);
        if self.element.is_some() { quote_spanned!(self.span()=> [#shared]) } else { shared }
    }
}

/// `<f64 as SharedLayout>`; of a type that is to be judged `<Asked<Pose, { .. }> as MaybeShared>`, which has the
/// same items, and which rustc finds nothing wrong with if the type has turned out not to be shared.
pub(crate) fn asked(field: &FieldPlan<'_>, names: &Names) -> TokenStream {
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

/// `{ use shm_core::__private::NotShared as _; shm_core::__private::Is::<Pose>::SHARED }`: a constant, also for
/// types that cannot be shared.
pub(crate) fn is_shared(krate: &TokenStream, ty: &Type) -> TokenStream {
    quote!({
        #[allow(unused_imports, reason = "used if the type cannot be shared")]
        use #krate::__private::NotShared as _;
        #krate::__private::Is::<#ty>::SHARED
    })
}

/// A type that calls a macro is given a name, so that the macro is called once for all that is printed.
fn written_once(
    index: usize,
    ty: Type,
    generics: &Generics,
    names: &Names,
) -> (Type, Option<TokenStream>) {
    if !rewrite::calls_a_macro(ty.to_token_stream()) {
        return (ty, None);
    }
    let name = format_ident!("{}{index}", names.view);
    let element = rewrite::slice_element(&ty);
    let alias = rewrite::alias(&name, element.as_ref().unwrap_or(&ty), generics);
    let whole = match element {
        Some(_) => {
            let element = alias.ty;
            syn::parse_quote_spanned!(ty.span()=> [#element])
        }
        None => alias.ty,
    };
    (whole, Some(alias.item))
}

/// `Shared<f64, Mode>`, spanned from the type's first token to its last.
pub(crate) fn shared(ty: &Type, names: &Names, mode: &TokenStream) -> TokenStream {
    let (start, end) = ends(ty);
    let krate = names.krate_at(start);
    let open = quote_spanned!(start=> #krate::Shared<);
    let close = quote_spanned!(end=> , #mode>);
    quote!(#open #ty #close)
}

/// `<f64 as Trait>`, spanned from the type's first token to its last.
pub(crate) fn qualified(ty: &Type, names: &Names, name: &str) -> TokenStream {
    let (start, end) = ends(ty);
    let (krate, name) = (names.krate_at(end), Ident::new(name, end));
    let open = quote_spanned!(start=> <);
    let close = quote_spanned!(end=> as #krate::#name>);
    quote!(#open #ty #close)
}

/// The spans of the first and the last token of a type.
pub(crate) fn ends(ty: &Type) -> (Span, Span) {
    let mut spans = ty.to_token_stream().into_iter().map(|tree| tree.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}

/// A path at another place in the source. In edition 2015 `::shm_core` is then looked for where that edition
/// has it, among the crate's own items, to which `extern crate` adds it; and `::core` is not found, so that
/// what is spanned at the user's tokens names shm-core alone.
fn respan(path: &TokenStream, span: Span) -> TokenStream {
    let respanned = path.clone().into_iter().map(|mut tree| {
        tree.set_span(span);
        tree
    });
    respanned.collect()
}

fn member(index: usize, ident: Option<&Ident>, span: Span) -> Member {
    match ident {
        Some(ident) => {
            let mut ident = ident.clone();
            ident.set_span(span);
            Member::Named(ident)
        }
        None => Member::Unnamed(Index { index: u32::try_from(index).unwrap_or(u32::MAX), span }),
    }
}
