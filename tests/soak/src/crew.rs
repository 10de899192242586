//! The processes of one part.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use shm_core::{Field, Region};

use crate::Fault;
use crate::beat::{MOST, Progress};
use crate::dice::Dice;
use crate::evidence;
use crate::parts::{MIRROR_BINARY, Part, Past};
use crate::report::Row;
use crate::worker::Order;

/// One of this many strikes stops a process instead of killing it.
const STOPS: u64 = 8;
/// The longest stop.
const STOP_MS: u64 = 300;

/// A process, and when it is woken if it is stopped.
struct Hand {
    child: Child,
    wakes: Option<Instant>,
}

impl Hand {
    fn send(&self, signal: Signal) -> Result<(), Fault> {
        let pid = Pid::from_raw(self.child.id().cast_signed()).ok_or("a process has a number")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Lets it go on if it is stopped.
    fn wake(&mut self) -> Result<(), Fault> {
        if self.wakes.take().is_some() {
            self.send(Signal::CONT)?;
        }
        Ok(())
    }
}

pub(crate) struct Crew {
    part: Box<dyn Part>,
    region: PathBuf,
    out: PathBuf,
    mirror: Option<PathBuf>,
    progress: Region<Progress>,
    hands: Vec<Hand>,
    seed: u64,
    kills: u64,
    stops: u64,
}

impl Crew {
    /// Makes the part's region, and starts its processes.
    pub(crate) fn start(
        part: Box<dyn Part>,
        folder: &Path,
        out: &Path,
        seed: u64,
        mirror: Option<&Path>,
    ) -> Result<Self, Fault> {
        let region = folder.join(part.name());
        part.create(&region)?;
        let progress = Region::<Progress>::create(region.with_extension("progress"))?;
        let (out, mirror, hands) = (out.to_owned(), mirror.map(Path::to_owned), Vec::new());
        assert!(part.places() <= MOST, "{} has too many processes", part.name());
        let mut crew =
            Self { part, region, out, mirror, progress, hands, seed, kills: 0, stops: 0 };
        for place in 0..crew.part.places() {
            let hand = crew.hand(place)?;
            crew.hands.push(hand);
        }
        Ok(crew)
    }

    /// Starts the process of a place.
    fn hand(&mut self, place: usize) -> Result<Hand, Fault> {
        self.seed = self.seed.wrapping_add(1);
        let part = self.part.name().to_owned();
        let order = Order { part, place, region: self.region.clone(), seed: self.seed };
        let mut command = order.command()?;
        if let Some(binary) = &self.mirror {
            command.env(MIRROR_BINARY, binary);
        }
        let log = self.log(place)?;
        let child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
        Ok(Hand { child, wakes: None })
    }

    /// What the processes of a place print.
    fn log(&self, place: usize) -> std::io::Result<File> {
        let name = format!("{}-{place}.log", self.part.name());
        OpenOptions::new().create(true).append(true).open(self.out.join(name))
    }

    /// Kills a process and starts another in its place, or stops it for a while.
    pub(crate) fn strike(&mut self, dice: &mut Dice) -> Result<(), Fault> {
        let place = dice.below(self.hands.len() as u64) as usize;
        if dice.below(STOPS) == 0 {
            let hand = &mut self.hands[place];
            hand.send(Signal::STOP)?;
            hand.wakes = Some(Instant::now() + Duration::from_millis(dice.below(STOP_MS)));
            self.stops += 1;
            return Ok(());
        }
        let child = &mut self.hands[place].child;
        child.kill()?;
        child.wait()?;
        self.kills += 1;
        self.hands[place] = self.hand(place)?;
        Ok(())
    }

    /// Wakes those whose time has come; a fault if one has ended by itself.
    pub(crate) fn check(&mut self) -> Result<(), Fault> {
        let now = Instant::now();
        for place in 0..self.hands.len() {
            let hand = &mut self.hands[place];
            if hand.wakes.is_some_and(|wakes| wakes < now) {
                hand.wake()?;
            }
            if let Some(status) = hand.child.try_wait()? {
                return Err(self.report_ended(place, status));
            }
        }
        Ok(())
    }

    pub(crate) fn wake_all(&mut self) -> Result<(), Fault> {
        self.hands.iter_mut().try_for_each(Hand::wake)
    }

    /// The rounds of each place so far.
    pub(crate) fn rounds(&self) -> Vec<u64> {
        self.progress.rounds.iter().map(Field::get).collect()
    }

    /// A place that has made no progress since.
    pub(crate) fn without_progress(&self, since: &[u64]) -> Option<usize> {
        let now = self.rounds();
        (0..self.hands.len()).find(|place| self.part.beats(*place) && now[*place] == since[*place])
    }

    pub(crate) fn ask_to_end(&self) {
        self.progress.over.set(1);
    }

    /// Waits until all have ended well. Those that say nothing of their progress are other programs, and are killed.
    pub(crate) fn wait_for_end(&mut self, patience: Duration) -> Result<(), Fault> {
        let deadline = Instant::now() + patience;
        for place in 0..self.hands.len() {
            let child = &mut self.hands[place].child;
            if !self.part.beats(place) {
                child.kill()?;
                child.wait()?;
                continue;
            }
            loop {
                match child.try_wait()? {
                    Some(status) if status.success() => break,
                    Some(status) => return Err(self.report_ended(place, status)),
                    None if Instant::now() > deadline => {
                        return Err(self.report_hung(place, patience));
                    }
                    None => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        }
        Ok(())
    }

    /// Ends what is left of them, whatever it does.
    pub(crate) fn kill_all(&mut self) {
        for hand in &mut self.hands {
            // It has ended already, mostly.
            let _ = hand.child.kill();
            let _ = hand.child.wait();
        }
    }

    pub(crate) fn report_hung(&self, place: usize, patience: Duration) -> Fault {
        let name = format!("{}-{place}", self.part.name());
        evidence::keep_process(&self.out, &name, self.hands[place].child.id());
        let rounds = self.rounds()[place];
        format!("{name} makes no progress after {rounds} rounds: {patience:?} in peace").into()
    }

    fn report_ended(&self, place: usize, status: ExitStatus) -> Fault {
        let name = format!("{}-{place}", self.part.name());
        let said = std::fs::read_to_string(self.out.join(format!("{name}.log")));
        let said = said.unwrap_or_default();
        let last = said.lines().last().unwrap_or("it said nothing");
        format!("{name} ended by itself, {status}: {last}").into()
    }

    /// Looks at the region when all processes are gone.
    pub(crate) fn audit(&self) -> (Row, Option<String>) {
        let audit = self.part.audit(&self.region, &Past { kills: self.kills });
        let part = self.part.name();
        let fault = audit.as_ref().err().map(|fault| format!("{part}, afterwards: {fault}"));
        let row = Row {
            part,
            processes: self.part.places(),
            rounds: self.rounds().iter().sum(),
            kills: self.kills,
            stops: self.stops,
            met: self.progress.met.get(),
            audit: audit.unwrap_or_else(|fault| fault.to_string()),
        };
        (row, fault)
    }
}
