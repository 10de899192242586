//! The functions of a map: one entry by its key, all of them one by one, their number.

use shm_schema::layout::Role;
use shm_schema::schema::{Live, Type};

use super::copies::valid_elements;
use super::refusals::check_indexes;
use super::{Function, Writer};
use crate::c::leaf::{Reading, Writing};
use crate::c::naming::Naming;
use crate::c::storage::declare;
use crate::c::walk::Spot;

/// A key or a value that is copied out of a map.
pub(super) struct Output {
    pub(super) parameters: Vec<String>,
    /// Declares what it is copied to.
    pub(super) before: String,
    /// A pointer to that, and the bytes there.
    pub(super) at: String,
    pub(super) room: String,
    /// Checks and converts it, given its length.
    pub(super) after: String,
    pub(super) wide: bool,
}

/// A key that is searched for.
struct Input {
    parameters: Vec<String>,
    /// Makes the bytes of it.
    before: String,
    /// A pointer to them, and their number.
    at: String,
    len: String,
}

impl<'a> Writer<'_, 'a> {
    /// Functions that read a map.
    pub(super) fn map(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>, live: Live<'a>) {
        let Some((key_type, value_type)) = live.entry() else { return };
        let map = format!("heap, &{0}.table, &{0}.next", spot.expression);
        self.count(naming, spot, &map);
        let Some(value) = self.output(naming, value_type, "value") else { return };
        let Some(key) = self.output(naming, key_type, "key") else { return };
        let refuse = "    if (error != @P@_OK)\n        return error;\n";

        // A key with parts of any length is not encoded here.
        if !key_type.has_contents() {
            self.entry(naming, spot, &map, (key_type, &key), &value);
        }

        let retry = |after: &str| {
            after.replace("return @P@_TOO_LONG;", "return cursor->at--, @P@_TOO_LONG;")
        };
        let next = format!(
            "{}{}    size_t key_size_ = 0, value_size_ = 0;\n    const @p@_error error = \
             @p@_next_entry_({map}, cursor, {}, {}, &key_size_, {}, {}, &value_size_);\n{refuse}{}{}    \
             return @P@_OK;\n",
            key.before,
            value.before,
            key.at,
            key.room,
            value.at,
            value.room,
            retry(&key.after),
            retry(&value.after)
        );
        let cursor = vec!["@p@_cursor *cursor".to_owned()];
        let parameters = [cursor, key.parameters, value.parameters].concat();
        self.reader(naming, spot, "next", parameters, &next, key.wide || value.wide);
    }

    /// A function that copies one entry out.
    fn entry(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'a>,
        map: &str,
        (key_type, key): (Type<'a>, &Output),
        value: &Output,
    ) {
        let sought = self.input(naming, key_type, key);
        let load = format!(
            "{}{}    size_t value_size_ = 0;\n    const @p@_error error = @p@_load_entry_({map}, {}, {}, {}, \
             {}, &value_size_);\n    if (error != @P@_OK)\n        return error;\n{}    return @P@_OK;\n",
            sought.before, value.before, sought.at, sought.len, value.at, value.room, value.after
        );
        let parameters = [sought.parameters, value.parameters.clone()].concat();
        self.reader(naming, spot, "load", parameters, &load, value.wide);
    }

    fn count(&mut self, naming: &mut Naming<'_>, spot: &Spot<'a>, map: &str) {
        let body = format!("    return @p@_count_entries_({map}, count);\n");
        self.reader(naming, spot, "count", vec!["size_t *count".to_owned()], &body, false);
    }

    fn reader(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'a>,
        verb: &str,
        parameters: Vec<String>,
        body: &str,
        wide: bool,
    ) {
        let heap = "const @p@_heap *heap".to_owned();
        let parameters: Vec<_> = [heap].into_iter().chain(parameters).collect();
        let body = check_indexes(spot, "@P@_OUT_OF_BOUNDS") + body;
        let (result, parameters) = ("@p@_error", &parameters[..]);
        self.write(
            naming,
            spot,
            &Function { verb, result, writes: false, locks: false, parameters, body, wide },
        );
    }

    /// A key or a value that is copied out: `what` is its name. `None` for a type of no bytes.
    fn output(&mut self, naming: &mut Naming<'_>, ty: Type<'a>, what: &str) -> Option<Output> {
        let size = format!("{what}_size_");
        match ty.live().map(|live| (live.role(), live.kept())) {
            Some((Role::OwnedText, _)) => Some(Output {
                parameters: vec![
                    format!("char *{what}"),
                    format!("size_t {what}_room"),
                    format!("size_t *{what}_len"),
                ],
                before: String::new(),
                at: what.to_owned(),
                room: format!("{what}_room"),
                after: format!(
                    "    *{what}_len = {size};\n    if ({size} >= {what}_room)\n        return \
                     @P@_TOO_LONG;\n    {what}[{size}] = '\\0';\n"
                ),
                wide: false,
            }),
            Some((Role::OwnedSlice, Some(element))) => self.elements(naming, element, what),
            _ if ty.has_contents() => self.contents(naming, ty, what, what),
            _ => self.value(naming, ty, what),
        }
    }

    fn elements(
        &mut self,
        naming: &mut Naming<'_>,
        element: Type<'a>,
        what: &str,
    ) -> Option<Output> {
        let (size, bytes) = (format!("{what}_size_"), element.size());
        let name = self.element_type(naming, element, &format!("{what}_element"))?;
        let valid = valid_elements(naming, element, &name);
        // The check of each element, without the return after it.
        let check = valid.trim_start_matches('\n').split("    return error;").next().unwrap_or("");
        let check = check
            .replace("error == @P@_OK && ", "")
            .replace("at < *count", &format!("at < *{what}_count"))
            .replace("out[at]", &format!("{what}[at]"));
        Some(Output {
            parameters: vec![
                format!("{name} *{what}"),
                format!("size_t {what}_room"),
                format!("size_t *{what}_count"),
            ],
            before: String::new(),
            at: what.to_owned(),
            room: format!("{what}_room > SIZE_MAX / {bytes} ? SIZE_MAX : {what}_room * {bytes}"),
            after: format!(
                "    if ({size} % {bytes} != 0)\n        return @P@_INVALID_VALUE;\n    *{what}_count = \
                 {size} / {bytes};\n    if (*{what}_count > {what}_room)\n        return \
                 @P@_TOO_LONG;\n{check}"
            ),
            wide: false,
        })
    }

    fn value(&mut self, naming: &mut Naming<'_>, ty: Type<'a>, what: &str) -> Option<Output> {
        let (size, bytes) = (format!("{what}_size_"), ty.size());
        let check = format!("    if ({size} != {bytes})\n        return @P@_INVALID_VALUE;\n");
        let Some(reading) = Reading::of(naming, ty, true).filter(|reading| !reading.wide) else {
            let name = self.copy_type(naming, ty, what)?;
            return Some(Output {
                parameters: vec![format!("{name} *{what}")],
                before: String::new(),
                at: what.to_owned(),
                room: bytes.to_string(),
                after: check,
                wide: false,
            });
        };
        let copy = format!("{what}_copy_");
        let (text, out) = match &reading.buffer {
            Some(buffer) => (Some(renamed(buffer, "out", what)), format!("{what}_len")),
            None => (None, what.to_owned()),
        };
        let source = renamed(&reading.value, "out", what).replace('$', &copy);
        let ty_name = &reading.ty;
        let set = match &reading.valid {
            Some(valid) => format!(
                "    {{\n        const {ty_name} raw = {source};\n        if (!({valid}))\n            return \
                 @P@_INVALID_VALUE;\n        *{out} = raw;\n    }}\n"
            ),
            None => format!("    *{out} = {source};\n"),
        };
        Some(Output {
            parameters: text.into_iter().chain([format!("{ty_name} *{out}")]).collect(),
            before: format!("    {};\n", declare(naming, ty, false, 4).of(&copy)),
            at: format!("&{copy}"),
            room: bytes.to_string(),
            after: check + &set,
            wide: false,
        })
    }

    /// A key that is searched for; `output` is how one is copied out.
    fn input(&self, naming: &Naming<'_>, ty: Type<'a>, output: &Output) -> Input {
        let constant = |output: &Output| format!("const {}", output.parameters[0]);
        let (bytes, copy) = (ty.size(), "key_image_");
        let whole = |before: String, parameter: String| Input {
            parameters: vec![parameter],
            before: format!(
                "    {};\n    memset(&{copy}, 0, {bytes});\n{before}",
                declare(naming, ty, false, 4).of(copy)
            ),
            at: format!("&{copy}"),
            len: bytes.to_string(),
        };
        match ty.live().map(|live| (live.role(), live.kept(), live.counted())) {
            Some((Role::OwnedText, ..)) => Input {
                parameters: vec!["const char *key".to_owned(), "size_t key_len".to_owned()],
                before: String::new(),
                at: "key".to_owned(),
                len: "key_len".to_owned(),
            },
            Some((Role::OwnedSlice, Some(element), _)) => Input {
                parameters: vec![constant(output), "size_t key_count".to_owned()],
                before: format!(
                    "    if (key_count > SIZE_MAX / {0})\n        return @P@_EMPTY;\n",
                    element.size()
                ),
                at: "key".to_owned(),
                len: format!("key_count * {}", element.size()),
            },
            Some((_, _, Some(counted))) => {
                let room = counted.capacity;
                let bytes =
                    format!("    if (key_len > 0)\n        memcpy({copy}.bytes, key, key_len);\n");
                let mut input = whole(
                    format!(
                        "    if (key_len > {room})\n        return @P@_EMPTY;\n    {copy}.len = \
                         (uint32_t)key_len;\n{}",
                        if room > 0 { bytes.as_str() } else { "" }
                    ),
                    "const void *key".to_owned(),
                );
                input.parameters.push("size_t key_len".to_owned());
                input
            }
            _ => match Writing::of(naming, ty).filter(|writing| !writing.wide) {
                Some(writing) => {
                    let named = if writing.parameter.contains("*text") { "text" } else { "value" };
                    let statement = renamed(&writing.statement, named, "key").replace('$', copy);
                    let before = if writing.fallible {
                        format!(
                            "    const @p@_error stored = {statement};\n    if (stored != @P@_OK)\n        \
                             return stored;\n"
                        )
                    } else {
                        format!("    {statement};\n")
                    };
                    whole(before, renamed(&writing.parameter, named, "key"))
                }
                // All bytes count, also padding.
                None => Input {
                    parameters: vec![constant(output)],
                    before: String::new(),
                    at: "key".to_owned(),
                    len: bytes.to_string(),
                },
            },
        }
    }
}

/// Gives an identifier in a piece of C another name.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '@';
    let (mut found, mut word) = (String::new(), String::new());
    let end = |word: &mut String, found: &mut String| {
        found.push_str(if word == from { to } else { word.as_str() });
        word.clear();
    };
    for character in text.chars() {
        if is_part(character) {
            word.push(character);
            continue;
        }
        end(&mut word, &mut found);
        found.push(character);
    }
    end(&mut word, &mut found);
    found
}
