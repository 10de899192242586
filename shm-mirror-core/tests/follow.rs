//! Followers and origins with a network between them that loses, repeats and reorders.

mod folder;

use std::time::{Duration, Instant};

use folder::{Folder, MOST, catch_up};
use shm_core::region::mirror::State;
use shm_core::{DynRegion, Event, Latest, Mutex, Once, Queue, Region, SharedLayout, Watched};
use shm_mirror_core::message::{Facts, Flags, Kind, Message};
use shm_mirror_core::{FollowError, Follower, ReplicaError, ServeError, Served, Settings, Since};

#[derive(SharedLayout, Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Pose {
    x: f64,
    kind: u8,
}

/// One weather station.
#[derive(SharedLayout)]
#[repr(C)]
struct Station {
    /// in the shade
    #[shm(unit = "°C")]
    temperature: f64,
    id: std::num::NonZero<u32>,
    samples: [u32; 400],
    pose: Latest<Pose>,
    account: Mutex<Pose>,
    mode: Watched<u32>,
    bell: Event,
    filled: Once,
    jobs: Queue<u64, 4>,
}

const MS: Duration = Duration::from_millis(1);

/// The regions of the tests here.
trait Regions {
    fn station(&self) -> Region<Station>;
    fn served(&self) -> Served;
    fn follower(&self) -> Follower;
    fn copy(&self) -> Region<Station, shm_core::ReadOnly>;
}

impl Regions for Folder {
    fn station(&self) -> Region<Station> {
        let options = Region::<Station>::options();
        let id = std::num::NonZero::new(7).unwrap();
        options.create_with(self.file("station"), |station| station.id.set(id)).unwrap()
    }

    fn served(&self) -> Served {
        Served::open(self.file("station"), Settings::default()).unwrap()
    }

    fn follower(&self) -> Follower {
        Follower::new(self.file("copy"), "alpha:station", MOST)
    }

    fn copy(&self) -> Region<Station, shm_core::ReadOnly> {
        Region::<Station>::open_read_only(self.file("copy")).unwrap()
    }
}

fn assert_equal(one: &DynRegion, other: &DynRegion) {
    for path in ["temperature", "id", "samples", "pose", "account.value", "mode", "filled"] {
        assert_eq!(
            one.get(path).unwrap().to_string(),
            other.get(path).unwrap().to_string(),
            "{path}"
        );
    }
}

/// Numbers that look random.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }

    fn write(&mut self, station: &Region<Station>) {
        let n = self.roll(1 << 30);
        match self.roll(6) {
            0 => station.temperature.set(n as f64),
            1 => station.samples[self.roll(400)].set(n as u32),
            2 => {
                station.pose.store(&Pose { x: n as f64, kind: n as u8 }).unwrap();
            }
            3 => station.account.lock().unwrap().store(&Pose { x: n as f64, kind: n as u8 }),
            4 => station.mode.set(n as u32),
            _ => station.bell.notify_all(),
        }
    }
}

#[test]
fn a_follower_makes_a_region_of_the_same_type_and_keeps_it_up_to_date() {
    let folder = Folder::new();
    let station = folder.station();
    station.temperature.set(21.5);
    let (mut served, mut follower) = (folder.served(), folder.follower());
    catch_up(&mut follower, &served, MS);
    let copy = folder.copy();
    assert_eq!((copy.temperature.get(), copy.id.get().unwrap().get()), (21.5, 7));
    let mirror = copy.mirror().unwrap();
    assert_eq!((mirror.origin(), mirror.state()), ("alpha:station", State::Following));
    mirror.fresh(Duration::from_secs(60)).unwrap();
    let field = DynRegion::open_read_only(folder.file("copy")).unwrap();
    assert_eq!(field.schema().root().field("temperature").unwrap().unit(), "°C", "with its notes");

    station.pose.store(&Pose { x: 1.5, kind: 2 }).unwrap();
    station.filled.call_once(|| station.temperature.set(22.0)).unwrap();
    let delta = served.tick().unwrap().to_vec();
    follower.receive(2 * MS, &delta).unwrap();
    assert_eq!(
        (copy.pose.load().unwrap(), copy.temperature.get()),
        (Pose { x: 1.5, kind: 2 }, 22.0)
    );
    assert!(copy.filled.is_done());
    assert_eq!(copy.mirror().unwrap().sequence(), 1);
    assert_eq!(served.tick(), None, "nothing has changed");
}

