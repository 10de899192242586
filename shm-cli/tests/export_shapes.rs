//! Exports of regions that are not a struct of fixed size: slices, numbers, arrays, live types as the
//! whole. These tests need gcc, g++ and python3.

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/everything.rs"]
mod everything;
#[path = "export/scripts.rs"]
mod scripts;

use compilers::{Program, STANDARDS};
use everything::{Frame, Log, Tour, point};
use regions::{Fixture, unique};
use scripts::Script;
use shm_core::{
    Barrier, CText, Latest, Mutex, PerProcess, Region, RwLock, Semaphore, SharedLayout,
    traits::Root,
};
use support::{Mode, Pose};

/// Compiles and runs the body of a C function that gets the open `region`, and a Python one; both must
/// find what they expect.
fn expect<T: Root + ?Sized>(fixture: &Fixture<T>, name: &str, class: &str, c: &str, python: &str) {
    let arguments = |lang| regions::printed(&["export", &fixture.name, "--lang", lang]);
    both(&fixture.name, name, class, [arguments("c"), arguments("python")], c, python);
}

/// As [`expect`], exported as `Thing`.
fn named<T: Root + ?Sized>(fixture: &Fixture<T>, c: &str, python: &str) {
    let printed =
        |lang| regions::printed(&["export", &fixture.name, "--lang", lang, "--name", "Thing"]);
    both(&fixture.name, "thing", "Thing", [printed("c"), printed("python")], c, python);
}

fn both(
    region: &str,
    name: &str,
    class: &str,
    [header, module]: [String; 2],
    c: &str,
    python: &str,
) {
    let source = format!(
        "#include \"{name}.h\"\n#include <stdio.h>\n#include <stdlib.h>\n\
         #define CHECK(fact) do {{ if (!(fact)) {{ puts(#fact); exit(1); }} }} while (0)\n\
         int main(int count, char **arguments) {{\n    {name}_region region;\n    (void)count;\n    \
         CHECK({name}_open(arguments[1], &region) == 0);\n{c}\n    {name}_close(&region);\n    \
         return 0;\n}}\n"
    );
    for standard in STANDARDS {
        Program::with_header(standard, region, name, &header, &source).run(&[region]);
    }
    let python = python.replace('\n', "\n    ");
    let source = format!(
        "import sys\nfrom {name} import *\nwith {class}.open(sys.argv[1]) as region:\n    {python}\n"
    );
    Script::with_module(region, name, &module, &source).run(&[region]);
}

/// Locks that several processes can hold, which exported code reads and does not take.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Hall {
    before: u8,
    route: RwLock<[u16; 3], 5>,
    point: RwLock<Pose>,
    permits: Semaphore<3>,
    meeting: Barrier<3>,
    after: u64,
}

#[test]
fn locks_with_seats_have_their_sizes_and_are_read_without_the_lock() {
    let name = unique("export-seats");
    let hall = Fixture::of(name.clone(), Region::<Hall>::create(&name).unwrap());
    let region = &hall.region;
    region.route.write().unwrap()[2].set(7);
    region.point.write().unwrap().x.set(1.5);
    region.after.set(99);
    let _permit = region.permits.acquire().unwrap();
    let _member = region.meeting.join().unwrap();
    region.meeting.abort();
    let (route, point) = (size_of::<RwLock<[u16; 3], 5>>(), size_of::<RwLock<Pose>>());
    let c = format!(
        "
    CHECK(sizeof region.value->route == {route} && sizeof region.value->point == {point});
    CHECK(sizeof region.value->permits == 16 && sizeof region.value->meeting == 32);
    CHECK(sizeof(hall) == {});
    CHECK(hall_get_after(region.value) == 99);",
        size_of::<Hall>()
    );
    let python = "
assert (region.after, region.permits) == (99, 2)
assert region.meeting == (1, 0, True) and region.meeting.is_broken
assert region.route.unlocked()[2] == 7 and region.point.unlocked().x == 1.5
assert 'an RwLock' in repr(region.route)
try:
    region.point.x
    raise SystemExit('read without saying so')
except AttributeError as error:
    assert 'behind an RwLock' in str(error), error
for name in 'permits', 'point', 'meeting':
    try:
        setattr(region, name, 1)
        raise SystemExit('written')
    except NotWritable as error:
        pass";
    expect(&hall, "hall", "Hall", &c, python);
}

/// What a worker counts.
#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "sum")]
pub struct Tally {
    requests: u64,
    bytes: [u32; 2],
    seconds: f32,
}

