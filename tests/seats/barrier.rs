//! Members that wait for each other.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, WaitOptions, waitpid};
use shm_core::inspect::Liveness;
use shm_core::sync::BarrierView;
use shm_core::{Barrier, DynRegion, LockError, Region, SharedLayout, region::OwnedGuard};

use crate::support::{self, Folder, PATIENCE, argument, wait_until};

#[derive(SharedLayout)]
#[repr(C)]
struct Simulation {
    step: Barrier<3>,
    pair: Barrier<2>,
    done: [u32; 3],
    ready: u32,
}

fn simulation() -> Region<Simulation> {
    Region::<Simulation>::options().anonymous().unwrap()
}

#[test]
fn no_member_goes_on_before_all_have_arrived_and_one_of_them_completes_each_phase() {
    const STEPS: u32 = 300;
    let simulation = simulation();
    let completed = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for mine in 0..3 {
            let (simulation, completed) = (&simulation, &completed);
            scope.spawn(move || {
                let mut member = simulation.step.join().unwrap();
                for step in 1..=STEPS {
                    simulation.done[mine].set(step);
                    let is_last = member.wait_timeout(PATIENCE).unwrap();
                    completed.fetch_add(u32::from(is_last), Ordering::Relaxed);
                    for done in &simulation.done {
                        assert!(done.get() >= step, "a member went on before another arrived");
                        assert!(done.get() <= step + 1, "a member was two steps ahead");
                    }
                }
            });
        }
    });
    assert_eq!(completed.into_inner(), STEPS);
    assert_eq!((simulation.step.members(), simulation.step.is_broken()), (0, false));
}

#[test]
fn there_are_as_many_members_as_the_type_says_and_who_leaves_makes_room() {
    let simulation = simulation();
    let mut first = simulation.pair.join().unwrap();
    let second = simulation.pair.join().unwrap();
    assert!(matches!(simulation.pair.join(), Err(LockError::Busy)));
    assert_eq!((simulation.pair.members(), simulation.pair.arrived()), (2, 0));
    drop(second);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| first.wait_timeout(PATIENCE));
        wait_until("it has arrived", || simulation.pair.arrived() == 1);
        assert!(!waiting.is_finished(), "it waits for a member that is still to join");
        assert!(simulation.pair.join().unwrap().wait().unwrap());
        assert!(!waiting.join().unwrap().unwrap());
    });
}

#[test]
fn a_member_that_gives_up_breaks_the_phase_until_it_is_reset() {
    let simulation = simulation();
    let mut first = simulation.pair.join().unwrap();
    let mut second = simulation.pair.join().unwrap();
    let short = Duration::from_millis(10);
    assert!(matches!(first.wait_timeout(short), Err(LockError::Busy)));
    assert!(matches!(second.wait(), Err(LockError::Broken)));
    assert!(matches!(first.wait(), Err(LockError::Broken)));
    assert!(simulation.pair.is_broken());
    simulation.pair.reset().unwrap();
    assert!(!simulation.pair.is_broken());
    meet(&mut first, &mut second);
}

fn meet(first: &mut shm_core::sync::Member<'_, 2>, second: &mut shm_core::sync::Member<'_, 2>) {
    std::thread::scope(|scope| {
        let there = scope.spawn(|| first.wait_timeout(PATIENCE).unwrap());
        let here = second.wait_timeout(PATIENCE).unwrap();
        assert!(here != there.join().unwrap(), "one of them completes it");
    });
}

#[test]
fn aborting_and_resetting_wake_those_that_wait() {
    let simulation = simulation();
    let mut first = simulation.pair.join().unwrap();
    let mut second = simulation.pair.join().unwrap();
    for reset_alone in [false, true] {
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| first.wait_timeout(PATIENCE));
            wait_until("it has arrived", || simulation.pair.arrived() == 1);
            if !reset_alone {
                simulation.pair.abort();
            }
            simulation.pair.reset().unwrap();
            assert!(matches!(waiting.join().unwrap(), Err(LockError::Broken)));
        });
        assert!(!simulation.pair.is_broken());
        meet(&mut first, &mut second);
    }
}

