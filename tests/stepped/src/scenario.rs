//! [`Scenario`]: one operation on a region, and the promises for a process that dies in it.

use std::path::Path;

/// An operation that is ready to be stepped. It is called once.
pub(crate) type Operation = Box<dyn FnMut()>;

/// One operation, its heir, and the audit of everything that a death can leave behind.
///
/// Each method but those with a default runs in a process of its own, on the region's file at `at`. The
/// folder of that file is the whole shared state: it is what is stored at each instruction and given to
/// heirs.
pub(crate) trait Scenario: Sync {
    /// Makes the region. This process has ended before the others start, so that a slot or a lock that
    /// it keeps belongs to a dead process.
    fn set_up(&self, at: &Path);

    /// The operation at whose every instruction its process dies. Preparations, such as opening the
    /// region, are made before it is returned, and are not stepped.
    fn victim(&self, at: &Path) -> Operation;

    /// The operation of the next process, which dies at each of its instructions as well.
    fn heir(&self, at: &Path) -> Operation;

    /// Continues after the death: panics if a promise was broken, and returns what was found, in a few
    /// words.
    fn audit(&self, at: &Path) -> String;

    /// The findings of the audit in the order in which a victim that dies later and later causes them.
    /// Each of them must occur.
    fn course(&self) -> &'static [&'static str];

    /// Whether an audit after the death of an heir may find this. By default, the findings after the
    /// victim's death, and those after an heir that came to its end.
    fn may_follow(&self, found: &str) -> bool {
        self.course().contains(&found) || self.heir_done().contains(&found)
    }

    /// The findings when the heir has come to its end.
    fn heir_done(&self) -> &'static [&'static str];

    /// Whether an audit may find this when the heir has come to its end.
    fn is_heirs_end(&self, found: &str) -> bool {
        self.heir_done().contains(&found)
    }

    /// A process that lives on when the victim is killed.
    fn companion(&self) -> Option<&dyn Companion> {
        None
    }

    /// Whether the operation makes, renames or removes files, so that the folder is listed at each
    /// instruction.
    fn makes_files(&self) -> bool {
        false
    }

    /// The bound for the gate, if the operation is long. In the long gate it is stepped whole.
    fn bound(&self) -> Bound {
        Bound::None
    }

    /// Whether each run takes exactly the same instructions. If not, a victim that is really killed must
    /// leave one of the stored states, but not that of the same instruction: its path depends on the
    /// clock, or on numbers that the kernel prints.
    fn is_steady(&self) -> bool {
        true
    }
}

/// The part of an operation that the gate steps through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// Every instruction.
    None,
    /// From one system call to the next, in the heir's operation as well: nothing else is expected to
    /// change the memory.
    Calls,
    /// The same until the process maps something shared and writable, and every instruction from then on.
    CallsUntilMapped,
    /// This number of instructions at the start.
    First(usize),
}

/// A process that exists before the victim starts, is stopped while the victim is stepped, and continues
/// when the victim has been killed.
pub(crate) trait Companion: Sync {
    /// Its life. It stops itself (`process::stop`) when the victim may start, unless it sleeps then. One
    /// that does not return is killed after the audit.
    fn live(&self, at: &Path) -> String;

    /// Whether it sleeps, and the victim may start.
    fn is_asleep(&self, _at: &Path) -> bool {
        false
    }

    /// Whether it notices a death only when its nap of a second is over, so that the gate kills fewer victims.
    fn naps(&self) -> bool {
        false
    }

    /// The return value of [`Companion::live`] and the finding of an audit after it, for a death after
    /// which an audit finds `found` if the companion is dead as well; `None` if it does not return, and
    /// the audit finds the same.
    fn expected(&self, found: &str) -> Option<(String, String)>;
}

/// A scenario, and the flawed versions of it that must be caught.
pub(crate) struct Case {
    /// The operation, in words.
    pub(crate) name: &'static str,
    pub(crate) scenario: &'static dyn Scenario,
    pub(crate) flaws: &'static [Flaw],
}

impl Case {
    /// The flaw of this name.
    pub(crate) fn flaw(&self, name: &str) -> &Flaw {
        self.flaws.iter().find(|flaw| flaw.name == name).expect("no such flaw")
    }
}

/// The failure of a process that does not come to its end.
pub(crate) const HANGS: &str = "it hangs";

/// A known-bad victim or heir for the same audits.
pub(crate) struct Flaw {
    /// The mistake, in words.
    pub(crate) name: &'static str,
    pub(crate) part: Part,
    pub(crate) operation: fn(&Path) -> Operation,
    /// A part of the failure that the harness must report.
    pub(crate) caught: &'static str,
}

/// The process that is flawed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Victim,
    Heir,
}
