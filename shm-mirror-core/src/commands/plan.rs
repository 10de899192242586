//! A command, checked against the region: what is done where.

use shm_core::DynRegion;
use shm_core::dynamic::{DynValue, FieldPath};
use shm_core::errors::DynError;
use shm_core::path::Path;
use shm_core::schema::{Field, TypeKind, Variant, closest};

use super::allowed::Allowed;
use super::answer::{Refusal, RefusalKind};
use super::command::Step;
use super::types::{element, inside};

/// A step that can be executed, apart from locks.
pub(super) struct Planned {
    pub(super) place: FieldPath,
    pub(super) what: What,
}

pub(super) enum What {
    Set(DynValue),
    Add(DynValue),
    Get,
}

/// Looks up every path, and checks every value.
pub(super) fn plan(
    region: &DynRegion,
    allowed: &Allowed,
    steps: &[Step],
) -> Result<Vec<Planned>, Refusal> {
    let planned = |(index, step)| one(region, allowed, step).map_err(|refusal| refusal.at(index));
    steps.iter().enumerate().map(planned).collect()
}

fn one(region: &DynRegion, allowed: &Allowed, step: &Step) -> Result<Planned, Refusal> {
    let place = region.resolve(step.path()).map_err(|error| refused(region, &error))?;
    if !step.is_read() && !allowed.allows(place.path()) {
        return Err(not_allowed(place.path(), allowed));
    }
    let what = what(&place, step).map_err(|error| {
        let refusal = refused(region, &error);
        match variant(&place, step) {
            Some(meant) => refusal.help(Some(format!("did you mean `{meant}`?"))),
            None => refusal,
        }
    })?;
    Ok(Planned { place, what })
}

fn what(place: &FieldPath, step: &Step) -> Result<What, DynError> {
    match step {
        Step::Set(_, given) => {
            let value = place.value_of(given.text())?;
            place.check(&value)?;
            Ok(What::Set(value))
        }
        Step::Add(_, given) => {
            let value = place.value_of(given.text())?;
            place.check_add(&value)?;
            Ok(What::Add(value))
        }
        Step::Get(_) => Ok(What::Get),
    }
}

fn not_allowed(path: &Path, allowed: &Allowed) -> Refusal {
    let path = shm_core::path::shown(path.as_str());
    let patterns: Vec<_> = allowed.patterns().map(|pattern| format!("`{pattern}`")).collect();
    let others = match &patterns[..] {
        [] => "nothing may".to_owned(),
        patterns => format!("{} may", patterns.join(", ")),
    };
    let message = format!("{path} may not be set from other hosts; {others}");
    Refusal::new(RefusalKind::NotAllowed, message)
}

/// An error of the library as the reason of an origin.
pub(super) fn refused(region: &DynRegion, error: &DynError) -> Refusal {
    let kind = match error {
        DynError::TooLarge { .. } => RefusalKind::TooLarge,
        DynError::Contended { .. } => RefusalKind::Busy,
        DynError::Heap { .. } | DynError::Full { .. } | DynError::Lock(_) => RefusalKind::Failed,
        _ => RefusalKind::Invalid,
    };
    let meant = field(region, error).map(|meant| format!("did you mean `{meant}`?"));
    Refusal::new(kind, error.to_string()).help(meant.or_else(|| error.help()))
}

/// The field that was probably meant.
fn field(region: &DynRegion, error: &DynError) -> Option<String> {
    let DynError::NoField { at, name, .. } = error else { return None };
    let mut ty = inside(region.field(at).ok()?.ty());
    while let Some(element) = element(ty) {
        ty = inside(element);
    }
    closest(name, ty.fields().map(Field::name)).map(str::to_owned)
}

/// The variant that was probably meant by a value that is none.
fn variant(place: &FieldPath, step: &Step) -> Option<String> {
    let TypeKind::Enum { variants, .. } = inside(place.ty()).kind() else { return None };
    let Step::Set(_, given) = step else { return None };
    let DynValue::Text(given) = place.value_of(given.text()).ok()? else { return None };
    closest(&given, variants.iter().map(Variant::name)).map(str::to_owned)
}
