//! Keys: `shm/HOST/REGION/d` has deltas, `shm/HOST/REGION/s` answers queries for state, `shm/HOST/REGION/get` commands that
//! only read, `shm/HOST/REGION/do` all commands, `shm/HOST/@regions` lists the regions, and `shm/HOST/@alive/INSTANCE` exists
//! for as long as a server does.

use shm_mirror_core::commands::Right;
use shm_mirror_core::{decoded, encoded};

pub(crate) const REGIONS: &str = "shm/*/@regions";
pub(crate) const ALIVE: &str = "shm/*/@alive/*";
pub(crate) const DELTAS: &str = "shm/*/*/d";
pub(crate) const STATES: &str = "shm/*/*/s";
pub(crate) const READS: &str = "shm/*/*/get";
pub(crate) const COMMANDS: &str = "shm/*/*/do";

pub(crate) fn deltas(host: &str, region: &str) -> String {
    format!("shm/{}/{}/d", encoded(host), encoded(region))
}

/// The key of queries; `None` for any host.
pub(crate) fn state(host: Option<&str>, region: &str) -> String {
    let host = host.map_or_else(|| "*".to_owned(), encoded);
    format!("shm/{host}/{}/s", encoded(region))
}

/// The key of commands; `None` for any host.
pub(crate) fn command(host: Option<&str>, region: &str, right: Right) -> String {
    let host = host.map_or_else(|| "*".to_owned(), encoded);
    format!("shm/{host}/{}/{}", encoded(region), verb(right))
}

/// The key of the commands for all regions of a host.
pub(crate) fn commands(host: &str, right: Right) -> String {
    format!("shm/{}/*/{}", encoded(host), verb(right))
}

/// What is at the end of a key of commands.
fn verb(right: Right) -> &'static str {
    match right {
        Right::Read => "get",
        Right::Write => "do",
    }
}

pub(crate) fn states(host: &str) -> String {
    format!("shm/{}/*/s", encoded(host))
}

pub(crate) fn regions(host: &str) -> String {
    format!("shm/{}/@regions", encoded(host))
}

pub(crate) fn alive(host: &str, instance: u64) -> String {
    format!("shm/{}/@alive/{instance:016x}", encoded(host))
}

/// The host in a key.
pub(crate) fn host(key: &str) -> Option<String> {
    decoded(key.strip_prefix("shm/")?.split('/').next()?)
}

/// The host and the region in a key of deltas or queries.
pub(crate) fn parts(key: &str) -> Option<(String, String)> {
    let mut parts = key.strip_prefix("shm/")?.split('/');
    let (host, region, last) = (parts.next()?, parts.next()?, parts.next()?);
    let is_known = matches!(last, "d" | "s" | "get" | "do") && parts.next().is_none();
    is_known.then_some((decoded(host)?, decoded(region)?))
}

/// The region in a key of commands, of one host or of any.
pub(crate) fn commanded(key: &str) -> Option<String> {
    decoded(key.strip_prefix("shm/")?.split('/').nth(1)?)
}

/// The region that is asked for, of this host or of any.
pub(crate) fn asked(key: &str) -> Option<String> {
    let mut parts = key.strip_prefix("shm/")?.split('/').skip(1);
    let (region, last) = (parts.next()?, parts.next()?);
    if last == "s" && parts.next().is_none() { decoded(region) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_regions_come_back_from_keys() {
        for (host, region) in [("alpha", "station"), ("a/b", "x y"), ("ä", "*")] {
            let both = Some((host.to_owned(), region.to_owned()));
            assert_eq!(parts(&deltas(host, region)), both);
            assert_eq!(parts(&state(Some(host), region)), both);
            let key = command(Some(host), region, Right::Write);
            assert_eq!(parts(&key), both);
            assert_eq!(commanded(&key).as_deref(), Some(region));
            assert_eq!(commanded(&command(None, region, Right::Read)).as_deref(), Some(region));
            assert_eq!(asked(&state(Some(host), region)).as_deref(), Some(region));
            assert_eq!(asked(&state(None, region)).as_deref(), Some(region));
            assert_eq!(self::host(&alive(host, 7)).as_deref(), Some(host));
        }
        for key in ["", "shm/a", "shm/a/b", "shm/a/b/x", "shm/a/b/d/e", "other/a/b/d"] {
            assert_eq!((parts(key), asked(key)), (None, None), "{key}");
        }
    }
}
