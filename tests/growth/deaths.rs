//! Programs that are killed while they make a region grow.

use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use shm_core::fault::{GROWTH_POINTS, at_each_point};
use shm_core::{DynRegion, Region};

use crate::layouts::{first, second, third};
use crate::support::{self, Folder, argument, finish};
use crate::{is_layout, layout_of, open, sequences};

/// Runs a program that is killed at a point of adding its fields.
fn kill_at(point: &str, program: &str, path: &Path) {
    let mut victim = support::second_process("victim")
        .env("SHM_PATH", path)
        .env("SHM_POINT", point)
        .env("SHM_PROGRAM", program)
        .spawn()
        .unwrap();
    assert_eq!(finish(&mut victim).signal(), Some(9), "the victim lived: {point}");
}

#[test]
fn a_death_while_growing_leaves_the_layout_before_or_the_one_after() {
    let folder = Folder::new("growth-deaths");
    for (number, point) in GROWTH_POINTS.into_iter().enumerate() {
        let path = folder.file(&number.to_string());
        let old = Region::<first::Station>::create(&path).unwrap();
        old.hits.set(7);
        let died_after = point == "grow: written";

        kill_at(point, "second", &path);
        let found = is_layout::<second::Station>(&path);
        assert!(found == died_after && (found || is_layout::<first::Station>(&path)), "{point}");
        let reader = Region::<second::Station>::open_read_only(&path);
        assert_eq!(reader.is_ok(), died_after, "{point}");
        assert_eq!(Region::<first::Station>::open(&path).unwrap().hits.get(), 7, "{point}");
        let new = Region::<second::Station>::open(&path).unwrap();
        new.humidity.set(40.0);
        assert_eq!((new.hits.get(), sequences(&path)[0]), (7, 1), "{point}");

        kill_at(point, "third", &path);
        let found = is_layout::<third::Station>(&path);
        assert!(found == died_after && (found || is_layout::<second::Station>(&path)), "{point}");
        let fields = DynRegion::open(&path).unwrap();
        assert_eq!(fields.get("humidity").unwrap().to_string(), "40.0", "{point}");
        assert_eq!(fields.get("account").is_ok(), died_after, "{point}");
        let newest = Region::<third::Station>::open(&path).unwrap();
        newest.account.lock().unwrap().set(1);
        assert_eq!((newest.humidity.get(), sequences(&path)), (40.0, [1, 2]), "{point}");
        assert_eq!((old.hits.get(), new.humidity.get()), (7, 40.0), "{point}");
    }
}

/// Opens the region as the given program, and dies on the way.
pub fn victim() {
    at_each_point(|point| {
        if point == argument("SHM_POINT") {
            let signal = rustix::process::Signal::KILL;
            rustix::process::kill_process(rustix::process::getpid(), signal).unwrap();
        }
    });
    let path = std::path::PathBuf::from(argument("SHM_PATH"));
    match argument("SHM_PROGRAM").as_str() {
        "second" => open::<second::Station>(&path),
        "third" => open::<third::Station>(&path),
        other => panic!("no such program: {other}"),
    }
    panic!("the point was not passed");
}

/// Tells the reader to stop when dropped, even by a panic.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_concurrent_reader_sees_the_layout_before_or_the_one_after() {
    let folder = Folder::new("growth-meanwhile");
    let path = folder.file("station");
    drop(Region::<first::Station>::create(&path).unwrap());
    let made = std::fs::read(&path).unwrap();
    let sizes =
        [size_of::<first::Station>(), size_of::<second::Station>(), size_of::<third::Station>()];
    let (done, looks) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let size = layout_of(&path).root().size() as usize;
                assert!(sizes.contains(&size), "{size}");
                looks.fetch_add(1, Ordering::Relaxed);
            }
        });
        let _done = Done(&done);
        for _ in 0..100 {
            open::<second::Station>(&path);
            open::<third::Station>(&path);
            // In its original state.
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.write_all_at(&made, 0).unwrap();
        }
        support::wait_until("a reader looked", || looks.load(Ordering::Relaxed) > 10);
    });
}
