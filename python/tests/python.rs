//! Python's own tests of the package, run with the library that cargo has just built; and regions that
//! Rust and Python share.
//!
//! `SHM_PYTHONS="python3.11 python3.13"` selects the interpreters of the first, `SHM_PYTHON_TESTS="test_elsewhere.py"` the files.

mod shared;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use shm_core::DynRegion;
use shm_export::{Description, python as exported};

/// The folder of the package, made once.
fn site() -> &'static Path {
    static SITE: OnceLock<PathBuf> = OnceLock::new();
    SITE.get_or_init(package)
}

/// A Python that finds the package.
fn python(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("PYTHONPATH", site()).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// A folder with the package: the part in Python from the tree, beside the library that was built.
fn package() -> PathBuf {
    let executable = std::env::current_exe().expect("the test's own path");
    let built = executable.parent().expect("a folder");
    let library = ["lib_shm.so", "../lib_shm.so"].map(|name| built.join(name));
    let library =
        library.iter().find(|path| path.exists()).expect("cargo builds the library first");
    let site = built.join("site-for-python");
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("py/shm"), site.join("shm"));
    copy(&from, &to);
    // First beside it, as a Python that runs already may have the old one mapped.
    let (new, module) = (to.join("_shm.new"), to.join("_shm.abi3.so"));
    std::fs::copy(library, &new).expect("copying the library");
    std::fs::rename(new, module).expect("moving the library");
    site
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("making the folder of the package");
    for entry in std::fs::read_dir(from).expect("the package in the tree") {
        let entry = entry.expect("a file of the package");
        if entry.file_type().expect("its kind").is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copying a file");
        }
    }
}

/// The interpreters that are on this machine.
fn interpreters() -> Vec<String> {
    let named = std::env::var("SHM_PYTHONS").unwrap_or_else(|_| "python3".to_owned());
    named.split_whitespace().map(str::to_owned).collect()
}

/// The name of the region whose module this process prints, and the option that says which module.
const EXPORTED: [&str; 2] = ["SHM_PYTHON_EXPORTED", "SHM_PYTHON_EXPORTED_AS"];

/// The line of a command that prints a module of a region, as `shm export` does with the same arguments: this
/// program again, as the command `shm` is another package's. The test runner writes to the output, too, so the
/// module goes to a descriptor of its own.
fn exporter() -> String {
    let executable = std::env::current_exe().expect("the test's own path");
    let [region, option] = EXPORTED;
    let run = format!(
        "{option}=$1 {region}=$2 '{}' --exact the_module_of_a_region_is_printed 3>&1 >&2",
        executable.display()
    );
    format!("sh -c {run:?} sh")
}

#[test]
fn the_module_of_a_region_is_printed() {
    // For the child alone.
    let [Ok(name), Ok(option)] = EXPORTED.map(std::env::var) else { return };
    let region = DynRegion::open_read_only(&name).expect("opening the region");
    let mut description = Description::new(region.schema().clone());
    if description.type_name().is_none() {
        description = description.with_name("Whole");
    }
    let module = match option.as_str() {
        "--lang=python-class" => exported::classes(&description),
        "--lang=python" => exported::module(&description),
        other => panic!("{other} is not a module in Python"),
    };
    std::fs::write("/dev/fd/3", module.expect("a layout in Python")).expect("printing the module");
}

#[test]
fn pythons_own_tests_pass() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("py/tests");
    for interpreter in interpreters() {
        let mut command = python(&interpreter);
        command.args(["-m", "unittest", "discover", "-t"]).arg(&tests).arg("-s").arg(&tests);
        command.env("SHM_EXPORT", exporter());
        if let Ok(pattern) = std::env::var("SHM_PYTHON_TESTS") {
            command.args(["-p", &pattern]);
        }
        let output = command.output().expect("running Python");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{interpreter}: {said}");
        assert!(!said.contains("Ran 0 tests"), "{interpreter} found no tests");
    }
}
