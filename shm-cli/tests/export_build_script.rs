//! A build script writes a header and a module from `T::LAYOUT`, in `tests/build_script`. They are the same
//! as those that `shm export` writes for a region. These tests need gcc, g++ and python3.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/scripts.rs"]
mod scripts;

use compilers::{Program, STANDARDS};
use regions::{Fixture, printed, unique};
use scripts::Script;
use shm_build_script::{HEADER, MODULE, State, Station};
use shm_core::Region;

/// Reads a station's fields, and writes other values.
const C: &str = r#"
#include "station.h"
#include <stdio.h>

int main(int argc, char **argv) {
    station_region region;
    station_error error = argc == 2 ? station_open(argv[1], &region) : STATION_BAD_NAME;
    if (error != STATION_OK) {
        fprintf(stderr, "%s\n", station_error_text(error));
        return 1;
    }
    station_state state;
    if (station_get_state(region.value, &state) != STATION_OK)
        return 1;
    printf("%.1f %s", station_get_temperature(region.value), station_state_name(state));
    station_set_temperature(region.value, -4.0);
    station_fetch_add_hits(region.value, 2);
    station_close(&region);
    return 0;
}
"#;

const PYTHON: &str = "
import sys
from station import Station
with Station.open(sys.argv[1]) as station:
    print(station.temperature, station.state.name, end='')
    station.temperature = -4.0
    station.hits += 2
";

fn station(what: &str) -> Fixture<Station> {
    let name = unique(what);
    let region = Region::<Station>::create(&name).expect("making a region");
    region.temperature.set(21.5);
    region.state.set(State::Measuring);
    Fixture::of(name, region)
}

#[test]
fn a_build_script_writes_the_same_as_the_command_exports_for_a_region() {
    let station = station("build-script-same");
    assert_eq!(HEADER, printed(&["export", &station.name, "--lang", "c"]));
    assert_eq!(MODULE, printed(&["export", &station.name, "--lang", "python"]));
}

#[test]
fn c_uses_a_region_by_the_header_of_a_build_script() {
    for standard in STANDARDS {
        let station = station("build-script-c");
        let program = Program::with_header(standard, "build-script", "station", HEADER, C);
        assert_eq!(program.run(&[&station.name]), "21.5 Measuring", "{standard:?}");
        assert_eq!((station.region.temperature.get(), station.region.hits.get()), (-4.0, 2));
    }
}

#[test]
fn python_uses_a_region_by_the_module_of_a_build_script() {
    let station = station("build-script-python");
    let script = Script::with_module("build-script", "station", MODULE, PYTHON);
    assert_eq!(script.run(&[&station.name]), "21.5 Measuring");
    assert_eq!((station.region.temperature.get(), station.region.hits.get()), (-4.0, 2));
}
