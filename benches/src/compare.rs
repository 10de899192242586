//! A whole run: every peer in every case, round by round, and every series.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::args::Options;
use crate::cases::{self, Case};
use crate::contestant::{self, Contestant};
use crate::folder::{self, Folder};
use crate::job::BATCHES;
use crate::machine::{Machine, Ticks};
use crate::outcome::Failure;
use crate::peers::foreign::Toolbox;
use crate::peers::{self, FLOOR, OURS};
use crate::progress::Progress;
use crate::report::results::{Results, Row, Series, Settings, Table};
use crate::report::{self, document};
use crate::runner::{Runner, Sample};
use crate::series::generated::Workshop;
use crate::series::{self, Measured, Plan, Work};
use crate::statistics::NOISY;

/// The names that can be selected.
pub(crate) fn list() -> String {
    let mut text = "tables:\n".to_owned();
    for case in cases::all() {
        let _ = writeln!(text, "  {:28} {}", case.key, case.title);
    }
    text.push_str("series:\n");
    for plan in series::ALL {
        let _ = writeln!(text, "  {:28} {}", plan.key, plan.title);
    }
    text.push_str("peers:\n");
    let built = peers::ALL.iter().map(|peer| (peer.key, peer.title));
    let foreign = peers::foreign::ALL.iter().map(|peer| (peer.key, peer.title));
    for (key, title) in built.chain(foreign) {
        let _ = writeln!(text, "  {key:28} {title}");
    }
    text
}

/// Measures the selected cases and series, and writes the report.
pub(crate) fn measure(options: &Options) -> Result<(), Failure> {
    let cases: Vec<_> = cases::all().into_iter().filter(|case| options.wants(&case.key)).collect();
    let plans: Vec<_> = series::ALL.iter().filter(|plan| is_wanted(plan, options)).collect();
    if cases.is_empty() && plans.is_empty() {
        return Err(format!(
            "no table or series is called {}; `list` shows them",
            options.only.join(", ")
        )
        .into());
    }
    check_peers(options)?;
    folder::sweep();
    let runner = Runner::new(Folder::new()?, options.batch, interrupted()?);
    let start = Ticks::now();
    let mut machine = Machine::here();
    let (toolbox, contestants, infos) =
        contestant::line_up(runner.folder().path(), options.python.as_deref(), |key| {
            options.asks_for(key)
        });
    let run = Run { options, runner, toolbox, contestants };
    let mut progress = Progress::new(run.steps(&cases, &plans));
    let tables =
        cases.iter().map(|case| run.table(case, &mut progress)).collect::<Result<_, _>>()?;
    let series =
        plans.iter().map(|plan| run.series(plan, &mut progress)).collect::<Result<_, _>>()?;
    machine.finish(start);
    let results = Results { machine, settings: settings(options), peers: infos, tables, series };
    write(&results, options)?;
    progress.finish();
    Ok(())
}

/// A flag that a signal to end sets.
pub(crate) fn interrupted() -> Result<Arc<AtomicBool>, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in signal_hook::consts::TERM_SIGNALS {
        signal_hook::flag::register(*signal, Arc::clone(&interrupted))?;
    }
    Ok(interrupted)
}

/// Writes the report of a run again.
pub(crate) fn render(results: &Path, options: &Options) -> Result<(), Failure> {
    let text = std::fs::read_to_string(results)
        .map_err(|error| format!("{}: {error}", results.display()))?;
    write(&serde_json::from_str(&text)?, options)
}

fn write(results: &Results, options: &Options) -> Result<(), Failure> {
    report::write(results, &options.out)?;
    if let Some(document) = &options.document {
        let beside = document.parent().and_then(|folder| options.out.strip_prefix(folder).ok());
        let pictures = beside.unwrap_or(&options.out).to_string_lossy();
        document::update(document, results, &pictures)?;
    }
    Ok(())
}

fn settings(options: &Options) -> Settings {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    Settings {
        command: format!(
            "cargo run --release -p shm-benches{} -- {}",
            if cfg!(feature = "peers") { " --features peers" } else { "" },
            arguments.join(" ")
        ),
        rounds: options.rounds,
        batch_ms: options.batch.as_secs_f64() * 1e3,
        batches: BATCHES,
        noisy_above: NOISY,
        is_partial: !options.only.is_empty() || !options.peers.is_empty(),
    }
}

fn is_wanted(plan: &Plan, options: &Options) -> bool {
    options.wants(plan.key) && rounds(plan, options) > 0
}