/// Rows for each process, which exported code reads.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Office {
    before: u8,
    workers: PerProcess<Tally, 3>,
    hits: PerProcess<u32, 2>,
    after: u64,
}

#[test]
fn rows_for_each_process_are_read_by_their_numbers_with_what_past_ones_add_up_to() {
    let name = unique("export-rows");
    let office = Fixture::of(name.clone(), Region::<Office>::create(&name).unwrap());
    let region = &office.region;
    let (past, row) = (region.workers.claim().unwrap(), region.workers.claim().unwrap());
    past.requests.set(40);
    row.requests.set(2);
    row.bytes[1].set(7);
    row.seconds.set(0.5);
    drop(past);
    let hits = region.hits.claim().unwrap();
    hits.set(9);
    region.after.set(99);
    let (workers, hits) = (size_of::<PerProcess<Tally, 3>>(), size_of::<PerProcess<u32, 2>>());
    let c = format!(
        "
    uint64_t requests = 0;
    uint32_t bytes = 0, hits = 0;
    CHECK(sizeof region.value->workers == {workers} && sizeof region.value->hits == {hits});
    CHECK(sizeof(office) == {} && office_get_after(region.value) == 99);
    CHECK(office_get_hits(region.value, 0, &hits) == 0 && hits == 9);
    CHECK(office_get_hits(region.value, 2, &hits) == OFFICE_OUT_OF_BOUNDS);
    CHECK(region.value->workers.rows[1].value.requests == 2);
    CHECK(region.value->workers.retired[1].value.requests == 40);
    (void)requests; (void)bytes;",
        size_of::<Office>()
    );
    let python = "
assert region.after == 99 and region.workers.retired.requests == 40
rows = region.workers.rows
assert list(rows) == [1] and rows[1].requests == 2 and rows[1].bytes[1] == 7
assert rows[1].seconds == 0.5
assert region.hits == (0, {0: 9})
for row in rows[1], region.workers.retired:
    try:
        row.requests = 1
        raise SystemExit('written')
    except NotWritable as error:
        pass
try:
    region.workers = 1
    raise SystemExit('written')
except NotWritable as error:
    assert 'the process that has it' in str(error), error";
    expect(&office, "office", "Office", &c, python);
}

#[test]
fn a_slice_starts_in_the_padding_before_it() {
    let name = unique("export-frame");
    let frame = Fixture::of(name.clone(), Region::<Frame>::options().len(5).create(&name).unwrap());
    frame.region.pixels[4].set(44);
    frame.region.width.set(3);
    let c = "
    uint8_t pixel;
    CHECK(region.len == 5 && frame_get_width(region.value) == 3);
    CHECK(frame_get_pixels(region.value, region.len, 4, &pixel) == FRAME_OK);
    CHECK(pixel == 44 || pixel == 45);
    CHECK(frame_get_pixels(region.value, region.len, 5, &pixel) == FRAME_OUT_OF_BOUNDS);
    CHECK(frame_set_pixels(region.value, region.len, 0, 40) == FRAME_OK);";
    let python = "
assert (len(region.pixels), region.width, region.pixels[4]) == (5, 3, 44)
region.pixels[1:3] = [41, 42]
assert region.pixels[:] == [40, 41, 42, 0, 44]";
    expect(&frame, "frame", "Frame", c, python);
    let found: Vec<u8> = frame.region.pixels.iter().map(shm_core::Field::get).collect();
    assert_eq!(found, [40, 41, 42, 0, 44]);
}

