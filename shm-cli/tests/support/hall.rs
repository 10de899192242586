//! A recording of known times and values, which no process has to wait for.

use std::collections::BTreeMap;
use std::fs::File;

use mcap::WriteOptions;
use mcap::records::MessageHeader;
use serde_json::{Value, json};

use super::support::{Folder, printed};

/// 2026-01-01 00:00 UTC, in nanoseconds.
const START: u64 = 1_767_225_600 * 1_000_000_000;

/// Makes `run.mcap`, a recording of twenty seconds with a gap.
pub(crate) fn recording(folder: &Folder) {
    printed(
        folder,
        [
            "new",
            "./model",
            "--define",
            "struct Pose { #[shm(unit = \"m\")] x: f64, #[shm(unit = \"m\")] y: f64 }",
            "--define",
            "struct Hall { #[shm(unit = \"°C\")] temperature: f64, pose: Pose, hits: u64, name: CText<8> }",
            "--type",
            "Hall",
        ],
    );
    let schema = printed(folder, ["export", "./model", "--lang", "json"]);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let origin = json!({
        "name": "hall", "is_whole": true, "is_value": false, "options": { "mode": "600" }, "schema": schema,
    });
    let file = File::create(folder.file("run.mcap")).unwrap();
    let mut writer = WriteOptions::new().compression(None).create(file).unwrap();
    let metadata = BTreeMap::from([("shm".to_owned(), origin.to_string())]);
    let channel = writer.add_channel(0, "/hall", "json", &metadata).unwrap();
    for at in 0..200_u32 {
        let time = f64::from(at) / 10.0;
        let mut value = json!({
            "temperature": 21.5 + (time / 3.0).sin(),
            "pose": { "x": (time / 2.0).cos() * 4.0, "y": (time / 2.0).sin() * 2.0 },
            "hits": at / 20,
            "name": "hall",
        });
        if (120..140).contains(&at) {
            value["pose"] = json!({ "x": "NaN", "y": null });
        }
        let log_time = START + u64::from(at) * 100_000_000;
        let header =
            MessageHeader { channel_id: channel, sequence: at, log_time, publish_time: log_time };
        writer.write_to_known_channel(&header, value.to_string().as_bytes()).unwrap();
    }
    writer.finish().unwrap();
}
