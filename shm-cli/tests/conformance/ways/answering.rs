//! The drivers in Rust: this test binary, started again, answering on its standard output.

use std::io::{BufRead, Write};

use super::{by_name, typed};
use crate::companion::Companion;
use crate::processes;
use crate::way::{Answer, Layout};

/// Printed before the first answer: what the test harness prints comes before it.
const READY: &str = "ready";

/// A driver in this binary: `typed` or `by_name`.
pub(super) fn start(way: &str, layout: Layout) -> Companion {
    let mut command = processes::second_process(way);
    command.env("SHM_CONFORMANCE_LAYOUT", format!("{layout:?}"));
    let mut companion = Companion::start(command);
    companion.skip_to(READY);
    companion
}

/// Answers requests until there are no more, if this process was started to.
#[allow(
    clippy::exit,
    reason = "the harness would print how its test ended, which is not an answer"
)]
pub(crate) fn serve() {
    let Some(way) = processes::role() else { return };
    let layout = match processes::argument("SHM_CONFORMANCE_LAYOUT").as_str() {
        "Everything" => Layout::Everything,
        "Station" => Layout::Station,
        "NewerStation" => Layout::NewerStation,
        "Frame" => Layout::Frame,
        _ => Layout::Board,
    };
    match way.as_str() {
        "typed" => typed::serve(layout),
        _ => answer_all(by_name::ByNameDriver::default()),
    }
    std::process::exit(0);
}

/// The actions of a driver in Rust on its open region.
pub(super) trait Handler {
    fn open(&mut self, name: &str, to_write: bool) -> Answer;
    fn is_current(&self) -> bool;
    fn get(&self, path: &str) -> Answer;
    fn set(&self, path: &str, value: &str) -> Answer;
    fn remove(&self, path: &str) -> Answer;
    fn add(&self, path: &str, value: &str) -> Answer;
    fn whole(&self, path: &str) -> Answer;
    fn len(&self, path: &str) -> Answer;
}

pub(super) fn answer_all(mut handler: impl Handler) {
    let mut out = std::io::stdout();
    writeln!(out, "\n{READY}").expect("the suite reads");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line of text");
        let said = match answer(&mut handler, &line) {
            Ok(value) => format!("= {value}"),
            Err(word) => format!("! {word}"),
        };
        writeln!(out, "{said}").and_then(|()| out.flush()).expect("the suite reads");
    }
}

fn answer(handler: &mut impl Handler, line: &str) -> Answer {
    let words: Vec<&str> = line.split(' ').collect();
    match words[..] {
        ["open", name] => handler.open(name, true),
        ["read", name] => handler.open(name, false),
        ["current"] => Ok(if handler.is_current() { "yes" } else { "no" }.to_owned()),
        ["get", path] => handler.get(path),
        ["set", path, value] => handler.set(path, value),
        ["remove", path] => handler.remove(path),
        ["add", path, value, times] => {
            let times: u64 = times.parse().expect("how often");
            (0..times).try_for_each(|_| handler.add(path, value).map(drop))?;
            Ok("ok".to_owned())
        }
        ["whole", path] => handler.whole(path),
        ["len", path] => handler.len(path),
        _ => panic!("not a request: {line}"),
    }
}
