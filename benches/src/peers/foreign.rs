//! Peers in other languages: programs that get the same jobs and answer in the same way. When the
//! benchmarks start, they check which of them are installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::job::Job;
use crate::outcome::Failure;

/// A peer in another language.
pub(crate) struct Foreign {
    pub(crate) key: &'static str,
    pub(crate) title: &'static str,
    /// The scenarios that its program supports.
    pub(crate) scenarios: &'static [&'static str],
    pub(crate) absent: &'static [(&'static str, &'static str)],
    pub(crate) language: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Cpp,
    Python,
    /// Python, with numpy.
    NumPy,
}

const BUFFERS: &[&str] = &[
    "field-get",
    "field-set",
    "counter",
    "snapshot-read",
    "snapshot-write",
    "array",
    "attach",
    "hand-off-spin",
    "layout",
];

const NO_LOCK: &[(&str, &str)] = &[
    ("field-twenty", "its fields are places in a buffer, without names"),
    ("sixteen", "the interpreter's time; see one field"),
    ("crowd", "it has no lock"),
    ("watchers", "nothing to sleep on"),
    ("memory", "the interpreter's memory"),
    ("lock", "it has no lock"),
    ("death", "it has no lock"),
    ("hand-off-sleep", "nothing to sleep on"),
    ("queue", "it has no queue"),
    ("heap", "it has no heap"),
    ("map", "it has no map"),
];

/// The peers in other languages, in the order of the tables.
pub(crate) const ALL: &[Foreign] = &[
    Foreign {
        key: "boost",
        title: "Boost.Interprocess",
        scenarios: &[
            "field-get",
            "field-set",
            "counter",
            "lock-alone",
            "lock-contended",
            "snapshot-read",
            "snapshot-write",
            "array",
            "attach",
            "hand-off-spin",
            "hand-off-sleep",
            "death",
            "layout",
            "queue",
            "heap-block",
            "heap-random",
            "heap-owned-load",
            "heap-owned-set",
            "map-get",
            "map-update",
            "map-insert-remove",
            "lock-again",
            "lock-rw-read",
            "lock-rw-write",
            "lock-rw-readers",
            "lock-rw-writer",
            "lock-semaphore",
            "lock-semaphore-contended",
            "lock-condition",
            "lock-killed-holder",
            "lock-killed-waiter",
            "lock-killed-rw-reader",
            "lock-killed-rw-writer",
            "lock-killed-rw-waiter",
            "lock-killed-semaphore-holder",
            "lock-killed-semaphore-waiter",
            "lock-killed-condition-waiter",
            "field-twenty",
            "sixteen-get",
            "sixteen-lock",
            "watchers-set",
            "watchers-all",
            "memory",
        ],
        absent: &[
            ("crowd", "its mutex is that of pthread"),
            ("queue-producer", "its message queue has no producer of its own"),
            ("lock-barrier", "it has none"),
            ("lock-killed-barrier", "it has none"),
        ],
        language: Language::Cpp,
    },
    Foreign {
        key: "multiprocessing",
        title: "CPython `multiprocessing`",
        scenarios: &[
            "field-get",
            "field-set",
            "counter",
            "lock-alone",
            "lock-contended",
            "snapshot-read",
            "snapshot-write",
            "array",
            "hand-off-spin",
            "hand-off-sleep",
            "death",
            "lock-again",
            "lock-semaphore",
            "lock-semaphore-contended",
            "lock-condition",
            "lock-barrier",
            "lock-killed-holder",
            "lock-killed-waiter",
            "lock-killed-semaphore-holder",
            "lock-killed-semaphore-waiter",
            "lock-killed-condition-waiter",
            "lock-killed-barrier-member",
            "lock-killed-barrier-waiter",
        ],
        absent: &[
            ("field-twenty", "the interpreter's time; see one field"),
            ("sixteen", "the interpreter's time; see one field"),
            ("crowd", "the interpreter's time, and a thousand interpreters"),
            ("watchers", "the interpreter's time: its threads take turns"),
            ("memory", "the interpreter's memory"),
            ("lock-rw", "it has no readers-writer lock"),
            ("lock-killed-rw", "it has no readers-writer lock"),
            ("attach", "inherited by child processes; they cannot be opened"),
            ("layout", "inherited by child processes; they cannot be opened"),
            ("queue", "its queue is a pipe of pickled objects"),
            ("heap", "see `multiprocessing.heap`"),
            ("map", "its dictionary lives in a server process"),
        ],
        language: Language::Python,
    },
    Foreign {
        key: "multiprocessing-heap",
        title: "CPython `multiprocessing.heap`",
        scenarios: &["heap-block", "heap-random"],
        absent: &[("*", "blocks of memory, which no other process can free")],
        language: Language::Python,
    },
    Foreign {
        key: "multiprocessing-lock",
        title: "CPython `Value`, `with get_lock()`",
        scenarios: &["counter"],
        absent: &[("*", "the counter")],
        language: Language::Python,
    },
    Foreign {
        key: "shared-memory",
        title: "CPython `SharedMemory`",
        scenarios: BUFFERS,
        absent: NO_LOCK,
        language: Language::Python,
    },
    Foreign {
        key: "ctypes",
        title: "CPython ctypes over mmap",
        scenarios: BUFFERS,
        absent: NO_LOCK,
        language: Language::Python,
    },
    Foreign {
        key: "numpy",
        title: "numpy over mmap",
        scenarios: BUFFERS,
        absent: NO_LOCK,
        language: Language::NumPy,
    },
];

