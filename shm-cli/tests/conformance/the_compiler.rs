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
fn exported_c_writes_what_has_a_lock_only_with_the_regions_locks_and_wakes_all_waiters() {
    let header = header(Layout::Everything);
    for row in rows() {
        let field = row.path.split(['.', '[']).next().expect("a name");
        // Each definition, from its line to the next one that is not indented.
        let writers = ["set", "store", "fetch_add", "at"].map(|verb| {
            let name = format!("everything_{verb}_{field}(everything *self");
            header
                .split("static inline ")
                .find(|text| text.lines().next().is_some_and(|line| line.contains(&name)))
        });
        let writers: Vec<&str> = writers.into_iter().flatten().collect();
        // A struct that is a field by itself is written through its own functions.
        let is_struct = ["point", "pair"].contains(&field);
        if !row.is_live {
            assert_eq!(writers.is_empty(), is_struct, "{field}");
            continue;
        }
        let is_watched = field.starts_with("watched");
        let is_right = |text: &&str| match is_watched {
            true => text.contains("everything_notify"),
            false => {
                text.lines().next().is_some_and(|line| line.contains("everything_locks *locks"))
            }
        };
        assert!(writers.iter().all(is_right), "{field}: {writers:#?}");
    }
}
