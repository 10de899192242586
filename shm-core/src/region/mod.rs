//! Regions: from a name to a view.
//!
//! ```text
//! name -> file -> checked header -> mapping -> view
//! ```
//! [`Region::options`] returns the builder, [`RegionOptions`]; a [`Region`] derefs to the view of its type.

// `name` makes the path, `create` and `open` the file with its header, `mapping` maps the memory, and
// `handle` is the `Region`. `overlay` needs no header.

mod aside;
mod boot;
mod create;
mod creating;
mod each;
mod encoded;
mod failure;
mod flag;
mod follow;
mod grow;
mod handle;
mod leftover;
mod mapped;
mod mapped_value;
mod mapping;
pub mod mirror;
mod name;
mod objects;
mod on_disk;
mod open;
mod opening;
mod options;
mod overlay;
mod owned_guard;
mod pages;
mod pass;
mod patch;
mod projected;
mod reader;
mod remove_on_drop;
mod settings;
mod shortcuts;
mod temporary;

pub(crate) use aside::unlink as unlink_if;
pub(crate) use boot::of as boot_of;
pub(crate) use create::{
    ANONYMOUS, Draft, NewValue, memfd, memfd_label, open_or_create, private_described,
};
pub(crate) use failure::{no_file, opening as failed_to_open};
pub(crate) use follow::Way;
pub(crate) use mapped::Mapped;
pub(crate) use mapping::{Mapping, mapped_name};
pub(crate) use name::resolve as resolve_name;
pub(crate) use open::{
    Explained, Sender, by_layout, by_schema, descriptor_by_layout, descriptor_by_schema, inspected,
    is_own,
};
pub(crate) use pass::receive;
pub(crate) use settings::{Settings, Verb};
pub(crate) use temporary::IfTaken;

pub use crate::outcome::Outcome;
pub use boot::Boot;
pub use follow::Follow;
pub use handle::Region;
pub use leftover::Leftover;
pub use options::RegionOptions;
pub use overlay::Overlay;
pub(crate) use overlay::{Described, Site};
pub use owned_guard::OwnedGuard;
pub(crate) use projected::Keeper;
pub use projected::Projected;
pub use remove_on_drop::RemoveOnDrop;

use std::path::Path;

use crate::error::Error;
use crate::sys;

/// Removes a region's name. Processes that have the region mapped keep it until they drop it.
///
/// `name` is a plain name, meaning a file in `/dev/shm`, or a path. The name is removed whichever file
/// it means; [`Region::unlink`] removes only the name of one particular region.
///
/// # Errors
/// If the name is invalid, no such region exists, or the operating system refuses (`unlink(2)`).
///
/// ```
/// use shm_core::Region;
///
/// let name = format!("shm-doc-unlink-{}", std::process::id());
/// let hits = Region::<u64>::create(&name)?;
/// shm_core::region::unlink(&name)?;
/// hits.set(1); // still mapped here
/// assert!(Region::<u64>::open(&name).is_err());
/// # Ok::<(), shm_core::Error>(())
/// ```
pub fn unlink(name: impl AsRef<Path>) -> Result<(), Error> {
    let path = name::resolve(name.as_ref())?;
    sys::file::unlink(&path).map_err(|error| failure::opening(&path, "removing the name", error))
}
