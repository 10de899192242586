//! The arguments of the command.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use shm_mirror::{Address, Error, Security, Settings};

use super::failure::Failure;
use super::parent;
use super::values::{Form, Reach};

/// Regions of one host on others, as regions there
#[derive(Debug, Parser)]
#[command(name = "shm-mirror", version)]
pub(crate) struct Command {
    #[command(subcommand)]
    pub(crate) what: What,
}

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Serves regions of this host until it is ended
    Serve(Box<ServeOptions>),
    /// Keeps mirrors of regions of another host until it is ended
    Follow(FollowOptions),
    /// Lists the regions that can be followed
    Ls {
        /// Where they are served
        endpoint: String,
        #[command(flatten)]
        security: SecurityOptions,
    },
    /// Prints values of a region of another host, read there
    Get {
        #[command(flatten)]
        reach: ReachOptions,
        /// The paths of fields; the whole value if there are none
        paths: Vec<String>,
        #[command(flatten)]
        form: FormOptions,
    },
    /// Writes values to a region of another host: all, or none
    Set {
        #[command(flatten)]
        reach: ReachOptions,
        /// PATH=VALUE, or PATH+=NUMBER to add
        #[arg(required = true)]
        assignments: Vec<String>,
        /// Print what was written as JSON, with the numbers before
        #[arg(long)]
        json: bool,
    },
    /// Prints values of a region of another host, and each again when it changes
    Watch {
        #[command(flatten)]
        reach: ReachOptions,
        /// The paths of fields; the whole value if there are none
        paths: Vec<String>,
        /// End after so many values of each
        #[arg(long, value_name = "N")]
        count: Option<NonZeroUsize>,
        #[command(flatten)]
        form: FormOptions,
    },
    /// Reads and writes regions of another host for a program that runs this command as a child
    Remote {
        /// Where they are served
        endpoint: String,
        /// Requests on standard input, answers on standard output: one JSON object a line
        #[arg(long, required = true)]
        stdio: bool,
        #[command(flatten)]
        life: Life,
        #[command(flatten)]
        security: SecurityOptions,
    },
    /// Makes an authority, and certificates of it for hosts and clients, to try TLS
    Keys {
        /// The folder to make
        folder: PathBuf,
        /// A host that serves, by the name or address in its endpoint
        #[arg(long = "host", required = true, value_name = "NAME")]
        hosts: Vec<String>,
        /// A client, by the name that --reader and --writer have; `reader` and `writer` if there are none
        #[arg(long = "client", value_name = "NAME")]
        clients: Vec<String>,
    },
}

impl What {
    /// Whether a program reads what is printed, so that errors are JSON as well.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Get { form, .. } | Self::Watch { form, .. } => form.json,
            Self::Set { json, .. } => *json,
            _ => false,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct ServeOptions {
    /// The regions: names in /dev/shm
    #[arg(required = true)]
    pub(crate) names: Vec<String>,
    /// Where to listen; nowhere else
    #[arg(long, required_unless_present = "connect", value_name = "ENDPOINT")]
    pub(crate) listen: Vec<String>,
    /// A Zenoh router to connect to instead: its followers get what is sent once
    #[arg(long, value_name = "ENDPOINT", conflicts_with = "listen")]
    pub(crate) connect: Vec<String>,
    /// The name of this host, which followers show; the system's if not given
    #[arg(long)]
    pub(crate) host: Option<String>,
    /// How many times a second to look for changes
    #[arg(long, default_value_t = 100.0, value_name = "HZ")]
    rate: f64,
    /// The longest time without a message, in milliseconds
    #[arg(long, default_value_t = 500, value_name = "MS")]
    beat: u64,
    /// What others may set, such as station:target.* or station:axes[*].setpoint; nothing if not given
    #[arg(long, value_name = "REGION:PATH", value_parser = allowed)]
    pub(crate) allow_set: Vec<(String, String)>,
    /// With TLS: the common name of a certificate that may follow and get, or * for every one of the authority
    #[arg(long, value_name = "NAME", requires = "authority")]
    pub(crate) reader: Vec<String>,
    /// With TLS: the common name of a certificate that may also set
    #[arg(long, value_name = "NAME", requires = "authority")]
    pub(crate) writer: Vec<String>,
    #[command(flatten)]
    pub(crate) life: Life,
    #[command(flatten)]
    pub(crate) security: SecurityOptions,
}

impl ServeOptions {
    pub(crate) fn settings(&self) -> Settings {
        let scan_period = Duration::from_secs_f64(1.0 / self.rate.clamp(0.1, 100_000.0));
        Settings { scan_period, beat: Duration::from_millis(self.beat.max(1)) }
    }
}

/// `REGION:PATH`. The name of a region can have colons, a path has them in quotation marks alone.
fn allowed(text: &str) -> Result<(String, String), String> {
    let end = text.find('"').unwrap_or(text.len());
    let colon = text[..end].rfind(':').filter(|at| *at > 0 && at + 1 < text.len());
    let at = colon.ok_or("expected REGION:PATH, such as station:target.*")?;
    Ok((text[..at].to_owned(), text[at + 1..].to_owned()))
}

#[derive(Args, Debug)]
pub(crate) struct FollowOptions {
    /// Where they are served, such as tcp/127.0.0.1:7447
    pub(crate) endpoint: String,
    /// The regions
    #[arg(required = true)]
    pub(crate) names: Vec<String>,
    /// The name or path of the mirror, if there is one region
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) mirror: Option<PathBuf>,
    /// The endpoint is a Zenoh router, to which the origin connects as well
    #[arg(long)]
    pub(crate) router: bool,
    /// The most MiB that a mirror may take
    #[arg(long, default_value_t = 64, value_name = "MIB")]
    pub(crate) max_size: u64,
    /// Print what happens as lines of JSON: {"following": NAME}, or {"region": NAME, "error": {"kind": .., "message": ..}} as
    /// long as that lasts
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) life: Life,
    #[command(flatten)]
    pub(crate) security: SecurityOptions,
}

