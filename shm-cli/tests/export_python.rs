//! `shm export --lang python`: the module is used by `python3`, which these tests need, or by the one that
//! the environment variable `SHM_PYTHON` names, while this process has the region open.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/everything.rs"]
mod everything;
#[path = "export/racing.rs"]
mod racing;
#[path = "export/scripts.rs"]
mod scripts;
#[path = "export/slices.rs"]
mod slices;

use everything::Everything;
use regions::{Fixture, unique};
use scripts::Script;
use shm_core::Region;

fn everything_region(what: &str) -> Fixture<Everything> {
    let name = unique(what);
    let region =
        Region::options().create_with(&name, everything::initialise).expect("making a region");
    everything::write(&region);
    Fixture::of(name, region)
}

#[test]
fn the_module_is_the_golden_one() {
    let station = regions::station("export-python-golden");
    let module = regions::printed(&["export", &station.name, "--lang", "python"]);
    support::assert_golden("station.py", &module);
}

#[test]
fn the_classes_are_the_golden_ones() {
    // `python/py/tests/test_export.py` imports them beside the package.
    let station = regions::station("export-classes-golden");
    let classes = regions::printed(&["export", &station.name, "--lang", "python-class"]);
    support::assert_golden("station_classes.py", &classes);
}

#[test]
fn python_reads_what_rust_wrote_in_every_field() {
    let fixture = everything_region("export-python-read");
    let script = Script::of(&fixture.name, "everything", include_str!("export/everything.py"));
    script.run(&["read", &fixture.name]);
}

#[test]
fn rust_reads_what_python_wrote_in_every_field_but_no_value_that_did_not_fit() {
    let fixture = everything_region("export-python-write");
    let script = Script::of(&fixture.name, "everything", include_str!("export/everything.py"));
    script.run(&["write", &fixture.name]);
    everything::check_written(&fixture.region);
}

#[test]
fn python_reads_no_torn_value_while_rust_writes_flat_out() {
    let fixture = racing::region("export-python-race");
    let script = Script::of(&fixture.name, "racing", include_str!("export/racing.py"));
    racing::race(&fixture, script.command(&[&fixture.name]));
}

#[test]
fn slices_that_python_and_rust_copy_concurrently_have_no_torn_element() {
    let fixture = slices::region("export-python-slices");
    let script = Script::of(&fixture.name, "slices", include_str!("export/slices.py"));
    slices::race(&fixture, script.command(&[&fixture.name]));
}

#[test]
fn python_opens_no_region_on_processors_that_reorder_its_accesses() {
    let station = regions::station("export-python-processor");
    let source = "
import platform, sys
import station
for name, value in [('machine', lambda: 'aarch64'), ('machine', lambda: 'i686')]:
    setattr(platform, name, value)
    for method in (station.Station.open, station.Station.open_read_only):
        try:
            method(sys.argv[1])
        except station.RegionError as error:
            assert error.reason == 'Processor' and value() in str(error), error
        else:
            raise AssertionError('opened')
";
    Script::of(&station.name, "station", source).run(&[&station.name]);
}
