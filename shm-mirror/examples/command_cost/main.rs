//! What one command costs, beside those of others: `cargo run --release --example command_cost`, in the folder
//! `shm-mirror`. Each peer is a server in a process of its own, over loopback, with one client and one request at a time.
//! A peer that is not installed is named and left out. Debian: `apt-get install redis-server nats-server python3`.

#![allow(clippy::print_stdout, reason = "it is an example")]

mod manager;
mod nats;
mod redis;
mod server;

use std::time::{Duration, Instant};

use shm_core::Region;
use shm_mirror::{Follow, Remote, Security, Serve};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Requests that are measured, after some that are not.
const ROUNDS: usize = 2000;
const WARM: usize = 200;

/// The middle and the ninth tenth of what one request took, in microseconds.
struct Cost {
    middle: f64,
    most: f64,
}

impl Cost {
    /// Measures a request, one after the other.
    fn of(mut request: impl FnMut() -> Outcome<()>) -> Outcome<Self> {
        let mut took = Vec::with_capacity(ROUNDS);
        for round in 0..WARM + ROUNDS {
            let start = Instant::now();
            request()?;
            if round >= WARM {
                took.push(start.elapsed().as_secs_f64() * 1e6);
            }
        }
        Ok(Self::among(took))
    }

    /// Of these numbers of microseconds.
    fn among(mut took: Vec<f64>) -> Self {
        took.sort_unstable_by(f64::total_cmp);
        Self { middle: took[took.len() / 2], most: took[took.len() * 9 / 10] }
    }
}

/// What one costs of reading, writing and adding.
type Costs = Vec<(&'static str, Cost)>;

fn main() -> Outcome<()> {
    if let Some(name) = std::env::args().nth(1) {
        return serve(&name);
    }
    println!(
        "| | request | p50 µs | p90 µs | times Manager's read |\n| --- | --- | ---: | ---: | ---: |"
    );
    let manager = shown("multiprocessing.Manager", manager::costs(), None);
    for (peer, costs) in [
        ("shm-mirror, a command", command()),
        ("Redis", redis::costs()),
        ("NATS, JetStream KV in memory", nats::costs()),
    ] {
        shown(peer, costs, manager);
    }
    shown("shm-mirror, a mirror", mirror(), manager);
    Ok(())
}

/// Prints the rows of a peer; returns the middle of its first request.
fn shown(peer: &str, costs: Outcome<Costs>, unit: Option<f64>) -> Option<f64> {
    let costs = match costs {
        Ok(costs) => costs,
        Err(error) => {
            println!("| {peer} | not measured: {error} | | | |");
            return None;
        }
    };
    let unit = unit.or(costs.first().map(|(_, cost)| cost.middle));
    for (request, Cost { middle, most }) in &costs {
        let times = unit.map_or(f64::NAN, |unit| middle / unit);
        let digits = if *middle < 1.0 { 5 } else { 1 };
        println!("| {peer} | {request} | {middle:.digits$} | {most:.digits$} | {times:.digits$} |");
    }
    costs.first().map(|(_, cost)| cost.middle)
}

/// The server's process: serves a region until its standard input ends.
fn serve(argument: &str) -> Outcome<()> {
    let (endpoint, name) = argument.split_once(' ').ok_or("ENDPOINT NAME")?;
    let serve = Serve::new("alpha").listen(endpoint).region(name).allow_set(name, ["*"]);
    let _serving = serve.start()?;
    println!("ready");
    std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
    Ok(())
}

fn command() -> Outcome<Costs> {
    let name = format!("command-cost-{}", std::process::id());
    let _hits = Region::<u64>::create(&name)?.remove_on_drop();
    let endpoint = format!("tcp/127.0.0.1:{}", server::free_port()?);
    let _server = server::Server::itself(&format!("{endpoint} {name}"))?;
    let hits = Remote::connect(&endpoint, &Security::Loopback)?.region(&name)?;
    Ok(vec![
        ("get", Cost::of(|| Ok(hits.get("").map(drop)?))?),
        ("set", Cost::of(|| Ok(hits.set([("", 7_u64)])?))?),
        ("add", Cost::of(|| Ok(hits.fetch_add("", 1_u64).map(drop)?))?),
    ])
}

fn mirror() -> Outcome<Costs> {
    const READS: usize = 100_000;
    let name = format!("command-cost-{}", std::process::id());
    let _hits = Region::<u64>::create(&name)?.remove_on_drop();
    let endpoint = format!("tcp/127.0.0.1:{}", server::free_port()?);
    let _server = server::Server::itself(&format!("{endpoint} {name}"))?;
    let copy = format!("{name}-copy");
    let following = Follow::new(&endpoint).region_as(&name, &copy).start()?;
    following.wait_ready(&name, Duration::from_secs(10))?;
    let copy = Region::<u64>::open_read_only(&copy)?.remove_on_drop();
    // A clock is slower than a read, so many are timed at once.
    let run = || {
        let start = Instant::now();
        (0..READS).for_each(|_| {
            std::hint::black_box(copy.get());
        });
        start.elapsed().as_secs_f64() * 1e6 / READS as f64
    };
    Ok(vec![("read", Cost::among((0..100).map(|_| run()).collect()))])
}
