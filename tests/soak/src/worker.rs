//! A process of a part.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use rustix::process::{Signal, set_parent_process_death_signal};

use crate::beat::Beat;
use crate::dice::Dice;
use crate::{Fault, parts};

const ORDER: &str = "SHM_SOAK_ORDER";

/// What a process has to do, and where.
pub(crate) struct Order {
    pub(crate) part: String,
    pub(crate) place: usize,
    /// The part's region. The progress is beside it.
    pub(crate) region: PathBuf,
    pub(crate) seed: u64,
}

impl Order {
    pub(crate) fn progress(&self) -> PathBuf {
        self.region.with_extension("progress")
    }

    /// A command that carries the order out, in a process of its own.
    pub(crate) fn command(&self) -> Result<Command, Fault> {
        let Self { part, place, region, seed } = self;
        let mut command = Command::new(std::env::current_exe()?);
        command
            .env(ORDER, format!("{part} {place} {seed} {}", region.display()))
            .stdin(Stdio::null());
        Ok(command)
    }
}

/// The order of this process, if it has one.
pub(crate) fn order() -> Option<Order> {
    let text = std::env::var(ORDER).ok()?;
    let mut words = text.splitn(4, ' ');
    let mut next = || words.next().expect("an order has four words").to_owned();
    Some(Order {
        part: next(),
        place: next().parse().expect("a place"),
        seed: next().parse().expect("a seed"),
        region: next().into(),
    })
}

/// Carries an order out, until all is over.
pub(crate) fn work(order: &Order) -> ExitCode {
    let outcome = set_parent_process_death_signal(Some(Signal::KILL)).map_err(Fault::from);
    let outcome = outcome.and_then(|()| {
        let part = parts::named(&order.part).ok_or("no such part")?;
        let beat = Beat::open(&order.progress(), order.place)?;
        part.work(&order.region, &beat, &mut Dice::new(order.seed))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{} {}: {error}", order.part, order.place);
            ExitCode::FAILURE
        }
    }
}
