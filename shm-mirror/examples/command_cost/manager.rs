//! `multiprocessing.Manager().Value` of CPython, measured by itself, over TCP on loopback.

use std::process::Command;

use crate::{Cost, Costs, Outcome, ROUNDS, WARM};

const SCRIPT: &str = r"
import sys, time
from multiprocessing.managers import SyncManager

def measured(request, rounds, warm):
    took = []
    for round in range(warm + rounds):
        start = time.perf_counter_ns()
        request()
        if round >= warm:
            took.append(time.perf_counter_ns() - start)
    return took

if __name__ == '__main__':
    rounds, warm = map(int, sys.argv[1:])
    manager = SyncManager(address=('127.0.0.1', 0), authkey=b'bench')
    manager.start()
    value = manager.Value('Q', 7)
    for request in (value.get, lambda: value.set(7)):
        print(*measured(request, rounds, warm))
    manager.shutdown()
";

pub(crate) fn costs() -> Outcome<Costs> {
    let run = Command::new("python3")
        .args(["-c", SCRIPT, &ROUNDS.to_string(), &WARM.to_string()])
        .output()
        .map_err(|error| format!("python3: {error}"))?;
    let (text, error) =
        (String::from_utf8(run.stdout)?, String::from_utf8_lossy(&run.stderr).into_owned());
    let mut costs = Vec::new();
    for (request, line) in ["get", "set"].into_iter().zip(text.lines()) {
        let took: Result<Vec<u64>, _> = line.split(' ').map(str::parse).collect();
        costs.push((
            request,
            Cost::among(took?.into_iter().map(|nanos| nanos as f64 / 1e3).collect()),
        ));
    }
    if costs.len() == 2 { Ok(costs) } else { Err(error.into()) }
}
