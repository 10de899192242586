//! Starts the processes of all parts, kills and stops them at random, and checks that they go on.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::crew::Crew;
use crate::dice::Dice;
use crate::report::Report;
use crate::{Fault, Wish, evidence, parts};

/// The longest time between two moments of calm.
const STORM: Duration = Duration::from_secs(20);
/// The longest time between two kills.
const PAUSE_MS: u64 = 20;
struct Director {
    crews: Vec<Crew>,
    dice: Dice,
    calms: u64,
    /// After which a process that is left in peace hangs.
    patience: Duration,
}

/// Runs everything, and reports. An error means that nothing could be run.
pub(crate) fn direct(wish: &Wish) -> Result<Report, Fault> {
    let temporary = std::env::temp_dir().join(format!("shm-soak-{}", std::process::id()));
    let out = wish.out.as_ref().unwrap_or(&temporary);
    fs::create_dir_all(out)?;
    let folder = PathBuf::from(format!("/dev/shm/shm-soak-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let outcome = direct_in(&folder, out, wish);
    fs::remove_dir_all(&folder)?;
    if wish.out.is_none() && outcome.as_ref().is_ok_and(Report::is_good) {
        fs::remove_dir_all(out)?;
    }
    outcome
}

fn direct_in(folder: &Path, out: &Path, wish: &Wish) -> Result<Report, Fault> {
    let (started, mut faults) = (Instant::now(), Vec::new());
    let (crews, left_out) = crews(folder, out, wish)?;
    let (dice, patience) = (Dice::new(wish.seed), wish.patience);
    let mut director = Director { crews, dice, calms: 0, patience };
    if let Err(fault) = director.run(started + wish.length) {
        faults.push(fault.to_string());
        evidence::keep_regions(out, folder);
    }
    director.crews.iter_mut().for_each(Crew::kill_all);
    let rows = director.crews.iter().map(|crew| {
        let (row, fault) = crew.audit();
        faults.extend(fault);
        row
    });
    let rows = rows.collect();
    if !faults.is_empty() {
        evidence::keep_regions(out, folder);
    }
    let out = out.to_owned();
    let (took, calms) = (started.elapsed(), director.calms);
    Ok(Report { seed: wish.seed, took, calms, rows, faults, out, left_out })
}

/// The processes of all parts that were asked for, and what was left out.
fn crews(folder: &Path, out: &Path, wish: &Wish) -> Result<(Vec<Crew>, Vec<String>), Fault> {
    let (mut all, mut left_out) = (parts::all(), Vec::new());
    match &wish.mirror {
        Some(_) => all.push(parts::mirrored()),
        None => left_out.push("mirrors: give the command shm-mirror as --mirror".to_owned()),
    }
    if let Some(only) = &wish.only {
        all = vec![parts::named(only).ok_or_else(|| format!("no part is called {only}"))?];
        left_out = vec![format!("all but {only}")];
    }
    let crews = all.into_iter().enumerate().map(|(number, part)| {
        let seed = wish.seed.wrapping_add(1000 * number as u64);
        Crew::start(part, folder, out, seed, wish.mirror.as_deref())
    });
    Ok((crews.collect::<Result<_, _>>()?, left_out))
}

impl Director {
    /// Storm and calm in turn, until the end.
    fn run(&mut self, end: Instant) -> Result<(), Fault> {
        while Instant::now() < end {
            let left = end.saturating_duration_since(Instant::now());
            self.storm(Instant::now() + STORM.min(left / 2).max(Duration::from_secs(2)))?;
            self.calm()?;
        }
        self.crews.iter().for_each(Crew::ask_to_end);
        self.crews.iter_mut().try_for_each(|crew| crew.wait_for_end(self.patience))
    }

    /// Kills and stops processes.
    fn storm(&mut self, end: Instant) -> Result<(), Fault> {
        while Instant::now() < end {
            std::thread::sleep(Duration::from_millis(self.dice.below(PAUSE_MS)));
            self.crews.iter_mut().try_for_each(Crew::check)?;
            let crew = self.dice.below(self.crews.len() as u64) as usize;
            self.crews[crew].strike(&mut self.dice)?;
        }
        Ok(())
    }

    /// Leaves all of them in peace until each has made progress.
    fn calm(&mut self) -> Result<(), Fault> {
        self.crews.iter_mut().try_for_each(Crew::wake_all)?;
        let before: Vec<_> = self.crews.iter().map(Crew::rounds).collect();
        let deadline = Instant::now() + self.patience;
        for (crew, before) in self.crews.iter_mut().zip(&before) {
            while let Some(place) = crew.without_progress(before) {
                crew.check()?;
                if Instant::now() > deadline {
                    return Err(crew.report_hung(place, self.patience));
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        self.calms += 1;
        Ok(())
    }
}
