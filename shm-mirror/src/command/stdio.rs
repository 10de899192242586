//! `remote ENDPOINT --stdio`: commands as JSON lines, for programs that run this one as a child.
//!
//! One request a line on standard input, one answer a line on standard output, in the same order. The command ends when
//! standard input does. Requests:
//!
//! ```json
//! {"region": "station", "get": ["hits", "target"]}
//! {"region": "station", "set": {"target.x": 1.5, "mode": "Idle"}}
//! {"region": "station", "add": {"hits": 1}}
//! {"region": "station", "steps": [{"set": "target.x", "to": 1.5}, {"add": "hits", "by": 1}, {"get": "target"}]}
//! {"region": "station"}
//! {"list": true}
//! ```
//!
//! All assignments of a `set` or an `add` are one command, in the order in which they are written: all values are checked before
//! the first is written. `steps` mixes the three. A request with a region alone asks whether it is there. Each can have
//! `"patience_ms"`, how long to try to get an answer (5000), and `"wait_ms"`, how long to wait for locks (1000).
//!
//! Answers: `ok` has a list with a result for each path or step, in order: the value of a `get`, the number before of an
//! `add`, `null` of a `set`; of `list`, the names, as `HOST:NAME`. Or there is an error:
//!
//! ```json
//! {"ok": [41, {"x": 1.5, "y": 2.0}]}
//! {"error": {"kind": "invalid", "message": "station: the whole value has no field `hit`; it has `hits`, `target`", "help": "did you mean `hits`?"}}
//! ```
//!
//! Kinds: `unreachable`, `outcome_unknown`, `not_allowed`, `busy`, `owner_died`, `layout_differs`, `invalid`, `too_large`,
//! `insecure`; `malformed` for a line that is not a request; `failed` for anything else. A request has one answer, whatever
//! becomes of it, and the command goes on.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use shm_mirror::{Error, Given, Remote, RemoteRegion, Security, Step};

use super::failure::Failure;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    region: Option<String>,
    get: Option<Vec<String>>,
    set: Option<Assignments>,
    add: Option<Assignments>,
    steps: Option<Vec<Step>>,
    list: Option<bool>,
    patience_ms: Option<u64>,
    wait_ms: Option<u64>,
}

/// Values by paths, in the order in which they are written.
struct Assignments(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Assignments {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;

        impl<'de> Visitor<'de> for Pairs {
            type Value = Assignments;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of values by paths")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Assignments, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = object.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Assignments(pairs))
            }
        }

        deserializer.deserialize_map(Pairs)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Ok(Vec<Box<RawValue>>),
    Error { kind: &'static str, message: String, help: Option<String> },
}

impl Answer {
    fn malformed(message: impl Into<String>) -> Self {
        Self::Error { kind: "malformed", message: message.into(), help: None }
    }
}

impl From<Error> for Answer {
    fn from(error: Error) -> Self {
        let help = error.help().map(str::to_owned);
        Self::Error { kind: error.kind(), message: error.to_string(), help }
    }
}

/// Answers requests until there are no more.
pub(crate) fn run(endpoint: &str, security: &Security) -> Result<(), Failure> {
    let mut session = Session {
        remote: Remote::connect(endpoint, security)?,
        endpoint: endpoint.to_owned(),
        security: security.clone(),
        regions: HashMap::new(),
    };
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match serde_json::from_str(&line) {
            Ok(request) => session.answer(request),
            Err(error) => Answer::malformed(error.to_string()),
        };
        serde_json::to_writer(&mut out, &answer)?;
        writeln!(out)?;
        out.flush()?;
    }
    Ok(())
}

struct Session {
    remote: Remote,
    endpoint: String,
    security: Security,
    /// Those that were reached once.
    regions: HashMap<String, RemoteRegion>,
}

impl Session {
    fn answer(&mut self, request: Request) -> Answer {
        let patience = request.patience_ms.map(Duration::from_millis);
        let wait = request.wait_ms.map(Duration::from_millis);
        let Some(region) = request.region.clone() else {
            return match request.list {
                Some(true) => self.list(patience),
                _ => Answer::malformed("a request has a `region`, or is `{\"list\": true}`"),
            };
        };
        match steps(request) {
            Ok(steps) => self.run(&region, steps, patience, wait).unwrap_or_else(Answer::from),
            Err(message) => Answer::malformed(message),
        }
    }

    fn list(&self, patience: Option<Duration>) -> Answer {
        let patience = patience.unwrap_or(Duration::from_secs(5));
        match shm_mirror::list(&self.endpoint, &self.security, patience) {
            Ok(names) => Answer::Ok(names.iter().filter_map(|name| raw(name)).collect()),
            Err(error) => error.into(),
        }
    }

    fn run(
        &mut self,
        name: &str,
        steps: Vec<Step>,
        patience: Option<Duration>,
        wait: Option<Duration>,
    ) -> Result<Answer, Error> {
        let region = match self.regions.get(name) {
            Some(region) => region.clone(),
            None => {
                let remote = self.remote.clone();
                let remote = patience.map_or(remote.clone(), |patience| remote.patience(patience));
                self.regions.entry(name.to_owned()).or_insert(remote.region(name)?).clone()
            }
        };
        let answer = region.with(patience, wait).run_raw(steps)?;
        Ok(Answer::Ok(answer.results().unwrap_or_default().to_vec()))
    }
}

fn raw(text: &str) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(text).ok()
}

/// What a request asks for.
fn steps(request: Request) -> Result<Vec<Step>, &'static str> {
    let Request { get, set, add, steps, list, .. } = request;
    let json = |make: fn(String, Given) -> Step, all: Assignments| {
        all.0.into_iter().map(|(path, value)| make(path, Given::Json(value))).collect()
    };
    match (get, set, add, steps, list) {
        (None, None, None, None, None) => Ok(Vec::new()),
        (Some(paths), None, None, None, None) => Ok(paths.into_iter().map(Step::Get).collect()),
        (None, Some(all), None, None, None) => Ok(json(Step::Set, all)),
        (None, None, Some(all), None, None) => Ok(json(Step::Add, all)),
        (None, None, None, Some(steps), None) => Ok(steps),
        _ => Err("a request has one of `get`, `set`, `add` and `steps`"),
    }
}