#[derive(Args, Debug)]
pub(crate) struct Life {
    /// End as soon as this process has ended, which started this one
    #[arg(long, value_name = "PID")]
    with_parent: Option<u32>,
}

impl Life {
    /// Ends this process with its parent, if that was asked for.
    pub(crate) fn apply(&self) -> Result<(), Failure> {
        Ok(self.with_parent.map_or(Ok(()), parent::end_with)?)
    }
}

#[derive(Args, Debug)]
pub(crate) struct ReachOptions {
    /// The region, where it is served: such as tcp/127.0.0.1:7447/station
    #[arg(value_name = "ENDPOINT/NAME")]
    region: String,
    /// How many seconds to try to get an answer
    #[arg(long, default_value_t = 5.0, value_name = "SECONDS")]
    patience: f64,
    /// How many seconds to wait for locks at most
    #[arg(long, default_value_t = 1.0, value_name = "SECONDS")]
    wait: f64,
    #[command(flatten)]
    security: SecurityOptions,
}

impl ReachOptions {
    pub(crate) fn reach(self) -> Result<Reach, Failure> {
        let address: Address =
            self.region.parse().map_err(|error: Error| Failure::Usage(error.to_string()))?;
        let seconds = |seconds: f64| {
            let wrong = || Failure::Usage(format!("{seconds} is not a number of seconds"));
            Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
        };
        Ok(Reach {
            address,
            patience: seconds(self.patience)?,
            wait: seconds(self.wait)?,
            security: self.security.security(),
        })
    }
}

#[derive(Args, Debug)]
pub(crate) struct FormOptions {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Print text without quotation marks, and no paths
    #[arg(long, conflicts_with = "json")]
    raw: bool,
}

impl FormOptions {
    pub(crate) fn form(&self) -> Form {
        match (self.json, self.raw) {
            (true, _) => Form::Json,
            (_, true) => Form::Raw,
            _ => Form::Text,
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct SecurityOptions {
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
    pub(crate) fn security(&self) -> Security {
        match (&self.authority, &self.certificate, &self.key) {
            (Some(authority), Some(certificate), Some(key)) => {
                Security::mtls(authority, certificate, key)
            }
            _ if self.insecure => Security::Insecure,
            _ => Security::Loopback,
        }
    }
}

/// The name of this host.
pub(crate) fn own_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    match name.trim() {
        "" => "localhost".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        use clap::CommandFactory;
        Command::command().debug_assert();
    }

    #[test]
    fn a_region_and_a_path_are_told_apart() {
        let both = |region: &str, path: &str| Ok((region.to_owned(), path.to_owned()));
        assert_eq!(allowed("station:target.*"), both("station", "target.*"));
        assert_eq!(allowed("a:b:c"), both("a:b", "c"));
        assert_eq!(allowed(r#"a:ages["x:y"]"#), both("a", r#"ages["x:y"]"#));
        for text in ["station", ":a", "station:"] {
            assert!(allowed(text).is_err(), "{text}");
        }
    }
}
