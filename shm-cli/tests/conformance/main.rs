//! One list of claims about regions, each tested for every way in: typed, by name, exported C and C++,
//! exported Python, and the command.
//!
//! A claim is a function over a [`Way`], written once. A way in is a driver, a process of its own that
//! answers the requests of [`way::Driver`], and a line in the table of [`ways_in`]. Each lists
//! in its [`way::Can`] what it cannot do; the claim is then that it refuses. These tests need gcc, g++ and python3.

#[path = "../export/companion.rs"]
mod companion;
#[path = "../export/compilers.rs"]
mod compilers;
#[path = "../export/everything.rs"]
mod everything;
#[path = "../export/images.rs"]
mod images;
#[path = "../../../tests/support/mod.rs"]
#[allow(unreachable_pub, reason = "the tests of the root package own it")]
mod processes;
#[path = "../export/regions.rs"]
mod regions;
#[path = "../export/scripts.rs"]
mod scripts;
#[path = "../export/stations.rs"]
mod stations;
#[path = "../support/mod.rs"]
mod support;

mod canon;
mod claims;
mod layouts;
mod way;
mod ways;
mod words;

use way::{Can, Driver, Layout, Way};
use ways::by_name::ByName;
use ways::command::Command;
use ways::compiled::{C, Cpp};
use ways::python::Python;
use ways::typed::Typed;

/// The drivers of the ways in that are Rust, which run in this binary.
#[test]
#[ignore = "the other process of the tests below"]
fn second_process() {
    ways::serve();
}

/// A way in, for claims that need two of them.
struct Entry {
    name: &'static str,
    can: Can,
    driver: fn(Layout) -> Box<dyn Driver>,
}

/// A test for each claim, of one way in.
macro_rules! claims {
    ($way:ty: $($room:ident: $($claim:ident)*;)*) => {$($(
        #[test]
        fn $claim() {
            crate::claims::$room::$claim::<$way>();
        }
    )*)*};
}

/// The table of ways in; each has every claim.
macro_rules! ways_in {
    ($($name:ident: $way:ident;)*) => {
        const WAYS: &[Entry] = &[$(
            Entry { name: $way::NAME, can: $way::CAN, driver: $way::driver },
        )*];

        $(mod $name {
            claims! { super::$way:
                values:
                    a_value_that_any_way_wrote_is_read
                    fields_with_locks_and_waiters_are_written_or_refused_as_declared
                    text_in_the_heap_that_any_way_stored_is_read_or_refused_as_declared
                    entries_of_a_map_that_any_way_stored_are_read_or_refused_as_declared
                    invalid_bytes_are_reported_and_other_fields_still_work
                    a_value_that_does_not_fit_is_refused_and_changes_nothing;
                opening:
                    a_read_only_opening_reads_and_refuses_to_write
                    an_unusable_region_is_refused_with_the_same_word
                    a_region_that_was_replaced_is_not_current_and_its_successor_is_opened;
                sharing:
                    a_latest_that_is_stored_into_meanwhile_is_read_whole
                    adding_in_one_step_loses_no_update_of_another_process;
                layouts:
                    the_older_struct_opens_a_region_with_appended_fields
                    a_renamed_field_is_found_by_its_alias_or_refused_as_declared
                    the_newer_struct_grows_a_region_or_is_refused_as_declared
                    a_slice_has_the_length_it_was_made_with_and_no_element_after_it;
            }
        })*
    };
}

ways_in! {
    typed: Typed;
    by_name: ByName;
    c: C;
    cpp: Cpp;
    python: Python;
    command: Command;
}

mod the_compiler;
