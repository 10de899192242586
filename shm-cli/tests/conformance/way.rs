//! A way into a region, and what each of them declares about itself.

use std::path::Path;

use crate::companion::Companion;

/// The answer of a driver: a value, or a word for the reason why it is missing.
pub(crate) type Answer = Result<String, String>;

/// A struct that every driver has, as its program would: compiled in, exported, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `Everything`: a field of every kind.
    Everything,
    /// The older `Station`.
    Station,
    /// The newer `Station`, with fields appended.
    NewerStation,
    /// `Frame`, which ends in a slice.
    Frame,
    /// `Board`, which has places in the heap.
    Board,
}

impl Layout {
    /// The name of the C header and the Python module.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Station | Self::NewerStation => "station",
            Self::Frame => "frame",
            Self::Board => "board",
        }
    }
}

/// The abilities that a way in claims. The suite tests that it has them, and that it refuses the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Can {
    /// Writes what has a lock or wakes waiters: a `Latest`, a `Watched`, the value in a `Mutex`.
    pub(crate) write_live: bool,
    /// Stores values in the heap, for an `Owned` or a `Map`. The others only read them.
    pub(crate) write_kept: bool,
    /// Adds in one step.
    pub(crate) add: bool,
    /// Has a struct of its own, with which a region's layout must agree. The others take any region.
    pub(crate) has_layout: bool,
    /// Knows aliases of renamed fields.
    pub(crate) knows_aliases: bool,
    /// Makes a region with room grow to its own, newer struct.
    pub(crate) grows: bool,
    /// Says that text is invalid, rather than return the bytes for the caller to check.
    pub(crate) checks_text: bool,
    /// Keeps a region open between two requests, and so can tell that it was replaced.
    pub(crate) stays_open: bool,
    /// Has a word for each reason; otherwise, one for each group of `coarse`.
    pub(crate) has_words: bool,
}

/// Everything; a way in says what it lacks.
pub(crate) const ALL: Can = Can {
    write_live: true,
    write_kept: true,
    add: true,
    has_layout: true,
    knows_aliases: true,
    grows: true,
    checks_text: true,
    stays_open: true,
    has_words: true,
};

/// A way into a region.
pub(crate) trait Way {
    const NAME: &'static str;
    const CAN: Can;

    /// A new process, or for the command a sequence of them, that takes requests.
    fn driver(layout: Layout) -> Box<dyn Driver>;
}

/// Something that answers requests, one line each:
///
/// ```text
/// open REGION, read REGION     opens it for writing, or for reading; closes what was open
/// current                      whether its name still means it: yes or no
/// get PATH, set PATH VALUE     VALUE as in `canon`
/// remove PATH                  removes an entry of a map
/// add PATH VALUE TIMES         adds that many times, each in one step
/// whole PATH                   the elements of an array in a `Latest`, all from one copy
/// len PATH                     how many elements there are
/// ```
/// An answer is `= VALUE`, or `! WORD` with one of `words`.
pub(crate) trait Driver {
    fn ask(&mut self, request: &str) -> Answer;

    /// The process that has the region open between requests.
    fn pid(&self) -> Option<u32> {
        None
    }
}

impl Driver for Companion {
    fn ask(&mut self, request: &str) -> Answer {
        let answer = Companion::ask(self, request);
        match answer.split_at_checked(2) {
            Some(("= ", value)) => Ok(value.to_owned()),
            Some(("! ", word)) => Err(word.to_owned()),
            _ => panic!("`{request}` is answered by {answer:?}"),
        }
    }

    fn pid(&self) -> Option<u32> {
        Some(self.id())
    }
}

impl dyn Driver + '_ {
    /// Opens a region for writing, which must succeed.
    pub(crate) fn open(&mut self, region: &Path) {
        self.done(&format!("open {}", region.display()));
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.ask(&format!("get {path}"))
    }

    pub(crate) fn set(&mut self, path: &str, value: &str) -> Answer {
        self.ask(&format!("set {path} {value}"))
    }

    pub(crate) fn remove(&mut self, path: &str) -> Answer {
        self.ask(&format!("remove {path}"))
    }

    /// Asks for what must succeed.
    pub(crate) fn done(&mut self, request: &str) -> String {
        self.ask(request).unwrap_or_else(|word| panic!("`{request}`: {word}"))
    }
}

/// The word that a way in has for this one.
pub(crate) fn word<W: Way>(word: &str) -> String {
    if W::CAN.has_words { word } else { coarse(word) }.to_owned()
}

/// The groups of reasons for which the command has exit codes.
pub(crate) fn coarse(word: &str) -> &'static str {
    match word {
        "ok" => "ok",
        "UnknownField" | "NoEntry" | "OutOfBounds" | "DoesNotFit" | "InvalidValue"
        | "NotWritable" => "no_such_value",
        "System" => "not_found",
        "Contended" => "busy",
        _ => "not_usable",
    }
}
