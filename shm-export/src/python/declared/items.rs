//! The classes of structs and enums.

use shm_schema::schema::{Type, Variant};

use super::hint;
use super::naming::Naming;
use crate::error::Error;
use crate::part::Part;
use crate::python::naming::members;
use crate::python::quote::{docstring, literal};

/// The longest line that is not broken.
const WIDEST: usize = 100;

/// `class Mode(enum.IntEnum):` and the members.
pub(super) fn enumeration(naming: &Naming<'_>, ty: Type<'_>, variants: &[Variant]) -> String {
    let mut text = format!("class {}(enum.IntEnum):\n", naming.ty(ty));
    push_doc(&mut text, ty.doc());
    let names = members(variants.iter().map(Variant::name));
    let others: Vec<String> = names
        .iter()
        .zip(variants)
        .filter(|(name, variant)| *name != variant.name())
        .map(|(name, variant)| format!("{}: {}", literal(name), literal(variant.name())))
        .collect();
    if !others.is_empty() {
        text.push_str(&format!("    __shm_names__ = {{{}}}\n", others.join(", ")));
    }
    for (name, variant) in names.iter().zip(variants) {
        text.push_str(&format!("    {name} = {}\n", variant.discriminant()));
    }
    text
}

/// `class Pose(shm.Struct):` and the fields.
///
/// # Errors
/// If C would put a field elsewhere, or a type is of an unknown kind.
pub(super) fn structure<'a>(
    naming: &Naming<'a>,
    ty: Type<'a>,
    own_fold: bool,
) -> Result<String, Error> {
    let mut text = format!("class {}(shm.Struct):\n", naming.ty(ty));
    push_doc(&mut text, ty.doc());
    let align = alignment(ty)?.map(|align| format!("    __shm_align__ = {align}\n"));
    // Programs in Rust have an `impl Fold` for it.
    let fold = own_fold.then(|| "    __shm_fold__ = \"own\"\n".to_owned());
    let settings: String = [align, fold].into_iter().flatten().collect();
    if !settings.is_empty() {
        text.push_str(&settings);
        text.push('\n');
    }
    let parts: Vec<_> = Part::all(ty).collect();
    let names = naming.attributes(parts.iter().map(|part| part.name));
    for (name, part) in names.iter().zip(&parts) {
        text.push_str(&field(name, part, hint::of(naming, part.ty)?));
    }
    Ok(text)
}

fn push_doc(text: &mut String, doc: &str) {
    if !doc.is_empty() {
        text.push_str(&docstring(4, doc));
        text.push('\n');
    }
}

/// `    temperature: Annotated[shm.f64, shm.Unit("°C")]`
fn field(name: &str, part: &Part<'_>, hint: String) -> String {
    let own = if name == part.name { "" } else { part.name };
    let mut notes: Vec<String> = [
        ("Name", own),
        ("Unit", part.unit()),
        ("GuardedBy", part.guarded_by()),
        ("Doc", part.doc()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(class, text)| format!("shm.{class}({})", literal(text)))
    .collect();
    notes.extend(part.aliases().map(|alias| format!("shm.Alias({})", literal(alias))));
    if part.is_counter() {
        notes.push("shm.Counter()".to_owned());
    }
    if notes.is_empty() {
        return format!("    {name}: {hint}\n");
    }
    let line = format!("    {name}: Annotated[{hint}, {}]\n", notes.join(", "));
    if line.chars().count() <= WIDEST {
        return line;
    }
    let rows = [hint].into_iter().chain(notes).map(|row| format!("        {row},\n"));
    format!("    {name}: Annotated[\n{}    ]\n", rows.collect::<String>())
}

/// The alignment that a struct was given, if that is more than its fields need.
fn alignment(ty: Type<'_>) -> Result<Option<u32>, Error> {
    let elsewhere =
        |field: &str| Error::NotAsInC { ty: ty.name().to_owned(), field: field.to_owned() };
    let (mut end, mut natural) = (0_u64, 1_u32);
    for field in ty.fields() {
        let (part, align) = (field.ty(), u64::from(field.ty().align()));
        if end.checked_next_multiple_of(align) != Some(field.offset()) {
            return Err(elsewhere(field.name()));
        }
        // A scalar that is less aligned than its size is one of another processor.
        let is_foreign =
            part.scalar().is_some_and(|scalar| scalar.size() as u64 > align && align < 8);
        if is_foreign {
            return Err(elsewhere(field.name()));
        }
        natural = natural.max(part.align());
        end = field.offset().saturating_add(part.size());
    }
    let is_whole = end.checked_next_multiple_of(u64::from(ty.align())) == Some(ty.size());
    match ty.fields().next_back() {
        Some(last) if !is_whole || ty.align() < natural => Err(elsewhere(last.name())),
        Some(_) => Ok(Some(ty.align()).filter(|align| *align > natural)),
        None => Err(elsewhere("(none)")),
    }
}
