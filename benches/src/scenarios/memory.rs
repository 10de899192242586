//! The memory, the descriptors and the mappings of a region, and of the first one in a process: the share
//! of the library.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::Entry;
use super::field::Number;
use super::lock::Lock;
use crate::job::Job;
use crate::outcome::{Failure, Outcome};

pub(crate) const MEMORY: &str = "memory";

/// The regions over which the cost of one is averaged, besides the first.
const REGIONS: u64 = 100;
/// The directory of shared memory.
const SHARED: &str = "/dev/shm";

/// Of regions with a number that is written.
pub(crate) const fn of_numbers<P: Number>() -> Entry {
    Entry::solo(MEMORY, |job| lead(job, P::create, |number| number.set(1)))
}

/// Of regions with a lock that is taken.
pub(crate) const fn of_locks<P: Lock>() -> Entry {
    Entry::solo(MEMORY, |job| lead(job, P::create, P::increment))
}

fn lead<T>(
    job: &Job,
    create: impl Fn(&Job) -> Result<T, Failure>,
    touch: impl Fn(&mut T),
) -> Result<Outcome, Failure> {
    let create = |number| {
        let mut made = create(&job.numbered(number)?)?;
        touch(&mut made);
        Ok::<T, Failure>(made)
    };
    // Reading the use once has the process allocate what that takes.
    Use::now(job)?;
    let before = Use::now(job)?;
    let first = create(0)?;
    let with_one = Use::now(job)?;
    let others = (1..=REGIONS as usize).map(create).collect::<Result<Vec<_>, _>>()?;
    let with_all = Use::now(job)?;
    drop((first, others));
    let outcome = Outcome::default().and_count("regions", REGIONS).and_count("processes", 1);
    let outcome = with_one.since(&before).counted(outcome, "first ");
    Ok(with_all.since(&with_one).counted(outcome, ""))
}

/// The use that a process makes of the machine.
struct Use {
    /// Bytes of memory, pages that it shares with others divided among them.
    pss: u64,
    /// Bytes that no other process can share.
    private: u64,
    descriptors: u64,
    mappings: u64,
    /// Bytes of the sample's files in shared memory.
    files: u64,
}

impl Use {
    fn now(job: &Job) -> Result<Self, Failure> {
        let rollup = fs::read_to_string("/proc/self/smaps_rollup")?;
        let maps = fs::read_to_string("/proc/self/maps")?;
        Ok(Self {
            pss: kibibytes(&rollup, "Pss:")?,
            private: kibibytes(&rollup, "Anonymous:")?,
            descriptors: fs::read_dir("/proc/self/fd")?.count() as u64,
            mappings: maps.lines().count() as u64,
            files: files(&job.folder)? + named(&job.name)?,
        })
    }

    /// What was added since then.
    fn since(&self, then: &Self) -> Self {
        Self {
            pss: self.pss.saturating_sub(then.pss),
            private: self.private.saturating_sub(then.private),
            descriptors: self.descriptors.saturating_sub(then.descriptors),
            mappings: self.mappings.saturating_sub(then.mappings),
            files: self.files.saturating_sub(then.files),
        }
    }

    fn counted(&self, outcome: Outcome, prefix: &str) -> Outcome {
        let counts = [
            ("pss", self.pss),
            ("private", self.private),
            ("descriptors", self.descriptors),
            ("mappings", self.mappings),
            ("files", self.files),
        ];
        counts.into_iter().fold(outcome, |outcome, (what, count)| {
            outcome.and_count(&format!("{prefix}{what}"), count)
        })
    }
}

/// A line of the kernel's summary, in bytes.
fn kibibytes(rollup: &str, key: &str) -> Result<u64, Failure> {
    let line = rollup.lines().find_map(|line| line.strip_prefix(key));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    Ok(number.ok_or_else(|| format!("the kernel does not say `{key}`"))? * 1024)
}

/// The bytes that the files in a directory take.
fn files(folder: &Path) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { files(&entry.path())? } else { metadata.blocks() * 512 };
    }
    Ok(bytes)
}

/// The bytes that files outside of the sample's folder take, which have its name.
fn named(name: &str) -> Result<u64, Failure> {
    let mut bytes = 0;
    for entry in fs::read_dir(SHARED)? {
        let entry = entry?;
        // Another process may remove its file meanwhile.
        if entry.file_name().to_string_lossy().contains(name) {
            bytes += entry.metadata().map_or(0, |metadata| metadata.blocks() * 512);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_summary_is_read_in_bytes() {
        let rollup =
            "00400000-7ff000 ---p 00000000 00:00 0 [rollup]\nRss: 900 kB\nPss:     12 kB\n";
        assert_eq!(kibibytes(rollup, "Pss:").unwrap(), 12 << 10);
        assert!(kibibytes(rollup, "Anonymous:").is_err());
    }
}