/// The number of table samples that take about as long as a round of a series, for the estimate of the
/// remaining time.
fn weight(plan: &Plan) -> usize {
    match plan.work {
        Work::Process { .. } => 10,
        Work::Cargo(_) => 100,
    }
}

/// The number of rounds of a series.
fn rounds(plan: &Plan, options: &Options) -> usize {
    match plan.work {
        Work::Process { .. } => options.series_rounds,
        Work::Cargo(_) => options.build_rounds,
    }
}

fn check_peers(options: &Options) -> Result<(), Failure> {
    let known = |key: &String| {
        peers::find(key).is_some() || peers::foreign::ALL.iter().any(|peer| peer.key == key)
    };
    match options.peers.iter().find(|key| !known(key)) {
        Some(unknown) => Err(format!("there is no peer `{unknown}`; `list` shows them").into()),
        None => Ok(()),
    }
}

struct Run<'a> {
    options: &'a Options,
    runner: Runner,
    toolbox: Toolbox,
    contestants: Vec<Contestant>,
}

impl Run<'_> {
    fn steps(&self, cases: &[Case], plans: &[&Plan]) -> usize {
        let of_cases = cases.iter().map(|case| self.entered(case).len() * self.rounds_of(case));
        of_cases.sum::<usize>()
            + plans.iter().map(|plan| rounds(plan, self.options) * weight(plan)).sum::<usize>()
    }

    fn rounds_of(&self, case: &Case) -> usize {
        self.options.rounds.min(case.most_rounds)
    }

    /// The selected contestants that do the case.
    fn entered(&self, case: &Case) -> Vec<Contestant> {
        let is_wanted =
            |key: &str| [FLOOR, OURS, case.floor].contains(&key) || self.options.asks_for(key);
        let all = self.contestants.iter().copied();
        all.filter(|contestant| is_wanted(contestant.key()) && contestant.does(case).is_ok())
            .collect()
    }

    /// One table. In every round each peer has its turn, each round beginning with another peer.
    fn table(&self, case: &Case, progress: &mut Progress) -> Result<Table, Failure> {
        progress.begin(&case.title);
        let mut table = Table::new(case);
        for contestant in &self.contestants {
            if let Some(reason) = contestant.excuse(case) {
                table.absent.insert(contestant.key().to_owned(), reason.to_owned());
            }
        }
        let entered = self.entered(case);
        table.rows = entered.iter().map(|contestant| Row::new(contestant.key())).collect();
        let rounds = self.rounds_of(case);
        for round in 0..rounds {
            for turn in 0..entered.len() {
                let which = (turn + round) % entered.len();
                let contestant = entered[which];
                progress.step(&format!(
                    "{} · round {} of {} · {}",
                    case.title,
                    round + 1,
                    rounds,
                    contestant.key()
                ));
                // A peer that hangs once is not measured again.
                if !table.rows[which].has_hung() {
                    let sample = self.runner.sample(contestant, case, &self.toolbox)?;
                    if let Sample::Failed(reason) = &sample {
                        progress.remark(&format!("{}, {}: {reason}", case.key, contestant.key()));
                    }
                    table.rows[which].add(sample);
                }
                progress.advance(1);
            }
        }
        table.finish(OURS);
        Ok(table)
    }

    fn series(&self, plan: &Plan, progress: &mut Progress) -> Result<Series, Failure> {
        progress.begin(plan.title);
        let mut series = Series::new(plan);
        for round in 0..rounds(plan, self.options) {
            progress.step(&format!(
                "{} · round {} of {}",
                plan.title,
                round + 1,
                rounds(plan, self.options)
            ));
            match self.round(plan)? {
                Sample::Took(points) => series.add(round, points),
                Sample::Hung(patience) => {
                    series.failures.insert(format!("it did not end in {patience:?}"));
                }
                Sample::Failed(reason) => {
                    progress.remark(&format!("{}: {reason}", plan.key));
                    series.failures.insert(reason);
                }
            }
            progress.advance(weight(plan));
        }
        series.finish();
        Ok(series)
    }

    fn round(&self, plan: &Plan) -> Result<Sample<Vec<Measured>>, Failure> {
        match plan.work {
            Work::Process { .. } => self.runner.round(plan.key, Plan::PATIENCE),
            Work::Cargo(work) => {
                let done = Workshop::new(&self.runner).and_then(|workshop| work(&workshop));
                match done {
                    Err(failure) if self.runner.is_interrupted() => Err(failure),
                    Err(failure) => Ok(Sample::Failed(failure.to_string())),
                    Ok(points) => Ok(Sample::Took(points)),
                }
            }
        }
    }
}