/// Deltas that come before the first answer are as good as any.
#[test]
fn deltas_wait_for_the_first_answer_and_older_ones_are_left_out() {
    let folder = Folder::new();
    let station = folder.station();
    let (mut served, mut follower) = (folder.served(), folder.follower());
    for n in 1..=3 {
        station.mode.set(n);
        let delta = served.tick().unwrap().to_vec();
        follower.receive(MS, &delta).unwrap();
    }
    let query = follower.query(MS).unwrap();
    assert_eq!(query.since, None);
    let answer = served.answer(None);
    for n in 4..=5 {
        station.mode.set(n);
        let delta = served.tick().unwrap().to_vec();
        follower.receive(MS, &delta).unwrap();
    }
    assert!(follower.region().is_none());
    follower.receive_answer(2 * MS, 2 * MS, &answer).unwrap();
    assert_eq!(folder.copy().mode.get().unwrap(), 5);
    let counts = follower.counts();
    assert_eq!((counts.deltas, counts.repeated, counts.gaps), (2, 3, 0));
    assert_eq!(follower.at().unwrap().sequence, 5);
}

#[test]
fn a_gap_is_closed_by_what_has_changed_since() {
    let folder = Folder::new();
    let station = folder.station();
    let (mut served, mut follower) = (folder.served(), folder.follower());
    catch_up(&mut follower, &served, MS);
    let whole = served.answer(None).len();

    station.samples[7].set(1);
    served.tick().expect("lost");
    station.samples[300].set(2);
    let second = served.tick().unwrap().to_vec();
    follower.receive(2 * MS, &second).unwrap();
    assert!(!follower.is_following());
    assert_eq!(folder.copy().samples[300].get(), 0, "not before what it follows");
    let query = follower.query(2 * MS).unwrap();
    assert_eq!(query.since, Some(Since { instance: served.instance(), sequence: 0 }));
    let answer = served.answer(query.since);
    assert!(answer.len() < whole / 3, "{} of {whole} bytes", answer.len());
    follower.receive_answer(3 * MS, 3 * MS, &answer).unwrap();
    assert!(follower.is_following());
    assert_eq!((folder.copy().samples[7].get(), folder.copy().samples[300].get()), (1, 2));
    assert_eq!(follower.counts().gaps, 1);
}

#[test]
fn a_beat_that_is_ahead_tells_of_a_lost_delta() {
    let folder = Folder::new();
    let station = folder.station();
    let (mut served, mut follower) = (folder.served(), folder.follower());
    catch_up(&mut follower, &served, MS);
    follower.receive(MS, &served.beat()).unwrap();
    assert!(follower.is_following());
    station.mode.set(9);
    served.tick().expect("lost");
    follower.receive(2 * MS, &served.beat()).unwrap();
    assert!(!follower.is_following());
    catch_up(&mut follower, &served, 2 * MS);
    assert_eq!(folder.copy().mode.get().unwrap(), 9);
}

