//! A run: the victim dies at every instruction, then the heir does.

use std::time::Duration;

use crate::figures::{Extent, Figures};
use crate::process::{Role, Stopped, failed_to};
use crate::scenario::{Bound, Case, Flaw, HANGS, Part};
use crate::trace::{Pace, Traced};
use crate::world::{Snapshot, World};

/// The memory as one instruction left it.
struct State {
    /// The number of instructions that had run by then.
    after: usize,
    memory: Snapshot,
    /// The finding of the audit.
    found: String,
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
        let mut states = Vec::new();
        for (after, memory) in memories {
            let found = self.audit(&memory).map_err(|error| died_after(after, &error))?;
            states.push(State { after, memory, found });
        }
        self.figures.instructions = instructions;
        self.figures.states = states.len();
        self.check_course(&states)?;
        Ok(states)
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
        let mut course: Vec<_> = states.iter().map(|state| state.found.as_str()).collect();
        course.dedup();
        let expected = self.case.scenario.course();
        if course == expected {
            return Ok(());
        }
        Err(format!("the deaths leave {course:?}, one after the other; expected {expected:?}"))
    }

    /// Victims are killed: each leaves the stored state, and the same finding. A companion lives on.
    fn real_deaths(&mut self, states: &[State]) -> Result<(), String> {
        let changes: Vec<_> = states.iter().map(|state| state.after).collect();
        let all: Vec<_> = (0..=self.figures.instructions).collect();
        let (changes, all) =
            (spread(&changes, self.extent.changes), spread(&all, self.extent.victims));
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
        self.survive(companion, &state.found)
    }

    /// The companion and then an heir continue in the memory itself.
    fn survive(&self, companion: Option<Stopped>, found: &str) -> Result<(), String> {
        let companions = self.case.scenario.companion();
        let after = match (companion, companions.and_then(|they| they.expected(found))) {
            (Some(companion), Some((says, then))) => {
                let said = companion.finish(self.patience);
                let said = said.map_err(|error| format!("and the companion: {error}"))?;
                if said != says {
                    return Err(format!("and the companion found {said:?}, expected {says:?}"));
                }
                (None, then)
            }
            // It lives until the audit is over.
            (companion, _) => (companion, found.to_owned()),
        };
        let (_companion, after) = after;
        let found = Role::Audit.run(self.case, &self.at(), self.patience)?;
        if found == after {
            return Ok(());
        }
        Err(format!("and the audit found {found:?}, expected {after:?}"))
    }

    /// Heirs continue from the states, and die at every instruction as well; a second heir continues then. One
    /// heir starts from each finding, and others from all states if that is affordable.
    fn deaths_of_heirs(&mut self, states: &[State]) -> Result<(), String> {
        let (some, others) = one_of_each_finding(states);
        for state in some {
            self.heir_of(state)?;
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
        for (number, (after, memory)) in memories.iter().enumerate() {
            let found = self.audit(memory).map_err(|error| died_after(*after, &error))?;
            let is_right = match number {
                0 if number < last => found == state.found,
                _ if number == last => scenario.heir_done().contains(&found.as_str()),
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
fn one_of_each_finding(states: &[State]) -> (Vec<&State>, Vec<&State>) {
    let next = states.iter().skip(1).map(Some).chain([None]);
    let (some, others): (Vec<_>, Vec<_>) = states
        .iter()
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
