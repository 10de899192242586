//! The command `shm-mirror`, which `shm mirror` runs.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

mod command;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use shm_mirror::{Error, Follow, Serve};

use command::arguments::{Command, FollowOptions, ServeOptions, What, own_name};
use command::failure::Failure;
use command::{authority, stdio, values};

fn main() -> ExitCode {
    match run(Command::parse().what) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            if let Failure::Mirror(error) = &failure {
                let mut source = std::error::Error::source(error);
                while let Some(cause) = source {
                    eprintln!("  caused by: {cause}");
                    source = cause.source();
                }
                if let Some(help) = error.help() {
                    eprintln!("help: {help}");
                }
            }
            ExitCode::from(failure.code())
        }
    }
}

fn run(what: What) -> Result<(), Failure> {
    match what {
        What::Serve(options) => serve(&options)?,
        What::Follow(options) => follow(options)?,
        What::Ls { endpoint, security } => {
            let found = shm_mirror::list(&endpoint, &security.security(), Duration::from_secs(5))?;
            found.iter().for_each(|region| println!("{region}"));
        }
        What::Get { reach, paths, form } => values::get(&reach.reach()?, &paths, form.form())?,
        What::Set { reach, assignments, json } => values::set(&reach.reach()?, &assignments, json)?,
        What::Watch { reach, paths, form } => values::watch(&reach.reach()?, &paths, form.form())?,
        What::Remote { endpoint, security, stdio: _ } => {
            stdio::run(&endpoint, &security.security())?;
        }
        What::Keys { folder, hosts, clients } => authority::make(&folder, &hosts, &clients)?,
    }
    Ok(())
}

fn serve(options: &ServeOptions) -> Result<(), Failure> {
    options.life.apply()?;
    let host = options.host.clone().unwrap_or_else(own_name);
    let settings = options.settings();
    let mut serve = Serve::new(&host).security(options.security.security()).settings(settings);
    for endpoint in &options.listen {
        serve = serve.listen(endpoint);
    }
    for name in &options.names {
        serve = serve.region(name);
    }
    for (region, pattern) in &options.allow_set {
        serve = serve.allow_set(region, [pattern]);
    }
    for name in &options.reader {
        serve = serve.reader(name);
    }
    for name in &options.writer {
        serve = serve.writer(name);
    }
    let serving = serve.start()?;
    let mut text =
        format!("serving {} as {host} at {}", options.names.join(", "), options.listen.join(", "));
    serving.rules().iter().for_each(|rule| text.push_str(&format!("\n  {rule}")));
    say(&text);
    for_ever()
}

fn follow(options: FollowOptions) -> Result<(), Failure> {
    let FollowOptions { endpoint, names, mirror, max_size, life, security } = options;
    life.apply()?;
    let follow = Follow::new(&endpoint).security(security.security());
    let follow = follow.max_size(max_size << 20);
    let place =
        |name: &String| mirror.clone().filter(|_| names.len() == 1).unwrap_or_else(|| name.into());
    let follow = names.iter().fold(follow, |follow, name| follow.region_as(name, place(name)));
    let following = follow.start()?;
    for name in &names {
        while let Err(error) = following.wait_ready(name, Duration::from_secs(5)) {
            match error {
                Error::Unreachable { .. } => eprintln!("{name}: {error}; still trying"),
                error => eprintln!("{name}: {error}"),
            }
        }
        say(&format!("following {name} at {endpoint}"));
    }
    for_ever()
}

/// Prints a line for whoever reads it: it goes on if no one does.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn for_ever() -> ! {
    loop {
        std::thread::park();
    }
}
