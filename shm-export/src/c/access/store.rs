//! Functions that write: the next version of a `Latest`, the next item of a `Ring`.
//!
//! Readers of the format expect valid values, and zeros between them. So the value is copied part by part:
//! ```text
//! type -> steps -> C
//! ```

use shm_schema::layout::{Role, ScalarKind};
use shm_schema::schema::{Live, Ring, Type, TypeKind};

use super::refusals::{Refusal, refusals};
use super::{Function, Writer};
use crate::c::leaf::{Reading, Writing, wide};
use crate::c::naming::Naming;
use crate::c::storage::declare;
use crate::c::walk::Spot;

/// The longest value that is copied to the stack before it is written.
const LARGEST_COPY: u64 = 64 << 10;

/// In place of the function for values that are not written.
const UNWRITTEN: &str = "/* Not written here: see `shm set`, `shm push`. */\n\n";

/// How a value becomes the bytes that are stored.
struct Image {
    parameter: String,
    /// Makes the bytes.
    before: String,
    /// A pointer to them.
    at: &'static str,
    wide: bool,
}

impl<'a> Writer<'_, 'a> {
    /// The function that writes a version or an item, which `copy` is the type of, if it has parts.
    pub(super) fn publish(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'a>,
        (ring, value): (Ring, Type<'a>),
        copy: Option<&str>,
    ) {
        let Some(image) = leaf(naming, value).or_else(|| parts(naming, value, copy?)) else {
            return self.text.push_str(UNWRITTEN);
        };
        let at = &spot.expression;
        let is_ring = spot.value.live().is_some_and(|live| live.role() == Role::Ring);
        let (verb, pushed) = if is_ring {
            ("push", format!("&{at}.pushed.count"))
        } else {
            ("store", "NULL".to_owned())
        };
        let call = format!(
            "@p@_store_version_(locks, &{at}.lock, &{at}.sequence, {at}.slots, {}, {}, {pushed}, {}, {})",
            ring.stride, ring.count, image.at, ring.size
        );
        let end = match &spot.changed {
            None => format!("    return {call};\n"),
            Some(word) => format!(
                "    const @p@_error error = {call};\n    if (error == @P@_OK)\n        @p@_notify_(&{word}, \
                 true);\n    return error;\n"
            ),
        };
        let body = refusals(spot, Refusal::Error, true) + &image.before + &end;
        let parameters = &[image.parameter][..];
        let (result, wide) = ("@p@_error", image.wide);
        let function = Function { verb, result, writes: true, locks: true, parameters, body, wide };
        self.write(naming, spot, &function);
    }
}

/// The image of a value without parts.
fn leaf(naming: &Naming<'_>, value: Type<'_>) -> Option<Image> {
    let storage = declare(naming, value, false, 4).of("copy");
    let cleared = format!("    {storage};\n    memset(&copy, 0, sizeof copy);\n");
    let (parameter, before, wide) = match (Writing::of(naming, value), value.kind()) {
        (Some(writing), _) => {
            let statement = writing.statement.replace('$', "copy");
            let check = writing.valid.map_or_else(String::new, |valid| {
                format!("    if (!({valid}))\n        return @P@_INVALID_VALUE;\n")
            });
            let set = if writing.fallible {
                format!(
                    "    const @p@_error stored = {statement};\n    if (stored != @P@_OK)\n        return \
                     stored;\n"
                )
            } else {
                format!("    {statement};\n")
            };
            (writing.parameter, cleared + &check + &set, writing.wide)
        }
        (None, TypeKind::Scalar(kind)) => {
            let set = "    memcpy(copy, &value, sizeof copy);\n";
            (format!("{} value", wide(kind)), cleared + set, true)
        }
        _ => return None,
    };
    Some(Image { parameter, before, at: "&copy", wide })
}

/// The image of a value with parts, which the caller has in a struct called `copy`.
fn parts(naming: &Naming<'_>, value: Type<'_>, copy: &str) -> Option<Image> {
    let steps = steps(value)?;
    let parameter = format!("const {copy} *value");
    if steps == [Step::Bytes { offset: 0, size: value.size() }] {
        // Valid whatever it is, and without padding.
        return Some(Image { parameter, before: String::new(), at: "value", wide: false });
    }
    if value.size() > LARGEST_COPY {
        return None;
    }
    let mut before = format!(
        "    {copy} copy;\n    const unsigned char *from = (const unsigned char *)value;\n    unsigned char *to = \
         (unsigned char *)&copy;\n    memset(&copy, 0, sizeof copy);\n"
    );
    for step in &steps {
        step.write(naming, 0, &mut before);
    }
    Some(Image { parameter, before, at: "&copy", wide: false })
}

/// A part of copying a value.
#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    /// Bytes that are valid whatever they are.
    Bytes {
        offset: u64,
        size: u64,
    },
    Bool {
        offset: u64,
    },
    /// A value of this type, which has to be valid.
    Checked {
        offset: u64,
        ty: Type<'a>,
    },
    /// A length, and as many bytes of the room after it.
    Counted {
        offset: u64,
        bytes: u64,
        capacity: u64,
        is_text: bool,
    },
    /// So many elements.
    Each {
        offset: u64,
        stride: u64,
        count: u64,
        steps: Vec<Step<'a>>,
    },
}

