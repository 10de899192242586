//! The lock between processes: exclusion, the death of a holder, and everything that is not a death.

mod support;

use std::time::Duration;

use shm_core::{LockError, Mutex, Region, SharedLayout};
use support::{Folder, argument, role, run};

#[derive(SharedLayout)]
#[repr(C)]
struct Account {
    balance: i64,
    bookings: i64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    total: u64,
    accounts: [Mutex<Account>; 3],
    lock: Mutex<()>,
}

#[test]
fn a_guard_gives_access_to_the_fields_and_unlocks_when_dropped() {
    let bank = Region::<Bank>::options().private().unwrap();
    let account = bank.accounts[1].lock().unwrap();
    account.balance.set(5);
    assert!(bank.accounts[1].is_locked());
    drop(account);
    assert!(!bank.accounts[1].is_locked());
    assert_eq!(bank.accounts[1].unlocked().balance.get(), 5);
    bank.accounts[1].lock().unwrap().unlock().unwrap();
}

#[test]
fn locking_twice_from_one_thread_is_an_error_and_does_not_hang() {
    let bank = Region::<Bank>::options().private().unwrap();
    let _first = bank.lock.lock().unwrap();
    assert!(matches!(bank.lock.lock(), Err(LockError::WouldDeadlock)));
    assert!(matches!(bank.lock.try_lock(), Err(LockError::WouldDeadlock)));
    assert!(bank.accounts[0].lock().is_ok(), "another lock is another lock");
}

/// All threads of a process have the same name in a lock: unlocking twice would free another thread's.
#[test]
fn threads_that_unlock_explicitly_exclude_each_other() {
    let bank = Region::<Bank>::options().anonymous().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let account = bank.accounts[0].lock().unwrap();
                    account.balance.set_relaxed(account.balance.get_relaxed() + 1);
                    account.unlock().unwrap();
                }
            });
        }
    });
    assert_eq!(bank.accounts[0].unlocked().balance.get(), 3 * ROUNDS);
}

#[test]
fn a_free_lock_is_taken_with_any_timeout() {
    let bank = Region::<Bank>::options().private().unwrap();
    for timeout in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
        assert!(bank.lock.lock_timeout(timeout).is_ok(), "{timeout:?}");
    }
}

#[test]
fn another_thread_waits_or_gets_an_error_that_the_lock_is_held() {
    let bank = Region::<Bank>::options().anonymous().unwrap();
    let guard = bank.lock.lock().unwrap();
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            assert!(matches!(bank.lock.try_lock(), Err(LockError::Busy)));
            let nap = Duration::from_millis(10);
            assert!(matches!(bank.lock.lock_timeout(nap), Err(LockError::Busy)));
            bank.total.set(1);
            drop(bank.lock.lock().unwrap());
            bank.total.get()
        });
        support::wait_until("the other thread has tried", || bank.total.get() == 1);
        bank.total.set(2);
        drop(guard);
        assert_eq!(other.join().unwrap(), 2);
    });
}

#[test]
fn a_panic_with_a_guard_poisons_until_the_lock_is_marked_consistent() {
    let bank = Region::<Bank>::options().private().unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _guard = bank.lock.lock().unwrap();
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert!(!bank.lock.is_locked(), "poisoned, and free");
    // Dropped without repair, it stays poisoned.
    for _ in 0..2 {
        assert!(matches!(bank.lock.lock(), Err(LockError::OwnerDied)));
    }
    assert!(matches!(bank.lock.try_lock(), Err(LockError::OwnerDied)));
    let guard = bank.lock.lock_as_found().unwrap();
    assert!(guard.owner_died());
    guard.mark_consistent();
    assert!(!guard.owner_died());
    drop(guard);
    assert!(bank.lock.lock().is_ok());
}

#[test]
fn a_repair_that_panics_leaves_the_lock_marked_and_free() {
    let bank = Region::<Bank>::options().private().unwrap();
    for repairs in 1..=3 {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _guard = match repairs {
                1 => bank.lock.lock(),
                _ => bank.lock.lock_or_repair(|_| panic!("in the middle of a repair")),
            };
            panic!("on purpose");
        }));
        assert!(panicked.is_err());
        assert!(!bank.lock.is_locked());
        assert!(matches!(bank.lock.lock(), Err(LockError::OwnerDied)));
    }
    let timeout = Duration::from_millis(1);
    drop(bank.lock.lock_timeout_or_repair(timeout, |_| ()).unwrap());
    assert!(bank.lock.lock().is_ok());
}

