//! A run: the victim dies at every instruction, then the heir does.

use std::time::Duration;

use crate::figures::{Extent, Figures};
use crate::process::{Role, Stopped, failed_to};
use crate::scenario::{Bound, Case, Companion, Flaw, HANGS, Part};
use crate::trace::{Pace, Traced};
use crate::world::{Snapshot, World};

/// The memory as one instruction left it.
struct State {
    /// The number of instructions that had run by then.
    after: usize,
    memory: Snapshot,
    /// The finding of the audit, unless this state was left out.
    found: Option<String>,
}

/// The run of one case.
struct Run<'a> {
    case: &'a Case,
    flaw: Option<&'a Flaw>,
    world: World,
    /// The memory that the victim finds.
    start: Snapshot,
    bound: Bound,
    extent: Extent,
    patience: Duration,
    figures: Figures,
}

/// The time after which a process counts as hung.
const PATIENCE: Duration = Duration::from_secs(60);
/// The same where an heir is expected to hang.
const IMPATIENCE: Duration = Duration::from_secs(2);
/// The last states, as many as are audited in any case.
const LAST: usize = 24;

/// Runs one case, as it is or with a flaw.
pub(crate) fn run(case: &Case, flaw: Option<&Flaw>, extent: Extent) -> Result<Figures, String> {
    let world = World::new().map_err(failed_to("make a folder"))?;
    Role::SetUp
        .run(case, &world.region(), PATIENCE)
        .map_err(|error| format!("setting up: {error}"))?;
    let start = world.take().map_err(failed_to("read the memory"))?;
    let bound = if extent.is_bounded { case.scenario.bound() } else { Bound::None };
    let will_hang = flaw.is_some_and(|flaw| flaw.caught == HANGS);
    let patience = if will_hang { IMPATIENCE } else { PATIENCE };
    let figures = Figures::default();
    let mut run = Run { case, flaw, world, start, bound, extent, patience, figures };
    let states = run.all_deaths()?;
    run.real_deaths(&states)?;
    run.deaths_of_heirs(&states)?;
    Ok(run.figures)
}

