//! Origins that grow, and mirrors that grow with them, in the same file.

mod folder;

use std::time::Duration;

use folder::{Folder, MOST, catch_up};
use shm_core::inspect::Inspection;
use shm_core::region::mirror::State;
use shm_core::{DynRegion, Mutex, Region, SharedLayout};
use shm_mirror_core::{Follower, Served, Settings};

/// The struct when the region was made.
mod first {
    use super::*;

    #[derive(SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 512)]
    pub(crate) struct Station {
        pub(crate) temperature: f64,
        pub(crate) hits: u64,
    }
}

/// With more fields, and a lock among them.
mod second {
    use super::*;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub(crate) struct Station {
        pub(crate) temperature: f64,
        pub(crate) hits: u64,
        /// Two metres up.
        #[shm(unit = "%")]
        pub(crate) humidity: f64,
        pub(crate) account: Mutex<i64>,
    }
}

/// With a field after all of these.
mod third {
    use super::*;

    #[derive(SharedLayout)]
    #[repr(C)]
    pub(crate) struct Station {
        pub(crate) temperature: f64,
        pub(crate) hits: u64,
        pub(crate) humidity: f64,
        pub(crate) account: Mutex<i64>,
        pub(crate) rain: f32,
    }
}

/// With a field that is another one than in all of these.
mod other {
    use super::*;

    #[derive(SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 512)]
    pub(crate) struct Station {
        pub(crate) temperature: f64,
        pub(crate) hits: f64,
    }
}

const MS: Duration = Duration::from_millis(1);

fn served(folder: &Folder) -> Served {
    Served::open(folder.file("station"), Settings::default()).unwrap()
}

fn follower(folder: &Folder) -> Follower {
    Follower::new(folder.file("copy"), "alpha:station", MOST)
}

#[test]
fn a_mirror_grows_in_place_with_its_origin() {
    let folder = Folder::new();
    let old = Region::<first::Station>::create(folder.file("station")).unwrap();
    old.hits.set(7);
    let (before, mut follower) = (served(&folder), follower(&folder));
    catch_up(&mut follower, &before, MS);
    let copy = folder.file("copy");
    let old_reader = Region::<first::Station>::open_read_only(&copy).unwrap();
    Region::<second::Station>::open_read_only(&copy).expect_err("it has no such fields yet");

    let new = Region::<second::Station>::open(folder.file("station")).unwrap();
    new.humidity.set(40.5);
    new.account.lock().unwrap().set(-3);
    assert!(!before.is_current(), "the origin has grown");
    let mut grown = served(&folder);
    follower.receive(2 * MS, &grown.beat()).unwrap();
    catch_up(&mut follower, &grown, 2 * MS);

    assert!(old_reader.is_current(), "it is the same file");
    assert_eq!(
        (old_reader.hits.get(), old_reader.mirror().unwrap().state()),
        (7, State::Following)
    );
    let new_reader = Region::<second::Station>::open_read_only(&copy).unwrap();
    assert_eq!((new_reader.humidity.get(), new_reader.account.unlocked().get()), (40.5, -3));
    let by_name = DynRegion::open_read_only(&copy).unwrap();
    assert_eq!(by_name.schema().root().field("humidity").unwrap().unit(), "%", "with its notes");

    // Programs of both sizes see what changes from then on.
    old.hits.set(8);
    new.humidity.set(41.0);
    let delta = grown.tick().unwrap().to_vec();
    follower.receive(3 * MS, &delta).unwrap();
    assert_eq!(
        (old_reader.hits.get(), new_reader.hits.get(), new_reader.humidity.get()),
        (8, 8, 41.0)
    );
}

#[test]
fn a_mirror_grows_more_than_once_and_after_its_follower_was_another() {
    let folder = Folder::new();
    let old = Region::<first::Station>::create(folder.file("station")).unwrap();
    let mut one = follower(&folder);
    catch_up(&mut one, &served(&folder), MS);
    let old_reader = Region::<first::Station>::open_read_only(folder.file("copy")).unwrap();
    drop(one);
    let _second = Region::<second::Station>::open(folder.file("station")).unwrap();
    let mut two = follower(&folder);
    catch_up(&mut two, &served(&folder), MS);
    let third = Region::<third::Station>::open(folder.file("station")).unwrap();
    third.rain.set(2.5);
    old.hits.set(3);
    let grown = served(&folder);
    two.receive(2 * MS, &grown.beat()).unwrap();
    catch_up(&mut two, &grown, 2 * MS);
    let reader = Region::<third::Station>::open_read_only(folder.file("copy")).unwrap();
    assert_eq!((reader.rain.get(), old_reader.hits.get(), old_reader.is_current()), (2.5, 3, true));
    assert!(Region::<second::Station>::open_read_only(folder.file("copy")).is_ok());
}

