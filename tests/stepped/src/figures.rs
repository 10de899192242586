//! [`Extent`], the bounds of a run, and [`Figures`], its size.

use std::fmt;

/// The bounds of a run, in instructions and states, so that they do not depend on time.
/// [`Bound`](crate::scenario::Bound) shortens the victim's path itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Of the states on a process's way, so many are audited.
    pub(crate) audits: usize,
    /// Victims are really killed at each instruction that made a new state, or at as many of them, evenly
    /// spread, as this number of instructions allows;
    pub(crate) changes: usize,
    /// and in the same way at all instructions.
    pub(crate) victims: usize,
    /// An heir is stepped from each finding, but none after so many instructions;
    pub(crate) first_heirs: usize,
    /// and from every state if that does not take more instructions
    /// than this.
    pub(crate) heirs: usize,
    /// Whether the bounds of the scenarios hold.
    pub(crate) is_bounded: bool,
}

impl Extent {
    /// For the gate, whose build is a release build; a debug build takes ten times as many instructions.
    pub(crate) const SHORT: Self = Self {
        audits: 64,
        changes: 30_000,
        victims: 6_000,
        first_heirs: if cfg!(debug_assertions) { 20_000 } else { usize::MAX },
        heirs: 20_000,
        is_bounded: true,
    };
    /// For the flawed versions, which may leave a trace in one state only.
    pub(crate) const FLAWED: Self = Self {
        audits: usize::MAX,
        changes: 120_000,
        victims: 10_000,
        first_heirs: usize::MAX,
        ..Self::SHORT
    };
    /// Everything, except that sampled kills of a very long operation are fewer.
    pub(crate) const LONG: Self = Self {
        audits: usize::MAX,
        changes: 2_000_000,
        victims: 2_000_000,
        first_heirs: usize::MAX,
        heirs: usize::MAX,
        is_bounded: false,
    };
}

/// The figures of a run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) instructions: usize,
    pub(crate) states: usize,
    pub(crate) kills: usize,
    pub(crate) heirs: usize,
    pub(crate) heir_instructions: usize,
    pub(crate) heir_states: usize,
}

impl Figures {
    pub(crate) const HEAD: &'static str = "\
        | killed at every instruction of | instructions | states | killed for real | heirs | \
        their instructions | their states |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |";

    /// A line of the table.
    pub(crate) fn row(&self, name: &str) -> impl fmt::Display {
        let Self { instructions, states, kills, heirs, heir_instructions, heir_states } = self;
        format!(
            "| {name} | {instructions} | {states} | {kills} | {heirs} | {heir_instructions} | \
             {heir_states} |"
        )
    }
}
