//! A process is killed at each named point of what it does with a heap.

use std::os::unix::process::ExitStatusExt;

use shm_core::Region;
use shm_core::fault::{HEAP_POINTS, at_each_point};

use super::text;
use super::traffic::{Stage, expect_as_fresh, expect_intact, furnish, make};
use crate::support::{Folder, argument, finish, second_process};

pub(crate) fn die_at_a_point() {
    at_each_point(|name| {
        let wanted = std::env::var("SHM_POINT").unwrap();
        if name == wanted {
            // SAFETY: a signal to this process.
            unsafe { libc::raise(libc::SIGKILL) };
        }
    });
    let stage = Region::<Stage>::open(argument("SHM_PATH")).unwrap();
    stage.texts[0].set(&text(70_000, 2)).unwrap();
    stage.texts[0].move_to(&stage.texts[1]).unwrap();
}

#[test]
fn a_writer_killed_at_each_point_leaves_old_or_new() {
    for point in HEAP_POINTS {
        let folder = Folder::new("heap-point");
        let (path, stage) = make(&folder, "stage");
        furnish(&stage);
        stage.texts[0].set(&text(3000, 1)).unwrap();
        stage.texts[1].set(&text(50, 3)).unwrap();
        let mut command = second_process("dies at a point");
        command.env("SHM_PATH", path).env("SHM_POINT", point);
        let status = finish(&mut command.spawn().unwrap());
        assert_eq!(status.signal(), Some(libc::SIGKILL), "at {point}: {status}");
        let [first, second] = [0, 1].map(|place| stage.texts[place].load().unwrap());
        let (old, new) = (text(3000, 1), text(70_000, 2));
        match point {
            "heap: about to grow" | "owned: stored, not linked" => assert!(first == old, "{point}"),
            _ => assert!(first == new && second == text(50, 3), "{point}"),
        }
        // No place stays locked, nothing is lost.
        stage.texts[0].set("next").unwrap();
        stage.texts[1].set("next").unwrap();
        expect_intact(&stage);
        expect_as_fresh(&folder, &stage);
    }
}
