//! `shm get`.

mod support;

use shm_core::{CText, Latest, Region, SharedLayout, field::Be};
use std::num::NonZeroU16;
use support::{Folder, assert_golden, printed, refused, station};

#[test]
fn one_value_is_printed_alone_and_several_with_their_paths() {
    let folder = Folder::new("get");
    let _station = station(&folder);
    let get = |paths: &[&str]| {
        printed(&folder, ["get", "./station"].into_iter().chain(paths.iter().copied()))
    };
    assert_eq!(get(&["temperature"]), "21.5\n");
    assert_eq!(get(&["mode"]), "Measuring\n");
    assert_eq!(get(&["pose"]), "{ x: 1.0, y: -2.5, heading: 0.5 }\n");
    assert_eq!(get(&["account.balance"]), "-40\n");
    let several = ["hits", "samples[2..5]", "label", "account"];
    assert_golden("get.txt", &get(&several));
    assert_golden("get_all.txt", &get(&[]));
}

#[test]
fn values_keep_their_types_in_json() {
    let folder = Folder::new("get-json");
    let _station = station(&folder);
    let arguments = ["get", "./station", "--json"];
    let paths =
        ["temperature", "hits", "samples[2..5]", "mode", "pose", "label", "account.balance"];
    assert_golden("get.json", &printed(&folder, arguments.into_iter().chain(paths)));
}

#[test]
fn numbers_that_json_does_not_have_are_strings() {
    #[derive(SharedLayout)]
    #[repr(C)]
    struct Odd {
        nan: f64,
        low: f32,
        large: u64,
        huge: Latest<u128>,
        next: Option<NonZeroU16>,
        order: Be<u32>,
    }
    let folder = Folder::new("get-odd");
    let odd = Region::<Odd>::create(folder.file("odd")).unwrap();
    odd.nan.set(f64::NAN);
    odd.low.set(f32::NEG_INFINITY);
    odd.large.set(u64::MAX);
    odd.huge.store(&u128::MAX).unwrap();
    odd.order.set(7);
    let json: serde_json::Value =
        serde_json::from_str(&printed(&folder, ["get", "./odd", "--json"])).unwrap();
    let value = &json["values"][0]["value"];
    assert_eq!(value["nan"], "NaN");
    assert_eq!(value["low"], "-inf");
    assert_eq!(value["large"], u64::MAX);
    assert_eq!(value["huge"], u128::MAX.to_string());
    assert!(value["next"].is_null());
    assert_eq!(value["order"], 7);
}

#[test]
fn an_invalid_path_is_an_error_and_nothing_is_printed() {
    let folder = Folder::new("get-none");
    let _station = station(&folder);
    let error = refused(&folder, ["get", "./station", "hits", "pose.z"], 6);
    assert!(error.contains("`pose` has no field `z`; it has `x`, `y`, `heading`"), "{error}");
    refused(&folder, ["get", "./station", "samples[16]"], 6);
    refused(&folder, ["get", "./station", "samples["], 6);
    refused(&folder, ["get", "./nothing", "hits"], 3);
    refused(&folder, ["get", "/", "hits"], 10);
    refused(&folder, ["get", ".", "hits"], 10);
    refused(&folder, ["get", "./.", "hits"], 10);
    refused(&folder, ["get", "/dev/null", "hits"], 4);
}

#[test]
fn text_in_a_region_cannot_command_the_terminal() {
    let folder = Folder::new("get-text");
    let text = Region::<CText<64>>::create(folder.file("text")).unwrap();
    text.set("\x1b]0;owned\x07\u{9b}31m\u{202e}\n").unwrap();
    for arguments in
        [vec!["get", "./text"], vec!["get", "./text", "--json"], vec!["show", "./text"]]
    {
        let found = printed(&folder, arguments);
        assert!(!found.contains(['\x1b', '\x07', '\u{9b}', '\u{202e}']), "{found:?}");
    }
    let error = refused(&folder, ["get", "./text", "a\x1b[2Jb"], 6);
    assert!(!error.contains('\x1b'), "{error:?}");
}