impl Run<'_> {
    fn at(&self) -> std::path::PathBuf {
        self.world.region()
    }

    /// Starts a process in this memory, up to the start of its operation.
    fn start(&self, part: Part, memory: &Snapshot) -> Result<Traced, String> {
        self.put(memory)?;
        let role = if part == Part::Victim { Role::Victim } else { Role::Heir };
        let command = match self.flaw.filter(|flaw| flaw.part == part) {
            None => role.command(self.case, &self.at()),
            Some(flaw) => {
                let mut command = Role::Flawed.command(self.case, &self.at());
                command.arg(flaw.name);
                command
            }
        };
        let pace = match self.bound {
            Bound::Calls => Pace::Calls,
            Bound::CallsUntilMapped => Pace::CallsUntilMapped,
            Bound::None | Bound::First(_) => Pace::Instructions,
        };
        Traced::start(command, pace)
    }

    fn put(&self, memory: &Snapshot) -> Result<(), String> {
        self.world.put(memory).map_err(failed_to("restore the memory"))
    }

    /// Steps a process from here to its end, or for this many instructions; returns their number and each
    /// state that they made, beginning with the one before the first.
    fn step_through(
        &self,
        mut traced: Traced,
        longest: usize,
    ) -> Result<(usize, Vec<(usize, Snapshot)>), String> {
        let look = failed_to("look at the memory");
        let mut watch = self.world.watch(self.case.scenario.makes_files()).map_err(&look)?;
        let mut states = vec![(0, watch.last().clone())];
        let mut done = 0;
        while done < longest && traced.step()? {
            done += 1;
            if watch.has_changed().map_err(&look)? {
                states.push((done, watch.last().clone()));
            }
        }
        // The last step ends the process.
        if watch.has_changed().map_err(&look)? {
            states.push((done, watch.last().clone()));
        }
        Ok((done, states))
    }

    /// The victim goes its way once, and every state on it is audited as that of a death.
    fn all_deaths(&mut self) -> Result<Vec<State>, String> {
        let victim = self.start(Part::Victim, &self.start)?;
        let companion = self.companion()?;
        let longest = if let Bound::First(longest) = self.bound { longest } else { usize::MAX };
        let (instructions, memories) = self.step_through(victim, longest)?;
        drop(companion);
        let is_audited = self.sample(memories.len());
        let mut states = Vec::new();
        for (number, (after, memory)) in memories.into_iter().enumerate() {
            let audit = || self.audit(&memory).map_err(|error| died_after(after, &error));
            let found = is_audited(number).then(audit).transpose()?;
            states.push(State { after, memory, found });
        }
        self.figures.instructions = instructions;
        self.figures.states = states.len();
        self.check_course(&states)?;
        Ok(states)
    }

    /// Which of so many states are audited: the first, the last ones, in which an operation is committed and
    /// ends, and of the others as many as the extent allows.
    fn sample(&self, states: usize) -> impl Fn(usize) -> bool + use<> {
        let stride = states.div_ceil(self.extent.audits);
        move |number| number.is_multiple_of(stride) || states - number <= LAST
    }

    /// The finding of an audit of a copy of this memory, whose processes are all dead.
    fn audit(&self, memory: &Snapshot) -> Result<String, String> {
        self.put(memory)?;
        Role::Audit.run(self.case, &self.at(), self.patience)
    }

    fn companion(&self) -> Result<Option<Stopped>, String> {
        let companion = self.case.scenario.companion();
        companion.map(|companion| Stopped::start(self.case, companion, &self.at())).transpose()
    }

    fn check_course(&self, states: &[State]) -> Result<(), String> {
        let found = states.iter().filter_map(|state| state.found.as_deref());
        let mut course: Vec<_> = found.collect();
        course.dedup();
        let expected = self.case.scenario.course();
        if course == expected {
            return Ok(());
        }
        Err(format!("the deaths leave {course:?}, one after the other; expected {expected:?}"))
    }

    /// Victims are killed: each leaves the stored state, and the same finding. A companion lives on.
    fn real_deaths(&mut self, states: &[State]) -> Result<(), String> {
        let audited = states.iter().filter(|state| state.found.is_some());
        let changes: Vec<_> = audited.map(|state| state.after).collect();
        let all: Vec<_> = (0..=self.figures.instructions).collect();
        let naps = self.case.scenario.companion().is_some_and(Companion::naps);
        let fewer = if naps && self.extent.is_bounded { 20 } else { 1 };
        let Extent { changes: sum_of_changes, victims, .. } = self.extent;
        let changes = spread(&changes, sum_of_changes / fewer);
        let all = spread(&all, victims / fewer);
        for after in changes.chain(all) {
            self.real_death(after, states)
                .map_err(|error| died_after(after, &format!("killed, {error}")))?;
            self.figures.kills += 1;
        }
        Ok(())
    }

    fn real_death(&self, after: usize, states: &[State]) -> Result<(), String> {
        let mut victim = self.start(Part::Victim, &self.start)?;
        let companion = self.companion()?;
        for _ in 0..after {
            if !victim.step()? {
                break;
            }
        }
        victim.kill()?;
        let left = self.world.take().map_err(failed_to("read the memory"))?.without_identities();
        let is_left = |state: &&State| state.memory.without_identities() == left;
        let here = states.iter().rev().find(|state| state.after <= after);
        let state = match self.case.scenario.is_steady() {
            true => here.filter(is_left),
            false => states.iter().find(is_left),
        };
        let state = state.ok_or("it leaves another state than when it was stepped")?;
        self.survive(companion, state.found.as_deref())
    }

    /// The companion and then an heir continue in the memory itself, which is a state with this finding.
    fn survive(&self, companion: Option<Stopped>, found: Option<&str>) -> Result<(), String> {
        let companions = self.case.scenario.companion();
        let expected = companions.zip(found).and_then(|(they, found)| they.expected(found));
        let after = match (companion, expected) {
            (Some(companion), Some((says, then))) => {
                let said = companion.finish(self.patience);
                let said = said.map_err(|error| format!("and the companion: {error}"))?;
                if said != says {
                    return Err(format!("and the companion found {said:?}, expected {says:?}"));
                }
                (None, then)
            }
            // It lives until the audit is over.
            (companion, _) => (companion, found.unwrap_or_default().to_owned()),
        };
        let (_companion, after) = after;
        let found = Role::Audit.run(self.case, &self.at(), self.patience)?;
        // A state that was left out has any finding of the course.
        let is_expected = match after.as_str() {
            "" => self.case.scenario.course().contains(&found.as_str()),
            after => found == after,
        };
        if is_expected {
            return Ok(());
        }
        Err(format!("and the audit found {found:?}, expected {after:?}"))
    }

    /// Heirs continue from the states, and die at every instruction as well; a second heir continues then. One
    /// heir starts from each finding, and others from all states if that is affordable.
    fn deaths_of_heirs(&mut self, states: &[State]) -> Result<(), String> {
        let audited: Vec<_> = states.iter().filter(|state| state.found.is_some()).collect();
        let (some, others) = one_of_each_finding(&audited);
        for state in some {
            if self.figures.heir_instructions <= self.extent.first_heirs {
                self.heir_of(state)?;
            }
        }
        let each = self.figures.heir_instructions / self.figures.heirs.max(1);
        if each.saturating_mul(others.len()) <= self.extent.heirs {
            for state in others {
                self.heir_of(state)?;
            }
        }
        Ok(())
    }

    fn heir_of(&mut self, state: &State) -> Result<(), String> {
        self.figures.heirs += 1;
        let died = format!("the heir of a victim that died after {} instructions", state.after);
        self.deaths_of_heir(state).map_err(|error| format!("{died}: {error}"))
    }

    fn deaths_of_heir(&mut self, state: &State) -> Result<(), String> {
        let heir = self.start(Part::Heir, &state.memory)?;
        let (instructions, memories) = self.step_through(heir, usize::MAX)?;
        let scenario = self.case.scenario;
        let last = memories.len() - 1;
        let is_audited = self.sample(memories.len());
        for (number, (after, memory)) in memories.iter().enumerate() {
            if !is_audited(number) {
                continue;
            }
            let found = self.audit(memory).map_err(|error| died_after(*after, &error))?;
            let is_right = match number {
                0 if number < last => Some(&found) == state.found.as_ref(),
                _ if number == last => scenario.is_heirs_end(&found),
                _ => scenario.may_follow(&found),
            };
            if !is_right {
                return Err(died_after(*after, &format!("the audit found {found:?}")));
            }
        }
        self.figures.heir_instructions += instructions;
        self.figures.heir_states += memories.len();
        Ok(())
    }
}

