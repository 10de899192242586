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
fn a_document_is_written_to_the_requested_file() {
    let folder = Folder::new("export-json");
    let _number = Region::<f64>::create(folder.file("number")).unwrap();
    let nothing = printed(&folder, ["export", "./number", "--lang", "json", "-o", "number.json"]);
    assert_eq!(nothing, "");
    let written = std::fs::read_to_string(folder.file("number.json")).unwrap();
    assert_eq!(written, printed(&folder, ["export", "./number", "--lang", "json"]));
}

#[test]
fn programs_get_every_language_as_part_of_an_object() {
    let folder = Folder::new("export-object");
    let _number = Region::<f64>::create(folder.file("number")).unwrap();
    let object = |arguments: &[&str]| -> serde_json::Value {
        let whole = ["--json"].iter().chain(arguments).copied();
        serde_json::from_str(&printed(&folder, whole)).unwrap()
    };
    for language in ["c", "python"] {
        let text = printed(&folder, ["export", "./number", "--lang", language]);
        let expected = serde_json::json!({ "language": language, "text": text });
        assert_eq!(object(&["export", "./number", "--lang", language]), expected);
    }
    let svg = printed(&folder, ["layout", "./number", "--svg"]);
    let expected = serde_json::json!({ "language": "svg", "text": svg });
    assert_eq!(object(&["layout", "./number", "--svg"]), expected);
    let expected = serde_json::json!({ "language": "c", "file": "number.h" });
    assert_eq!(object(&["export", "./number", "--lang", "c", "-o", "number.h"]), expected);
    assert!(object(&["export", "./number", "--lang", "json"]).get("fingerprint").is_some());
}