#[test]
fn a_killed_member_breaks_the_phase_and_after_a_reset_another_takes_its_seat() {
    let folder = Folder::new("barrier-killed");
    let simulation = Region::<Simulation>::create(folder.file("barrier")).unwrap();
    let mut member = simulation.pair.join().unwrap();
    let mut victim = support::second_process("barrier: joins the pair");
    let mut victim = victim.env("SHM_FOLDER", folder.path()).spawn().unwrap();
    wait_until("it has joined", || simulation.ready.get() == 1);
    let region = DynRegion::open_read_only(folder.file("barrier")).unwrap();
    assert_eq!(
        region.get("pair").unwrap().to_string(),
        "{ members: 2, arrived: 0, is_broken: false }"
    );
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| member.wait_timeout(PATIENCE));
        wait_until("it has arrived", || simulation.pair.arrived() == 1);
        victim.kill().unwrap();
        // A zombie until then.
        assert!(matches!(waiting.join().unwrap(), Err(LockError::Broken)));
    });
    victim.wait().unwrap();
    let state = region.lock_state("pair").unwrap();
    let dead = state.seats.iter().flatten().filter(|seat| seat.liveness() == Liveness::Dead);
    assert_eq!(dead.count(), 1, "the dead member has its seat still");
    simulation.pair.reset().unwrap();
    assert_eq!(simulation.pair.members(), 1);
    let mut other = simulation.pair.join().unwrap();
    meet(&mut member, &mut other);
}

#[test]
fn joining_for_a_dead_member_breaks_the_phase_that_it_missed() {
    let folder = Folder::new("barrier-joined");
    let simulation = Region::<Simulation>::create(folder.file("barrier")).unwrap();
    let _member = simulation.pair.join().unwrap();
    let mut victim = support::second_process("barrier: joins the pair");
    let mut victim = victim.env("SHM_FOLDER", folder.path()).spawn().unwrap();
    wait_until("it has joined", || simulation.ready.get() == 1);
    assert!(matches!(simulation.pair.join(), Err(LockError::Busy)), "it is alive");
    victim.kill().unwrap();
    victim.wait().unwrap();
    let _other = simulation.pair.join().unwrap();
    assert!(simulation.pair.is_broken());
}

#[test]
fn an_owned_member_outlives_the_handle_and_goes_to_other_threads() {
    let folder = Folder::new("barrier-owned");
    let simulation = Region::<Simulation>::create(folder.file("barrier")).unwrap();
    let mut member: OwnedGuard<BarrierView<2>> =
        simulation.own(|simulation| simulation.pair.join()).unwrap();
    drop(simulation);
    let again = Region::<Simulation>::open(folder.file("barrier")).unwrap();
    let mut other = again.pair.join().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| member.wait_timeout(PATIENCE).unwrap());
        other.wait_timeout(PATIENCE).unwrap();
    });
    drop(member);
    assert_eq!(again.pair.members(), 1);
}

#[test]
fn a_forked_child_is_no_member_and_ends_its_parents_membership_neither() {
    let simulation = simulation();
    let mut member = simulation.pair.join().unwrap();
    // SAFETY: the child waits in vain, drops the member, which does nothing, and leaves.
    match Pid::from_raw(unsafe { libc::fork() }) {
        None => {
            let is_refused = matches!(member.wait(), Err(LockError::Lost));
            drop(member);
            // SAFETY: leaves at once.
            unsafe { libc::_exit(i32::from(!is_refused)) };
        }
        Some(child) => {
            let (_, status) = waitpid(Some(child), WaitOptions::empty()).unwrap().unwrap();
            assert_eq!(status.exit_status(), Some(0));
            assert_eq!(simulation.pair.members(), 1);
        }
    }
}

pub(crate) fn second_process(role: &str) {
    assert_eq!(role, "joins the pair");
    let folder = std::path::PathBuf::from(argument("SHM_FOLDER"));
    let simulation = Region::<Simulation>::open(folder.join("barrier")).unwrap();
    let _member = simulation.pair.join().unwrap();
    simulation.ready.set(1);
    loop {
        std::thread::sleep(PATIENCE);
    }
}