#[test]
fn a_lock_error_converts_to_the_error_types_that_programs_use() {
    fn boxed(bank: &Region<Bank>) -> Result<(), Box<dyn std::error::Error>> {
        bank.accounts[0].lock()?.balance.set(1);
        Ok(())
    }
    fn shared(bank: &Region<Bank>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        bank.accounts[0].lock()?.balance.set(2);
        bank.accounts[0].lock_or_repair(|_| ())?.bookings.set(2);
        Ok(())
    }
    fn any(bank: &Region<Bank>) -> anyhow::Result<()> {
        let account = bank.accounts[0].lock()?;
        account.balance.set(3);
        Ok(account.unlock()?)
    }
    let bank = Region::<Bank>::options().private().unwrap();
    boxed(&bank).unwrap();
    shared(&bank).unwrap();
    any(&bank).unwrap();
    std::mem::forget(bank.accounts[0].lock().unwrap());
    let error = shared(&bank).unwrap_err();
    let downcast = any(&bank).unwrap_err().downcast::<LockError>().unwrap();
    assert!(matches!(downcast, LockError::WouldDeadlock));
    drop(bank);
    assert!(error.to_string().contains("this thread holds this lock already"), "{error}");
}

#[test]
fn a_guard_made_and_dropped_while_a_panic_unwinds_does_not_poison() {
    struct Counts<'a>(&'a Region<Bank>);
    impl Drop for Counts<'_> {
        fn drop(&mut self) {
            let _guard = self.0.lock.lock().unwrap();
            self.0.total.fetch_add(1);
        }
    }
    let bank = Region::<Bank>::options().private().unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _counts = Counts(&bank);
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert!(bank.lock.lock().is_ok());
    assert_eq!(bank.total.get(), 1);
}

#[test]
fn two_processes_exclude_each_other() {
    let folder = Folder::new("exclude");
    let bank = Region::<Bank>::create(folder.file("bank")).unwrap();
    let mut child =
        support::second_process("counts").env("SHM_PATH", folder.file("bank")).spawn().unwrap();
    count(&bank);
    assert!(support::finish(&mut child).success());
    let account = bank.accounts[0].lock().unwrap();
    assert_eq!((account.balance.get(), account.bookings.get()), (2 * ROUNDS, 2 * ROUNDS));
}

const ROUNDS: i64 = 50_000;

fn count(bank: &Region<Bank>) {
    for _ in 0..ROUNDS {
        let account = bank.accounts[0].lock().unwrap();
        // Not one step, on purpose: only the lock makes it right.
        account.balance.set_relaxed(account.balance.get_relaxed() + 1);
        account.bookings.set_relaxed(account.bookings.get_relaxed() + 1);
    }
}

#[test]
fn the_lock_of_a_killed_process_is_reported_and_can_be_repaired() {
    let folder = Folder::new("killed");
    let bank = Region::<Bank>::create(folder.file("bank")).unwrap();
    let mut child = support::second_process("dies holding")
        .env("SHM_PATH", folder.file("bank"))
        .spawn()
        .unwrap();
    assert!(!support::finish(&mut child).success());
    let found = bank.accounts[2].lock();
    assert!(matches!(found, Err(LockError::OwnerDied)), "the death was not noticed");
    assert!(!bank.accounts[2].is_locked(), "an error holds nothing");
    let mut repairs = 0;
    let account = bank.accounts[2].lock_or_repair(|account| {
        assert_eq!((account.balance.get(), account.bookings.get()), (100, 0));
        account.bookings.set(1);
        repairs += 1;
    });
    drop(account.unwrap());
    assert_eq!(repairs, 1);
    drop(bank.accounts[2].lock_or_repair(|_| panic!("it is whole")).unwrap());
    assert!(bank.accounts[2].lock().is_ok());
}

#[test]
fn a_region_with_as_many_living_participants_as_it_has_slots_says_so() {
    let folder = Folder::new("full");
    let path = folder.file("bank");
    let bank = Region::<Bank>::options().participants(1).create(&path).unwrap();
    let guard = bank.lock.lock().unwrap();
    run(support::second_process("finds it full").env("SHM_PATH", &path));
    drop(guard);
    drop(bank);
    run(support::second_process("finds room").env("SHM_PATH", &path));
}

#[test]
fn there_can_be_1023_participants_and_no_more() {
    let folder = Folder::new("many");
    let many = |count: u32| {
        let path = folder.file(&count.to_string());
        Region::<Bank>::options().participants(count).create(path)
    };
    drop(many(1023).unwrap().lock.lock().unwrap());
    assert!(many(1024).is_err());
    assert!(many(0).is_err());
}

#[test]
#[ignore = "run by the tests above, as a process of its own"]
fn second_process() {
    let Some(role) = role() else { return };
    let bank = Region::<Bank>::open(argument("SHM_PATH")).unwrap();
    match role.as_str() {
        "counts" => count(&bank),
        "dies holding" => {
            let account = bank.accounts[2].lock().unwrap();
            account.balance.set(100);
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
                .unwrap();
        }
        "finds it full" => {
            let error = bank.lock.lock().unwrap_err();
            assert!(matches!(error, LockError::TooManyParticipants { slots: 1, .. }));
            assert!(error.to_string().contains("1 participants"), "{error}");
        }
        "finds room" => assert!(bank.lock.lock().is_ok()),
        other => panic!("no such role: {other}"),
    }
}
