//! Code that exported C has no functions for does not compile. (For Rust: tests/ui/access.)

use crate::compilers::{Directory, STANDARDS, Standard, compile};
use crate::layouts::rows;
use crate::way::Layout;
use crate::ways::compiled::{header, source};

/// The compiler's errors for the driver of `Everything` with a function appended; `None` if it compiles.
fn refusal(standard: Standard, statement: &str) -> Option<String> {
    let directory = Directory::new("conformance-refusal");
    directory.write("everything.h", &header(Layout::Everything));
    let function = format!("void more(void);\nvoid more(void) {{ {statement} }}\n");
    directory.write("main.c", &source(Layout::Everything, &function));
    let output = compile(standard, &directory, &["-fsyntax-only"]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then_some(errors)
}

#[test]
fn a_c_program_that_writes_to_a_region_opened_for_reading_does_not_compile() {
    for standard in STANDARDS {
        let written = "everything_set_u8(region.value, 1);";
        assert_eq!(refusal(standard, written), None);
        let refused = refusal(standard, &written.replace("region", "reader"));
        assert!(refused.is_some_and(|errors| errors.contains("const")));
        let guarded = "everything_account_set_balance(everything_const_at_account_unlocked(reader.value), 1);";
        assert!(refusal(standard, guarded).is_some());
    }
}

#[test]
fn exported_c_has_no_function_that_writes_what_has_a_lock_or_waiters() {
    let header = header(Layout::Everything);
    for row in rows() {
        let field = row.path.split(['.', '[']).next().expect("a name");
        let found = ["set", "store", "fetch_add", "at"].iter().any(|verb| {
            header.contains(&format!(" everything_{verb}_{field}("))
                || header.contains(&format!("*everything_{verb}_{field}("))
        });
        // A struct that is a field by itself is written through its own functions.
        let is_struct = ["point", "pair"].contains(&field);
        assert_eq!(found, !row.is_live && !is_struct, "{field}");
    }
}
