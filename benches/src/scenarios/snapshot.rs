//! A value of many words that one party writes and the other reads. It is first timed, and then, with
//! the writer still at work, checked: whether all words of a read belong to one version (otherwise it is
//! torn), and whether no version is older than the previous one (otherwise it went backwards).

use std::time::{Duration, Instant};

use super::Entry;
use crate::job::{Job, Pace};
use crate::measure::{consume_at, nanoseconds_each};
use crate::outcome::{Failure, Outcome};
use crate::party::{Cue, Partner, Party};

pub(crate) const READ: &str = "snapshot-read";
pub(crate) const WRITE: &str = "snapshot-write";

/// Reads between two checks of the clock.
const CHUNK: u64 = 64;
/// The time between two writes of a steady writer.
const STEP: Duration = Duration::from_micros(100);

/// A value of `WORDS` words with one writer.
pub(crate) trait Snapshot<const WORDS: usize> {
    const PARTY: Party = Party::Process;
    type Reader;
    type Writer;

    /// Creates the value, and returns the reader's side of it.
    fn reader(job: &Job) -> Result<Self::Reader, Failure>;

    /// The writer's side of an existing value.
    fn writer(job: &Job) -> Result<Self::Writer, Failure>;

    /// Reads the value; `false` if the peer gave up.
    fn read(reader: &mut Self::Reader, out: &mut [u64; WORDS]) -> bool;

    fn write(writer: &mut Self::Writer, value: &[u64; WORDS]);

    /// Reads many times, and returns how often the peer gave up.
    #[inline]
    fn read_many(reader: &mut Self::Reader, out: &mut [u64; WORDS], times: u64) -> u64 {
        let mut failed = 0;
        for _ in 0..times {
            failed += u64::from(!Self::read(reader, out));
            consume_at(out);
        }
        failed
    }

    #[inline]
    fn write_many(writer: &mut Self::Writer, value: &[u64; WORDS], times: u64) {
        for _ in 0..times {
            Self::write(writer, value);
            consume_at(value);
        }
    }
}

pub(crate) const fn entries<P: Snapshot<WORDS>, const WORDS: usize>() -> [Entry; 2] {
    let read = Entry::duo(READ, read::<P, WORDS>, write_beside::<P, WORDS>);
    let write = Entry::solo(WRITE, write::<P, WORDS>);
    [Entry { words: Some(WORDS), ..read }, Entry { words: Some(WORDS), ..write }]
}

/// Version `version` of the value: no word of it is in the same place in another version.
fn version<const WORDS: usize>(version: u64) -> [u64; WORDS] {
    std::array::from_fn(|index| version.wrapping_add(index as u64))
}

/// The version of the words, if they all belong to one.
fn whole<const WORDS: usize>(words: &[u64; WORDS]) -> Option<u64> {
    let first = words[0];
    let differing = words
        .iter()
        .zip(0..)
        .fold(0, |acc, (word, index)| acc | (word ^ first.wrapping_add(index)));
    (differing == 0).then_some(first)
}

fn read<P: Snapshot<WORDS>, const WORDS: usize>(job: &Job) -> Result<Outcome, Failure> {
    let mut reader = P::reader(job)?;
    let mut partner = Partner::start(job, P::PARTY, write_beside::<P, WORDS>)?;
    partner.go();
    let ns = time_reads::<P, WORDS>(job, &mut reader)?;
    let checked = check::<P, WORDS>(job, &mut reader);
    let writes = partner.stop()?;
    if job.pace != Pace::Idle && writes == 0 {
        return Err("the writer wrote nothing meanwhile".into());
    }
    Ok(Outcome::timed(ns)
        .and_count("reads", checked.reads)
        .and_count("writes", writes)
        .and_count("torn", checked.torn)
        .and_count("backwards", checked.backwards)
        .and_count("gave up", checked.gave_up))
}

/// Nanoseconds for each successful read, including the time of those that gave up.
fn time_reads<P: Snapshot<WORDS>, const WORDS: usize>(
    job: &Job,
    reader: &mut P::Reader,
) -> Result<f64, Failure> {
    let mut out = version(0);
    let start = Instant::now();
    let mut reads = 0;
    while start.elapsed() < job.duration() {
        reads += CHUNK - P::read_many(reader, &mut out, CHUNK);
    }
    match reads {
        0 => Err("no read succeeded".into()),
        _ => Ok(start.elapsed().as_secs_f64() * 1e9 / reads as f64),
    }
}

#[derive(Default)]
struct Checked {
    reads: u64,
    torn: u64,
    backwards: u64,
    gave_up: u64,
}

/// Reads for as long as the timing took, and checks every word.
fn check<P: Snapshot<WORDS>, const WORDS: usize>(job: &Job, reader: &mut P::Reader) -> Checked {
    let mut checked = Checked::default();
    let mut newest = 0;
    let mut out = version(0);
    let start = Instant::now();
    while start.elapsed() < job.duration() {
        for _ in 0..CHUNK {
            if !P::read(reader, &mut out) {
                checked.gave_up += 1;
                continue;
            }
            // So that the read is not moved out of the loop, nor its copy optimised away.
            consume_at(&out);
            checked.reads += 1;
            match whole(&out) {
                None => checked.torn += 1,
                Some(version) if version < newest => checked.backwards += 1,
                Some(version) => newest = version,
            }
        }
    }
    checked
}

/// The other party: writes versions, at the requested pace.
fn write_beside<P: Snapshot<WORDS>, const WORDS: usize>(
    job: &Job,
    cue: &Cue,
) -> Result<(), Failure> {
    let mut writer = P::writer(job)?;
    let mut number = 1;
    P::write(&mut writer, &version(number));
    cue.ready()?;
    let mut next = Instant::now();
    while !cue.is_stopped() {
        match job.pace {
            Pace::Idle => {
                std::thread::sleep(Duration::from_micros(200));
                continue;
            }
            Pace::Steady => {
                next += STEP;
                while Instant::now() < next {
                    std::hint::spin_loop();
                }
            }
            Pace::FlatOut => {}
        }
        number += 1;
        P::write(&mut writer, &version(number));
    }
    cue.count(number - 1);
    Ok(())
}

/// Writing without a reader; afterwards the last version written must be read.
fn write<P: Snapshot<WORDS>, const WORDS: usize>(job: &Job) -> Result<Outcome, Failure> {
    let mut reader = P::reader(job)?;
    let mut writer = P::writer(job)?;
    let value = version(1);
    let ns = nanoseconds_each(job, |times| P::write_many(&mut writer, &value, times));
    let mut out = version(0);
    P::write(&mut writer, &version(7));
    if !P::read(&mut reader, &mut out) || whole(&out) != Some(7) {
        return Err("the value read differs from the value written".into());
    }
    Ok(Outcome::timed(ns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_whole() {
        assert_eq!(whole(&version::<512>(41)), Some(41));
    }

    #[test]
    fn one_word_of_another_version_is_torn_wherever_it_is() {
        for index in 0..8 {
            let mut words = version::<8>(41);
            words[index] += 1;
            assert_eq!(whole(&words), None, "word {index}");
        }
    }

    #[test]
    fn words_in_the_wrong_place_are_torn() {
        let mut words = version::<8>(41);
        words.swap(2, 3);
        assert_eq!(whole(&words), None);
    }
}
