//! Arbitrary bytes for what a follower gets from another host; see `fuzz/README.md`.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use shm_core::dynamic::DynLayout;
use shm_core::{DynRegion, Region};
use shm_mirror_core::message::Message;
use shm_mirror_core::{Follower, Served, Settings};

/// A small region with a field of each kind that is mirrored.
const TYPE: &str = "{ a: u8, b: f64, c: [{ x: u32, y: u8 }; 3], d: Latest<[u16; 3]>, e: Mutex<[u8; 5]>, f: Watched<u32>, \
     g: Once, h: Event }";

fn folder() -> String {
    format!("/dev/shm/shm-fuzz-{}", std::process::id())
}

static SERVED: LazyLock<Served> = LazyLock::new(|| {
    std::fs::create_dir_all(folder()).expect("a folder");
    let layout = DynLayout::of(TYPE).expect("a layout");
    DynRegion::options()
        .create_or_replace(format!("{}/origin", folder()), &layout)
        .expect("a region");
    Served::open(format!("{}/origin", folder()), Settings::default()).expect("an origin")
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = Message::decode(bytes) {
        assert_eq!(Message::decode(&message.encode()), Ok(message), "the same again");
    }
    let copy = format!("{}/copy", folder());
    let mut follower = Follower::new(&copy, "alpha:origin", 1 << 20);
    let _ = follower.query(Duration::ZERO);
    // To a follower that has nothing, and to one that has something.
    let _ = follower.receive_answer(Duration::ZERO, bytes);
    let _ = follower.receive(Duration::ZERO, bytes);
    let mut follower = Follower::new(&copy, "alpha:origin", 1 << 20);
    let _ = follower.query(Duration::ZERO);
    if follower.receive_answer(Duration::ZERO, &SERVED.answer(None)).is_ok() {
        // With the instance that it follows, so that the fuzzer gets further.
        let mut own = bytes.to_vec();
        if let Some(instance) = own.get_mut(8..16) {
            instance.copy_from_slice(&SERVED.instance().to_le_bytes());
        }
        let _ = follower.receive(Duration::from_secs(1), &own);
        follower.found(Duration::from_secs(2));
        let _ = follower.query(Duration::from_secs(3));
        let _ = follower.receive_answer(Duration::from_secs(3), &own);
    }
    let _ = Region::<u64>::open_read_only(&copy);
});
