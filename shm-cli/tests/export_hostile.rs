//! Exports of layouts that no program would have, but a file can: the output compiles, and contains nothing
//! except the layout. These tests need gcc, g++ and python3.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/scripts.rs"]
mod scripts;

use compilers::{Directory, STANDARDS, compile};
use scripts::Script;
use shm_core::layout::{FieldLayout, Kind, Layout, Role, ScalarKind, Variant};
use shm_core::schema::Schema;
use shm_export::{Description, Error, c, python};

static U8: Layout = Layout::new("u8", 1, 1, Kind::Scalar(ScalarKind::U8));
static U32: Layout = Layout::new("u32", 4, 4, Kind::Scalar(ScalarKind::U32));
static U64: Layout = Layout::new("u64", 8, 8, Kind::Scalar(ScalarKind::U64));
static U128: Layout = Layout::new("u128", 16, 16, Kind::Scalar(ScalarKind::U128));

fn thing(layout: &'static Layout) -> Description {
    Description::of(layout).expect("a layout of the format").with_name("Thing")
}

/// Checks that both languages accept their exports; returns the header and the module.
fn accepted(name: &str, layout: &'static Layout) -> (String, String) {
    let mut thing = thing(layout);
    let header = c::header(&thing).expect("a header");
    let module = python::module(&thing).expect("a module");
    compiles(name, &header);
    Script::with_module(&regions::unique(name), "thing", &module, "import thing").run(&[]);
    is_harmless(name, &thing);
    // Without notes, types have no names.
    let bare = Schema::decode(&thing.schema.to_bytes()).expect("a schema");
    thing = Description::new(bare).with_name(name);
    let nameless = c::header(&thing).expect("a header without names");
    compiles(name, &nameless);
    let nameless = python::module(&thing).expect("a module without names");
    Script::with_module(&regions::unique(name), "thing", &nameless, "import thing").run(&[]);
    (header, module)
}

/// Checks that the classes for the Python package are a module of nothing but imports, classes of annotations and
/// numbers, and one number; where the layout is not one of C, that it is refused.
fn is_harmless(name: &str, thing: &Description) {
    let classes = match python::classes(thing) {
        Ok(classes) => classes,
        Err(error) => return assert!(matches!(error, Error::NotAsInC { .. }), "{name}: {error}"),
    };
    let check = r#"
import ast, pathlib
text = pathlib.Path(__file__).with_name("thing.py").read_text(encoding="utf-8")
for node in ast.parse(text).body:
    assert isinstance(node, (ast.Import, ast.ImportFrom, ast.ClassDef, ast.Assign, ast.Expr)), ast.dump(node)
    if isinstance(node, ast.Expr):
        assert isinstance(node.value, ast.Constant), ast.dump(node)
    if isinstance(node, ast.Import):
        assert {alias.name for alias in node.names} <= {"enum", "shm"}, ast.dump(node)
    for inner in node.body if isinstance(node, ast.ClassDef) else []:
        assert isinstance(inner, (ast.AnnAssign, ast.Assign, ast.Expr)), ast.dump(inner)
        called = {ast.unparse(part.func) for part in ast.walk(inner) if isinstance(part, ast.Call)}
        assert called <= {f"shm.{note}" for note in ("Alias", "Counter", "Doc", "GuardedBy", "Name", "Repr", "Type", "Unit")}, called
"#;
    Script::with_module(&regions::unique(name), "thing", &classes, check).run(&[]);
}

fn compiles(name: &str, header: &str) {
    let directory = Directory::new(name);
    directory.write("thing.h", header);
    directory.write("main.c", "#include \"thing.h\"\n#include \"thing.h\"\n");
    for standard in STANDARDS {
        let output = compile(standard, &directory, &["-fsyntax-only"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}, {standard:?}:\n{errors}\n{header}");
    }
}

#[test]
fn text_of_a_layout_stays_in_comments_and_strings() {
    static EVIL: Layout = Layout::new(
        "*/ int evil; /* \"\"\"\nimport os # \\",
        8,
        4,
        Kind::Struct {
            fields: &[
                FieldLayout::new("x", 0, &U32)
                    .with_notes("*/ #error evil\n\"\"\"; import evil", "*/"),
                FieldLayout::new("y", 4, &U32).with_notes("a \\", "\"\n"),
            ],
        },
    )
    .with_doc("*/\n#error evil\n/* ??/\n\"\"\"\nimport evil\n\\");
    let (header, module) = accepted("hostile-notes", &EVIL);
    assert!(header.contains("evil") && module.contains("evil"), "the notes are there");
}

#[test]
fn types_of_the_same_name_get_different_names() {
    static ONE: Layout =
        Layout::new("Part", 4, 4, Kind::Struct { fields: &[FieldLayout::new("x", 0, &U32)] });
    static OTHER: Layout =
        Layout::new("Part", 1, 1, Kind::Struct { fields: &[FieldLayout::new("x", 0, &U8)] });
    static ERROR: Layout = Layout::new(
        "Error",
        1,
        1,
        Kind::Enum {
            repr: ScalarKind::U8,
            variants: &[
                Variant { name: "Ok", discriminant: 0 },
                Variant { name: "OK", discriminant: 1 },
                Variant { name: "None", discriminant: 2 },
            ],
        },
    );
    static WHOLE: Layout = Layout::new(
        "Whole",
        12,
        4,
        Kind::Struct {
            fields: &[
                FieldLayout::new("part", 0, &ONE),
                FieldLayout::new("Part", 4, &OTHER),
                FieldLayout::new("error", 5, &ERROR),
                FieldLayout::new("int", 6, &U8),
                FieldLayout::new("int_", 7, &U8),
                FieldLayout::new("größe", 8, &U8),
                FieldLayout::new("0", 9, &U8),
                FieldLayout::new("__init__", 10, &U8),
                FieldLayout::new("self", 11, &U8),
            ],
        },
    );
    let (header, module) = accepted("hostile-names", &WHOLE);
    for expected in [
        "typedef struct thing_part_2 {",
        "typedef uint8_t thing_error_2;",
        "#define THING_ERROR_2_OK_2 ((thing_error_2)1)",
        "    uint8_t int_;\n",
        "    uint8_t int__2;\n",
        "    uint8_t gr_u00f6_u00dfe;\n",
        "    uint8_t x__init__;\n",
    ] {
        assert!(header.contains(expected), "no {expected:?}");
    }
    for expected in [
        "class Part_2(_Record):",
        "    None_ = 2\n",
        "    gr_u00f6_u00dfe: \"_Field[int, int]\" = _Field(\"größe\", 8",
    ] {
        assert!(module.contains(expected), "no {expected:?}");
    }
}

/// Prints the names that a module uses: builtins, other modules, and its public names.
const USED: &str = "
import ast, builtins, thing
tree = ast.parse(open(thing.__file__).read())
names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and hasattr(builtins, node.id)}
names |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
names |= {node.name for node in tree.body if hasattr(node, 'name') and not node.name.startswith('_')}
print(*sorted(names - {'Thing', '__file__'}))
";