const SCENARIOS_PY: &str = include_str!("../../python/scenarios.py");
const PEERS_PY: &str = include_str!("../../python/peers.py");
const BOOST_CPP: &str = include_str!("../../cpp/boost.cpp");

/// The installed interpreters and programs.
pub(crate) struct Toolbox {
    python: Result<Python, String>,
    boost: Result<Boost, String>,
}

struct Python {
    interpreter: PathBuf,
    script: PathBuf,
    version: String,
    numpy: Option<String>,
}

struct Boost {
    program: PathBuf,
    version: String,
}

impl Toolbox {
    /// Looks for an interpreter, and compiles the peer in C++ if it is wanted. A missing one is not an
    /// error.
    pub(crate) fn prepare(folder: &Path, python: Option<&Path>, has_cpp: bool) -> Self {
        let error = |failure: Failure| failure.to_string();
        Self {
            python: find_python(folder, python).map_err(error),
            boost: if has_cpp {
                compile_boost(folder).map_err(error)
            } else {
                Err("not asked for".to_owned())
            },
        }
    }

    /// The version of the software that a peer runs on.
    ///
    /// # Errors
    /// The reason why it cannot run here.
    pub(crate) fn version(&self, language: Language) -> Result<String, String> {
        match language {
            Language::Cpp => {
                self.boost.as_ref().map(|boost| boost.version.clone()).map_err(Clone::clone)
            }
            Language::Python => {
                self.python.as_ref().map(|python| python.version.clone()).map_err(Clone::clone)
            }
            Language::NumPy => match &self.python {
                Ok(Python { numpy: Some(version), .. }) => Ok(version.clone()),
                Ok(python) => Err(format!("{} has no numpy", python.interpreter.display())),
                Err(error) => Err(error.clone()),
            },
        }
    }

    /// The process for a job.
    pub(crate) fn command(&self, language: Language, job: &Job) -> Result<Command, Failure> {
        let mut command = match (language, &self.python, &self.boost) {
            (Language::Cpp, _, Ok(boost)) => Command::new(&boost.program),
            (Language::Python | Language::NumPy, Ok(python), _) => {
                let mut command = Command::new(&python.interpreter);
                command.arg("-B").arg(&python.script);
                command
            }
            _ => return Err(self.version(language).unwrap_err().into()),
        };
        command.args(job.to_arguments());
        Ok(command)
    }
}

/// The requested interpreter, or else the first that has numpy, or else the first.
fn find_python(folder: &Path, asked: Option<&Path>) -> Result<Python, Failure> {
    let script = folder.join("scenarios.py");
    std::fs::write(&script, SCENARIOS_PY)?;
    std::fs::write(folder.join("peers.py"), PEERS_PY)?;
    let candidates: Vec<PathBuf> = match asked {
        Some(path) => vec![path.to_owned()],
        None => vec!["python3".into(), "/usr/bin/python3".into()],
    };
    let mut found: Vec<_> =
        candidates.into_iter().filter_map(|interpreter| python(interpreter, &script)).collect();
    let best = found.iter().position(|python| python.numpy.is_some()).unwrap_or(0);
    if found.is_empty() {
        let asked = asked.unwrap_or(Path::new("python3"));
        return Err(format!("{} does not run", asked.display()).into());
    }
    Ok(found.swap_remove(best))
}

fn python(interpreter: PathBuf, script: &Path) -> Option<Python> {
    let ask = |program: &str| say(Command::new(&interpreter).arg("-c").arg(program)).ok();
    let version = ask("import platform; print('Python', platform.python_version())")?;
    let numpy = ask("import numpy; print('numpy', numpy.__version__)");
    Some(Python { version, numpy, script: script.to_owned(), interpreter })
}

fn compile_boost(folder: &Path) -> Result<Boost, Failure> {
    let (source, program) = (folder.join("boost.cpp"), folder.join("boost"));
    std::fs::write(&source, BOOST_CPP)?;
    let mut compile = Command::new("g++");
    compile.args(["-std=c++17", "-O2", "-o"]).arg(&program).arg(&source).args(["-lrt", "-pthread"]);
    say(&mut compile).map_err(|_| "g++ or Boost's headers (Debian: libboost-dev) are missing")?;
    let mut ask = Command::new("g++");
    ask.args(["-E", "-P", "-include", "boost/version.hpp", "-x", "c++", "-"]);
    let version = preprocess(&mut ask, "BOOST_LIB_VERSION")?;
    Ok(Boost { program, version: format!("Boost {version}, {}", compiler()?) })
}

/// The first line of g++'s version message.
fn compiler() -> Result<String, Failure> {
    let text = say(Command::new("g++").arg("--version"))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// The expansion of a macro.
fn preprocess(command: &mut Command, name: &str) -> Result<String, Failure> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        std::io::Write::write_all(&mut stdin, format!("{name}\n").as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text.lines().last().unwrap_or_default().trim_matches('"').replace('_', "."))
}

/// The output of a program, if it succeeds.
fn say(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
