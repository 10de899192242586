//! The command `shm-mirror`, which `shm mirror` runs.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a command")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use shm_mirror::{Error, Follow, Security, Serve, Settings};

/// Regions of one host on others, as regions there
#[derive(Debug, Parser)]
#[command(name = "shm-mirror", version)]
struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Serves regions of this host until it is ended
    Serve {
        /// The regions: names in /dev/shm
        #[arg(required = true)]
        names: Vec<String>,
        /// Where to listen; nowhere else
        #[arg(long, required_unless_present = "connect", value_name = "ENDPOINT")]
        listen: Vec<String>,
        /// A Zenoh router to connect to instead: its followers get what is sent once
        #[arg(long, value_name = "ENDPOINT", conflicts_with = "listen")]
        connect: Vec<String>,
        /// The name of this host, which followers show; the system's if not given
        #[arg(long)]
        host: Option<String>,
        /// How many times a second to look for changes
        #[arg(long, default_value_t = 100.0, value_name = "HZ")]
        rate: f64,
        /// The longest time without a message, in milliseconds
        #[arg(long, default_value_t = 500, value_name = "MS")]
        beat: u64,
        #[command(flatten)]
        security: SecurityOptions,
    },
    /// Keeps mirrors of regions of another host until it is ended
    Follow {
        /// Where they are served, such as tcp/127.0.0.1:7447
        endpoint: String,
        /// The regions
        #[arg(required = true)]
        names: Vec<String>,
        /// The name or path of the mirror, if there is one region
        #[arg(long = "as", value_name = "NAME")]
        mirror: Option<PathBuf>,
        /// The endpoint is a Zenoh router, to which the origin connects as well
        #[arg(long)]
        router: bool,
        /// The most MiB that a mirror may take
        #[arg(long, default_value_t = 64, value_name = "MIB")]
        max_size: u64,
        #[command(flatten)]
        security: SecurityOptions,
    },
    /// Lists the regions that can be followed
    Ls {
        /// Where they are served
        endpoint: String,
        #[command(flatten)]
        security: SecurityOptions,
    },
}

#[derive(Args, Debug)]
struct SecurityOptions {
    /// The certificate of the authority, for tls/ endpoints
    #[arg(long, requires = "certificate", value_name = "FILE")]
    authority: Option<PathBuf>,
    /// This host's certificate
    #[arg(long, requires = "key", value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Its key
    #[arg(long, requires = "authority", value_name = "FILE")]
    key: Option<PathBuf>,
    /// Allow unencrypted connections to other hosts: whoever can reach the endpoint can read everything
    #[arg(long, conflicts_with = "authority")]
    insecure: bool,
}

impl SecurityOptions {
    fn security(self) -> Security {
        match (self.authority, self.certificate, self.key) {
            (Some(authority), Some(certificate), Some(key)) => {
                Security::mtls(authority, certificate, key)
            }
            _ if self.insecure => Security::Insecure,
            _ => Security::Loopback,
        }
    }
}

fn main() -> ExitCode {
    match run(Command::parse().what) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                eprintln!("  caused by: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(what: What) -> Result<(), Error> {
    match what {
        What::Serve { names, listen, connect, host, rate, beat, security } => {
            let host = host.unwrap_or_else(own_name);
            let scan_period = Duration::from_secs_f64(1.0 / rate.clamp(0.1, 100_000.0));
            let settings = Settings { scan_period, beat: Duration::from_millis(beat.max(1)) };
            let serve = Serve::new(&host).security(security.security()).settings(settings);
            let serve = listen.iter().fold(serve, |serve, endpoint| serve.listen(endpoint));
            let serve = connect.iter().fold(serve, |serve, router| serve.connect(router));
            let _serving = names.iter().fold(serve, |serve, name| serve.region(name)).start()?;
            println!(
                "serving {} as {host} at {}",
                names.join(", "),
                [listen, connect].concat().join(", ")
            );
            for_ever()
        }
        What::Follow { endpoint, names, mirror, router, max_size, security } => {
            let follow = Follow::new(&endpoint).security(security.security());
            let follow = follow.max_size(max_size << 20);
            let follow = if router { follow.through_router() } else { follow };
            let place = |name: &String| {
                mirror.clone().filter(|_| names.len() == 1).unwrap_or_else(|| name.into())
            };
            let follow =
                names.iter().fold(follow, |follow, name| follow.region_as(name, place(name)));
            let following = follow.start()?;
            for name in &names {
                while let Err(error) = following.wait_ready(name, Duration::from_secs(5)) {
                    eprintln!("{name}: {error}");
                }
                println!("following {name} at {endpoint}");
            }
            for_ever()
        }
        What::Ls { endpoint, security } => {
            let found = shm_mirror::list(&endpoint, &security.security(), Duration::from_secs(5))?;
            found.iter().for_each(|region| println!("{region}"));
            Ok(())
        }
    }
}

/// The name of this host.
fn own_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => "localhost".to_owned(),
        name => name.to_owned(),
    }
}

fn for_ever() -> ! {
    loop {
        std::thread::park();
    }
}
