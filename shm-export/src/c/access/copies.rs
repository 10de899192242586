//! Functions that copy a value out: a version of a `Latest`, an item of a `Ring`, a value in the heap.

use shm_schema::layout::Role;
use shm_schema::schema::{Live, Ring, Type, TypeKind};

use super::refusals::check_indexes;
use super::{Function, Writer};
use crate::c::leaf::Reading;
use crate::c::naming::Naming;
use crate::c::record::Record;
use crate::c::storage::declare;
use crate::c::walk::Spot;
use crate::kinds;
use crate::names::identifier;

impl<'a> Writer<'_, 'a> {
    /// Functions that copy a version or an item out. Returns the type of a copy, if that has parts.
    pub(super) fn latest(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'a>,
        ring: Ring,
        value: Type<'a>,
    ) -> Option<String> {
        let at = &spot.expression;
        self.version(naming, spot);
        let size = ring.size;
        let copy = |out: &str| {
            let (stride, count) = (ring.stride, ring.count);
            format!("@p@_newest_(&{at}.sequence, {at}.slots, {stride}, {count}, {out}, {size})")
        };
        if let Some(reading) = Reading::of(naming, value, true) {
            let storage = declare(naming, value, false, 4).of("copy");
            let before = format!(
                "    {storage};\n    const @p@_error error = {};\n    if (error != @P@_OK)\n        \
                 return error;\n",
                copy("&copy")
            );
            self.read(naming, spot, &reading, "copy", Some((&[], &before)));
            return None;
        }
        let name = self.copy_type(naming, value, "version")?;
        let body =
            format!("{}    return {};\n", check_indexes(spot, "@P@_OUT_OF_BOUNDS"), copy("value"));
        let parameters = [format!("{name} *value")];
        let (verb, result, parameters) = ("load", "@p@_error", &parameters[..]);
        let function =
            Function { verb, result, writes: false, locks: false, parameters, body, wide: false };
        self.write(naming, spot, &function);
        Some(name)
    }

    /// The type of a copy that is made of parts: a struct, or a wrapper around another type; `None` for a
    /// type of no bytes.
    pub(super) fn copy_type(
        &mut self,
        naming: &mut Naming<'_>,
        value: Type<'a>,
        what: &str,
    ) -> Option<String> {
        match kinds::of(value)? {
            TypeKind::Struct { .. } => Some(naming.ty(value, false).to_owned()),
            _ => {
                let base = format!("{}_{}_{what}", self.record.name, identifier(self.field));
                let name = naming.take_whole(&base);
                let article = if what == "version" { "a version" } else { "a copy" };
                let mut record = Record::wrapping(value, name.clone(), article, self.names);
                record.copied = true;
                self.more.push(record);
                Some(name)
            }
        }
    }

    /// Functions that copy a value out of the heap.
    pub(super) fn kept(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>, live: Live<'a>) {
        let heap = "const @p@_heap *heap".to_owned();
        let place = format!("heap, &{}.handle", spot.expression);
        let (parameters, call) = match (live.role(), live.kept()) {
            (Role::OwnedSlice, Some(element)) => {
                let Some(name) = self.element_type(naming, element, "element") else { return };
                let out = [format!("{name} *out"), "size_t room".into(), "size_t *count".into()];
                let (size, valid) = (element.size(), valid_elements(naming, element, &name));
                let call = format!("@p@_load_kept_many_({place}, out, {size}, room, count)");
                (out.to_vec(), call + &valid)
            }
            (_, Some(value)) if value.has_contents() => {
                return self.kept_contents(naming, spot, value);
            }
            (_, Some(value)) => match Reading::of(naming, value, true) {
                Some(reading) => return self.kept_leaf(naming, spot, &reading, value),
                None => {
                    let Some(name) = self.copy_type(naming, value, "copy") else { return };
                    let call = format!("@p@_load_kept_one_({place}, value, {})", value.size());
                    (vec![format!("{name} *value")], call)
                }
            },
            (_, None) => {
                let out = ["char *out", "size_t room", "size_t *len"].map(str::to_owned);
                (out.to_vec(), format!("@p@_load_kept_text_({place}, out, room, len)"))
            }
        };
        let (call, check) = call.split_once('\n').unwrap_or((&call, ""));
        let check_indexes = check_indexes(spot, "@P@_OUT_OF_BOUNDS");
        let body = match check {
            "" => format!("{check_indexes}    return {call};\n"),
            check => format!("{check_indexes}    const @p@_error error = {call};\n{check}"),
        };
        let parameters: Vec<String> = [heap].into_iter().chain(parameters).collect();
        let (verb, result, parameters) = ("load", "@p@_error", &parameters[..]);
        let function =
            Function { verb, result, writes: false, locks: false, parameters, body, wide: false };
        self.write(naming, spot, &function);
    }

    /// A function that copies a value without parts out of the heap, and checks it.
    fn kept_leaf(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'a>,
        reading: &Reading,
        value: Type<'a>,
    ) {
        let storage = declare(naming, value, false, 4).of("copy");
        let before = format!(
            "    {storage};\n    const @p@_error error = @p@_load_kept_one_(heap, &{}.handle, &copy, {});\n    \
             if (error != @P@_OK)\n        return error;\n",
            spot.expression,
            value.size()
        );
        let heap = ["const @p@_heap *heap".to_owned()];
        self.read(naming, spot, reading, "copy", Some((&heap, &before)));
    }

    /// The type of each element of a list that is copied out: numbers as they are in memory, or a struct.
    pub(super) fn element_type(
        &mut self,
        naming: &mut Naming<'_>,
        element: Type<'a>,
        what: &str,
    ) -> Option<String> {
        let is_plain = matches!(
            kinds::of(element)?,
            TypeKind::Scalar(_) | TypeKind::NonZero { .. } | TypeKind::Enum { .. }
        );
        match declare(naming, element, false, 0).name() {
            Some(name) if is_plain && element.size() <= 8 => Some(name.to_owned()),
            _ => self.copy_type(naming, element, what),
        }
    }

    fn version(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>) {
        let reading = Reading {
            verb: "version",
            buffer: None,
            ty: "uint64_t".to_owned(),
            out: "value",
            value: "@p@_version_(&$.sequence)".to_owned(),
            valid: None,
            wide: false,
        };
        self.read(naming, spot, &reading, &spot.expression, None);
    }
}

/// The rest of a function that has copied elements into `out`: the check of each of them.
pub(super) fn valid_elements(naming: &Naming<'_>, element: Type<'_>, name: &str) -> String {
    let valid = match element.kind() {
        TypeKind::Scalar(_) | TypeKind::NonZero { .. } | TypeKind::Enum { .. } => {
            Reading::of(naming, element, true).and_then(|reading| reading.valid)
        }
        _ => None,
    };
    valid.map_or_else(String::new, |valid| {
        format!(
            "\n    for (size_t at = 0; error == @P@_OK && at < *count; at++) {{\n        const {name} raw = \
             out[at];\n        if (!({valid}))\n            return @P@_INVALID_VALUE;\n    }}\n    return \
             error;\n"
        )
    })
}
