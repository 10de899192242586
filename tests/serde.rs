//! Values go through serde (feature `serde`): as text, bytes and native numbers.

use serde::{Deserialize, Serialize};
use serde_json::{from_str, json, to_value};
use shm_core::field::byteorder::{BE, LE, U16, U64};
use shm_core::{
    Bytes, CText, Latest, Region, SharedLayout, Text,
    field::{Be, Le},
};

#[derive(SharedLayout, Serialize, Deserialize, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout, Serialize, Deserialize, Debug, PartialEq)]
#[repr(C)]
struct Record {
    temperature: f64,
    samples: [u32; 3],
    mode: Mode,
    label: CText<8>,
    port: Be<u16>,
    length: Le<i32>,
    #[serde(with = "shm_core::field::as_number")]
    id: U64<BE>,
    #[serde(with = "shm_core::field::as_number")]
    flags: U16<LE>,
}

#[derive(SharedLayout, Serialize, Deserialize, Debug, PartialEq)]
#[repr(C)]
struct Note {
    text: Text<16>,
    packet: Bytes<4>,
}

#[test]
fn a_struct_that_derives_both_goes_out_of_a_region_as_json_and_comes_back() {
    let written = json!({
        "temperature": 21.5, "samples": [1, 2, 3], "mode": "Busy", "label": "north",
        "port": 8080, "length": -7, "id": u64::MAX, "flags": 258,
    });
    let region = Region::<Record>::options().private().unwrap();
    region.store(&serde_json::from_value(written.clone()).unwrap());
    assert_eq!(region.port.get(), 8080);
    assert_eq!(region.id.get(), u64::MAX);
    assert_eq!(region.label.to_string(), "north");
    assert_eq!(to_value(region.load().unwrap()).unwrap(), written);
}

#[test]
fn text_is_a_string_and_bytes_are_bytes() {
    let region = Region::<Latest<Note>>::options().private().unwrap();
    let note: Note = from_str(r#"{"text": "521+我是峰云", "packet": [0, 255]}"#).unwrap();
    region.store(&note).unwrap();
    let loaded = region.load().unwrap();
    assert_eq!(loaded, note);
    let shown = json!({"text": "521+我是峰云", "packet": [0, 255]});
    assert_eq!(to_value(loaded).unwrap(), shown);
}

#[test]
fn a_value_that_does_not_fit_is_refused_with_its_length() {
    let too_long = from_str::<Text<4>>(r#""north""#).unwrap_err().to_string();
    assert!(too_long.contains('5') && too_long.contains('4'), "{too_long}");
    assert!(from_str::<CText<4>>(r#""north""#).is_err());
    assert!(from_str::<CText<8>>(r#""a\u0000b""#).is_err());
    assert!(from_str::<Bytes<2>>("[1, 2, 3]").is_err());
    assert!(from_str::<Bytes<2>>("[1, 256]").is_err());
    let expected = from_str::<Text<4>>("17").unwrap_err().to_string();
    assert!(expected.contains("text of at most 4 bytes"), "{expected}");
}

#[test]
fn c_text_that_is_not_utf_8_is_an_error() {
    let latin = CText::<4>::from_bytes(b"\xe9t\xe9").unwrap();
    assert!(serde_json::to_string(&latin).is_err());
    let cut = CText::from_array(*b"ab\0\xff");
    assert_eq!(to_value(cut).unwrap(), json!("ab"));
}
