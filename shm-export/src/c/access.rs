//! The functions of a struct, which read and write its fields.

mod contents;
mod copies;
mod live;
mod locks;
mod map;
mod refusals;
mod store;

use std::collections::HashMap;

use shm_schema::layout::Role;
use shm_schema::schema::{Type, TypeKind};

use super::contents::Contents;
use super::leaf::{Reading, Writing};
use super::naming::Naming;
use super::record::Record;
use super::storage::scalar;
use super::walk::{Lock, Spot, Stop, stops};
use crate::names::identifier;
use crate::part::Part;
use crate::type_names::TypeNames;
use refusals::{Refusal, index_parameters, refusals};

/// Returns the functions of a struct, and the further structs that they need.
pub(super) fn functions<'a>(
    record: &Record<'a>,
    naming: &mut Naming<'_>,
    names: &TypeNames<'_>,
    contents: &mut Contents<'a>,
) -> (String, Vec<Record<'a>>) {
    let (text, more, members) = (String::new(), Vec::new(), record.members());
    let member_of = members.iter().map(|(member, part)| (part.name, member.as_str())).collect();
    let mut writer = Writer { record, names, contents, member_of, field: "", text, more };
    for (member, part) in &members {
        writer.field = part.name;
        let start = writer.text.len();
        writer.field(naming, member, part);
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
    /// The names of members in C, by those of the fields.
    member_of: HashMap<&'a str, &'r str>,
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
    /// Whether it takes a lock, or needs one to be held.
    locks: bool,
    /// Parameters after the struct, the indexes and the locks.
    parameters: &'f [String],
    body: String,
    wide: bool,
}

/// The helpers that need the system, or its locks: functions that call them are left out without it.
const OF_THE_SYSTEM: [&str; 4] =
    ["@p@_locks *", "@p@_notify_(", "@p@_wait_count_(", "@p@_barrier_of_("];

impl<'a> Writer<'_, 'a> {
    fn field(&mut self, naming: &mut Naming<'_>, member: &str, part: &Part<'a>) {
        let mut spot = Spot::field(member, part, self.record.guarded, self.record.writable);
        let beside = self.member_of.get(part.guarded_by());
        spot.lock = beside.map(|lock| Lock::Mutex(format!("self->{lock}.lock")));
        for stop in stops(naming, spot, part.offset) {
            match stop {
                Stop::Leaf(spot) => self.leaf(naming, &spot),
                Stop::Record(spot) => {
                    let name = naming.ty(spot.value, spot.guarded).to_owned();
                    self.element(naming, &spot, &name);
                }
                Stop::Unnamed(spot, element) => self.unnamed(naming, &spot, element),
                Stop::Latest(spot, ring, value) => {
                    let copy = self.latest(naming, &spot, ring, value);
                    let versions = (ring, value);
                    self.publish(naming, &spot.operated(), versions, copy.as_deref());
                }
                Stop::Lock(spot, lock) => self.lock(naming, &spot.operated(), &lock),
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
        let suffix = match (spot.locked, spot.guarded) {
            (true, _) => "_locked",
            (_, true) => "_unlocked",
            _ => "",
        };
        let field = identifier(self.field);
        let record = &self.record.name;
        let name = naming.take_whole(&format!("{record}_{}_{field}{suffix}", function.verb));
        let constant = if function.writes { "" } else { "const " };
        let mut parameters = vec![format!("{constant}{record} *self")];
        parameters.extend(index_parameters(spot));
        if function.locks || spot.is_checked() {
            parameters.push("@p@_locks *locks".to_owned());
        }
        parameters.extend(function.parameters.iter().cloned());
        let space = if function.result.ends_with('*') { "" } else { " " };
        let text = format!(
            "static inline {}{space}{name}({})\n{{\n{}}}\n",
            function.result,
            parameters.join(", "),
            function.body
        );
        let mut text = text.replace("@c@", constant);
        if function.wide {
            text = format!("#ifdef __SIZEOF_INT128__\n{text}#endif\n");
        }
        if OF_THE_SYSTEM.iter().any(|name| text.contains(name)) {
            text = format!("#ifndef @P@_NO_OPEN\n{text}#endif\n");
        }
        self.text.push_str(&naming.fill(&text));
        self.text.push('\n');
    }

    fn leaf(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>) {
        self.leaf_in_place(naming, spot);
        let operated = spot.operated();
        if operated.locked {
            self.leaf_in_place(naming, &operated);
        }
        if !self.record.copied {
            self.live(naming, &operated);
        }
    }

    fn leaf_in_place(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>) {
        if let Some(reading) = Reading::of(naming, spot.value, self.record.copied) {
            self.read(naming, spot, &reading, &spot.expression, None);
        }
        let is_set = spot.writable || (spot.changed.is_some() && !spot.guarded);
        if let Some(writing) = Writing::of(naming, spot.value).filter(|_| is_set) {
            self.store(naming, spot, &writing);
        }
        if is_set && spot.changed.is_none() {
            self.fetch_add(naming, spot);
        }
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
        if spot.never_refuses() && before.is_none() && reading.valid.is_none() {
            let body = format!("    return {value};\n");
            let (parameters, wide) = (&parameters[..], reading.wide);
            let function =
                Function { verb, result: ty, writes: false, locks: false, parameters, body, wide };
            return self.write(naming, spot, &function);
        }
        parameters.push(format!("{ty} *{out}"));
        let mut body = refusals(spot, Refusal::Error, false);
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
        let function =
            Function { verb, result, writes: false, locks: false, parameters, body, wide };
        self.write(naming, spot, &function);
    }

    fn store(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, writing: &Writing) {
        let statement = writing.statement.replace('$', &spot.expression);
        let parameters = [writing.parameter.clone()];
        let fallible = writing.fallible || writing.valid.is_some() || !spot.never_refuses();
        let mut body = refusals(spot, Refusal::Error, true);
        if let Some(valid) = &writing.valid {
            body.push_str(&format!("    if (!({valid}))\n        return @P@_INVALID_VALUE;\n"));
        }
        let notify = spot.changed.as_ref().map(|word| format!("@p@_notify_(&{word}, true);\n"));
        match (writing.fallible, notify) {
            (true, None) => body.push_str(&format!("    return {statement};\n")),
            (true, Some(notify)) => body.push_str(&format!(
                "    const @p@_error error = {statement};\n    if (error == @P@_OK)\n        {notify}    \
                 return error;\n"
            )),
            (false, notify) => {
                body.push_str(&format!("    {statement};\n"));
                body.push_str(&notify.map_or_else(String::new, |notify| format!("    {notify}")));
                if fallible {
                    body.push_str("    return @P@_OK;\n");
                }
            }
        }
        let result = if fallible { "@p@_error" } else { "void" };
        let (parameters, wide) = (&parameters[..], writing.wide);
        let function =
            Function { verb: "set", result, writes: true, locks: false, parameters, body, wide };
        self.write(naming, spot, &function);
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
        let (result, body) = if spot.never_refuses() {
            (ty, format!("    return {add};\n"))
        } else {
            parameters.push(format!("{ty} *before"));
            let check = refusals(spot, Refusal::Error, true);
            ("@p@_error", format!("{check}    *before = {add};\n    return @P@_OK;\n"))
        };
        let (verb, parameters, wide) = ("fetch_add", &parameters[..], false);
        let function =
            Function { verb, result, writes: true, locks: false, parameters, body, wide };
        self.write(naming, spot, &function);
    }

    /// Functions that return the address of a struct with functions of its own: of an element, or of
    /// the value behind a lock. For a struct that is a field, the caller takes the address.
    fn element(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, name: &str) {
        if spot.bounds.is_empty() && !spot.expression.contains('.') {
            return;
        }
        self.address(naming, spot, name, false);
        let operated = spot.operated();
        if operated.locked {
            self.address(naming, &operated, name, false);
        }
        if operated.writable {
            self.address(naming, &operated, name, true);
        }
    }

    fn address(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, name: &str, writes: bool) {
        let (verb, constant) = if writes { ("at", "") } else { ("const_at", "const ") };
        let body = format!(
            "{}    return &{};\n",
            refusals(spot, Refusal::Null, writes),
            spot.expression.replace("@element@", name)
        );
        let result = format!("{constant}{name} *");
        let (result, parameters) = (result.as_str(), &[][..]);
        let function =
            Function { verb, result, writes, locks: false, parameters, body, wide: false };
        self.write(naming, spot, &function);
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
        let word = format!("{changed}.count");
        self.wait(naming, &spot.operated(), &word);
    }
}
