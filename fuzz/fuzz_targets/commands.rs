//! Arbitrary bytes for what an origin gets as commands from other hosts; see `fuzz/README.md`.
#![no_main]

use std::cell::RefCell;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use shm_core::DynRegion;
use shm_core::dynamic::DynLayout;
use shm_mirror_core::commands::{Allowed, Answer, Command, Commands, Right};

/// A small region with a field of each kind that can be set, and one that may not be.
const TYPE: &str = "{ a: u8, b: f64, c: [{ x: u32, y: bool }; 3], d: Latest<[u16; 3]>, e: Mutex<Text<8>>, f: Watched<u32>, \
     g: enum u8 { Off, On }, h: Option<NonZero<u32>>, i: Owned<str>, j: Map<str, u32>, k: Queue<u8, 2>, secret: u64 }";

const ALLOWED: [&str; 11] = ["a", "b", "c[*].*", "d", "e", "f", "g", "h", "i", "j[*]", "k"];

thread_local! {
    static ORIGIN: RefCell<(Commands, DynRegion)> = RefCell::new({
        let path = format!("/dev/shm/shm-fuzz-commands-{}", std::process::id());
        let layout = DynLayout::of(TYPE).expect("a layout");
        let options = DynRegion::options().heap_max(1 << 16);
        let region = options.create_or_replace(&path, &layout).expect("a region");
        let commands = Commands::open(&path, Allowed::of(ALLOWED).expect("paths")).expect("an origin");
        (commands, region)
    });
}

fuzz_target!(|bytes: &[u8]| {
    ORIGIN.with_borrow_mut(|(commands, region)| {
        // As they are, and anew for the instance that there is, so that the fuzzer gets further.
        let mut given = vec![bytes.to_vec()];
        if let Ok(command) = Command::decode(bytes) {
            assert!(Command::decode(&command.encode()).is_ok(), "the same again");
            let anew = Command::new(command.steps().to_vec()).waiting(Duration::ZERO);
            given.push(anew.to(commands.instance()).encode());
        }
        for bytes in given {
            for right in [Right::Read, Right::Write] {
                let answer = Answer::decode(&commands.answer(Duration::ZERO, &bytes, right))
                    .expect("an answer");
                if let Ok(results) = answer.results() {
                    let steps = Command::decode(&bytes).map(|command| command.steps().len());
                    assert_eq!(steps.ok(), Some(results.len()), "a result for each step");
                }
            }
        }
        assert_eq!(region.get("secret").ok().and_then(|value| u64::try_from(value).ok()), Some(0));
    });
});