/// A network that was cut keeps what was sent meanwhile. What it delivers afterwards tells of the origin as it was then.
#[test]
fn a_beat_that_the_network_has_kept_makes_no_value_younger_than_it_is() {
    let folder = Folder::new();
    let station = folder.station();
    let (beat, cut) = (Duration::from_millis(20), Duration::from_millis(300));
    let settings = Settings { beat, ..Settings::default() };
    let mut served = Served::open(folder.file("station"), settings).unwrap();
    let mut follower = folder.follower();
    let began = Instant::now();
    catch_up(&mut follower, &served, began.elapsed());
    let kept = served.beat();
    station.mode.set(9);
    let delta = served.tick().unwrap().to_vec();
    std::thread::sleep(cut);

    follower.receive(began.elapsed(), &kept).unwrap();
    let mirror = folder.copy().mirror().unwrap();
    assert!(mirror.age().unwrap() >= cut, "{mirror:?}");
    assert_eq!((follower.counts().late, follower.is_following()), (1, false), "it asks");
    follower.receive(began.elapsed(), &delta).unwrap();
    let asked = began.elapsed();
    let query = follower.query(asked).expect("a question");
    assert_eq!(query.since, Some(Since { instance: served.instance(), sequence: 0 }));
    let answer = served.answer(query.since);
    std::thread::sleep(beat);
    follower.receive_answer(began.elapsed(), asked, &answer).unwrap();
    assert_eq!(folder.copy().mode.get().unwrap(), 9);
    let mirror = folder.copy().mirror().unwrap();
    assert!(mirror.age().unwrap() >= beat, "as old as the question: {mirror:?}");
    assert!(follower.is_following());
}

#[test]
fn another_instance_is_followed_from_its_beginning_in_the_same_file() {
    let folder = Folder::new();
    let station = folder.station();
    let (mut first, mut follower) = (folder.served(), folder.follower());
    catch_up(&mut follower, &first, MS);
    let copy = folder.copy();
    station.mode.set(1);
    let late = first.tick().unwrap().to_vec();
    drop(first);

    let mut second = folder.served();
    station.mode.set(2);
    let delta = second.tick().unwrap().to_vec();
    follower.receive(2 * MS, &delta).unwrap();
    assert_eq!(copy.mode.get().unwrap(), 0);
    catch_up(&mut follower, &second, 2 * MS);
    assert_eq!(copy.mode.get().unwrap(), 2, "the reader that was there goes on");
    assert_eq!(copy.mirror().unwrap().instance(), second.instance());
    // What comes from the first one now is not applied, and the question that it makes has an answer.
    follower.receive(3 * MS, &late).unwrap();
    assert_eq!(copy.mode.get().unwrap(), 2);
    catch_up(&mut follower, &second, 3 * MS);
    assert!(copy.is_current());
}

#[test]
fn a_question_is_asked_again_ever_more_rarely() {
    let folder = Folder::new();
    let mut follower = folder.follower();
    let mut asked = Vec::new();
    for ms in 0..5000 {
        if follower.query(ms * MS).is_some() {
            asked.push(ms);
        }
    }
    assert_eq!(asked[..8], [0, 20, 60, 140, 300, 620, 1260, 2260]);
    assert_eq!(follower.next_query(), Some(5260 * MS));
}

#[test]
fn an_origin_that_is_silent_lost_or_gone_is_noted_in_the_mirror() {
    let folder = Folder::new();
    let _station = folder.station();
    let (served, mut follower) = (folder.served(), folder.follower());
    catch_up(&mut follower, &served, MS);
    let state = || folder.copy().mirror().unwrap().state();
    // The beat is 500 ms.
    follower.check_silence(900 * MS);
    assert_eq!(state(), State::Following);
    follower.check_silence(1002 * MS);
    assert_eq!(state(), State::Silent);
    follower.receive(1003 * MS, &served.beat()).unwrap();
    assert_eq!(state(), State::Following);
    follower.lost();
    assert_eq!(state(), State::Lost);
    follower.found(1100 * MS);
    catch_up(&mut follower, &served, 1100 * MS);
    assert_eq!(state(), State::Following);
    follower.receive(1200 * MS, &served.bye()).unwrap();
    assert_eq!(state(), State::Ended);
}

