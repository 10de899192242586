//! The same structs in C and in Python: written from the types that a layout names, never from its
//! offsets; compiled and asked.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use shm_core::layout::{Kind, Layout, ScalarKind};

use crate::Case;

/// The syntax of a language.
struct Language {
    scalar: fn(ScalarKind) -> &'static str,
    byte: &'static str,
    nothing: &'static str,
}

const C: Language = Language { scalar: c_scalar, byte: "unsigned char", nothing: "struct {}" };
const PYTHON: Language = Language { scalar: python_scalar, byte: "c_ubyte", nothing: "Nothing" };

fn c_scalar(scalar: ScalarKind) -> &'static str {
    match scalar {
        ScalarKind::U8 => "uint8_t",
        ScalarKind::U16 => "uint16_t",
        ScalarKind::U32 => "uint32_t",
        ScalarKind::U64 => "uint64_t",
        ScalarKind::I8 => "int8_t",
        ScalarKind::I16 => "int16_t",
        ScalarKind::I32 => "int32_t",
        ScalarKind::I64 => "int64_t",
        ScalarKind::F32 => "float",
        ScalarKind::F64 => "double",
        ScalarKind::Bool => "_Bool",
        ScalarKind::Char => "char32_t",
        other => panic!("no field here is a naturally aligned {}", other.name()),
    }
}

fn python_scalar(scalar: ScalarKind) -> &'static str {
    match scalar {
        ScalarKind::U8 => "c_uint8",
        ScalarKind::U16 => "c_uint16",
        ScalarKind::U32 => "c_uint32",
        ScalarKind::U64 => "c_uint64",
        ScalarKind::I8 => "c_int8",
        ScalarKind::I16 => "c_int16",
        ScalarKind::I32 => "c_int32",
        ScalarKind::I64 => "c_int64",
        ScalarKind::F32 => "c_float",
        ScalarKind::F64 => "c_double",
        ScalarKind::Bool => "c_bool",
        ScalarKind::Char => "c_wchar",
        other => panic!("no field here is a naturally aligned {}", other.name()),
    }
}

/// The element type and, outermost first, the array lengths around it.
fn declarator(language: &Language, layout: &Layout) -> (String, Vec<usize>) {
    let text = match *layout.kind() {
        Kind::Scalar(scalar) | Kind::NonZero { scalar, .. } => (language.scalar)(scalar),
        Kind::Enum { repr, .. } => (language.scalar)(repr),
        Kind::Ordered { scalar, packed: false, .. } => (language.scalar)(scalar),
        Kind::Ordered { scalar, packed: true, .. } => {
            return (language.byte.to_owned(), vec![scalar.size()]);
        }
        Kind::CText { capacity } => return (language.byte.to_owned(), vec![capacity]),
        Kind::Array { element, len } => {
            let (element, mut lengths) = declarator(language, element);
            lengths.insert(0, len);
            return (element, lengths);
        }
        // Of a run-time length: C's flexible array member, here written with the length of zero,
        // which GNU C and ctypes lay out alike and whose size can be asked for.
        Kind::Slice { element } => {
            let (element, mut lengths) = declarator(language, element);
            lengths.insert(0, 0);
            return (element, lengths);
        }
        Kind::Struct { .. } => layout.name(),
        Kind::Marker => language.nothing,
        ref other => panic!("no struct here has a field of this kind: {other:?}"),
    };
    (text.to_owned(), Vec::new())
}

/// Returns the name of a field: numbers and keywords are not valid names.
fn outsider_name(name: &str) -> String {
    format!("f_{name}")
}

/// The C program that prints what [`rust_facts`] and [`rust_leaves`] compute.
fn c_program(cases: &[Case]) -> String {
    let mut out = String::from(
        "#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <uchar.h>\n",
    );
    for case in cases {
        c_declaration(&mut out, case);
    }
    out.push_str("int main(void) {\n");
    for case in cases {
        c_questions(&mut out, case.layout);
    }
    out.push_str("}\n");
    out
}

fn c_declaration(out: &mut String, case: &Case) {
    out.push_str("typedef struct ");
    if case.align_attribute > 0 {
        write!(out, "__attribute__((aligned({}))) ", case.align_attribute).unwrap();
    }
    out.push_str("{\n");
    for field in case.layout.fields() {
        let (element, lengths) = declarator(&C, field.layout());
        let lengths: String = lengths.iter().map(|len| format!("[{len}]")).collect();
        writeln!(out, "    {element} {}{lengths};", outsider_name(field.name())).unwrap();
    }
    writeln!(out, "}} {};", case.layout.name()).unwrap();
}

