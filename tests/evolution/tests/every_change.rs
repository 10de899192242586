//! Every kind of change to a struct, with two builds of one program: the old one opens a region of the
//! new one, and the new one a region of the old one. The library's verdict, taken beforehand, always
//! agrees with opening.

use std::path::{Path, PathBuf};
use std::process::Command;

use shm_core::format;
use shm_core::schema::{self, Room, Schema};

const OLD: &str = env!("CARGO_BIN_EXE_old");
const NEW: &str = env!("CARGO_BIN_EXE_new");

/// The outcome of one build opening the other's region.
#[derive(Clone, Copy)]
enum Expected {
    /// It opens the region, and shows this.
    Opens(&'static str),
    /// It refuses the region with this message.
    Refuses(&'static str),
}
use Expected::{Opens, Refuses};

/// Two regions of one case, one by each build; removed on drop.
struct Regions {
    folder: PathBuf,
    case: &'static str,
}

impl Regions {
    fn new(case: &'static str) -> Self {
        let folder = PathBuf::from(format!("/dev/shm/shm-evolution-{}-{case}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let regions = Self { folder, case };
        regions.run(OLD, "create", "old").unwrap();
        regions.run(NEW, "create", "new").unwrap();
        regions
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Runs one build; returns its output, or its error message.
    fn run(&self, build: &str, verb: &str, name: &str) -> Result<String, String> {
        let path = self.file(name);
        let output = Command::new(build).args([verb, self.case]).arg(path).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().trim_end().to_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    fn expect(&self, (reader, program): (&str, &str), region: &str, expected: &Expected) {
        let verdict = verdict(&self.file(region), &self.file(program));
        match (self.run(reader, "open", region), expected) {
            (Ok(shown), Opens(wanted)) => {
                assert!(shown.contains(wanted), "{}: {shown}", self.case);
                verdict.unwrap();
            }
            (Err(said), Refuses(wanted)) => {
                assert!(said.contains(wanted), "{}: {said}", self.case);
                let refusal = verdict.unwrap_err();
                assert!(said.contains(&refusal), "{}: {said}\n<> {refusal}", self.case);
            }
            (found, _) => panic!("{}: {program} program, {region} region: {found:?}", self.case),
        }
    }
}

impl Drop for Regions {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Returns the library's verdict on a region and a program that also has a region.
fn verdict(region: &Path, program: &Path) -> Result<(), String> {
    let ((region, room), (program, _)) = (described(region), described(program));
    schema::compare(&region, room, &program).map(drop).map_err(|refusal| refusal.to_string())
}

fn described(path: &Path) -> (Schema, Room) {
    let file = std::fs::File::open(path).unwrap();
    let header = format::check(&file, file.metadata().unwrap().len()).unwrap();
    (header.read_schema(&file).unwrap(), header.room())
}

/// Lets each build open the other's region.
fn change(case: &'static str, old_program_new_region: Expected, new_program_old_region: Expected) {
    let regions = Regions::new(case);
    regions.expect((OLD, "old"), "new", &old_program_new_region);
    regions.expect((NEW, "new"), "old", &new_program_old_region);
    // Each also still opens its own.
    regions.run(OLD, "open", "old").unwrap();
    regions.run(NEW, "open", "new").unwrap();
}

#[test]
fn a_field_at_the_end_is_not_seen_by_old_programs_and_missed_by_new_ones() {
    change(
        "appended",
        Opens("a: 1, b: 2 }"),
        Refuses("needs 24 bytes, the region has room for 16 and lacks `c`"),
    );
}

#[test]
fn a_field_at_the_end_goes_into_reserved_room() {
    change("appended_with_room", Opens("a: 1, b: 2 }"), Opens("a: 1, b: 2, c: 0.0 }"));
}

#[test]
fn a_new_program_that_only_reads_waits_for_one_that_writes() {
    let regions = Regions::new("appended_with_room");
    let said = regions.run(NEW, "open-read-only", "old").unwrap_err();
    assert!(said.contains("has room for `c`"), "{said}");
    regions.run(NEW, "open", "old").unwrap();
    assert!(regions.run(NEW, "open-read-only", "old").unwrap().contains("c: 0.0"));
    assert!(regions.run(OLD, "open-read-only", "old").unwrap().contains("a: 1, b: 2 }"));
}

#[test]
fn a_new_field_cannot_go_into_old_padding() {
    let inserted =
        "`c` is only in the program, at offset 12: a new field must be at the end, at offset 16";
    let removed = "`c` is only in the region, at offset 12";
    change("in_padding", Refuses(removed), Refuses(inserted));
}

#[test]
fn no_field_can_be_inserted() {
    change(
        "inserted",
        Refuses("`b` is at offset 16 in the region and at 8 in the program"),
        Refuses("`b` is at offset 8 in the region and at 16 in the program"),
    );
}

#[test]
fn no_field_can_be_taken_out_of_the_middle() {
    change(
        "removed",
        Refuses("`c` is at offset 8 in the region and at 16 in the program"),
        Refuses("`b` is only in the region, at offset 8"),
    );
}

#[test]
fn fields_keep_their_order() {
    let moved = Refuses("`a` is at offset 8 in the region and at 0 in the program");
    change("reordered", moved, Refuses("`a` is at offset 0 in the region and at 8 in the program"));
}

#[test]
fn a_type_of_the_same_size_is_another_type() {
    change(
        "retyped",
        Refuses("`b` is `i64` in the region and `u64` in the program"),
        Refuses("`b` is `u64` in the region and `i64` in the program"),
    );
    change(
        "byte_order",
        Refuses("`a` is `Be<u32>` in the region and `u32` in the program"),
        Refuses("`a` is `u32` in the region and `Be<u32>` in the program"),
    );
}

#[test]
fn the_last_array_can_get_longer() {
    change("longer_array_at_the_end", Opens("[0, 7]"), Opens("[0, 7, 0, 0]"));
}

#[test]
fn no_other_array_can() {
    let longer = "`samples` has 2 elements in the region and 4 in the program";
    let shorter = "`samples` has 4 elements in the region and 2 in the program";
    change("longer_array_in_the_middle", Refuses(shorter), Refuses(longer));
    change("longer_array_into_padding", Refuses(shorter), Refuses(longer));
}

#[test]
fn nothing_grows_inside_of_what_is_read_or_locked_whole_or_repeated() {
    let (region, program) = ("is only in the region: a type", "is only in the program: a type");
    for case in ["in_latest", "in_mutex", "in_array"] {
        change(case, Refuses(region), Refuses(program));
    }
}

#[test]
fn a_nested_struct_grows_at_the_very_end_only() {
    change("nested_at_the_end", Opens("x: 2.5 }"), Opens("x: 2.5, y: 0.0 }"));
    change(
        "nested_in_the_middle",
        Refuses("`a` is at offset 16 in the region and at 8 in the program"),
        Refuses("`point.y` is only in the program, at offset 8"),
    );
}

#[test]
fn a_variant_that_a_program_does_not_know_is_an_error_where_it_is_read() {
    let unknown = "mode: <invalid 0x2>";
    change("variant_added", Opens(unknown), Opens("mode: Busy"));
}

#[test]
fn variants_keep_their_values_and_names() {
    change(
        "variant_renumbered",
        Refuses("`mode` has the value 7 for its variant `Busy` in the region and 1 in the program"),
        Refuses("`mode` has the value 1 for its variant `Busy` in the region and 7 in the program"),
    );
    change(
        "variant_renamed",
        Refuses("`mode` has the value 1 for `Working` in the region and for `Busy` in the program"),
        Refuses("`mode` has the value 1 for `Busy` in the region and for `Working` in the program"),
    );
    let both = "`mode` has the variant `Failed` only in the region and `Busy` only in the program";
    let other = "`mode` has the variant `Busy` only in the region and `Failed` only in the program";
    change("variants_added_and_removed", Refuses(both), Refuses(other));
}

#[test]
fn a_larger_alignment_makes_the_value_larger() {
    let needs = "needs 64 bytes, the region has room for 8";
    change("alignment_raised", Opens("a: 1"), Refuses(needs));
    change("alignment_raised_with_room", Opens("a: 1"), Opens("a: 1"));
}

#[test]
fn a_region_stays_where_it_is() {
    let page = "must be aligned to 4096 bytes, but is aligned to";
    change("alignment_of_a_page", Opens("a: 1"), Refuses(page));
}

#[test]
fn a_new_name_needs_an_alias() {
    change(
        "renamed",
        Refuses("`temp` is called `temperature` in the region"),
        Refuses("`temperature` is called `temp` in the region"),
    );
    change("renamed_with_alias", Opens("temp: 21.5"), Opens("temperature: 21.5"));
}

#[test]
fn the_first_lock_can_come_later() {
    change("first_lock", Opens("a: 1"), Opens("account: "));
}

#[test]
fn a_field_that_cannot_be_zero_cannot_be_added_later() {
    change("no_zero", Opens("a: 1"), Refuses("`id` is not in the region yet and would be zero"));
}

#[test]
fn room_can_be_too_small() {
    let said = "needs 24 bytes, the region has room for 16 and lacks `b`, `c`";
    change("too_little_room", Opens("a: 1"), Refuses(said));
}
