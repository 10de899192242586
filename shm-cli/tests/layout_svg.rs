//! `shm layout --svg`: the bytes of a layout as a picture.

mod support;

use roxmltree::{Document, Node};
use serde_json::{Value, json};
use shm_core::Region;
use support::{Folder, Station, assert_golden, printed};

/// The picture of a layout that is given as a document.
fn drawn(folder: &Folder, types: &Value) -> String {
    let document = json!({ "shm_schema": 1, "root": "Whole", "types": types });
    std::fs::write(folder.file("whole.json"), document.to_string()).unwrap();
    printed(folder, ["layout", "whole.json", "--svg"])
}

fn whole(fields: &[(&str, &str)]) -> Value {
    let fields: Vec<_> =
        fields.iter().map(|(name, ty)| json!({ "name": name, "type": ty })).collect();
    json!({ "Whole": { "fields": fields } })
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).map_or(0.0, |text| text.parse().unwrap())
}

/// Checks that the text is XML, that everything is inside the picture, and that no text is wider than its
/// box. Returns the height of the picture.
fn check(svg: &str) -> f64 {
    let document = Document::parse(svg).unwrap();
    let root = document.root_element();
    expect_labels_in_their_boxes(root);
    let (width, height) = (number(root, "width"), number(root, "height"));
    assert_eq!(root.attribute("viewBox"), Some(&*format!("0 0 {width} {height}")));
    for node in root.children().filter(|node| node.has_tag_name("rect")) {
        let (x, y) = (number(node, "x"), number(node, "y"));
        assert!(x >= 0.0 && x + number(node, "width") <= width, "{node:?}");
        assert!(y >= 0.0 && y + number(node, "height") <= height, "{node:?}");
    }
    for node in root.children().filter(|node| node.has_tag_name("text")) {
        let letters = node.text().unwrap_or("").chars().count() as f64;
        let end = number(node, "x") + letters * number(node, "font-size") * 0.6;
        assert!(end <= width && number(node, "y") <= height, "{:?}", node.text());
    }
    height
}

