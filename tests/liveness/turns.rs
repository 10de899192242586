//! Turns at a lock whose holder locks again as soon as it has unlocked.

use std::time::Duration;

use shm_core::Region;

use crate::support::{PATIENCE, finish, wait_until};
use crate::{Play, Scene};

const TURNS: u32 = 40;

/// Holds the lock nearly all of the time.
pub fn hold_again_and_again(scene: &Region<Scene>) {
    while scene.go.get() == 0 {
        let _guard = scene.lock.lock().unwrap();
        scene.step.fetch_add(1);
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_waiter_gets_its_turn_though_the_holder_locks_again_at_once() {
    let mut play = Play::with("holds again and again");
    let mut overtaken = 0;
    for _ in 0..TURNS {
        // Somewhere in the middle of a turn of the other.
        let step = play.scene.step.get();
        wait_until("the other has the lock", || play.scene.step.get() > step);
        let before = play.scene.step.get();
        let guard = play.scene.lock.lock_timeout(PATIENCE).unwrap();
        overtaken += play.scene.step.get() - before;
        drop(guard);
    }
    play.scene.go.set(1);
    assert!(finish(&mut play.holder).success());
    assert!(overtaken <= 2 * TURNS, "{overtaken} times overtaken in {TURNS} waits");
}
