//! Addresses of other hosts, told apart from the names of files.

use std::path::Path;

/// Whether what names a file otherwise is an address, of whatever it may be.
pub(crate) fn is_meant_by(file: &Path) -> bool {
    file.to_str().is_some_and(|text| parts(text).is_some())
}

/// The protocol and the rest of what begins as an address does: `tls://..`, `tcp/alpha:7447..`.
pub(crate) fn parts(text: &str) -> Option<(&str, &str)> {
    if let Some((protocol, rest)) = text.split_once("://") {
        let is_word =
            !protocol.is_empty() && protocol.bytes().all(|byte| byte.is_ascii_lowercase());
        return is_word.then_some((protocol, rest));
    }
    let (protocol, rest) = text.split_once('/')?;
    let host = rest.split('/').next()?;
    (["tcp", "tls"].contains(&protocol) && is_host_and_port(host)).then_some((protocol, rest))
}

/// Whether a text is `HOST:PORT`.
pub(crate) fn is_host_and_port(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    !host.is_empty() && port.parse::<u16>().is_ok()
}