/// A network that loses, repeats and reorders: whatever it does, the copy equals the origin in the end, and is never
/// complete and wrong.
#[test]
fn a_follower_converges_over_any_network() {
    for seed in 1..=12 {
        let folder = Folder::new();
        let station = folder.station();
        let (mut served, mut follower) = (folder.served(), folder.follower());
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        let mut network: Vec<(bool, Vec<u8>)> = Vec::new();
        let mut now = Duration::ZERO;
        for round in 0..600 {
            now += MS * 5;
            for _ in 0..dice.roll(4) {
                dice.write(&station);
            }
            if dice.roll(150) == 0 {
                served = folder.served();
                network.push((false, served.beat()));
            }
            network.extend(served.tick().map(|delta| (false, delta.to_vec())));
            if round % 20 == 0 {
                network.push((false, served.beat()));
            }
            if let Some(query) = follower.query(now) {
                network.push((true, served.answer(query.since)));
            }
            while network.len() > dice.roll(6) {
                let (is_answer, bytes) = network.remove(dice.roll(network.len().min(3)));
                match dice.roll(10) {
                    0 => continue,
                    1 => network.push((is_answer, bytes.clone())),
                    _ => {}
                }
                match is_answer {
                    true => follower.receive_answer(now, now, &bytes).unwrap(),
                    false => follower.receive(now, &bytes).unwrap(),
                }
            }
            // With the last delta there is nothing else that could be in the copy.
            let last = Since { instance: served.instance(), sequence: served.sequence() };
            if follower.is_following() && follower.at() == Some(last) {
                assert_equal(follower.region().unwrap(), served.region());
            }
        }
        // Now nothing is lost any more.
        follower.receive(now, &served.beat()).unwrap();
        while let Some(next) = follower.next_query() {
            now = now.max(next);
            let query = follower.query(now).unwrap();
            follower.receive_answer(now, now, &served.answer(query.since)).unwrap();
        }
        assert_equal(follower.region().unwrap(), served.region());
        let counts = follower.counts();
        assert!(counts.deltas > 50 && counts.gaps > 5 && counts.repeated > 5, "{counts:?}");
    }
}

#[test]
fn a_follower_that_begins_again_takes_over_the_file_of_the_one_before() {
    let folder = Folder::new();
    let station = folder.station();
    let served = folder.served();
    let mut first = folder.follower();
    catch_up(&mut first, &served, MS);
    let copy = folder.copy();
    drop(first);
    station.mode.set(4);
    let mut served = folder.served();
    let mut second = folder.follower();
    catch_up(&mut second, &served, MS);
    assert!(copy.is_current());
    assert_eq!(copy.mode.get().unwrap(), 4, "the reader that was there goes on");
    station.mode.set(5);
    let delta = served.tick().unwrap().to_vec();
    second.receive(2 * MS, &delta).unwrap();
    assert_eq!(copy.mode.get().unwrap(), 5);
}

#[test]
fn an_origin_of_another_layout_has_another_file_and_the_old_one_says_so() {
    let folder = Folder::new();
    drop(folder.station());
    let mut follower = folder.follower();
    catch_up(&mut follower, &folder.served(), MS);
    let old = folder.copy();
    Region::<[u16; 3]>::options()
        .create_or_replace_with(folder.file("station"), |new| new[1].set(8))
        .unwrap();
    let served = folder.served();
    follower.receive(2 * MS, &served.beat()).unwrap();
    catch_up(&mut follower, &served, 2 * MS);
    assert_eq!((old.is_current(), old.mirror().unwrap().state()), (false, State::Replaced));
    assert_eq!(Region::<[u16; 3]>::open_read_only(folder.file("copy")).unwrap()[1].get(), 8);
}

