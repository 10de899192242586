//! Measures the claims again: the long gate does, so that a row that is lost later is found.

use crate::args::Options;
use crate::cases::{self, Case};
use crate::claims::{self, Claim, STRUCTS, Subject};
use crate::compare;
use crate::contestant::{self, Contestant};
use crate::folder::{self, Folder};
use crate::outcome::Failure;
use crate::peers::foreign::Toolbox;
use crate::report::number::ratio;
use crate::runner::{Runner, Sample};
use crate::series::generated::{Step, Workshop};

/// Rounds of one attempt; each side's best of all attempts counts, since other work on a machine only ever
/// adds time.
const ROUNDS: usize = 5;
/// Attempts before a claim counts as lost.
const ATTEMPTS: usize = 4;

/// The best of each side.
#[derive(Clone, Copy, Debug)]
struct Best {
    ours: f64,
    peer: f64,
    rounds: usize,
}

impl Best {
    fn new() -> Self {
        Self { ours: f64::INFINITY, peer: f64::INFINITY, rounds: 0 }
    }

    fn add(&mut self, ours: f64, peer: f64) {
        self.ours = self.ours.min(ours);
        self.peer = self.peer.min(peer);
        self.rounds += 1;
    }

    /// Infinite, and so no claim is kept, without a round.
    fn ratio(&self) -> f64 {
        if self.rounds == 0 { f64::INFINITY } else { self.ours / self.peer }
    }
}

/// Measures until the claim is kept; at most [`ATTEMPTS`] times.
fn judge(
    claim: &Claim,
    mut round: impl FnMut(usize) -> Result<(f64, f64), Failure>,
) -> Result<Best, Failure> {
    let mut best = Best::new();
    for number in 0..ATTEMPTS * ROUNDS {
        let (ours, peer) = round(number)?;
        best.add(ours, peer);
        let is_attempt =
            (number + 1) % ROUNDS == 0 || matches!(claim.subject, Subject::Derives(..));
        if is_attempt && best.ratio() <= claim.most {
            break;
        }
    }
    Ok(best)
}

/// The sentence about a claim that was not kept.
fn lost(claim: &Claim, best: &Best) -> String {
    let unit = if matches!(claim.subject, Subject::Derives(..)) { "s" } else { "ns" };
    format!(
        "{claim}: {} was found, {} is allowed ({:.3} {unit} and {:.3} {unit}, the best of {} rounds each)",
        ratio(best.ratio()),
        ratio(claim.most),
        best.ours,
        best.peer,
        best.rounds,
    )
}

/// Measures the selected claims, and prints each with its verdict.
///
/// # Errors
/// If a claim is lost, or cannot be measured: names each one.
pub(crate) fn check(options: &Options) -> Result<(), Failure> {
    let mut claims = claims::all();
    claims.retain(|claim| options.wants(claim.key()));
    if claims.is_empty() {
        return Err(format!("no claim is about {}", options.only.join(", ")).into());
    }
    folder::sweep();
    let runner = Runner::new(Folder::new()?, options.batch, compare::interrupted()?);
    let is_needed = |key: &str| claims.iter().any(|claim| claim.peer == key);
    let (toolbox, contestants, _) =
        contestant::line_up(runner.folder().path(), options.python.as_deref(), is_needed);
    let bench = Bench { runner, toolbox, contestants };
    let mut complaints = Vec::new();
    for claim in &claims {
        match bench.measure(claim) {
            Err(failure) if bench.runner.is_interrupted() => return Err(failure),
            Err(failure) => complaints.push(format!("{claim}: {failure}")),
            Ok(best) if best.ratio() <= claim.most => {
                println!("{:>6} of {:<6} {claim}", ratio(best.ratio()), ratio(claim.most));
            }
            Ok(best) => complaints.push(lost(claim, &best)),
        }
    }
    if complaints.is_empty() {
        return Ok(());
    }
    let count = format!("{} of {} claims are lost", complaints.len(), claims.len());
    Err(format!("{count}:\n  {}", complaints.join("\n  ")).into())
}

/// The means of measuring.
struct Bench {
    runner: Runner,
    toolbox: Toolbox,
    contestants: Vec<Contestant>,
}

