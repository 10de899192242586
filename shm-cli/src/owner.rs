//! The owner of a file.

use serde::Serialize;

use crate::printable::printable;

/// A user.
#[derive(Clone, Debug, Serialize)]
pub struct Owner {
    /// The number.
    pub uid: u32,
    /// The name, if known on this machine.
    pub name: Option<String>,
}

impl Owner {
    /// The user with this number.
    #[must_use]
    pub fn of(uid: u32) -> Self {
        let name = uzers::get_user_by_uid(uid);
        Self { uid, name: name.map(|user| user.name().to_string_lossy().into_owned()) }
    }

    /// The name or, without one, the number.
    #[must_use]
    pub fn text(&self) -> String {
        self.name
            .as_deref()
            .map_or_else(|| self.uid.to_string(), |name| printable(name).into_owned())
    }
}
