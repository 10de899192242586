//! [`Address`]: a region of another host, as text.

use std::fmt;
use std::str::FromStr;

use crate::{Error, config};

/// A region of another host: `tcp/127.0.0.1:7447/station`, or `tls://alpha:7447/station`.
///
/// ```
/// let address: shm_mirror::Address = "tls://alpha:7447/station".parse()?;
/// assert_eq!((address.endpoint(), address.region()), ("tls/alpha:7447", "station"));
/// assert!("station".parse::<shm_mirror::Address>().is_err());
/// # Ok::<(), shm_mirror::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    endpoint: String,
    region: String,
}

impl Address {
    /// Where it is served.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Its name there.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = config::plain(text);
        let parts = plain.split_once('/').and_then(|(protocol, rest)| {
            let (place, region) = rest.split_once('/')?;
            let is_one =
                matches!(protocol, "tcp" | "tls") && place.contains(':') && !region.is_empty();
            is_one.then(|| (format!("{protocol}/{place}"), region.to_owned()))
        });
        let not_one = || Error::NotAnAddress { text: text.to_owned() };
        let (endpoint, region) = parts.ok_or_else(not_one)?;
        Ok(Self { endpoint, region })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.endpoint, self.region)
    }
}