impl Bench {
    fn measure(&self, claim: &Claim) -> Result<Best, Failure> {
        match &claim.subject {
            Subject::Table(table) => {
                let case = cases::all().into_iter().find(|case| case.key == *table);
                let case = case.ok_or("there is no such table")?;
                let sides = [self.contestant(claim.ours)?, self.contestant(claim.peer)?];
                judge(claim, |number| self.round(&case, sides, number))
            }
            Subject::Derives(ours, peer) => {
                let workshop = Workshop::new(&self.runner)?;
                let (structs, fields) = STRUCTS;
                let check = |derive| workshop.time(derive, Step::Check, structs, fields);
                judge(claim, |_| Ok((check(*ours)?, check(*peer)?)))
            }
        }
    }

    fn contestant(&self, key: &str) -> Result<Contestant, Failure> {
        let found = self.contestants.iter().find(|contestant| contestant.key() == key);
        found.copied().ok_or_else(|| {
            format!("`{key}` is missing; build with `--features peers`, and install what it needs")
                .into()
        })
    }

    /// The time of each side; they take turns at being first.
    fn round(
        &self,
        case: &Case,
        sides: [Contestant; 2],
        number: usize,
    ) -> Result<(f64, f64), Failure> {
        let first = number % 2;
        let one = self.sample(case, sides[first])?;
        let other = self.sample(case, sides[1 - first])?;
        Ok(if first == 0 { (one, other) } else { (other, one) })
    }

    fn sample(&self, case: &Case, contestant: Contestant) -> Result<f64, Failure> {
        let of = contestant.key();
        match self.runner.sample(contestant, case, &self.toolbox)? {
            Sample::Took(outcome) => {
                outcome.ns.ok_or_else(|| format!("{of} measured no time").into())
            }
            Sample::Hung(patience) => Err(format!("{of} did not end in {patience:?}").into()),
            Sample::Failed(reason) => Err(format!("{of}: {reason}").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::lock;

    fn one() -> Claim {
        let subject = Subject::Table(lock::ALONE.to_owned());
        Claim { subject, ours: "ours", peer: "pthread", most: 1.25 }
    }

    #[test]
    fn a_claim_that_is_kept_in_any_attempt_is_kept() {
        // Something else runs during the first attempts.
        let mut calls = 0;
        let best = judge(&one(), |number| {
            calls += 1;
            Ok(if number < 7 { (10.0, 5.0) } else { (5.5, 5.0) })
        });
        assert_eq!(best.unwrap().ratio(), 1.1);
        assert_eq!(calls, 2 * ROUNDS);
    }

    #[test]
    fn a_lost_claim_is_named_with_the_ratio_found_and_the_ratio_allowed() {
        let mut calls = 0;
        let best = judge(&one(), |_| {
            calls += 1;
            Ok((8.0, 5.0))
        });
        let text = lost(&one(), &best.unwrap());
        let expected = "lock-alone: ours to pthread: 1.60× was found, 1.25× is allowed (8.000 ns and \
                        5.000 ns, the best of 20 rounds each)";
        assert_eq!((text.as_str(), calls), (expected, ATTEMPTS * ROUNDS));
    }

    #[test]
    fn a_disturbance_of_the_peer_does_not_keep_a_claim() {
        let best = judge(&one(), |number| Ok((8.0, if number == 3 { 5.0 } else { 50.0 })));
        assert_eq!(best.unwrap().ratio(), 1.6);
    }

    #[test]
    fn a_claim_that_cannot_be_measured_is_not_kept() {
        assert!(judge(&one(), |_| Err("no such program".into())).is_err());
        assert_eq!(Best::new().ratio(), f64::INFINITY);
    }

    #[test]
    fn every_claim_is_about_a_table_that_both_sides_do() {
        for claim in claims::all() {
            let Subject::Table(table) = &claim.subject else { continue };
            let case = cases::all().into_iter().find(|case| case.key == *table);
            let case = case.unwrap_or_else(|| panic!("{table}"));
            for key in [claim.ours, claim.peer] {
                let built = crate::peers::find(key).map(Contestant::Built);
                let foreign = crate::peers::foreign::ALL.iter().find(|peer| peer.key == key);
                let side = built.or(foreign.map(Contestant::Foreign));
                // Some peers are only there with the feature.
                let Some(side) = side else {
                    let is_expected = !cfg!(feature = "peers");
                    assert!(is_expected, "{key}");
                    continue;
                };
                assert_eq!(side.does(&case), Ok(()), "{claim}");
            }
        }
    }
}
