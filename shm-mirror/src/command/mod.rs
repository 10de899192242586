//! What the command does, apart from what it runs until it is ended.

pub(crate) mod arguments;
pub(crate) mod authority;
pub(crate) mod failure;
pub(crate) mod parent;
pub(crate) mod stdio;
pub(crate) mod values;
