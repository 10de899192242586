//! Generated crates, for measurements that depend on the number of fields and structs of a program.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::outcome::Failure;
use crate::runner::{Runner, Sample};

/// The derive on the structs of a crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Derive {
    Nothing,
    SharedLayout,
    Serde,
    Zerocopy,
}

impl Derive {
    pub(crate) const ALL: [Self; 4] =
        [Self::Nothing, Self::SharedLayout, Self::Serde, Self::Zerocopy];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Nothing => "nothing derived",
            Self::SharedLayout => "SharedLayout",
            Self::Serde => "serde: Serialize, Deserialize",
            Self::Zerocopy => "zerocopy: FromBytes, IntoBytes, KnownLayout, Immutable",
        }
    }

    const fn attribute(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::SharedLayout => "#[derive(shm_core::SharedLayout)]\n",
            Self::Serde => "#[derive(serde::Serialize, serde::Deserialize)]\n",
            Self::Zerocopy => {
                "#[derive(zerocopy::FromBytes, zerocopy::IntoBytes, zerocopy::KnownLayout, \
                 zerocopy::Immutable)]\n"
            }
        }
    }

    const fn package(self) -> &'static str {
        match self {
            Self::Nothing => "generated-nothing",
            Self::SharedLayout => "generated-shared-layout",
            Self::Serde => "generated-serde",
            Self::Zerocopy => "generated-zerocopy",
        }
    }

    fn dependency(self, root: &Path) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::SharedLayout => format!("shm-core = {{ path = {:?} }}", root.join("shm-core")),
            Self::Serde => "serde = { version = \"1\", features = [\"derive\"] }".to_owned(),
            Self::Zerocopy => {
                "zerocopy = { version = \"0.8\", features = [\"derive\"] }".to_owned()
            }
        }
    }
}

/// A command of Cargo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Check,
    Build,
    Release,
}

impl Step {
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check"],
            Self::Build => &["build"],
            Self::Release => &["build", "--release"],
        }
    }
}

/// A directory with generated crates, which is kept from run to run, so that their dependencies are
/// compiled only once.
pub(crate) struct Workshop<'a> {
    folder: PathBuf,
    root: PathBuf,
    runner: &'a Runner,
}

impl<'a> Workshop<'a> {
    /// In the workspace's own target directory.
    pub(crate) fn new(runner: &'a Runner) -> Result<Self, Failure> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace")?.to_owned();
        if !root.join("shm-core/Cargo.toml").is_file() {
            return Err(format!("the sources are no longer at {}", root.display()).into());
        }
        let folder = root.join("target/benches-generated");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, root, runner })
    }

    /// The seconds that Cargo takes for a crate of such structs, with its dependencies compiled before.
    pub(crate) fn time(
        &self,
        derive: Derive,
        step: Step,
        structs: usize,
        fields: usize,
    ) -> Result<f64, Failure> {
        let package = self.package(derive.package(), &derive.dependency(&self.root))?;
        let source = package.join("src/lib.rs");
        write(&source, &structs_of(derive, 1, 1))?;
        self.cargo(&package, step)?;
        // Longer than the resolution of any file system's time stamps.
        std::thread::sleep(Duration::from_millis(20));
        write(&source, &structs_of(derive, structs, fields))?;
        let start = Instant::now();
        self.cargo(&package, step)?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// The seconds that Cargo takes for a crate of such structs and all its dependencies, in a target
    /// directory that is empty.
    pub(crate) fn time_clean(
        &self,
        derive: Derive,
        structs: usize,
        fields: usize,
    ) -> Result<f64, Failure> {
        let package = self.package(derive.package(), &derive.dependency(&self.root))?;
        write(&package.join("src/lib.rs"), &structs_of(derive, structs, fields))?;
        let target = self.folder.join("clean");
        if target.exists() {
            std::fs::remove_dir_all(&target)?;
        }
        let start = Instant::now();
        self.cargo_in(&target, &package, Step::Build)?;
        let seconds = start.elapsed().as_secs_f64();
        std::fs::remove_dir_all(&target)?;
        Ok(seconds)
    }

    /// Builds and runs a program, and returns its output.
    pub(crate) fn run(&self, name: &str, source: &str) -> Result<String, Failure> {
        let package = self.package(name, &Derive::SharedLayout.dependency(&self.root))?;
        write(&package.join("src/main.rs"), source)?;
        self.cargo(&package, Step::Release)?;
        let mut program = Command::new(self.folder.join("target/release").join(name));
        program.arg(self.runner.folder().path());
        self.output(program, name)
    }

    /// Writes the files around a crate's sources, unless they exist.
    fn package(&self, name: &str, dependency: &str) -> Result<PathBuf, Failure> {
        let package = self.folder.join(name);
        std::fs::create_dir_all(package.join("src"))?;
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependency}\n\n[workspace]\n"
        );
        if std::fs::read_to_string(package.join("Cargo.toml")).ok().as_ref() != Some(&manifest) {
            write(&package.join("Cargo.toml"), &manifest)?;
            // The versions of the workspace; Cargo drops what it does not need.
            std::fs::copy(self.root.join("Cargo.lock"), package.join("Cargo.lock"))?;
        }
        Ok(package)
    }

    fn cargo(&self, package: &Path, step: Step) -> Result<(), Failure> {
        self.cargo_in(&self.folder.join("target"), package, step)
    }

    fn cargo_in(&self, target: &Path, package: &Path, step: Step) -> Result<(), Failure> {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .current_dir(package)
            .args(step.arguments())
            .args(["--offline", "--quiet"])
            .env("CARGO_TARGET_DIR", target)
            // The cost of a clean build, whatever was compiled before.
            .env("CARGO_INCREMENTAL", "0");
        self.output(cargo, "cargo").map(|_| ())
    }

    fn output(&self, command: Command, name: &str) -> Result<String, Failure> {
        match self.runner.run(command, Duration::from_secs(300))? {
            Sample::Took(printed) => Ok(printed),
            Sample::Hung(patience) => Err(format!("{name} did not end in {patience:?}").into()),
            Sample::Failed(reason) => Err(format!("{name}: {reason}").into()),
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    Ok(std::fs::write(path, text)?)
}

/// The source of structs with fields of all widths, without holes.
fn structs_of(derive: Derive, structs: usize, fields: usize) -> String {
    let mut source = "#![allow(missing_docs, reason = \"generated\")]\n".to_owned();
    for number in 0..structs {
        source.push_str(&one_struct(derive, &format!("Struct{number}"), fields));
    }
    source
}

/// One struct with this number of fields.
pub(crate) fn one_struct(derive: Derive, name: &str, fields: usize) -> String {
    let types = ["f64", "u64", "i64", "[u32; 4]"];
    let mut source = format!("{}#[repr(C)]\npub struct {name} {{\n", derive.attribute());
    for (field, ty) in (0..fields).zip(types.iter().cycle()) {
        let _ = writeln!(source, "    pub field{field}: {ty},");
    }
    source.push_str("}\n");
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_struct_has_the_requested_number_of_fields() {
        let source = one_struct(Derive::Serde, "Wide", 300);
        assert_eq!(source.matches("    pub field").count(), 300);
        assert!(source.starts_with("#[derive(serde::Serialize, serde::Deserialize)]\n#[repr(C)]"));
    }
}