#[test]
fn no_class_of_a_layout_hides_a_name_that_the_module_uses() {
    static BARE: Layout =
        Layout::new("Bare", 4, 4, Kind::Struct { fields: &[FieldLayout::new("x", 0, &U32)] });
    let bare = python::module(&thing(&BARE)).expect("a module");
    let used = Script::with_module(&regions::unique("hides"), "thing", &bare, USED).run(&[]);
    let used: Vec<&'static str> = used.leak().split_whitespace().collect();
    assert!(used.contains(&"memoryview") && used.contains(&"RegionError"), "{used:?}");
    // A struct for each of these names, all of them different.
    let fields: Vec<FieldLayout> = used
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let inner = format!("x{index}").leak();
            let fields = vec![FieldLayout::new(inner, 0, &U32)].leak();
            let part = Box::leak(Box::new(Layout::new(name, 4, 4, Kind::Struct { fields })));
            FieldLayout::new(format!("field_{index}").leak(), 4 * index, part)
        })
        .collect();
    let size = 4 * fields.len();
    let whole = Layout::new("Whole", size, 4, Kind::Struct { fields: fields.leak() });
    let whole = Box::leak(Box::new(whole));
    let module = python::module(&thing(whole)).expect("a module");
    for name in used {
        assert!(!module.contains(&format!("\nclass {name}(_Record)")), "`{name}` is hidden");
    }
    Script::with_module(&regions::unique("hides"), "thing", &module, "import thing").run(&[]);
}

#[test]
fn unexplained_padding_is_kept() {
    static BYTES: Layout = Layout::new("array", 3, 1, Kind::Array { element: &U8, len: 3 });
    static NOTHING: Layout = Layout::new("Nothing", 0, 1, Kind::Struct { fields: &[] });
    static RESERVED: Layout = Layout::new("Reserved", 512, 256, Kind::Struct { fields: &[] });
    static WHOLE: Layout = Layout::new(
        "Whole",
        8192,
        4096,
        Kind::Struct {
            fields: &[
                FieldLayout::new("bytes", 1, &BYTES),
                FieldLayout::new("nothing", 4, &NOTHING),
                FieldLayout::new("far", 48, &U64),
                FieldLayout::new("reserved", 1024, &RESERVED),
                FieldLayout::new("wide", 2048, &U128),
            ],
        },
    );
    let (header, _) = accepted("hostile-room", &WHOLE);
    for expected in ["    alignas(4096) unsigned char padding_[1];\n", "alignas(256) unsigned char"]
    {
        assert!(header.contains(expected), "no {expected:?}:\n{header}");
    }
}

#[test]
fn live_types_with_other_parts_are_refused() {
    static COUNTED: Layout = Layout::new(
        "Text",
        8,
        4,
        Kind::Live {
            role: Role::Text,
            fields: &[FieldLayout::new("len", 0, &U32), FieldLayout::new("bytes", 4, &U32)],
        },
    );
    static NO_RING: Layout = Layout::new(
        "Latest",
        8,
        8,
        Kind::Live { role: Role::Latest, fields: &[FieldLayout::new("sequence", 0, &U64)] },
    );
    static EVENT: Layout = Layout::new(
        "Event",
        8,
        8,
        Kind::Live { role: Role::Event, fields: &[FieldLayout::new("count", 0, &U64)] },
    );
    for layout in [&COUNTED, &NO_RING, &EVENT] {
        let thing = thing(layout);
        for outcome in [c::header(&thing), python::module(&thing)] {
            let Err(error @ Error::Malformed { .. }) = outcome else { panic!("{outcome:?}") };
            assert!(error.to_string().contains("docs/format.md"), "{error}");
        }
    }
}
