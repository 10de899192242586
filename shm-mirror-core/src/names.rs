//! Names of hosts and regions as parts of keys.

/// Encodes a name so that it can be one part of a key: every byte that is not a letter, a digit, `.`, `_` or `-` becomes
/// `%` and two digits.
///
/// ```
/// assert_eq!(shm_mirror_core::encoded("station 1/*"), "station%201%2F%2A");
/// assert_eq!(shm_mirror_core::decoded("station%201%2F%2A").as_deref(), Some("station 1/*"));
/// ```
#[must_use]
pub fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Decodes a part of a key; `None` if [`encoded`] does not make it of any name.
#[must_use]
pub fn decoded(part: &str) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), part.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let digits = std::str::from_utf8(after.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    let name = String::from_utf8(bytes).ok()?;
    (encoded(&name) == part).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back() {
        for name in ["station", "", "ä ö", "%", "a/b", "@x", "*$#?", ".", "\0\u{7f}"] {
            let part = encoded(name);
            assert!(part.bytes().all(|byte| byte.is_ascii_graphic() && !b"*$#?/@".contains(&byte)));
            assert_eq!(decoded(&part).as_deref(), Some(name));
        }
    }

    #[test]
    fn a_part_that_no_name_has_is_refused() {
        for part in ["%", "%2", "%zz", "%61", "%2f", "a b", "%FF", "%+1", "@x"] {
            assert_eq!(decoded(part), None, "{part}");
        }
    }
}
