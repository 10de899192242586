//! Watched values: versions, read-only views, invalid bytes, and the types of the futures.

use std::os::unix::fs::FileExt;
use std::pin::pin;

use shm_core::sync::Versions;
use shm_core::{Region, Watched, errors::LoadError};

use crate::support::{Folder, wait_until};
use crate::{Mode, Table, a_moment, and_when_pending, poll_once, run, table};

#[test]
fn a_view_that_can_only_read_is_woken() {
    let folder = Folder::new("read-only");
    let writer = table(&folder);
    // Another mapping, which cannot be written to, and a view of one that can.
    let own = Region::<Table>::open_read_only(folder.file("table")).unwrap();
    for reader in [own, writer.read_only()] {
        for level in 1..=30 {
            let changed = and_when_pending(reader.level.changed(), || writer.level.set(level));
            run(changed);
            let mut poses = reader.pose.versions();
            run(poses.next_async()).unwrap();
            let next = and_when_pending(poses.next_async(), || {
                writer.pose.change(|pose| pose.store(&[level; 8])).unwrap();
            });
            assert_eq!(run(next).unwrap(), [level; 8]);
        }
    }
}

#[test]
fn versions_begin_with_the_present_one_and_pass_over_what_was_replaced() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let store = |value: u64| table.pose.change(|pose| pose.store(&[value; 8])).unwrap();
    let mut poses = Versions::new(table.project(|table| &table.pose));
    assert_eq!(run(poses.next_async()).unwrap(), [0; 8], "nothing was stored yet");
    store(1);
    store(2);
    let (polled, _) = poll_once(pin!(poses.next_async()));
    assert!(polled.is_ready(), "two versions are one");
    let mut from_here = table.pose.versions();
    assert_eq!(run(from_here.next_async()).unwrap(), [2; 8]);
    assert!(poll_once(pin!(from_here.next_async())).0.is_pending());
    // That future was dropped.
    store(3);
    assert_eq!(run(from_here.next_async()).unwrap(), [3; 8]);
    // A change without a new version is none.
    let mut next = pin!(from_here.next_async());
    let (_, woken) = poll_once(next.as_mut());
    table.pose.change(|_| ());
    wait_until("it looks", || woken.calls() == 1);
    assert!(poll_once(next).0.is_pending());
}

#[test]
fn an_invalid_value_ends_the_wait() {
    let table = Region::<Table>::options().anonymous().unwrap();
    // Through the back door: no safe way in writes what is not a mode.
    let memory = std::fs::File::options().write(true).open("/proc/self/mem").unwrap();
    let address = std::ptr::from_ref(table.mode.view()).addr();
    let waiting = and_when_pending(table.mode.wait_until_async(|mode| mode == Mode::Done), || {
        memory.write_all_at(&[77], address as u64).unwrap();
        table.mode.change(|_| ());
    });
    let error = run(waiting).unwrap_err();
    assert!(error.to_string().contains("mode"), "{error}");
}

#[test]
fn a_version_that_is_invalid_is_told_of_once() {
    let folder = Folder::new("invalid-version");
    let path = folder.file("mode");
    let mode = Region::<Watched<shm_core::Latest<Mode>>>::create(&path).unwrap();
    let before = std::fs::read(&path).unwrap();
    mode.change(|mode| mode.store(&Mode::Done)).unwrap();
    let after = std::fs::read(&path).unwrap();
    let last = (0..before.len()).rfind(|at| (before[*at], after[*at]) == (0, 2)).unwrap();
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .write_all_at(&[9], last as u64)
        .unwrap();
    let mut modes = mode.versions();
    assert!(matches!(run(modes.next_async()), Err(LoadError::Invalid(_))));
    let next = and_when_pending(modes.next_async(), || {
        mode.change(|mode| mode.store(&Mode::Busy)).unwrap();
    });
    assert_eq!(run(next).unwrap(), Mode::Busy);
}

#[test]
fn an_object_with_a_name_is_awaited_and_its_descriptor_keeps_it_mapped() {
    let region = Region::<u64>::options().heap_max(1 << 20).anonymous().unwrap();
    let level = region.heap().unwrap().named::<Watched<u64>>("level").unwrap();
    let setter = region.heap().unwrap().named::<Watched<u64>>("level").unwrap();
    for step in 1..=20 {
        run(and_when_pending(level.changed(), || setter.set(step)));
    }
    let descriptor = level.as_eventfd().unwrap();
    drop((level, region));
    setter.set(0);
    wait_until("it is readable", || descriptor.clear() == 1);
    drop(setter);
    a_moment();
    assert_eq!(descriptor.clear(), 0);
}

#[test]
fn a_condition_is_looked_at_once_a_second_though_no_process_notifies() {
    let table = Region::<Table>::options().anonymous().unwrap();
    let condition = table.serve.wait_until_async(|| table.served.get() == 1);
    run(and_when_pending(condition, || table.served.set(1)));
}

#[test]
fn futures_can_be_moved_to_other_threads_and_need_no_pin() {
    fn check<F: Future + Send + Unpin>(future: F) -> F {
        future
    }
    let table = Region::<Table>::options().anonymous().unwrap();
    drop(check(table.serve.changed(table.serve.ticket())));
    drop(check(table.serve.wait_until_async(|| true)));
    drop(check(table.level.changed()));
    drop(check(table.level.wait_until_async(|_| true)));
    drop(check(table.jobs.pop_async()));
    drop(check(table.jobs.push_async(1)));
    drop(check(table.items.follow().next_async()));
    drop(check(table.pose.versions().next_async()));
    a_moment();
    let ready = std::thread::scope(|scope| {
        let mut changed = table.level.changed();
        let (polled, _) = poll_once(std::pin::Pin::new(&mut changed));
        assert!(polled.is_pending());
        let waiter = scope.spawn(move || run(changed));
        table.level.set(1);
        waiter.join().is_ok()
    });
    assert!(ready);
}
