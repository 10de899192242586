//! The claims, and the crate that is compiled to test them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::listing::{Listing, accesses, width};

const SCALARS: [(&str, usize); 11] = [
    ("u8", 1),
    ("u16", 2),
    ("u32", 4),
    ("u64", 8),
    ("i8", 1),
    ("i16", 2),
    ("i32", 4),
    ("i64", 8),
    ("f32", 4),
    ("f64", 8),
    ("bool", 1),
];

/// A function per way to reach a scalar and per operation; `$T` is the scalar.
const ACCESSES: [(&str, &str); 12] = [
    ("get_$T", "(s: &StationView) -> $T { s.scalars.$T.get() }"),
    ("get_relaxed_$T", "(s: &StationView) -> $T { s.scalars.$T.get_relaxed() }"),
    ("set_$T", "(s: &StationView, v: $T) { s.scalars.$T.set(v) }"),
    ("set_relaxed_$T", "(s: &StationView, v: $T) { s.scalars.$T.set_relaxed(v) }"),
    ("get_nested_$T", "(s: &StationView) -> $T { s.nested[1].$T.get() }"),
    ("set_nested_$T", "(s: &StationView, v: $T) { s.nested[1].$T.set(v) }"),
    ("get_indexed_$T", "(s: &StationView) -> $T { s.arrays.$T[3].get() }"),
    ("get_relaxed_indexed_$T", "(s: &StationView) -> $T { s.arrays.$T[2].get_relaxed() }"),
    ("set_indexed_$T", "(s: &StationView, v: $T) { s.arrays.$T[3].set(v) }"),
    ("get_read_only_$T", "(s: &StationView<ReadOnly>) -> $T { s.scalars.$T.get() }"),
    (
        "get_relaxed_read_only_$T",
        "(s: &StationView<ReadOnly>) -> $T { s.scalars.$T.get_relaxed() }",
    ),
    ("get_indexed_read_only_$T", "(s: &StationView<ReadOnly>) -> $T { s.arrays.$T[3].get() }"),
];

#[test]
fn every_way_to_read_or_write_a_scalar_is_one_access_of_its_width() {
    for (scalar, size) in SCALARS {
        for (name, _) in ACCESSES {
            let symbol = name.replace("$T", scalar);
            let instructions = listing().function(&symbol);
            if let Some(fault) = fault(instructions, size) {
                panic!("`{symbol}` {fault}:\n{}", instructions.join("\n"));
            }
            // A `bool` is compared with zero after the read; the others need only the access.
            if scalar != "bool" || name.starts_with("set") {
                assert_eq!(instructions.len(), 2, "`{symbol}`:\n{}", instructions.join("\n"));
            }
        }
    }
}

#[test]
fn fetch_add_is_one_locked_instruction() {
    let instructions = listing().function("fetch_add");
    let [access] = accesses(instructions)[..] else { panic!("{instructions:#?}") };
    assert!(access.starts_with("lock ") && width(access) == Some(8), "{access}");
}

#[test]
fn and_and_or_of_a_bool_are_one_locked_instruction_each() {
    for (symbol, instruction) in [("and_bool", "lock and"), ("or_bool", "lock or")] {
        let instructions = listing().function(symbol);
        let [access] = accesses(instructions)[..] else { panic!("{symbol}: {instructions:#?}") };
        assert!(access.starts_with(instruction) && width(access) == Some(1), "{access}");
    }
}

#[test]
fn an_array_is_loaded_by_its_view_as_by_its_type() {
    let by_view = listing().function("load_array_by_its_view");
    assert_eq!(by_view, listing().function("load_array_of_scalars"));
}

#[test]
fn a_foreign_byte_order_costs_no_second_access() {
    let instructions = listing().function("get_in_foreign_order");
    assert_eq!(fault(instructions, 4), None, "{instructions:#?}");
}

#[test]
fn a_region_costs_one_more_access_for_its_pointer() {
    assert_eq!(accesses(listing().function("get_through_a_region")).len(), 2);
}

#[test]
fn a_count_in_a_row_is_one_addition_after_an_access_for_the_pointer() {
    let instructions = listing().function("count_in_a_row");
    let accesses = accesses(instructions);
    assert!(accesses.len() == 2 && accesses[1].starts_with("lock "), "{instructions:#?}");
}

