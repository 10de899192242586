//! What the compiler says about mistakes: one file per rule under `ui/`, in the words a user sees.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the `.stderr` files anew.

#[test]
fn each_mistake_has_one_error_that_says_what_to_do() {
    let cases = trybuild::TestCases::new();
    for topic in [
        "access", "attr", "changed", "enum", "field", "generic", "hidden", "item", "lock",
        "overlay", "repr",
    ] {
        cases.compile_fail(format!("tests/ui/{topic}/*.rs"));
    }
    // A case that passes has all of them built, which is when generic layouts are proved.
    cases.pass("tests/ui/pass/*.rs");
}
