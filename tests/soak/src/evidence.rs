//! What is kept of a run that failed.

use std::fs;
use std::path::Path;

/// Keeps what the system says of a process that hangs or has failed, as far as it says anything.
pub(crate) fn keep_process(out: &Path, name: &str, pid: u32) {
    let mut text = String::new();
    for file in ["status", "wchan", "syscall", "stack", "maps"] {
        let said = fs::read_to_string(format!("/proc/{pid}/{file}"));
        let said = said.unwrap_or_else(|error| format!("({error})"));
        text.push_str(&format!("== {file}\n{said}\n"));
    }
    keep(out, &format!("{name}.process"), |path| fs::write(path, &text));
}

/// Keeps the files of a folder: the regions, as they are now.
pub(crate) fn keep_regions(out: &Path, folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        keep(out, &name, |path| fs::copy(entry.path(), path).map(drop));
    }
}

fn keep(out: &Path, name: &str, write: impl FnOnce(&Path) -> std::io::Result<()>) {
    if let Err(error) = write(&out.join(name)) {
        eprintln!("{name} could not be kept: {error}");
    }
}