#[test]
fn a_name_that_belongs_to_another_region_is_left_alone() {
    let folder = Folder::new();
    let _station = folder.station();
    let served = folder.served();
    let other = Region::<u64>::create(folder.file("copy")).unwrap();
    other.set(9);
    let answer = served.answer(None);
    let error = folder.follower().receive_answer(MS, MS, &answer).unwrap_err();
    assert!(matches!(&error, FollowError::Replica(ReplicaError::NameTaken { .. })), "{error}");
    assert!(error.to_string().ends_with("is a region that is not a mirror"), "{error}");
    assert_eq!((other.is_current(), other.get()), (true, 9));
    other.unlink().unwrap();

    Follower::new(folder.file("copy"), "beta:station", MOST)
        .receive_answer(MS, MS, &answer)
        .unwrap();
    let error = folder.follower().receive_answer(MS, MS, &answer).unwrap_err();
    assert!(error.to_string().ends_with("is a mirror of beta:station"), "{error}");
}

/// An origin that lies: about sizes, layouts, fingerprints and byte orders.
#[test]
fn a_snapshot_that_no_origin_could_send_makes_no_region() {
    let folder = Folder::new();
    let _station = folder.station();
    let served = folder.served();
    let answer = served.answer(None);
    let good = Message::decode(&answer).unwrap();
    let refused = |what: &str, bad: Message<'_>| {
        let error = folder.follower().receive_answer(MS, MS, &bad.encode()).expect_err(what);
        assert!(matches!(error, FollowError::Replica(_)), "{what}: {error}");
        assert!(!folder.file("copy").exists(), "{what}");
    };
    let facts = good.facts.unwrap();
    let with = |facts| Message { facts: Some(facts), ..good.clone() };
    refused("too large", with(Facts { data_len: MOST + 1, ..facts }));
    refused("a heap too large", with(Facts { heap_len: u64::MAX, ..facts }));
    refused("shorter than its value", with(Facts { data_len: facts.data_len - 1, ..facts }));
    refused("a length that it has not", with(Facts { tail_len: 1, ..facts }));
    let half = &facts.schema[..facts.schema.len() / 2];
    refused("half a schema", with(Facts { schema: half, ..facts }));
    let mut bad = good.clone();
    bad.head.fingerprint ^= 1;
    refused("another fingerprint", bad);
    let mut bad = good.clone();
    bad.changes.last_mut().unwrap().offset = 1 << 40;
    refused("a change past the end", bad);
    let mut bad = good.clone();
    bad.changes.remove(0);
    refused("no value of one unit", bad);
    let mut bytes = answer.clone();
    bytes[2] ^= 2;
    assert!(!Message::decode(&bytes).unwrap().head.flags.is_native());
    let error = folder.follower().receive_answer(MS, MS, &bytes).unwrap_err();
    assert!(matches!(error, FollowError::Replica(ReplicaError::ByteOrder)), "{error}");
    assert!(!folder.file("copy").exists());
    folder.follower().receive_answer(MS, MS, &answer).expect("the good one");
    assert_eq!(Flags::NATIVE.is_native(), good.head.flags.is_native());
}

#[test]
fn a_delta_that_no_origin_could_send_changes_nothing_and_everything_is_asked_for() {
    let folder = Folder::new();
    let station = folder.station();
    let (mut served, mut follower) = (folder.served(), folder.follower());
    catch_up(&mut follower, &served, MS);
    station.mode.set(3);
    let delta = served.tick().unwrap().to_vec();
    let mut bad = Message::decode(&delta).unwrap();
    bad.changes[0].offset += 1;
    follower.receive(2 * MS, &bad.encode()).unwrap_err();
    assert_eq!(folder.copy().mode.get().unwrap(), 0);
    assert_eq!(follower.query(2 * MS).unwrap().since, None, "everything");
    follower.receive_answer(2 * MS, 2 * MS, &served.answer(None)).unwrap();
    assert_eq!(folder.copy().mode.get().unwrap(), 3);
    follower.receive(3 * MS, b"no message").unwrap_err();
    assert!(follower.is_following());
}

