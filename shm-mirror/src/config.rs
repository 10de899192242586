//! Zenoh's settings, each for a reason.

use std::net::IpAddr;
use std::path::PathBuf;

use zenoh::{Config, Session, Wait};

use crate::Error;

/// How connections between hosts are protected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Security {
    /// Only connections on this host: loopback.
    #[default]
    Loopback,
    /// TLS in both directions: each side shows a certificate of the same authority.
    Mtls {
        /// The certificate of the authority, as PEM.
        authority: PathBuf,
        /// This side's certificate.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
    /// Whoever can reach the endpoint can read everything.
    Insecure,
}

impl Security {
    /// TLS in both directions, by the certificate of an authority, this side's certificate, and its key, as PEM files.
    #[must_use]
    pub fn mtls(
        authority: impl Into<PathBuf>,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        let (authority, certificate, key) = (authority.into(), certificate.into(), key.into());
        Self::Mtls { authority, certificate, key }
    }
}

/// To whom a session talks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Other hosts, without a router.
    #[default]
    Peer,
    /// A router, which forwards everything: of two peers, it supposes that they are connected to each other.
    Client,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::Client => "client",
        }
    }
}

/// Opens a session that listens to some endpoints, and to nothing else, and connects to some routers; with the settings of
/// who may do what.
pub(crate) fn listen(
    endpoints: &[String],
    routers: &[String],
    security: &Security,
    access: &[(String, String)],
) -> Result<Session, Error> {
    let mode = if endpoints.is_empty() { Mode::Client } else { Mode::Peer };
    let plain = |endpoints: &[String]| endpoints.iter().map(|it| plain(it)).collect::<Vec<_>>();
    open(&plain(endpoints), &plain(routers), mode, security, access)
}

/// Opens a session that connects to an endpoint, and listens to nothing.
pub(crate) fn connect(endpoint: &str, mode: Mode, security: &Security) -> Result<Session, Error> {
    open(&[], &[plain(endpoint)], mode, security, &[])
}

/// An endpoint as Zenoh writes it: `tcp/HOST:PORT`, of `tcp://HOST:PORT` as well.
pub(crate) fn plain(endpoint: &str) -> String {
    endpoint.replacen("://", "/", 1)
}

fn open(
    listen: &[String],
    connect: &[String],
    mode: Mode,
    security: &Security,
    more: &[(String, String)],
) -> Result<Session, Error> {
    for endpoint in listen.iter().chain(connect) {
        expect_secure(endpoint, security)?;
    }
    let mut config = Config::default();
    for (key, value) in settings(listen, connect, mode, security).iter().chain(more) {
        config.insert_json5(key, value)?;
    }
    Ok(zenoh::open(config).wait()?)
}

/// Checks that a connection to other hosts is encrypted, unless that was asked for.
fn expect_secure(endpoint: &str, security: &Security) -> Result<(), Error> {
    let is_encrypted = endpoint.starts_with("tls/");
    let is_allowed = match security {
        Security::Insecure => true,
        Security::Mtls { .. } => is_encrypted || is_loopback(endpoint),
        Security::Loopback => is_loopback(endpoint),
    };
    if is_allowed { Ok(()) } else { Err(Error::Insecure { endpoint: endpoint.to_owned() }) }
}

/// Whether an endpoint, such as `tcp/127.0.0.1:7447`, is an address of this host alone. A name is not: it could mean anything.
fn is_loopback(endpoint: &str) -> bool {
    let Some((_, address)) = endpoint.split_once('/') else { return false };
    let address = address.split(['?', '#']).next().unwrap_or(address);
    let Some((host, _port)) = address.rsplit_once(':') else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Keys of Zenoh's configuration, with their values as JSON5.
fn settings(
    listen: &[String],
    connect: &[String],
    mode: Mode,
    security: &Security,
) -> Vec<(String, String)> {
    let list = |endpoints: &[String]| {
        let quoted: Vec<_> = endpoints.iter().map(|endpoint| quoted(endpoint)).collect();
        format!("[{}]", quoted.join(","))
    };
    let mut settings = vec![
        ("mode", quoted(mode.name())),
        // No host is looked for: by default, Zenoh joins a multicast group and gossips.
        ("scouting/multicast/enabled", "false".to_owned()),
        ("scouting/gossip/enabled", "false".to_owned()),
        // By default, Zenoh listens to all interfaces.
        ("listen/endpoints", list(listen)),
        ("connect/endpoints", list(connect)),
        ("connect/timeout_ms", "-1".to_owned()),
        ("connect/exit_on_failure", "false".to_owned()),
        (
            "connect/retry",
            "{period_init_ms: 100, period_max_ms: 1000, period_increase_factor: 2}".to_owned(),
        ),
        // Nothing about the session can be read or changed from elsewhere.
        ("adminspace/enabled", "false".to_owned()),
        // A host that is gone is known to be after this time.
        ("transport/link/tx/lease", "3000".to_owned()),
        // A follower that does not read delays the others by so much at most.
        ("transport/link/tx/queue/congestion_control/drop/wait_before_drop", "20000".to_owned()),
    ];
    if let Security::Mtls { authority, certificate, key } = security {
        let path = |path: &PathBuf| quoted(&path.display().to_string());
        settings.extend([
            ("transport/link/tls/root_ca_certificate", path(authority)),
            ("transport/link/tls/listen_certificate", path(certificate)),
            ("transport/link/tls/listen_private_key", path(key)),
            ("transport/link/tls/connect_certificate", path(certificate)),
            ("transport/link/tls/connect_private_key", path(key)),
            ("transport/link/tls/enable_mtls", "true".to_owned()),
        ]);
    }
    settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A text in JSON.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mtls() -> Security {
        let path = |name: &str| PathBuf::from(name);
        Security::Mtls { authority: path("ca"), certificate: path("cert"), key: path("key") }
    }

    #[test]
    fn only_encrypted_connections_leave_the_host_unless_asked_for() {
        let far = [
            "tcp/0.0.0.0:7447",
            "tcp/10.1.2.3:7447",
            "tcp/alpha:7447",
            "tcp/[::]:7447",
            "nonsense",
        ];
        for endpoint in far {
            assert!(matches!(
                expect_secure(endpoint, &Security::Loopback),
                Err(Error::Insecure { .. })
            ));
            assert!(expect_secure(endpoint, &mtls()).is_err(), "{endpoint}");
            assert!(expect_secure(endpoint, &Security::Insecure).is_ok());
        }
        for endpoint in ["tcp/127.0.0.1:7447", "tcp/127.8.8.8:1", "tcp/[::1]:7447"] {
            assert!(expect_secure(endpoint, &Security::Loopback).is_ok(), "{endpoint}");
        }
        assert!(expect_secure("tls/alpha:7447", &mtls()).is_ok());
        assert!(
            expect_secure("tls/alpha:7447", &Security::Loopback).is_err(),
            "without certificates"
        );
        assert!(expect_secure("tcp/127.0.0.1.evil.example:7447", &Security::Loopback).is_err());
    }

    #[test]
    fn every_setting_is_one_that_zenoh_knows() {
        let endpoints = ["tcp/127.0.0.1:7447".to_owned()];
        for security in [Security::Loopback, mtls()] {
            let mut config = Config::default();
            for (key, value) in settings(&endpoints, &endpoints, Mode::Peer, &security) {
                config.insert_json5(&key, &value).unwrap_or_else(|error| panic!("{key}: {error}"));
            }
        }
    }
}
