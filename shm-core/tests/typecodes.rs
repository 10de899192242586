//! The table of typecodes against Python's own.

use std::collections::BTreeMap;
use std::process::Command;

use shm_core::field::typecodes;
use shm_core::layout::{Kind, Layout, ScalarKind};

/// Prints, for each typecode of `multiprocessing`, its size, its alignment and its nature.
const ASK_PYTHON: &str = "
import ctypes
from multiprocessing.sharedctypes import typecode_to_type
for code, c_type in typecode_to_type.items():
    if c_type in (ctypes.c_char, ctypes.c_wchar): nature = 'text'
    elif isinstance(c_type(0).value, float): nature = 'float'
    elif c_type(-1).value < 0: nature = 'signed'
    else: nature = 'unsigned'
    print(code, ctypes.sizeof(c_type), ctypes.alignment(c_type), nature)
";

fn nature(code: char, layout: &Layout) -> &'static str {
    match layout.kind() {
        Kind::Scalar(_) if code == 'c' => "text",
        Kind::Scalar(ScalarKind::Char) => "text",
        Kind::Scalar(ScalarKind::F32 | ScalarKind::F64) => "float",
        Kind::Scalar(scalar) if scalar.is_signed() => "signed",
        Kind::Scalar(_) => "unsigned",
        other => panic!("a typecode is a scalar, not {other:?}"),
    }
}

fn describe(code: char) -> String {
    let layout = typecodes::layout(code).expect("listed in ALL");
    format!("{} {} {}", layout.size(), layout.align(), nature(code, layout))
}

#[test]
fn every_typecode_has_the_size_alignment_and_nature_that_python_gives_it() {
    let answer = Command::new("python3").args(["-c", ASK_PYTHON]).output().expect("python3 runs");
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let python: BTreeMap<char, String> = String::from_utf8(answer.stdout)
        .unwrap()
        .lines()
        .map(|line| (line.chars().next().unwrap(), line[2..].to_owned()))
        .collect();
    let rust = typecodes::ALL.iter().map(|&code| (code, describe(code))).collect();
    assert_eq!(python, rust);
}

/// Prints the size and the alignment of each name that it is given.
const ASK_CTYPES: &str = "
import ctypes, sys
for name in sys.argv[1:]:
    c_type = getattr(ctypes, name)
    print(name, ctypes.sizeof(c_type), ctypes.alignment(c_type), nature(c_type))
";

/// The result of storing -1 and a half in a type of `ctypes`.
const NATURE: &str = "
def nature(c_type):
    import ctypes
    if c_type in (ctypes.c_char, ctypes.c_wchar): return 'text'
    if c_type is ctypes.c_bool: return 'bool'
    if isinstance(c_type(0).value, float): return 'float'
    return 'signed' if c_type(-1).value < 0 else 'unsigned'
";

#[test]
fn every_name_of_ctypes_has_the_size_alignment_and_nature_that_python_gives_it() {
    let program = format!("{NATURE}{ASK_CTYPES}");
    let mut python = Command::new("python3");
    let answer = python.arg("-c").arg(program).args(typecodes::C_TYPES).output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let rust = typecodes::C_TYPES.map(|name| {
        let layout = typecodes::named(name).expect("listed in C_TYPES");
        let nature = match (name, layout.kind()) {
            ("c_char", _) => "text",
            (_, Kind::Scalar(ScalarKind::Bool)) => "bool",
            _ => nature(' ', layout),
        };
        format!("{name} {} {} {nature}\n", layout.size(), layout.align())
    });
    assert_eq!(String::from_utf8(answer.stdout).unwrap(), rust.concat());
}

#[test]
fn a_typecode_and_its_name_in_ctypes_are_one_type() {
    for (code, name) in typecodes::ALL.into_iter().zip(typecodes::C_TYPES) {
        let (by_code, by_letter) = (typecodes::layout(code), typecodes::named(&code.to_string()));
        let fingerprint = |layout: Option<&'static Layout>| layout.map(Layout::fingerprint);
        assert_eq!(fingerprint(by_code), fingerprint(typecodes::named(name)), "{name}");
        assert_eq!(fingerprint(by_code), fingerprint(by_letter), "{code}");
    }
    for name in ["", "ii", "c_void_p", "c_size_t", "int"] {
        assert!(typecodes::named(name).is_none(), "{name}");
    }
}

#[test]
fn text_that_is_not_a_typecode_has_no_layout() {
    for code in ['?', 'C', 'x', 'n', 'P', '\0'] {
        assert!(typecodes::layout(code).is_none(), "{code:?}");
    }
}
