//! The functions of a struct, which read and write its fields.

mod contents;
mod map;

use shm_schema::layout::Role;
use shm_schema::schema::{Live, Ring, Type, TypeKind};

use super::contents::Contents;
use super::leaf::{Reading, Writing};
use super::naming::Naming;
use super::record::Record;
use super::storage::{declare, scalar};
use super::walk::{Bound, Spot, Stop, index, stops};
use crate::kinds;
use crate::names::identifier;
use crate::part::Part;
use crate::type_names::TypeNames;

/// Returns the functions of a struct, and the further structs that they need.
pub(super) fn functions<'a>(
    record: &Record<'a>,
    naming: &mut Naming<'_>,
    names: &TypeNames<'_>,
    contents: &mut Contents<'a>,
) -> (String, Vec<Record<'a>>) {
    let (text, more) = (String::new(), Vec::new());
    let mut writer = Writer { record, names, contents, field: "", text, more };
    for (member, part) in record.members() {
        writer.field = part.name;
        let start = writer.text.len();
        writer.field(naming, &member, &part);
        if writer.text.len() > start {
            writer.text.insert_str(start, &format!("/* {}.{} */\n", record.name, member));
        }
    }
    (writer.text, writer.more)
}

struct Writer<'r, 'a> {
    record: &'r Record<'a>,
    names: &'r TypeNames<'r>,
    /// The parts of values with contents.
    contents: &'r mut Contents<'a>,
    field: &'a str,
    text: String,
    more: Vec<Record<'a>>,
}

/// A function, except for its name.
struct Function<'f> {
    verb: &'f str,
    result: &'f str,
    /// Whether it writes to the struct.
    writes: bool,
    /// Parameters after the struct and the indexes.
    parameters: &'f [String],
    body: String,
    wide: bool,
}

