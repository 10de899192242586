//! Four workers do everything that can be done with a heap and a queue, and are killed at any moment.
//!
//! Each worker is a process. After each kill, every value is read and compared with what may be there; after
//! every fortieth, all workers are dead, and the heap is recovered and audited, and each queue item that was
//! ever pushed is accounted for. In the end, as many blocks can be had as in a fresh heap.

mod cells;
mod crew;
mod items;
mod shared;
mod stage;

use shm_core::Region;

use crew::Crew;
pub(crate) use shared::{expect_as_fresh, expect_intact};
use stage::{Life, Op};
pub(crate) use stage::{Stage, furnish, make};

use super::dice::Dice;
use crate::support::{Folder, argument};

/// The number of kills: `SHM_KILLS`, or this.
const KILLS: u64 = 200;
/// The number of kills after which all workers are killed for an audit.
const AUDIT: u64 = 40;

/// In a worker: acts until it is killed.
pub(crate) fn work() {
    let open = || Region::<Stage>::open(argument("SHM_PATH")).unwrap();
    let (stage, noticed, say) = (open(), open(), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        noticed.failed.set(1);
        say(panic);
    }));
    let mut dice = Dice(argument("SHM_SEED").parse().unwrap());
    let mut life = Life::begin(&stage, argument("SHM_SLOT").parse().unwrap());
    loop {
        life.act(&stage, &mut dice);
    }
}

#[test]
fn workers_killed_at_any_moment_leave_each_value_old_or_new_lose_no_memory_and_repeat_no_item() {
    let kills = std::env::var("SHM_KILLS").map_or(KILLS, |n| n.parse().expect("a number"));
    let folder = Folder::new("heap-traffic");
    let (path, stage) = make(&folder, "stage");
    furnish(&stage);
    let mut crew = Crew::start(&path, &stage);
    while crew.kills < kills {
        crew.kill_one();
        shared::check_all(&stage);
        if crew.kills % AUDIT < stage::WORKERS as u64 || crew.kills >= kills {
            crew.kill_all();
            crew.audit();
            crew.restart();
        }
    }
    crew.kill_all();
    crew.audit();
    println!(
        "{} kills, {} audits, {} items lost in dead hands",
        crew.kills, crew.audits, crew.lost
    );
    for op in Op::ALL {
        let count: u64 = stage.desks.iter().map(|desk| desk.counts[op as usize].get()).sum();
        println!("{count:>12}  {op:?}");
        assert!(count > 0, "no worker got to {op:?}");
    }
    expect_as_fresh(&folder, &stage);
}
