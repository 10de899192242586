//! The operating system: only this module names `rustix` and Linux. Errors are returned as
//! [`std::io::Error`].

pub(crate) mod byte_lock;
pub(crate) mod clock;
pub(crate) mod descriptor;
#[cfg(feature = "async")]
pub(crate) mod eventfd;
pub(crate) mod file;
pub(crate) mod fork;
pub(crate) mod futex;
pub(crate) mod holes;
pub(crate) mod maps;
pub(crate) mod memfd;
pub(crate) mod pass;
pub(crate) mod process;
#[cfg(all(test, shm_assembly))]
pub(crate) mod recorder;
pub(crate) mod space;
pub(crate) mod sysv;
#[cfg(feature = "async")]
pub(crate) mod thread;
pub(crate) mod user;
pub(crate) mod volume;
