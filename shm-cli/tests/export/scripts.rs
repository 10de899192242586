//! Running exported modules with Python.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::PathBuf;
use std::process::Command;

use crate::regions;

/// A script that imports the module of a region.
pub(crate) struct Script {
    directory: PathBuf,
}

impl Script {
    /// Exports the module of `region` as `NAME.py`, beside `source`.
    pub(crate) fn of(region: &str, name: &str, source: &str) -> Self {
        let module = regions::printed(&["export", region, "--lang", "python"]);
        Self::with_module(region, name, &module, source)
    }

    /// Writes this module beside `source`.
    pub(crate) fn with_module(what: &str, name: &str, module: &str, source: &str) -> Self {
        let directory = regions::unique(&format!("{what}-{name}-python"));
        let directory = std::env::temp_dir().join(directory);
        std::fs::create_dir_all(&directory).expect("making a directory");
        std::fs::write(directory.join(format!("{name}.py")), module).expect("writing a module");
        std::fs::write(directory.join("main_.py"), source).expect("writing a script");
        Self { directory }
    }

    /// Runs the script, which must succeed, and returns its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = regions::finished(self.command(arguments));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).expect("the script prints UTF-8")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let python = std::env::var_os("SHM_PYTHON").unwrap_or_else(|| "python3".into());
        let mut command = Command::new(python);
        command.args(["-X", "utf8", "-W", "error"]).arg(self.directory.join("main_.py"));
        command.args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
