//! Regions of this host on other hosts, as regions there: over [Eclipse Zenoh](https://zenoh.io), peer to peer, without a
//! server.
//!
//! ```no_run
//! use std::time::Duration;
//! use shm_core::Region;
//! use shm_mirror::{Follow, Serve};
//!
//! // On the host `alpha`, where `station` is:
//! let serving = Serve::new("alpha").listen("tcp/127.0.0.1:7447").region("station").start()?;
//!
//! // On another one:
//! let following = Follow::new("tcp/127.0.0.1:7447").region("station").start()?;
//! following.wait_ready("station", Duration::from_secs(5))?;
//!
//! // There, in any program:
//! let temperature = Region::<f64>::open_read_only("station")?;
//! temperature.mirror().unwrap().fresh(Duration::from_secs(1))?;
//! println!("{temperature} °C");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing listens or looks for others unless it is told where. `shm-mirror-core` has the messages and what both sides do
//! with them.

mod access;
mod address;
mod config;
mod error;
mod execute;
mod follow;
mod keys;
mod remote;
mod serve;
mod watch;

pub use address::Address;
pub use config::Security;
pub use error::Error;
pub use follow::{Follow, Following};
pub use remote::{Remote, RemoteRegion};
pub use serve::{Serve, Serving};
pub use shm_mirror_core::commands::{Allowed, Answer, Given, Refusal, RefusalKind, Step};
pub use shm_mirror_core::{Counts, Settings};
pub use watch::Watch;

use std::time::Duration;

use zenoh::Wait;

/// The names of the regions that can be followed at an endpoint, each as `HOST:NAME`.
///
/// # Errors
/// [`Error::Unreachable`] if no answer came in time; as [`Follow::start`].
pub fn list(endpoint: &str, security: &Security, timeout: Duration) -> Result<Vec<String>, Error> {
    let session = config::connect(endpoint, config::Mode::Peer, security)?;
    let deadline = std::time::Instant::now() + timeout;
    let mut found = Vec::new();
    while found.is_empty() && std::time::Instant::now() < deadline {
        let answers = session.get(keys::REGIONS).timeout(Duration::from_secs(1)).wait()?;
        while let Ok(answer) = answers.recv() {
            let Ok(sample) = answer.result() else { continue };
            let Some(host) = keys::host(sample.key_expr().as_str()) else { continue };
            let text = String::from_utf8_lossy(&sample.payload().to_bytes()).into_owned();
            let names = text.lines().filter_map(shm_mirror_core::decoded);
            found.extend(names.map(|name| format!("{host}:{name}")));
        }
        if found.is_empty() {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let _ = session.close().wait();
    if found.is_empty() {
        return Err(Error::Unreachable { endpoint: endpoint.to_owned() });
    }
    found.sort();
    Ok(found)
}
