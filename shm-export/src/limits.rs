//! The limits of the format, for templates: `@MAX_ALIGN@` stands for 4096.

use shm_schema::limits;

/// Fills in the limits that a template names.
pub(crate) fn fill(template: &str) -> String {
    let limits = [
        ("@CACHE_LINE@", u64::from(limits::CACHE_LINE)),
        ("@MAX_ALIGN@", u64::from(limits::MAX_ALIGN)),
        ("@MAX_PARTICIPANTS@", u64::from(limits::MAX_PARTICIPANTS)),
        ("@MAX_SECTIONS@", u64::from(limits::MAX_SECTIONS)),
        ("@MAX_HEAP_LEN@", limits::MAX_HEAP_LEN),
        ("@MAX_SCHEMA_LEN@", limits::MAX_SCHEMA_LEN),
        ("@MAX_GROWTH_LEN@", limits::MAX_GROWTH_LEN),
        ("@MAX_TYPES@", u64::from(limits::MAX_TYPES)),
        ("@MAX_NAME_LEN@", limits::MAX_NAME_LEN as u64),
        ("@MAX_DEPTH@", u64::from(limits::MAX_DEPTH)),
    ];
    limits.iter().fold(template.to_owned(), |text, (name, limit)| {
        if text.contains(name) { text.replace(name, &limit.to_string()) } else { text }
    })
}