fn c_questions(out: &mut String, layout: &Layout) {
    let name = layout.name();
    writeln!(out, "    printf(\"{name} %zu %zu\\n\", sizeof({name}), _Alignof({name}));").unwrap();
    for field in layout.fields() {
        let (field, member) = (field.name(), outsider_name(field.name()));
        let place = format!("(({name} *)0)->{member}");
        writeln!(
            out,
            "    printf(\"{name}.{field} %zu %zu %zu\\n\", offsetof({name}, {member}), \
             sizeof({place}), _Alignof(__typeof__({place})));",
        )
        .unwrap();
    }
    for path in last_leaves(layout) {
        let member = path.split('.').map(outsider_name).collect::<Vec<_>>().join(".");
        writeln!(out, "    printf(\"{name}: {path} %zu\\n\", offsetof({name}, {member}));")
            .unwrap();
    }
}

/// The path of the last leaf below each field: `pose[3].samples[1][6]`.
fn last_leaves(layout: &Layout) -> Vec<String> {
    let mut leaves = Vec::new();
    for field in layout.fields() {
        let mut path = field.name().to_owned();
        let mut inner = field.layout();
        loop {
            match *inner.kind() {
                Kind::Array { element, len } => {
                    write!(path, "[{}]", len - 1).unwrap();
                    inner = element;
                }
                Kind::Struct { fields } => {
                    let last = &fields[fields.len() - 1];
                    write!(path, ".{}", last.name()).unwrap();
                    inner = last.layout();
                }
                _ => break,
            }
        }
        leaves.push(path);
    }
    leaves
}

/// The Python program that prints what [`rust_facts`] computes, deep paths excepted.
fn python_program(cases: &[&Case]) -> String {
    let mut out = String::from("from ctypes import *\nNothing = c_char * 0\n");
    for case in cases {
        let name = case.layout.name();
        writeln!(out, "class {name}(Structure):\n    _fields_ = [").unwrap();
        for field in case.layout.fields() {
            let (mut text, lengths) = declarator(&PYTHON, field.layout());
            for len in lengths.iter().rev() {
                text = format!("({text} * {len})");
            }
            writeln!(out, "        ('{}', {text}),", outsider_name(field.name())).unwrap();
        }
        out.push_str("    ]\n");
        writeln!(out, "print('{name}', sizeof({name}), alignment({name}))").unwrap();
        writeln!(
            out,
            "for n, t in {name}._fields_:\n    print('{name}.' + n[2:], \
             getattr({name}, n).offset, sizeof(t), alignment(t))"
        )
        .unwrap();
    }
    out
}

/// One line per struct and field, as the outsiders print them.
pub(crate) fn rust_facts(case: &Case) -> Vec<String> {
    let name = case.layout.name();
    let mut facts = vec![format!("{name} {} {}", case.layout.size(), case.layout.align())];
    for field in case.layout.fields() {
        let layout = field.layout();
        let (size, align) = (layout.size(), layout.align());
        facts.push(format!("{name}.{} {} {size} {align}", field.name(), field.offset()));
    }
    facts
}

/// One line per leaf, as the C program prints them.
pub(crate) fn rust_leaves(case: &Case) -> Vec<String> {
    let resolve = |path: String| {
        let (offset, _) = case.layout.find(&path).expect("the layout knows its own leaves");
        format!("{}: {path} {offset}", case.layout.name())
    };
    last_leaves(case.layout).into_iter().map(resolve).collect()
}

/// Compiles and runs the C program; returns its lines.
pub(crate) fn ask_gcc(cases: &[Case]) -> Vec<String> {
    let (source, program) = (scratch("structs.c"), scratch("structs"));
    std::fs::write(&source, c_program(cases)).unwrap();
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=gnu11", "-O0", "-o"]).arg(&program).arg(&source);
    run(&mut gcc);
    run(&mut Command::new(program))
}

/// Runs the Python program; returns its lines.
pub(crate) fn ask_ctypes(cases: &[&Case]) -> Vec<String> {
    let source = scratch("structs.py");
    std::fs::write(&source, python_program(cases)).unwrap();
    run(Command::new("python3").arg(source))
}

fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("layout_against_outsiders");
    std::fs::create_dir_all(&directory).unwrap();
    directory.join(name)
}

fn run(command: &mut Command) -> Vec<String> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