#[test]
fn an_origin_with_another_room_or_another_field_has_another_file() {
    let folder = Folder::new();
    drop(Region::<first::Station>::create(folder.file("station")).unwrap());
    let mut follower = follower(&folder);
    catch_up(&mut follower, &served(&folder), MS);
    let first_file = DynRegion::open_read_only(folder.file("copy")).unwrap();
    // Larger, with more room than the mirror has.
    let options = Region::<second::Station>::options().capacity(1024);
    drop(options.create_or_replace(folder.file("station")).unwrap());
    let larger = served(&folder);
    follower.receive(2 * MS, &larger.beat()).unwrap();
    catch_up(&mut follower, &larger, 2 * MS);
    assert_eq!(
        (first_file.is_current(), first_file.mirror().unwrap().state()),
        (false, State::Replaced)
    );
    let seen = Inspection::of(folder.file("copy")).unwrap();
    assert_eq!(seen.header().data_len(), 1024);

    let second_file = DynRegion::open_read_only(folder.file("copy")).unwrap();
    let options = Region::<other::Station>::options();
    options.create_or_replace_with(folder.file("station"), |new| new.hits.set(0.5)).unwrap();
    let other = served(&folder);
    follower.receive(3 * MS, &other.beat()).unwrap();
    catch_up(&mut follower, &other, 3 * MS);
    assert_eq!(
        (second_file.is_current(), second_file.mirror().unwrap().state()),
        (false, State::Replaced)
    );
    assert_eq!(
        Region::<other::Station>::open_read_only(folder.file("copy")).unwrap().hits.get(),
        0.5
    );
}

/// A smaller origin of the same room: its mirror has exactly its fields, so that no program takes zeros for values.
#[test]
fn an_origin_that_was_replaced_by_a_smaller_one_has_another_file() {
    let folder = Folder::new();
    drop(
        Region::<second::Station>::options().capacity(512).create(folder.file("station")).unwrap(),
    );
    let mut follower = follower(&folder);
    catch_up(&mut follower, &served(&folder), MS);
    let larger = DynRegion::open_read_only(folder.file("copy")).unwrap();
    drop(Region::<first::Station>::options().create_or_replace(folder.file("station")).unwrap());
    let smaller = served(&folder);
    follower.receive(2 * MS, &smaller.beat()).unwrap();
    catch_up(&mut follower, &smaller, 2 * MS);
    assert_eq!(larger.mirror().unwrap().state(), State::Replaced);
    Region::<second::Station>::open_read_only(folder.file("copy")).expect_err("no such fields");
    assert!(Region::<first::Station>::open_read_only(folder.file("copy")).is_ok());
}

/// What a reader has while the new fields are there and their values are not: a mirror that says that it is not complete.
#[test]
fn a_mirror_that_has_grown_and_lacks_a_value_is_not_fresh() {
    let folder = Folder::new();
    let _old = Region::<first::Station>::create(folder.file("station")).unwrap();
    let mut follower = follower(&folder);
    catch_up(&mut follower, &served(&folder), MS);
    let new = Region::<second::Station>::open(folder.file("station")).unwrap();
    let held = new.account.lock().unwrap();
    held.set(4);
    let mut grown = std::thread::scope(|scope| scope.spawn(|| served(&folder)).join()).unwrap();
    follower.receive(2 * MS, &grown.beat()).unwrap();
    let query = follower.query(2 * MS).unwrap();
    follower
        .receive_answer(2 * MS, 2 * MS, &grown.answer(query.since))
        .expect_err("the account is locked");
    let reader = Region::<second::Station>::open_read_only(folder.file("copy")).unwrap();
    let mirror = reader.mirror().unwrap();
    assert_eq!((mirror.state(), mirror.age()), (State::Filling, None));
    mirror.fresh(Duration::MAX).expect_err("not complete");
    drop(held);
    grown.tick().expect("the account");
    let late = Duration::from_secs(2);
    catch_up(&mut follower, &grown, late);
    assert_eq!(reader.account.unlocked().get(), 4);
    reader.mirror().unwrap().fresh(Duration::from_secs(60)).unwrap();
}
