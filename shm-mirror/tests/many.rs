//! Ten thousand regions of one host, followed by another.
//!
//! Each side has a descriptor and a mapping for each region: the test runs in a process of its own, which may have as many
//! as that.

mod hosts;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hosts::{Hosts, wait_until};
use shm_core::{ReadOnly, Region};
use shm_mirror::{Follow, Serve};

const REGIONS: usize = 10_000;

#[test]
fn ten_thousand_regions_are_followed() {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n 65536 || ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""]);
    command.arg(program).args(["second_process", "--exact", "--ignored", "--nocapture"]);
    let status = command.env("SHM_ROLE", "many").stderr(Stdio::inherit()).status().unwrap();
    assert!(status.success(), "{status}");
}

/// How many regions a process may follow here: a descriptor for each, with some to spare.
fn most_regions() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let soft = line.split_whitespace().nth(3).unwrap().parse::<usize>();
    soft.map_or(REGIONS, |files| (files - 500).min(REGIONS))
}

#[test]
#[ignore = "the second process of another test"]
#[allow(clippy::print_stdout, reason = "says the figures")]
fn second_process() {
    if std::env::var_os("SHM_ROLE").is_none() {
        return;
    }
    let (count, hosts) = (most_regions(), Hosts::alone());
    println!("{count} regions");
    let name = |n: usize| format!("region-{n}");
    let origins: Vec<_> =
        (0..count).map(|n| Region::<[u64; 4]>::create(hosts.file(&name(n))).unwrap()).collect();
    let began = Instant::now();
    let serve = Serve::new("alpha").listen(&hosts.listen());
    let serve = (0..count).fold(serve, |serve, n| serve.region_at(&name(n), hosts.file(&name(n))));
    let _serving = serve.start().unwrap();
    println!("served after {:?}", began.elapsed());
    let began = Instant::now();
    let copy = |n: usize| hosts.file(&format!("copy-{n}"));
    let follow = Follow::new(&hosts.endpoint(1));
    let follow = (0..count).fold(follow, |follow, n| follow.region_as(&name(n), copy(n)));
    let following = follow.start().unwrap();
    for n in 0..count {
        following.wait_ready(&name(n), Duration::from_secs(300)).unwrap();
    }
    println!("all followed after {:?}", began.elapsed());

    let open = |n: usize| Region::<[u64; 4]>::open_read_only(copy(n)).unwrap();
    let copies: Vec<Region<[u64; 4], ReadOnly>> = (0..count).map(open).collect();
    let mut took = Vec::new();
    for step in 1..=200 {
        let n = step * 7919 % count;
        origins[n][3].set(step as u64);
        took.push(wait_until("the change is there", || copies[n][3].get() == step as u64));
    }
    took.sort();
    println!("one change: p50 {:?}, p99 {:?}", took[took.len() / 2], took[took.len() * 99 / 100]);
    let began = Instant::now();
    origins.iter().zip(1..).for_each(|(origin, n)| origin[0].set(n));
    wait_until("all changes are there", || {
        copies.iter().zip(1..).all(|(copy, n): (_, u64)| copy[0].get() == n)
    });
    println!("a change of each: {:?}", began.elapsed());
    let (before, began) = (cpu_time(), Instant::now());
    std::thread::sleep(Duration::from_secs(5));
    let share = (cpu_time() - before).as_secs_f64() / began.elapsed().as_secs_f64();
    println!("idle, both sides: {:.1} % of a core", share * 100.0);
    let ages = copies.iter().map(|copy| copy.mirror().unwrap().age().unwrap());
    println!("the oldest: {:?}", ages.max().unwrap());
}

/// What this process has used of the processors.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit(") ").next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}
