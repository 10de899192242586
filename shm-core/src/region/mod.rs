//! Regions.

/// Where an address lies.
pub(crate) struct Place {
    pub(crate) region: String,
    pub(crate) field: String,
}

pub(crate) fn locate(_address: usize) -> Option<Place> {
    None
}