/// Checks that no name of a field lies in a hole, where it would name that.
fn expect_labels_in_their_boxes(root: Node<'_, '_>) {
    let has_class = |node: &Node<'_, '_>, class: &str| {
        node.attribute("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    };
    let holes: Vec<_> = root.children().filter(|node| has_class(node, "empty")).collect();
    for name in root.children().filter(|node| node.has_tag_name("text") && has_class(node, "name"))
    {
        let (x, y) = (number(name, "x"), number(name, "y"));
        let is_around = |hole: &&Node<'_, '_>| {
            let (left, top) = (number(**hole, "x"), number(**hole, "y"));
            let (right, bottom) = (left + number(**hole, "width"), top + number(**hole, "height"));
            (left..right).contains(&x) && (top..bottom).contains(&y)
        };
        assert_eq!(holes.iter().find(is_around), None, "`{:?}` lies in a hole", name.text());
    }
}

#[test]
fn the_label_of_a_field_of_one_byte_is_not_drawn_into_the_hole_beside_it() {
    let folder = Folder::new("layout-svg");
    let svg = drawn(&folder, &whole(&[("online", "bool"), ("hits", "u64"), ("on", "u8")]));
    check(&svg);
    let document = Document::parse(&svg).unwrap();
    let names = document.descendants().filter(|node| node.text() == Some("online"));
    let upright = names.filter_map(|node| node.attribute("transform"));
    assert_eq!(upright.filter(|transform| transform.contains("rotate(-90)")).count(), 1, "{svg}");
}

#[test]
fn the_drawing_of_a_station_is_the_golden_one() {
    let folder = Folder::new("layout-svg");
    let _station = Region::<Station>::create(folder.file("station")).unwrap();
    let svg = printed(&folder, ["layout", "./station", "--svg"]);
    check(&svg);
    assert_golden("layout_station.svg", &svg);
    printed(&folder, ["layout", "./station", "--svg", "-o", "station.svg"]);
    assert_eq!(std::fs::read_to_string(folder.file("station.svg")).unwrap(), svg);
}

#[test]
fn the_drawing_of_a_careless_struct_is_the_golden_one() {
    let folder = Folder::new("layout-svg");
    let types = json!({
        "Place": { "fields": [
            { "name": "tag", "type": "u8" },
            { "name": "weight", "type": "f64" },
            { "name": "kind", "type": "u16" },
        ]},
        "Whole": { "fields": [
            { "name": "on", "type": "bool" },
            { "name": "total", "type": "u64" },
            { "name": "places", "type": "[Place; 3]" },
            { "name": "level", "type": "u16" },
            { "name": "temperatures", "type": "[f32; 100]" },
            { "name": "queue", "type": "[Watched<u32>; 8]" },
            { "name": "from", "type": "Latest<Place>" },
            { "name": "to", "type": "Latest<Place>" },
            { "name": "poses", "type": "[{ x: f64, y: f64 }]" },
        ]},
    });
    let svg = drawn(&folder, &types);
    check(&svg);
    assert_golden("layout_careless.svg", &svg);
}

#[test]
fn a_layout_of_a_thousand_fields_is_drawn() {
    let folder = Folder::new("layout-svg");
    let names: Vec<String> = (0..1000).map(|n| format!("a_rather_long_name_{n}")).collect();
    let fields: Vec<_> = names.iter().map(|name| (name.as_str(), "u16")).collect();
    assert!(check(&drawn(&folder, &whole(&fields))) < 3_000.0);
}

#[test]
fn a_layout_that_is_larger_than_any_picture_is_drawn() {
    let folder = Folder::new("layout-svg");
    let svg = drawn(
        &folder,
        &whole(&[("a", "u8"), ("b", "[[f64; 1000000]; 1000000]"), ("c", "[u8; 3]")]),
    );
    assert!(check(&svg) < 400.0);
    let fields: Vec<String> = (0..2000).map(|n| format!("f{n}")).collect();
    let fields: Vec<_> = fields.iter().map(|name| (name.as_str(), "[u64; 9]")).collect();
    let svg = drawn(&folder, &whole(&fields));
    check(&svg);
    assert!(svg.contains("more</text>") || svg.contains("more lines"), "the cut is announced");
}

#[test]
fn types_in_types_in_types_are_drawn_once() {
    let folder = Folder::new("layout-svg");
    // Each is twice as large as the one before: 2^40 leaves.
    let mut types = serde_json::Map::new();
    for level in 0..40 {
        let part = if level == 0 { "u8".to_owned() } else { format!("T{}", level - 1) };
        let fields = json!([{ "name": "a", "type": part }, { "name": "b", "type": part }]);
        types.insert(format!("T{level}"), json!({ "fields": fields }));
    }
    let fields = json!([{ "name": "all", "type": "T39" }]);
    types.insert("Whole".to_owned(), json!({ "fields": fields }));
    check(&drawn(&folder, &Value::Object(types)));
    let text = printed(&folder, ["layout", "whole.json"]);
    assert!(text.lines().count() < 200, "{}", text.lines().count());
}

#[test]
fn a_layout_of_no_bytes_is_drawn() {
    let folder = Folder::new("layout-svg");
    check(&drawn(&folder, &json!({ "Whole": { "fields": [] } })));
    check(&drawn(&folder, &whole(&[("nothing", "PhantomData"), ("none", "[u64; 0]")])));
    let document = json!({ "shm_schema": 1, "root": "[u8]" });
    std::fs::write(folder.file("bytes.json"), document.to_string()).unwrap();
    check(&printed(&folder, ["layout", "bytes.json", "--svg"]));
}

#[test]
fn names_of_every_script_are_drawn() {
    let folder = Folder::new("layout-svg");
    let svg =
        drawn(&folder, &whole(&[("größe", "f64"), ("位置の温度", "Latest<f64>"), ("हिन्दी", "u8")]));
    check(&svg);
    assert!(svg.contains("größe") && svg.contains("位置の温度"));
}

#[test]
fn options_of_pictures_require_a_picture() {
    let folder = Folder::new("layout-svg");
    let output = support::shm(&folder, ["layout", "whole.json", "-o", "picture"]);
    assert_eq!(output.status.code(), Some(2));
}
