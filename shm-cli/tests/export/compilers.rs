//! Compiling exported headers with gcc and g++.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::regions;

/// A compiler and its language standard.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standard {
    compiler: &'static str,
    standard: &'static str,
    language: &'static str,
    more: &'static [&'static str],
}

pub(crate) const STANDARDS: [Standard; 2] = [
    Standard { compiler: "gcc", standard: "-std=c11", language: "c", more: &[] },
    Standard { compiler: "g++", standard: "-std=c++17", language: "c++", more: &[] },
];

/// C with the address and undefined behaviour sanitizers, if the compiler has them. Any finding
/// ends the program.
pub(crate) fn sanitized() -> Option<Standard> {
    const MORE: &[&str] = &["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let standard = Standard { more: MORE, ..STANDARDS[0] };
    let directory = Directory::new("sanitizers");
    directory.write("main.c", "int main(void) { return 0; }\n");
    let is_there = compile(standard, &directory, &["-o", "program"]).status.success();
    is_there.then_some(standard)
}

/// Warnings are errors, including rare ones.
const FLAGS: &[&str] =
    &["-O2", "-Wall", "-Wextra", "-Werror", "-pedantic", "-Wconversion", "-Wshadow"];

/// A directory that is removed on drop.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(what: &str) -> Self {
        let path = std::env::temp_dir().join(regions::unique(what));
        std::fs::create_dir_all(&path).expect("making a directory");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("writing a source");
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that includes the header of a region.
pub(crate) struct Program {
    directory: Directory,
    standard: Standard,
}

impl Program {
    /// Exports the header of `region` as `NAME.h`, and compiles `source` with it.
    pub(crate) fn of(standard: Standard, region: &str, name: &str, source: &str) -> Self {
        let header = regions::printed(&["export", region, "--lang", "c"]);
        Self::with_header(standard, &format!("{region}-{name}"), name, &header, source)
    }

    /// Compiles `source` with this header.
    pub(crate) fn with_header(
        standard: Standard,
        what: &str,
        name: &str,
        header: &str,
        source: &str,
    ) -> Self {
        let directory = Directory::new(&format!("{what}-{}", standard.language));
        directory.write(&format!("{name}.h"), header);
        directory.write("main.c", source);
        let program = Self { directory, standard };
        let output = program.compile();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{standard:?}:\n{errors}");
        program
    }

    /// The compiler and the standard.
    pub(crate) fn name(&self) -> String {
        format!("{:?}", self.standard)
    }

    fn compile(&self) -> Output {
        compile(self.standard, &self.directory, &["-o", "program"])
    }

    /// Runs the program, which must succeed, and returns its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = regions::finished(self.command(arguments));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{:?} {arguments:?}: {errors}", self.standard);
        String::from_utf8(output.stdout).expect("the program prints ASCII")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.directory.path().join("program"));
        command.args(arguments);
        command
    }
}

/// Compiles `main.c` of a directory.
pub(crate) fn compile(standard: Standard, directory: &Directory, more: &[&str]) -> Output {
    Command::new(standard.compiler)
        .args([standard.standard, "-x", standard.language])
        .args(FLAGS)
        .args(standard.more)
        .args(more)
        .arg("main.c")
        .current_dir(directory.path())
        .output()
        .unwrap_or_else(|error| panic!("these tests need {}: {error}", standard.compiler))
}