impl<'a> Writer<'_, 'a> {
    fn field(&mut self, naming: &mut Naming<'_>, member: &str, part: &Part<'a>) {
        let spot = Spot::field(member, part, self.record.guarded, self.record.writable);
        for stop in stops(naming, spot, part.offset) {
            match stop {
                Stop::Leaf(spot) => self.leaf(naming, &spot),
                Stop::Record(spot) => {
                    let name = naming.ty(spot.value, spot.guarded).to_owned();
                    self.element(naming, &spot, &name);
                }
                Stop::Unnamed(spot, element) => self.unnamed(naming, &spot, element),
                Stop::Latest(spot, ring, value) => self.latest(naming, &spot, ring, value),
                Stop::Tail(spot, live) => self.tail(naming, &spot, live),
                Stop::Kept(spot, live) if live.role() == Role::Map => {
                    self.map(naming, &spot, live);
                }
                Stop::Kept(spot, live) => self.kept(naming, &spot, live),
                Stop::Changes(spot) => self.changes(naming, &spot),
            }
        }
    }

    /// Writes a function.
    fn write(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, function: &Function<'_>) {
        let suffix = if spot.guarded { "_unlocked" } else { "" };
        let field = identifier(self.field);
        let record = &self.record.name;
        let name = naming.take_whole(&format!("{record}_{}_{field}{suffix}", function.verb));
        let constant = if function.writes { "" } else { "const " };
        let mut parameters = vec![format!("{constant}{record} *self")];
        parameters.extend(index_parameters(spot));
        parameters.extend(function.parameters.iter().cloned());
        let space = if function.result.ends_with('*') { "" } else { " " };
        let text = format!(
            "static inline {}{space}{name}({})\n{{\n{}}}\n",
            function.result,
            parameters.join(", "),
            function.body
        );
        let text = text.replace("@c@", constant);
        let text =
            if function.wide { format!("#ifdef __SIZEOF_INT128__\n{text}#endif\n") } else { text };
        self.text.push_str(&naming.fill(&text));
        self.text.push('\n');
    }

    fn leaf(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>) {
        if let Some(reading) = Reading::of(naming, spot.value, self.record.copied) {
            self.read(naming, spot, &reading, &spot.expression, None);
        }
        if !spot.writable {
            return;
        }
        if let Some(writing) = Writing::of(naming, spot.value) {
            self.store(naming, spot, &writing);
        }
        self.fetch_add(naming, spot);
    }

    /// A function that runs `before`, which needs further parameters, and then reads the value at `source`.
    fn read(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'_>,
        reading: &Reading,
        source: &str,
        before: Option<(&[String], &str)>,
    ) {
        let value = reading.value.replace('$', source);
        let further = before.map_or(&[][..], |(further, _)| further);
        let mut parameters: Vec<String> = further.iter().chain(&reading.buffer).cloned().collect();
        let (ty, out) = (&reading.ty, reading.out);
        let verb = if before.is_some() { "load" } else { reading.verb };
        if spot.bounds.is_empty() && before.is_none() && reading.valid.is_none() {
            let body = format!("    return {value};\n");
            let (parameters, wide) = (&parameters[..], reading.wide);
            let function = Function { verb, result: ty, writes: false, parameters, body, wide };
            return self.write(naming, spot, &function);
        }
        parameters.push(format!("{ty} *{out}"));
        let mut body = check_indexes(spot, "@P@_OUT_OF_BOUNDS");
        body.push_str(before.map_or("", |(_, code)| code));
        match &reading.valid {
            Some(valid) => body.push_str(&format!(
                "    const {ty} raw = {value};\n    if (!({valid}))\n        return \
                 @P@_INVALID_VALUE;\n    *{out} = raw;\n"
            )),
            None => body.push_str(&format!("    *{out} = {value};\n")),
        }
        body.push_str("    return @P@_OK;\n");
        let (result, parameters, wide) = ("@p@_error", &parameters[..], reading.wide);
        self.write(naming, spot, &Function { verb, result, writes: false, parameters, body, wide });
    }

    fn store(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, writing: &Writing) {
        let statement = writing.statement.replace('$', &spot.expression);
        let parameters = [writing.parameter.clone()];
        let fallible = writing.fallible || writing.valid.is_some() || !spot.bounds.is_empty();
        let mut body = check_indexes(spot, "@P@_OUT_OF_BOUNDS");
        if let Some(valid) = &writing.valid {
            body.push_str(&format!("    if (!({valid}))\n        return @P@_INVALID_VALUE;\n"));
        }
        let start = if writing.fallible { "return " } else { "" };
        body.push_str(&format!("    {start}{statement};\n"));
        if fallible && !writing.fallible {
            body.push_str("    return @P@_OK;\n");
        }
        let result = if fallible { "@p@_error" } else { "void" };
        let (verb, wide) = ("set", writing.wide);
        let parameters = &parameters[..];
        self.write(naming, spot, &Function { verb, result, writes: true, parameters, body, wide });
    }

    fn fetch_add(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>) {
        let TypeKind::Scalar(kind) = spot.value.kind() else { return };
        let is_integer = (1..=9).contains(&kind.code());
        if !is_integer || kind.size() > 8 {
            return;
        }
        let ty = scalar(kind);
        let add = format!("__atomic_fetch_add(&{}, value, __ATOMIC_ACQ_REL)", spot.expression);
        let mut parameters = vec![format!("{ty} value")];
        let (result, body) = if spot.bounds.is_empty() {
            (ty, format!("    return {add};\n"))
        } else {
            parameters.push(format!("{ty} *before"));
            let check = check_indexes(spot, "@P@_OUT_OF_BOUNDS");
            ("@p@_error", format!("{check}    *before = {add};\n    return @P@_OK;\n"))
        };
        let (verb, parameters, wide) = ("fetch_add", &parameters[..], false);
        self.write(naming, spot, &Function { verb, result, writes: true, parameters, body, wide });
    }

    /// Functions that return the address of a struct with functions of its own: of an element, or of
    /// the value behind a lock. For a struct that is a field, the caller takes the address.
    fn element(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, name: &str) {
        if spot.bounds.is_empty() && !spot.expression.contains('.') {
            return;
        }
        let body = format!(
            "{}    return &{};\n",
            check_indexes(spot, "NULL"),
            spot.expression.replace("@element@", name)
        );
        let constant = format!("const {name} *");
        let reading = Function {
            verb: "const_at",
            result: &constant,
            writes: false,
            parameters: &[],
            body: body.clone(),
            wide: false,
        };
        self.write(naming, spot, &reading);
        if spot.writable {
            let result = format!("{name} *");
            let (verb, result) = ("at", result.as_str());
            let function =
                Function { verb, result, writes: true, parameters: &[], body, wide: false };
            self.write(naming, spot, &function);
        }
    }

    /// Elements of a run-time length whose type has no name in C: each as a struct of one field.
    fn unnamed(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>, element: Type<'a>) {
        let base = format!("{}_{}_element", self.record.name, identifier(self.field));
        let name = naming.take_whole(&base);
        self.element(naming, spot, &name);
        let mut record = Record::wrapping(element, name, "an element", self.names);
        record.guarded = spot.guarded;
        record.writable = spot.writable;
        self.more.push(record);
    }

    fn changes(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>) {
        let changed = format!("{}.changed", spot.expression);
        let reading = Reading {
            verb: "changes",
            buffer: None,
            ty: "uint32_t".to_owned(),
            out: "value",
            value: "__atomic_load_n(&$.count, __ATOMIC_ACQUIRE) >> 1".to_owned(),
            valid: None,
            wide: false,
        };
        self.read(naming, spot, &reading, &changed, None);
    }

    fn latest(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>, ring: Ring, value: Type<'a>) {
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
            return self.read(naming, spot, &reading, "copy", Some((&[], &before)));
        }
        let Some(name) = self.copy_type(naming, value, "version") else { return };
        let body =
            format!("{}    return {};\n", check_indexes(spot, "@P@_OUT_OF_BOUNDS"), copy("value"));
        let parameters = [format!("{name} *value")];
        let (verb, result, parameters) = ("load", "@p@_error", &parameters[..]);
        let function = Function { verb, result, writes: false, parameters, body, wide: false };
        self.write(naming, spot, &function);
    }

    /// The type of a copy that is made of parts: a struct, or a wrapper around another type; `None` for a
    /// type of no bytes.
    fn copy_type(
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
    fn kept(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>, live: Live<'a>) {
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
        let function = Function { verb, result, writes: false, parameters, body, wide: false };
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
    fn element_type(
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
fn valid_elements(naming: &Naming<'_>, element: Type<'_>, name: &str) -> String {
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

/// The parameters that choose an element.
fn index_parameters(spot: &Spot<'_>) -> Vec<String> {
    let at_run_time = spot.bounds.iter().any(|bound| matches!(bound, Bound::AtRunTime));
    let len = at_run_time.then(|| "size_t len".to_owned());
    let indexes = (0..spot.bounds.len()).map(|depth| format!("size_t {}", index(depth)));
    len.into_iter().chain(indexes).collect()
}

/// Refuses indexes that are too large.
fn check_indexes(spot: &Spot<'_>, refusal: &str) -> String {
    let outside = |(depth, bound): (usize, &Bound)| match bound {
        Bound::Known(len) => format!("{} >= {len}", index(depth)),
        Bound::AtRunTime => format!("{} >= len", index(depth)),
    };
    let checks: Vec<String> = spot.bounds.iter().enumerate().map(outside).collect();
    if checks.is_empty() {
        return String::new();
    }
    format!("    if ({})\n        return {refusal};\n", checks.join(" || "))
}