#[test]
fn functions_with_more_or_dearer_accesses_are_caught() {
    for (twin, size, expected) in [
        ("twin_with_two_reads", 8, "has 2 accesses"),
        ("twin_that_reads_twice", 8, "has 2 accesses"),
        ("twin_of_packed_bytes", 4, "has 4 accesses"),
        ("twin_of_the_wrong_width", 8, "accesses 4 bytes instead of 8"),
    ] {
        assert_eq!(fault(listing().function(twin), size).as_deref(), Some(expected), "{twin}");
    }
    assert!(fault(listing().function("twin_that_calls"), 8).is_some());
    let locked = fault(listing().function("twin_in_total_order"), 8).unwrap();
    assert!(locked.starts_with("waits for all processors by `xchg"), "{locked}");
}

/// Relaxed accesses one by one, and one fence for all of them: after reads, so that earlier writes are
/// seen, and before writes. x86-64 needs no instruction for the fence, but other processors and the
/// compiler do need it.
#[test]
fn partial_and_read_only_accesses_have_a_fence() {
    let read_only = SCALARS.map(|(scalar, _)| format!("get_read_only_{scalar}"));
    let copies = [
        "load_scalars",
        "load_bools",
        "load_array_of_scalars",
        "load_structs",
        "load_array_of_structs",
        "load_vec_of_structs",
        "store_scalars",
        "fill_scalars",
        "store_structs",
        "twin_of_packed_bytes",
        "set_packed",
        "get_text",
        "set_text",
    ];
    for symbol in copies.into_iter().chain(read_only.iter().map(String::as_str)) {
        let instructions = listing().function(symbol).join("\n");
        assert!(listing().fences(symbol) > 0, "`{symbol}` has none:\n{instructions}");
    }
    for twin in ["twin_without_a_fence", "get_relaxed_read_only_u64", "get_u64", "set_u64"] {
        assert_eq!(listing().fences(twin), 0, "{twin}");
    }
}

/// Returns the fault of a function that should be one plain access of `size` bytes.
fn fault(instructions: &[String], size: usize) -> Option<String> {
    match accesses(instructions)[..] {
        [access] if access.starts_with("lock ") || access.starts_with("xchg ") => {
            Some(format!("waits for all processors by `{access}`"))
        }
        [access] if width(access) == Some(size) => None,
        [access] => Some(match width(access) {
            Some(found) => format!("accesses {found} bytes instead of {size}"),
            None => format!("accesses memory by `{access}`"),
        }),
        ref several => Some(format!("has {} accesses", several.len())),
    }
}

/// Returns the assembly of the fixture, compiled once per run.
fn listing() -> &'static Listing {
    static LISTING: OnceLock<Listing> = OnceLock::new();
    LISTING.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("assembly");
        write_crate(&root);
        Listing::parse(&std::fs::read_to_string(compile(&root)).unwrap())
    })
}

/// Writes the fixture as a crate of its own, with the versions that this workspace has locked.
fn write_crate(root: &Path) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = include_str!("fixture.rs").to_owned();
    for (scalar, _) in SCALARS {
        for (name, rest) in ACCESSES {
            let function = format!("\n#[unsafe(no_mangle)]\npub fn {name}{rest}\n");
            source.push_str(&function.replace("$T", scalar));
        }
    }
    let manifest = format!(
        "[package]\nname = \"assembly-fixture\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [lib]\npath = \"fixture.rs\"\n\n\
         [dependencies]\nshm-core = {{ path = {:?} }}\n\n[workspace]\n",
        workspace.join("shm-core")
    );
    std::fs::create_dir_all(root).unwrap();
    write_if_changed(&root.join("fixture.rs"), &source);
    write_if_changed(&root.join("Cargo.toml"), &manifest);
    let lock = std::fs::read_to_string(workspace.join("Cargo.lock")).unwrap();
    write_if_changed(&root.join("Cargo.lock"), &lock);
}

/// Keeps the time of an unchanged file, so that cargo does not rebuild.
fn write_if_changed(path: &Path, text: &str) {
    if std::fs::read_to_string(path).ok().as_deref() != Some(text) {
        std::fs::write(path, text).unwrap();
    }
}

/// Compiles the fixture in release mode, without the network; returns the assembly file.
fn compile(root: &Path) -> PathBuf {
    let assembly = root.join("fixture.s");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["rustc", "--release", "--offline", "--quiet", "--lib", "--manifest-path"])
        .arg(root.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(root.join("target"))
        .args(["--", "-Ccodegen-units=1", "-Cllvm-args=--x86-asm-syntax=intel"])
        .arg(format!("--emit=asm={}", assembly.display()))
        // Flags of the surrounding build, such as a sanitizer's, must not change the assembly.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assembly
}
