//! `shm export --lang c`: the header is compiled by gcc as C11 and by g++ as C++17, both of which these
//! tests need, and its functions are called while this process has the region open.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/everything.rs"]
mod everything;
#[path = "export/racing.rs"]
mod racing;

use compilers::{Program, STANDARDS};
use everything::Everything;
use regions::{Fixture, unique};
use shm_core::Region;

fn everything_region(what: &str) -> Fixture<Everything> {
    let name = unique(what);
    let region =
        Region::options().create_with(&name, everything::initialise).expect("making a region");
    Fixture::of(name, region)
}

#[test]
fn the_header_is_the_golden_one() {
    let station = regions::station("export-c-golden");
    let header = regions::printed(&["export", &station.name, "--lang", "c"]);
    support::assert_golden("station.h", &header);
}

#[test]
fn c_reads_what_rust_wrote_in_every_field() {
    let fixture = everything_region("export-c-read");
    everything::write(&fixture.region);
    for standard in STANDARDS {
        let program =
            Program::of(standard, &fixture.name, "everything", include_str!("export/everything.c"));
        program.run(&["read", &fixture.name]);
    }
}

#[test]
fn rust_reads_what_c_wrote_in_every_field() {
    for standard in STANDARDS {
        let fixture = everything_region("export-c-write");
        everything::write(&fixture.region);
        let program =
            Program::of(standard, &fixture.name, "everything", include_str!("export/everything.c"));
        program.run(&["write", &fixture.name]);
        everything::check_written(&fixture.region);
    }
}

#[test]
fn c_reads_no_torn_value_and_loses_no_update_while_rust_writes_flat_out() {
    for standard in STANDARDS {
        let fixture = racing::region("export-c-race");
        let source = include_str!("export/racing.c");
        let program = Program::of(standard, &fixture.name, "racing", source);
        racing::race(&fixture, program.command(&[&fixture.name]));
    }
}
