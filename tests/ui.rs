//! The compiler's messages for mistakes, as a user sees them: one file per rule under `ui/`.
//!
//! `TRYBUILD=overwrite cargo test --test ui` rewrites the `.stderr` files.

#[test]
fn each_mistake_has_one_error_that_says_what_to_do() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "access", "attr", "changed", "enum", "field", "generic", "hidden", "item", "lock",
        "overlay", "repr", "row", "value",
    ] {
        cases.compile_fail(format!("tests/ui/{topic}/*.rs"));
    }
    // A passing case makes trybuild build all of them, which is when generic layouts are proved.
    cases.pass("tests/ui/pass/*.rs");
}