/// Any bytes at all, as deltas and as answers: no panic, no region that is not a mirror of the origin, and a good answer
/// makes it whole again.
#[test]
fn hostile_messages_do_no_more_than_change_values() {
    let folder = Folder::new();
    let station = folder.station();
    let (mut served, mut follower) = (folder.served(), folder.follower());
    catch_up(&mut follower, &served, MS);
    let mut dice = Dice(4711);
    let mut now = MS;
    for _ in 0..3000 {
        now += MS * 30;
        dice.write(&station);
        let delta = served.tick().map(<[u8]>::to_vec).unwrap_or_else(|| served.beat());
        let is_answer = dice.roll(3) == 0;
        let mut bytes = if is_answer { served.answer(follower.at()) } else { delta };
        for _ in 0..dice.roll(3) {
            let at = dice.roll(bytes.len());
            bytes[at] = dice.roll(256) as u8;
        }
        bytes.truncate(bytes.len() - dice.roll(2));
        let _ = follower.query(now);
        let _ = match is_answer {
            true => follower.receive_answer(now, now, &bytes),
            false => follower.receive(now, &bytes),
        };
    }
    // The origin's last word: another instance, so that no number that was made up counts.
    let fresh = folder.served();
    follower.receive(now, &fresh.beat()).unwrap();
    follower.found(now + Duration::from_secs(2));
    let query = follower.query(now + Duration::from_secs(4)).unwrap();
    follower
        .receive_answer(
            now + Duration::from_secs(4),
            now + Duration::from_secs(4),
            &fresh.answer(query.since),
        )
        .unwrap();
    assert_equal(follower.region().unwrap(), fresh.region());
}

#[test]
fn a_mirror_is_not_served_and_a_region_that_was_replaced_is_no_longer_current() {
    let folder = Folder::new();
    let station = folder.station();
    let served = folder.served();
    assert!(served.is_current());
    let mut follower = folder.follower();
    catch_up(&mut follower, &served, MS);
    let error = Served::open(folder.file("copy"), Settings::default()).unwrap_err();
    assert!(
        matches!(&error, ServeError::Mirror { origin, .. } if origin == "alpha:station"),
        "{error}"
    );
    station.unlink().unwrap();
    assert!(!served.is_current());
}

#[test]
fn a_message_says_its_kind() {
    let folder = Folder::new();
    let _station = folder.station();
    let served = folder.served();
    for (bytes, kind) in [
        (served.beat(), Kind::Beat),
        (served.bye(), Kind::Bye),
        (served.answer(None), Kind::Snapshot),
    ] {
        let head = Message::decode(&bytes).unwrap().head;
        assert_eq!((head.kind, head.instance, head.sequence), (kind, served.instance(), 0));
    }
}

/// A lock that is held while the origin begins: the copy waits for the value, instead of showing none.
#[test]
fn an_answer_that_lacks_a_value_whose_lock_is_held_makes_no_region() {
    let folder = Folder::new();
    let station = folder.station();
    let held = station.account.lock().unwrap();
    held.x.set(4.5);
    let mut served = std::thread::scope(|scope| scope.spawn(|| folder.served()).join()).unwrap();
    let mut follower = folder.follower();
    let query = follower.query(MS).unwrap();
    let error = follower.receive_answer(MS, MS, &served.answer(query.since)).unwrap_err();
    assert!(matches!(&error, FollowError::Replica(ReplicaError::Incomplete { .. })), "{error}");
    assert!(!folder.file("copy").exists());
    drop(held);
    served.tick().expect("the value");
    let query = follower.query(Duration::from_secs(2)).unwrap();
    follower
        .receive_answer(Duration::from_secs(2), Duration::from_secs(2), &served.answer(query.since))
        .unwrap();
    assert_eq!(folder.copy().account.unlocked().x.get(), 4.5);
}