/// The last state of each of the findings that follow each other, and the other states.
fn one_of_each_finding<'a>(states: &[&'a State]) -> (Vec<&'a State>, Vec<&'a State>) {
    let next = states.iter().skip(1).map(Some).chain([None]);
    let (some, others): (Vec<_>, Vec<_>) = states
        .iter()
        .copied()
        .zip(next)
        .partition(|(state, next)| next.is_none_or(|next| next.found != state.found));
    let plain = |pairs: Vec<(_, _)>| pairs.into_iter().map(|(state, _)| state).collect();
    (plain(some), plain(others))
}

/// As many of these numbers, evenly spread and from the first on, as have this sum; at least two.
fn spread(numbers: &[usize], sum: usize) -> impl Iterator<Item = usize> {
    let stride = numbers.iter().sum::<usize>() / sum + 1;
    numbers.iter().copied().step_by(stride.min(numbers.len() / 2).max(1))
}

fn died_after(instructions: usize, error: &str) -> String {
    format!("after {instructions} instructions: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_begins_with_the_first_and_has_no_larger_sum_than_it_may() {
        let numbers: Vec<_> = (0..1000).collect();
        for sum in [1_000, 20_000, 300_000] {
            let sample: Vec<_> = spread(&numbers, sum).collect();
            assert!(sample[0] == 0 && sample.len() > 1, "{sum}");
            assert!(sample.iter().sum::<usize>() <= sum || sample.len() == 2, "{sum}: {sample:?}");
        }
        assert_eq!(spread(&numbers, usize::MAX).count(), 1000);
    }
}
