//! `shm export --lang json`: the documented form of a schema.

mod support;

use shm_core::Region;
use support::{Folder, Station, assert_golden, printed};

#[test]
fn the_document_of_a_station_is_the_golden_one() {
    let folder = Folder::new("export-json");
    let _station = Region::<Station>::create(folder.file("station")).unwrap();
    let text = printed(&folder, ["export", "./station", "--lang", "json"]);
    assert_golden("export_json.json", &text);
}

#[test]
fn a_document_is_written_to_the_file_that_is_asked_for() {
    let folder = Folder::new("export-json");
    let _number = Region::<f64>::create(folder.file("number")).unwrap();
    let nothing = printed(&folder, ["export", "./number", "--lang", "json", "-o", "number.json"]);
    assert_eq!(nothing, "");
    let written = std::fs::read_to_string(folder.file("number.json")).unwrap();
    assert_eq!(written, printed(&folder, ["export", "./number", "--lang", "json"]));
}
