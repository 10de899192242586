//! The rule for names in a schema.

use super::error::TypeFault;
use crate::limits::MAX_NAME_LEN;

/// Returns a name, if it is valid for a field or a variant: a Rust identifier, or the digits of a tuple
/// field. Valid names have no control, white-space, formatting or bidirectional characters, so they are
/// safe to print.
pub(super) fn checked(bytes: &[u8]) -> Result<&str, TypeFault> {
    let (found, limit) = (bytes.len(), MAX_NAME_LEN);
    if found > limit {
        return Err(TypeFault::NameLength { found, limit });
    }
    match std::str::from_utf8(bytes) {
        Ok(name) if is_identifier(name) || is_index(name) => Ok(name),
        _ => {
            let shown = &bytes[..bytes.len().min(64)];
            Err(TypeFault::Name { found: format!("\"{}\"", shown.escape_ascii()) })
        }
    }
}

/// Whether this is a valid name for a field or a variant.
pub fn is_name(name: &str) -> bool {
    checked(name.as_bytes()).is_ok()
}

/// Returns the length in bytes of the Rust identifier at the start of a text; 0 if there is none.
#[must_use]
pub fn identifier_len(text: &str) -> usize {
    let starts = |c| c == '_' || unicode_ident::is_xid_start(c);
    if !text.starts_with(starts) {
        return 0;
    }
    text.find(|c| !unicode_ident::is_xid_continue(c)).unwrap_or(text.len())
}

fn is_identifier(name: &str) -> bool {
    !name.is_empty() && identifier_len(name) == name.len()
}

/// `0`, `1`, `23`: no leading zero.
fn is_index(name: &str) -> bool {
    let digits = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    digits && (name == "0" || !name.starts_with('0'))
}

#[cfg(test)]
mod tests {
    use super::{TypeFault, checked};

    #[test]
    fn identifiers_of_every_script_and_tuple_indexes_are_names() {
        for name in ["x", "_", "_1", "température", "位置", "हिन्दी", "r2d2", "0", "12"]
        {
            assert_eq!(checked(name.as_bytes()), Ok(name));
        }
    }

    #[test]
    fn a_name_has_255_bytes_at_most() {
        assert!(checked("x".repeat(255).as_bytes()).is_ok());
        let fault = TypeFault::NameLength { found: 256, limit: 255 };
        assert_eq!(checked("x".repeat(256).as_bytes()), Err(fault));
    }

    #[test]
    fn text_that_could_mislead_a_terminal_or_a_path_is_not_a_name() {
        for name in
            ["", "a b", "a.b", "a[0]", "01", "1x", "\u{1b}[31m", "a\u{202e}b", "a\u{200b}", "€"]
        {
            assert!(checked(name.as_bytes()).is_err(), "{name:?}");
        }
        assert!(checked(b"\xff\xfe").is_err());
    }
}
