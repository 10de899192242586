//! Keys: `shm/HOST/REGION/d` has deltas, `shm/HOST/REGION/s` answers queries, `shm/HOST/@regions` lists the regions, and
//! `shm/HOST/@alive/INSTANCE` exists for as long as a server does.

use shm_mirror_core::{decoded, encoded};

pub(crate) const REGIONS: &str = "shm/*/@regions";
pub(crate) const ALIVE: &str = "shm/*/@alive/*";
pub(crate) const DELTAS: &str = "shm/*/*/d";

pub(crate) fn deltas(host: &str, region: &str) -> String {
    format!("shm/{}/{}/d", encoded(host), encoded(region))
}

/// The key of queries; `None` for any host.
pub(crate) fn state(host: Option<&str>, region: &str) -> String {
    let host = host.map_or_else(|| "*".to_owned(), encoded);
    format!("shm/{host}/{}/s", encoded(region))
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
    let is_known = matches!(last, "d" | "s") && parts.next().is_none();
    is_known.then_some((decoded(host)?, decoded(region)?))
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
            assert_eq!(asked(&state(Some(host), region)).as_deref(), Some(region));
            assert_eq!(asked(&state(None, region)).as_deref(), Some(region));
            assert_eq!(self::host(&alive(host, 7)).as_deref(), Some(host));
        }
        for key in ["", "shm/a", "shm/a/b", "shm/a/b/x", "shm/a/b/d/e", "other/a/b/d"] {
            assert_eq!((parts(key), asked(key)), (None, None), "{key}");
        }
    }
}
