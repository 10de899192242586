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
use crate::statistics::Summary;

/// Rounds of one attempt; each side's best of all attempts counts, since other work on a machine only ever
/// adds time.
const ROUNDS: usize = 5;
/// Attempts before a claim counts as lost.
const ATTEMPTS: usize = 4;

/// The rounds of each side.
#[derive(Clone, Debug, Default)]
struct Rounds {
    ours: Vec<f64>,
    peer: Vec<f64>,
}

/// What the rounds say of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Kept,
    Lost,
    /// It would be kept, were a side off by its longest round divided by its shortest.
    TooNoisy,
}

impl Rounds {
    fn add(&mut self, ours: f64, peer: f64) {
        self.ours.push(ours);
        self.peer.push(peer);
    }

    /// The best of each side.
    fn best(&self) -> (f64, f64) {
        let best = |side: &[f64]| side.iter().copied().fold(f64::INFINITY, f64::min);
        (best(&self.ours), best(&self.peer))
    }

    /// Infinite, and so no claim is kept, without a round.
    fn ratio(&self) -> f64 {
        let (ours, peer) = self.best();
        if self.ours.is_empty() { f64::INFINITY } else { ours / peer }
    }

    /// The factor by which noise may have changed the ratio: 1 if no side is noisy.
    fn noise(&self) -> f64 {
        let of = |side: &[f64]| match Summary::of(side) {
            Some(summary) if summary.is_noisy() => summary.max / summary.min,
            _ => 1.0,
        };
        of(&self.ours) * of(&self.peer)
    }

    fn verdict(&self, most: f64) -> Verdict {
        match self.ratio() {
            ratio if ratio <= most => Verdict::Kept,
            ratio if ratio <= most * self.noise() => Verdict::TooNoisy,
            _ => Verdict::Lost,
        }
    }
}

/// Measures until the claim is kept; at most [`ATTEMPTS`] times.
fn judge(
    claim: &Claim,
    mut round: impl FnMut(usize) -> Result<(f64, f64), Failure>,
) -> Result<Rounds, Failure> {
    let mut rounds = Rounds::default();
    for number in 0..ATTEMPTS * ROUNDS {
        let (ours, peer) = round(number)?;
        rounds.add(ours, peer);
        let is_attempt =
            (number + 1) % ROUNDS == 0 || matches!(claim.subject, Subject::Derives(..));
        if is_attempt && rounds.ratio() <= claim.most {
            break;
        }
    }
    Ok(rounds)
}

/// The sentence about a claim that was not kept.
fn lost(claim: &Claim, rounds: &Rounds) -> String {
    let (ours, peer) = rounds.best();
    let unit = if matches!(claim.subject, Subject::Derives(..)) { "s" } else { "ns" };
    format!(
        "{claim}: {} was found, {} is allowed ({ours:.3} {unit} and {peer:.3} {unit}, the best of {} rounds each)",
        ratio(rounds.ratio()),
        ratio(claim.most),
        rounds.ours.len(),
    )
}

/// Measures the selected claims, and prints each with its verdict. One that the noise of its rounds could have lost
/// is not lost, and is said to be too noisy to tell.
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
            Ok(rounds) => match rounds.verdict(claim.most) {
                Verdict::Kept => {
                    println!("{:>6} of {:<6} {claim}", ratio(rounds.ratio()), ratio(claim.most));
                }
                Verdict::TooNoisy => println!("too noisy to tell: {}", lost(claim, &rounds)),
                Verdict::Lost => complaints.push(lost(claim, &rounds)),
            },
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
    fn measure(&self, claim: &Claim) -> Result<Rounds, Failure> {
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
        let rounds = judge(&one(), |number| {
            calls += 1;
            Ok(if number < 7 { (10.0, 5.0) } else { (5.5, 5.0) })
        });
        assert_eq!(rounds.unwrap().ratio(), 1.1);
        assert_eq!(calls, 2 * ROUNDS);
    }

    #[test]
    fn a_lost_claim_is_named_with_the_ratio_found_and_the_ratio_allowed() {
        let mut calls = 0;
        let rounds = judge(&one(), |_| {
            calls += 1;
            Ok((8.0, 5.0))
        });
        let text = lost(&one(), &rounds.unwrap());
        let expected = "lock-alone: ours to pthread: 1.60× was found, 1.25× is allowed (8.000 ns and \
                        5.000 ns, the best of 20 rounds each)";
        assert_eq!((text.as_str(), calls), (expected, ATTEMPTS * ROUNDS));
    }

    #[test]
    fn a_disturbance_of_the_peer_does_not_keep_a_claim() {
        let rounds = judge(&one(), |number| Ok((8.0, if number == 3 { 5.0 } else { 50.0 })));
        assert_eq!(rounds.unwrap().ratio(), 1.6);
    }

    #[test]
    fn a_claim_that_cannot_be_measured_is_not_kept() {
        assert!(judge(&one(), |_| Err("no such program".into())).is_err());
        assert_eq!(Rounds::default().verdict(100.0), Verdict::Lost);
    }

    #[test]
    fn a_claim_is_lost_if_even_its_whole_noise_could_not_have_kept_it() {
        let of = |ours: &[f64]| Rounds { ours: ours.to_vec(), peer: vec![5.0; ours.len()] };
        assert_eq!(of(&[8.0; 4]).verdict(1.25), Verdict::Lost);
        assert_eq!(
            of(&[8.0, 8.1, 8.0, 8.0, 80.0]).verdict(1.25),
            Verdict::Lost,
            "one outlier is no noise"
        );
        assert_eq!(of(&[8.0, 9.0, 10.0, 11.0]).verdict(1.25), Verdict::TooNoisy);
        assert_eq!(of(&[16.0, 18.0, 20.0, 22.0]).verdict(1.25), Verdict::Lost);
        assert_eq!(of(&[6.0, 9.0, 10.0, 11.0]).verdict(1.25), Verdict::Kept);
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