#[test]
fn elements_without_a_name_get_one() {
    let name = unique("export-log");
    let log = Fixture::of(name.clone(), Region::<Log>::options().len(3).create(&name).unwrap());
    log.region.lines[1].set("hello").unwrap();
    let c = "
    char text[13];
    const log_lines_element *line = log_const_at_lines(region.value, region.len, 1);
    CHECK(log_lines_element_get_value(line, text) == 5 && strcmp(text, \"hello\") == 0);
    CHECK(log_const_at_lines(region.value, region.len, 3) == NULL);
    CHECK(log_lines_element_set_value(log_at_lines(region.value, region.len, 2), \"c\") == LOG_OK);";
    let c = c.replace("log_", "region_log_").replace("LOG_", "REGION_LOG_");
    let python = "
assert region.lines[1] == 'hello' and region.lines[2] == 'c'
region.lines[0] = 'python'";
    expect(&log, "region_log", "Log", &c, python);
    assert_eq!(log.region.lines[0].get(), CText::new("python").unwrap());
}

#[test]
fn elements_can_be_structs() {
    let name = unique("export-tour");
    let tour = Fixture::of(name.clone(), Region::<Tour>::options().len(2).create(&name).unwrap());
    tour.region.stops[1].store(&point(1.5, 7));
    let c = "
    tour_point *stop = tour_at_stops(region.value, region.len, 1);
    CHECK(tour_point_get_x(stop) >= 1.5 && tour_at_stops(region.value, region.len, 2) == NULL);
    tour_point_set_x(stop, 2.5);";
    let python = "
assert [stop.x for stop in region.stops] == [0.0, 2.5]
region.stops[0].path[2][1] = 9";
    expect(&tour, "tour", "Tour", c, python);
    assert_eq!(tour.region.stops[0].path[2][1].get(), 9);
}

#[test]
fn a_number_is_the_field_value() {
    let name = unique("export-number");
    let number = Fixture::of(name.clone(), Region::<f64>::create_from(&name, &1.5).unwrap());
    let path = name.replace('-', "_");
    let c = format!(
        "    CHECK({path}_get_value(region.value) == 1.5 || {path}_get_value(region.value) == 3.0);
    {path}_set_value(region.value, 3.0);"
    );
    let class: String = name.split('-').map(capital).collect();
    let python = "
assert region.value == 3.0
region.value = 4.5";
    expect(&number, &path, &class, &c, python);
    assert_eq!(number.region.get(), 4.5);
}

fn capital(word: &str) -> String {
    word[..1].to_ascii_uppercase() + &word[1..]
}

#[test]
fn a_slice_of_numbers_can_be_the_whole() {
    let name = unique("export-numbers");
    let numbers = Region::<[i32]>::create_from(&name, &[3, 1, -4]).unwrap();
    let numbers = Fixture::of(name, numbers);
    let c = "
    int32_t found;
    CHECK(region.len == 3 && thing_get_value(region.value, region.len, 2, &found) == THING_OK);
    CHECK(found == -4);
    CHECK(thing_fetch_add_value(region.value, region.len, 0, 1, &found) == THING_OK);";
    let python = "
assert region.value[:] == [5, 1, -4]
region.value[1] = -1";
    named(&numbers, c, python);
    assert_eq!(numbers.region[1].get(), -1);
}

#[test]
fn an_enum_can_be_the_whole() {
    let name = unique("export-enum");
    let mode = Region::<Mode>::create_from(&name, &Mode::Measuring).unwrap();
    let mode = Fixture::of(name, mode);
    let c = "
    thing_mode found;
    CHECK(thing_get_value(region.value, &found) == THING_OK && found == THING_MODE_MEASURING);";
    let python = "
assert region.value is Mode.Measuring
region.value = Mode.Failed";
    named(&mode, c, python);
    assert_eq!(mode.region.get().unwrap(), Mode::Failed);
}

#[test]
fn an_array_of_arrays_can_be_the_whole() {
    let name = unique("export-array");
    let array = Region::<[[u16; 2]; 3]>::create_from(&name, &[[1, 2], [3, 4], [5, 6]]).unwrap();
    let array = Fixture::of(name, array);
    let c = "
    uint16_t found;
    CHECK(thing_get_value(region.value, 2, 1, &found) == THING_OK && found == 6);";
    let python = "
assert [list(row) for row in region.value] == [[1, 2], [3, 4], [5, 6]]
region.value[0] = [7, 8]";
    named(&array, c, python);
    assert_eq!(array.region[0][1].get(), 8);
}

#[test]
fn a_live_type_can_be_the_whole() {
    let name = unique("export-latest");
    let latest = Fixture::of(name.clone(), Region::<Latest<Pose>>::create(&name).unwrap());
    latest.region.store(&Pose { x: 1.0, y: 2.0, heading: 3.0 }).unwrap();
    let c = "
    thing_pose pose;
    CHECK(thing_load_value(region.value, &pose) == THING_OK && pose.heading == 3.0f);";
    named(&latest, c, "assert (region.value.y, Thing.value.version(region)) == (2.0, 1)");

    let name = unique("export-mutex");
    let mutex = Fixture::of(name.clone(), Region::<Mutex<u32>>::create(&name).unwrap());
    mutex.region.lock().unwrap().set(7);
    let c = "    CHECK(thing_get_value_unlocked(region.value) == 7);";
    named(&mutex, c, "assert region.value.unlocked() == 7");
}
