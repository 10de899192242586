//! Layouts against outsiders: `LAYOUT` of generated structs agrees with gcc and Python's `ctypes` on the
//! same declarations.

mod generator;
mod outsiders;
/// Generated: the build script writes them with [`generator`].
#[allow(dead_code, reason = "only the layouts are looked at, no view")]
mod structs {
    include!(concat!(env!("OUT_DIR"), "/structs.rs"));
}

use std::collections::BTreeSet;

use shm_core::layout::{Kind, Layout};

/// A generated struct.
struct Case {
    layout: &'static Layout,
    /// `N` of `repr(C, align(N))`, or 0.
    align_attribute: usize,
    /// The fields as the source has them.
    fields: &'static str,
}

#[test]
fn the_generator_makes_the_same_structs_each_time() {
    assert!(include_str!(concat!(env!("OUT_DIR"), "/structs.rs")) == generator::generate());
    assert_eq!(structs::ALL.len(), generator::STRUCTS + generator::FRAMES);
}

/// A type as the source writes it.
fn type_text(layout: &Layout) -> String {
    match *layout.kind() {
        Kind::Array { element, len } => format!("[{}; {len}]", type_text(element)),
        Kind::Slice { element } => format!("[{}]", type_text(element)),
        Kind::CText { capacity } => format!("CText<{capacity}>"),
        _ => layout.name().to_owned(),
    }
}

#[test]
fn a_layout_names_every_field_with_its_type_in_the_order_of_the_source() {
    for case in structs::ALL {
        let fields: Vec<_> = case
            .layout
            .fields()
            .iter()
            .map(|field| format!("{}: {}", field.name(), type_text(field.layout())))
            .collect();
        assert_eq!(fields.join(", "), case.fields, "{}", case.layout.name());
    }
}

#[test]
fn gcc_gives_every_struct_the_same_offsets_size_and_alignment() {
    let rust: Vec<String> = structs::ALL
        .iter()
        .flat_map(|case| [outsiders::rust_facts(case), outsiders::rust_leaves(case)].concat())
        .collect();
    assert_same(&outsiders::ask_gcc(structs::ALL), &rust);
    report("gcc", structs::ALL.len(), rust.len());
}

#[test]
fn ctypes_gives_every_struct_without_an_alignment_attribute_the_same_layout() {
    // `_align_` came with Python 3.13; before, ctypes has no alignment attribute.
    let plain: Vec<&Case> =
        structs::ALL.iter().filter(|case| !has_align_attribute(case.layout)).collect();
    assert!(plain.len() >= 100, "only {} structs are left for ctypes", plain.len());
    let rust: Vec<String> = plain.iter().flat_map(|case| outsiders::rust_facts(case)).collect();
    assert_same(&outsiders::ask_ctypes(&plain), &rust);
    report("ctypes", plain.len(), rust.len());
}

/// Returns whether a struct, or one inside it, has an alignment attribute.
fn has_align_attribute(layout: &Layout) -> bool {
    match *layout.kind() {
        Kind::Struct { fields } => {
            let own = structs::ALL.iter().find(|case| case.layout.name() == layout.name());
            own.expect("every struct is listed").align_attribute > 0
                || fields.iter().any(|field| has_align_attribute(field.layout()))
        }
        Kind::Array { element, .. } | Kind::Slice { element } => has_align_attribute(element),
        _ => false,
    }
}

/// Compares line by line, so that the first difference is named.
fn assert_same(outsider: &[String], rust: &[String]) {
    for (outsider, rust) in outsider.iter().zip(rust) {
        assert_eq!(outsider, rust, "the outsider (left) and LAYOUT (right) differ");
    }
    assert_eq!(outsider.len(), rust.len());
}

#[allow(clippy::print_stdout, reason = "the figures are part of what the test is for")]
fn report(outsider: &str, structs: usize, facts: usize) {
    println!("{outsider}: {structs} structs, {facts} facts agree");
}

#[test]
fn every_kind_of_field_occurs() {
    let mut kinds = BTreeSet::new();
    let mut aligned = 0;
    for case in structs::ALL {
        aligned += usize::from(case.align_attribute > 0);
        for field in case.layout.fields() {
            collect_kinds(field.layout(), "", &mut kinds);
        }
    }
    assert!(aligned >= 20, "only {aligned} structs have an alignment attribute");
    for expected in ["array of array", "array of struct", "struct", "C text", "marker", "enum i64"]
    {
        assert!(kinds.contains(expected), "no field is {expected}: {kinds:?}");
    }
    // Scalars, `NonZero`, enums, `Be` and `Le`, packed; text, structs and markers.
    let bare = kinds.iter().filter(|kind| !kind.starts_with("array"));
    assert_eq!(bare.count(), 12 + 16 + 8 + 16 + 20 + 3, "{kinds:?}");
}

fn collect_kinds(layout: &Layout, around: &str, kinds: &mut BTreeSet<String>) {
    let kind = match *layout.kind() {
        Kind::Array { element, .. } => {
            collect_kinds(element, "array of ", kinds);
            "array".to_owned()
        }
        Kind::Slice { element } => {
            collect_kinds(element, "array of ", kinds);
            return;
        }
        Kind::Struct { .. } => "struct".to_owned(),
        Kind::CText { .. } => "C text".to_owned(),
        Kind::Marker => "marker".to_owned(),
        Kind::Enum { repr, .. } => format!("enum {}", repr.name()),
        _ => layout.name().to_owned(),
    };
    kinds.insert(format!("{around}{kind}"));
    kinds.insert(kind);
}
