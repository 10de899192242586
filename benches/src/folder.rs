//! The directory of a run, in shared memory, and the leftovers of runs that were killed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

const PLACE: &str = "/dev/shm";
/// The beginning of every name that a run leaves in [`PLACE`]; the process's number follows.
const PREFIX: &str = "shm-benches-";

/// A directory in shared memory; it is removed in the end, with everything else that has this process's
/// prefix.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> io::Result<Self> {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(PLACE).join(format!("{PREFIX}{}-{count}", std::process::id()));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The name of the directory; a prefix for names that cannot be in it.
    pub(crate) fn name(&self) -> &str {
        self.0.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let own = self.name().to_owned();
        remove(Path::new(PLACE), |name| name.strip_prefix(&own).is_some_and(ends_a_number));
    }
}

/// Removes the leftovers of earlier runs that were killed.
pub(crate) fn sweep() {
    sweep_place(Path::new(PLACE));
}

fn sweep_place(place: &Path) {
    remove(place, |name| {
        owner(name).is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists())
    });
}

/// The process that a name belongs to.
fn owner(name: &str) -> Option<u32> {
    let number = &name[name.find(PREFIX)? + PREFIX.len()..];
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Returns whether a name ends here, or continues with something other than a digit of its number.
fn ends_a_number(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_ascii_digit())
}

fn remove(place: &Path, belongs: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        if !entry.file_name().to_str().is_some_and(&belongs) {
            continue;
        }
        let path = entry.path();
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_removes_everything_with_its_name_and_leaves_others_alone() {
        let folder = Folder::new().unwrap();
        let beside = PathBuf::from(format!("{}-object", folder.path().display()));
        let other = PathBuf::from(format!("{}9", folder.path().display()));
        fs::write(&beside, "").unwrap();
        fs::write(&other, "").unwrap();
        drop(folder);
        assert!(!beside.exists());
        assert!(other.exists());
        fs::remove_file(other).unwrap();
    }

    #[test]
    fn leftovers_of_a_dead_run_are_swept_and_those_of_a_living_one_are_not() {
        let place = Folder::new().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = place.path().join(format!("{PREFIX}{}-0", child.id()));
        child.wait().unwrap();
        let alive = place.path().join(format!("sem.{PREFIX}{}-0", std::process::id()));
        let foreign = place.path().join("something-else");
        fs::create_dir(&dead).unwrap();
        fs::write(&alive, "").unwrap();
        fs::write(&foreign, "").unwrap();
        sweep_place(place.path());
        assert!(!dead.exists());
        assert!(alive.exists() && foreign.exists());
    }
}
