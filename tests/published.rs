//! What is published stands on its own: licences and a README in each package, metadata, and links that lead somewhere
//! on crates.io and docs.rs, where no other file of this tree exists.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// In the order of publication: each after those that it needs.
const PUBLISHED: [&str; 7] = [
    "shm-schema",
    "shm-derive",
    "shm-core",
    "shm-export",
    "shm-mirror-core",
    "shm-cli",
    "shm-mirror",
];

/// Where docs.rs shows the files of the package shm-core.
const SOURCES: &str = "https://docs.rs/crate/shm-core/latest/source/";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The packages of a workspace, as cargo understands their manifests.
fn packages(folder: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root().join(folder))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// Every package that cargo would publish.
fn published() -> Vec<Value> {
    let all = packages(".").into_iter().chain(packages("shm-mirror"));
    all.filter(|package| package["publish"].is_null()).collect()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().expect("a name")
}

/// The targets of the links in Markdown, inline and as definitions. Code is left out.
fn links(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_code = false;
    for line in markdown.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if is_code {
            continue;
        }
        for (start, _) in line.match_indices("](") {
            let target = &line[start + 2..];
            found.push(target[..target.find(')').unwrap_or(target.len())].to_owned());
        }
        let definition = line.split_once("]: ").filter(|_| line.trim_start().starts_with('['));
        found.extend(definition.map(|(_, target)| target.trim().to_owned()));
    }
    found
}

/// Why a link leads nowhere outside of this tree, if so. Paths of items are left to rustdoc.
fn fault(link: &str) -> Option<String> {
    let link = link.split('#').next().expect("a part");
    if let Some(file) = link.strip_prefix(SOURCES) {
        let is_there = root().join("shm-core").join(file).is_file();
        return (!is_there).then(|| format!("shm-core has no `{file}`"));
    }
    for page in ["https://docs.rs/", "https://crates.io/crates/"] {
        if let Some(rest) = link.strip_prefix(page) {
            let crate_name = rest.split('/').next().expect("a part");
            let is_ours = crate_name.starts_with("shm-") || crate_name.starts_with("shm_");
            let is_published = PUBLISHED.contains(&crate_name.replace('_', "-").as_str());
            return (is_ours && !is_published).then(|| format!("`{crate_name}` is not published"));
        }
    }
    let is_file = link.contains('/') || link.ends_with(".md") || link.ends_with(".rs");
    (is_file && !link.contains("://")).then(|| "no such file outside of the repository".to_owned())
}

/// All Rust files below a folder.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// The doc comments of a source file, as Markdown.
fn documentation(source: &str) -> String {
    let comments = source.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("///").or_else(|| line.strip_prefix("//!"))
    });
    comments.map(|line| format!("{line}\n")).collect()
}

/// The first program in Rust on a page.
fn program(page: &str) -> &str {
    let start = page.find("```rust\n").expect("a program");
    let program = &page[start + 8..];
    &program[..program.find("```").expect("its end")]
}

#[test]
fn exactly_the_crates_of_the_list_are_published() {
    let mut found: Vec<String> =
        published().iter().map(|package| name(package).to_owned()).collect();
    let mut expected = PUBLISHED.map(str::to_owned).to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn each_package_comes_after_those_that_it_needs() {
    for package in published() {
        let place = |name: &str| PUBLISHED.iter().position(|published| *published == name);
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let needed = name(dependency);
            if dependency["path"].is_null() {
                continue;
            }
            if dependency["kind"] == "dev" {
                // With a version, it would have to be published first.
                assert_eq!(dependency["req"], "*", "{} tests with {needed}", name(&package));
                continue;
            }
            assert!(place(needed) < place(name(&package)), "{} needs {needed}", name(&package));
            assert_ne!(dependency["req"], "*", "{} needs a version of {needed}", name(&package));
        }
    }
}

#[test]
fn metadata_is_complete() {
    for package in published() {
        let crate_name = name(&package);
        assert_eq!(package["license"], "MIT OR Apache-2.0", "{crate_name}");
        assert_eq!(package["readme"], "README.md", "{crate_name}");
        assert_eq!(package["documentation"], format!("https://docs.rs/{crate_name}"));
        assert!(package["description"].as_str().is_some_and(|text| text.len() > 20));
        assert!(package["rust_version"].is_string(), "{crate_name}");
        for (list, most) in [("keywords", 5), ("categories", 5)] {
            let entries = package[list].as_array().expect("a list").len();
            assert!((1..=most).contains(&entries), "{crate_name} has {entries} {list}");
        }
        let targets = &package["metadata"]["docs"]["rs"]["targets"];
        assert_eq!(targets[0], "x86_64-unknown-linux-gnu", "{crate_name}");
    }
}

#[test]
fn licences_are_inside_each_package() {
    for folder in PUBLISHED.into_iter().chain(["python"]) {
        for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
            assert_eq!(read(Path::new(folder).join(file)), read(file), "{folder}/{file}");
        }
    }
}

#[test]
fn features_are_documented() {
    for package in published() {
        let folder = Path::new(name(&package));
        let (readme, crate_page) =
            (read(folder.join("README.md")), read(folder.join("src/lib.rs")));
        for feature in package["features"].as_object().expect("features").keys() {
            assert!(readme.contains(&format!("| `{feature}` |")), "{folder:?}: {feature}");
            assert!(crate_page.contains(&format!("//! - `{feature}`")), "{folder:?}: {feature}");
        }
    }
}

#[test]
fn links_of_readmes_and_documentation_lead_somewhere_outside_of_this_tree() {
    let mut faults = Vec::new();
    for folder in PUBLISHED.into_iter().chain(["python"]) {
        let mut pages = vec![root().join(folder).join("README.md")];
        sources(&root().join(folder).join("src"), &mut pages);
        for page in pages {
            let text = read(&page);
            let is_rust = page.extension().is_some_and(|extension| extension == "rs");
            let text = if is_rust { documentation(&text) } else { text };
            for link in links(&text) {
                faults.extend(fault(&link).map(|why| format!("{}: {link}: {why}", page.display())));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_link_into_this_tree_is_noticed() {
    let page = "see [a](docs/safety.md) and [b](../README.md#x)\n[c]: ./tests/x.rs\n";
    assert_eq!(links(page), ["docs/safety.md", "../README.md#x", "./tests/x.rs"]);
    assert!(links(page).iter().all(|link| fault(link).is_some()));
    assert!(fault(&format!("{SOURCES}docs/none.md")).is_some());
    assert!(fault("https://docs.rs/shm-benches").is_some());
    for good in ["Region::open", "#features", "https://docs.rs/shm_core/latest/shm_core/"] {
        assert_eq!(fault(good), None, "{good}");
    }
}

#[test]
fn the_program_of_the_front_page_is_the_one_that_is_tested() {
    assert_eq!(program(&read("README.md")), program(&read("shm-core/README.md")));
}