/// How to copy a value; `None` if it has parts that cannot be checked.
fn steps(ty: Type<'_>) -> Option<Vec<Step<'_>>> {
    let mut found = Vec::new();
    collect(ty, 0, &mut found).then_some(found)
}

fn collect<'a>(ty: Type<'a>, offset: u64, found: &mut Vec<Step<'a>>) -> bool {
    match ty.kind() {
        TypeKind::Marker => {}
        _ if ty.size() == 0 => {}
        TypeKind::Scalar(ScalarKind::Bool) => found.push(Step::Bool { offset }),
        TypeKind::Scalar(ScalarKind::Char) | TypeKind::Enum { .. } => {
            found.push(Step::Checked { offset, ty });
        }
        TypeKind::NonZero { optional: false, scalar } if scalar.size() <= 8 => {
            found.push(Step::Checked { offset, ty });
        }
        TypeKind::Scalar(_)
        | TypeKind::NonZero { optional: true, .. }
        | TypeKind::Ordered { .. }
        | TypeKind::CText { .. } => bytes(offset, ty.size(), found),
        TypeKind::Array { element, len } => {
            let Some(steps) = steps(element) else { return false };
            match steps.as_slice() {
                [] => {}
                [Step::Bytes { offset: 0, size }] if *size == element.size() => {
                    bytes(offset, size * len, found);
                }
                _ => {
                    let (stride, count) = (element.size(), len);
                    found.push(Step::Each { offset, stride, count, steps });
                }
            }
        }
        TypeKind::Struct { fields } => {
            return fields.iter().all(|field| collect(field.ty(), offset + field.offset(), found));
        }
        TypeKind::Live { role, .. } => {
            let Some(counted) = ty.live().and_then(Live::counted) else { return false };
            let (bytes, capacity, is_text) =
                (offset + counted.bytes, counted.capacity, role == Role::Text);
            found.push(Step::Counted { offset, bytes, capacity, is_text });
        }
        _ => return false,
    }
    true
}

/// Adds bytes, to those right before them if there are any.
fn bytes(offset: u64, size: u64, found: &mut Vec<Step<'_>>) {
    match found.last_mut() {
        Some(Step::Bytes { offset: start, size: before }) if *start + *before == offset => {
            *before += size;
        }
        _ => found.push(Step::Bytes { offset, size }),
    }
}

/// The names in the loop of a depth.
struct Names {
    space: String,
    to: String,
    from: String,
}

impl Names {
    fn at(depth: usize) -> Self {
        let suffix = if depth == 0 { String::new() } else { depth.to_string() };
        let space = " ".repeat(4 * depth + 4);
        Self { space, to: format!("to{suffix}"), from: format!("from{suffix}") }
    }
}

impl Step<'_> {
    /// Writes the code, inside of as many loops.
    fn write(&self, naming: &Naming<'_>, depth: usize, code: &mut String) {
        let names = Names::at(depth);
        let Names { space, to, from } = &names;
        match self {
            Self::Bytes { offset, size } => code
                .push_str(&format!("{space}memcpy({to} + {offset}, {from} + {offset}, {size});\n")),
            Self::Bool { offset } => {
                code.push_str(&format!("{space}{to}[{offset}] = {from}[{offset}] != 0;\n"));
            }
            Self::Checked { offset, ty } => {
                let reading = Reading::of(naming, *ty, true);
                let valid = reading.and_then(|reading| reading.valid).unwrap_or_default();
                let storage = declare(naming, *ty, false, 4).of("raw");
                code.push_str(&checked(&names, *offset, &storage, &valid));
            }
            Self::Counted { offset, bytes, capacity, is_text } => {
                code.push_str(&counted(&names, [*offset, *bytes, *capacity], *is_text));
            }
            Self::Each { offset, stride, count, steps } => {
                code.push_str(&each(&names, depth + 1, [*offset, *stride, *count]));
                for step in steps {
                    step.write(naming, depth + 1, code);
                }
                code.push_str(&format!("{space}}}\n"));
            }
        }
    }
}

/// Copies a value that has to be valid.
fn checked(Names { space, to, from }: &Names, offset: u64, storage: &str, valid: &str) -> String {
    format!(
        "{space}{{\n{space}    {storage};\n{space}    memcpy(&raw, {from} + {offset}, sizeof raw);\n{space}    if \
         (!({valid}))\n{space}        return @P@_INVALID_VALUE;\n{space}    memcpy({to} + {offset}, &raw, sizeof \
         raw);\n{space}}}\n"
    )
}

/// Copies a length and as many bytes.
fn counted(
    Names { space, to, from }: &Names,
    [offset, bytes, capacity]: [u64; 3],
    is_text: bool,
) -> String {
    let copy = format!(
        "{space}{{\n{space}    uint32_t len;\n{space}    memcpy(&len, {from} + {offset}, sizeof len);\n{space}    if \
         (len > {capacity})\n{space}        return @P@_INVALID_VALUE;\n{space}    memcpy({to} + {offset}, &len, \
         sizeof len);\n{space}    memcpy({to} + {bytes}, {from} + {bytes}, len);\n{space}}}\n"
    );
    let check = format!(
        "{space}if (!@p@_is_utf8_({to} + {bytes}, {capacity}))\n{space}    return @P@_INVALID_VALUE;\n"
    );
    if is_text { copy + &check } else { copy }
}

/// The start of a loop over elements.
fn each(
    Names { space, to, from }: &Names,
    deeper: usize,
    [offset, stride, count]: [u64; 3],
) -> String {
    let element = format!("{offset} + at{deeper} * {stride}");
    format!(
        "{space}for (size_t at{deeper} = 0; at{deeper} < {count}; at{deeper}++) {{\n{space}    const unsigned char \
         *from{deeper} = {from} + {element};\n{space}    unsigned char *to{deeper} = {to} + {element};\n"
    )
}
