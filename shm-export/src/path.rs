//! Paths of fields: `pose.slots[0].value.x`.

/// The path of a part of what has a path, which is empty if that is the whole.
pub(crate) fn of_part(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
