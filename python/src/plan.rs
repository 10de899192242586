//! The types of a schema as tuples, of which `shm._classes` makes classes.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use shm_core::layout::{Endian, Role, ScalarKind};
use shm_core::schema::{Field, Schema, Type, TypeKind, Variant};

use crate::locate::tag;

/// The byte order of this machine.
const NATIVE: Endian = if cfg!(target_endian = "little") { Endian::Little } else { Endian::Big };

type Plan<'py> = PyResult<Bound<'py, PyAny>>;

/// The plan of a type: a tuple that starts with the name of its form.
pub(crate) fn of<'py>(py: Python<'py>, ty: Type<'_>) -> Plan<'py> {
    match ty.kind() {
        TypeKind::Scalar(ScalarKind::U128) => tuple(("wide", false).into_pyobject(py)?),
        TypeKind::Scalar(ScalarKind::I128) => tuple(("wide", true).into_pyobject(py)?),
        TypeKind::Scalar(scalar) => tuple(("scalar", scalar.code()).into_pyobject(py)?),
        TypeKind::NonZero { scalar, optional } if scalar.size() <= 8 => {
            tuple(("non_zero", scalar.code(), optional).into_pyobject(py)?)
        }
        TypeKind::Enum { repr, variants } => of_enum(py, ty, repr, variants),
        TypeKind::Ordered { scalar, order, packed: false } if scalar.size() <= 8 => {
            let form = if order == NATIVE { "scalar" } else { "swapped" };
            tuple((form, scalar.code()).into_pyobject(py)?)
        }
        TypeKind::Array { element, len } => {
            tuple(("array", of(py, element)?, len, element.size()).into_pyobject(py)?)
        }
        TypeKind::Slice { element } => {
            tuple(("slice", of(py, element)?, element.size()).into_pyobject(py)?)
        }
        TypeKind::Struct { .. } => of_struct(py, ty),
        TypeKind::Live { role, .. } => of_live(py, ty, role),
        _ => by_path(py, ty),
    }
}

fn tuple(tuple: Bound<'_, PyTuple>) -> Plan<'_> {
    Ok(tuple.into_any())
}

/// A value that is read and written by its path.
fn by_path<'py>(py: Python<'py>, ty: Type<'_>) -> Plan<'py> {
    tuple(("path", tag(ty)).into_pyobject(py)?)
}

fn of_enum<'py>(
    py: Python<'py>,
    ty: Type<'_>,
    repr: ScalarKind,
    variants: &[Variant],
) -> Plan<'py> {
    let variants = variants.iter().map(|variant| (variant.name(), variant.discriminant()));
    let variants = PyList::new(py, variants)?;
    tuple(("enum", repr.code(), ty.name(), ty.doc(), variants).into_pyobject(py)?)
}

fn of_struct<'py>(py: Python<'py>, ty: Type<'_>) -> Plan<'py> {
    let fields = ty.fields().map(|field| of_field(py, ty, field));
    let fields = PyList::new(py, fields.collect::<PyResult<Vec<_>>>()?)?;
    tuple(("struct", ty.name(), ty.doc(), tag(ty), ty.size(), fields).into_pyobject(py)?)
}

fn of_field<'py>(py: Python<'py>, ty: Type<'_>, field: Field<'_>) -> Plan<'py> {
    // A lock beside it guards the field, and each access takes it.
    let plan = match ty.lock_of(field) {
        Some(_) => tuple(("guarded", field.name()).into_pyobject(py)?)?,
        None => of(py, field.ty())?,
    };
    let notes = (field.doc(), field.unit(), field.is_counter());
    tuple((field.name(), field.offset(), plan, notes).into_pyobject(py)?)
}

fn of_live<'py>(py: Python<'py>, ty: Type<'_>, role: Role) -> Plan<'py> {
    let Some(live) = ty.live() else { return by_path(py, ty) };
    if let Some(counted) = live.counted() {
        let form = if role == Role::Text { "text" } else { "bytes" };
        return tuple((form, counted.bytes, counted.capacity).into_pyobject(py)?);
    }
    let (plan, offset) = match (live.value(), live.rows()) {
        (Some(value), _) => (of(py, value.ty)?, value.offset),
        (None, Some(rows)) => (of(py, rows.row)?, rows.rows),
        (None, None) => (py.None().into_bound(py), 0),
    };
    tuple(("live", role.name(), tag(ty), plan, offset, ty.size()).into_pyobject(py)?)
}

/// A text that is equal for schemas of equal layouts, names and notes.
pub(crate) fn identity(schema: &Schema) -> String {
    let mut text = format!("{:?} ", schema.fingerprint());
    describe(schema.root(), &mut text);
    text
}

fn describe(ty: Type<'_>, text: &mut String) {
    text.push_str(&format!("{} {:?} {:?};", ty.index(), ty.name(), ty.doc()));
    if let TypeKind::Array { element, .. } | TypeKind::Slice { element } = ty.kind() {
        describe(element, text);
    }
    for field in ty.fields() {
        text.push_str(&format!("{} {:?} {:?} ", field.name(), field.doc(), field.unit()));
        text.push_str(&format!("{:?} {} ", field.guarded_by(), field.is_counter()));
        describe(field.ty(), text);
    }
}
