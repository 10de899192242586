//! The drawer for the operating system: only here are `rustix` and Linux named. Errors leave as
//! [`std::io::Error`].

pub(crate) mod byte_lock;
pub(crate) mod file;
pub(crate) mod fork;
pub(crate) mod futex;
pub(crate) mod holes;
pub(crate) mod memfd;
pub(crate) mod process;
