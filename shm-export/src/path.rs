//! Paths of fields: `pose.slots[0].value.x`.

/// Returns the path of a part of the value at `path`, which is empty for the whole.
pub(crate) fn of_part(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
