//! From the paths in modules to edges between rooms.

use std::collections::HashMap;

use crate::graph::{Edge, Level};
use crate::modules::{Module, Sources};
use crate::paths::{Mention, mentions};

/// The rooms at the top of a crate, and then those in each folder, with their edges.
pub fn levels(sources: &Sources) -> Vec<Level> {
    let all: Vec<(&Module, Vec<Mention>)> = sources
        .modules
        .iter()
        .map(|module| (module, mentions(module, &parts(sources, &module.path))))
        .collect();
    let imports = Imports::of(sources, &all);
    let folders = sources.modules.iter().filter(|module| !parts(sources, &module.path).is_empty());
    let home = |path: &[String]| imports.home(sources, path);
    folders.map(|folder| level(folder, &all, &home)).collect()
}

/// The names of the modules directly inside of one.
fn parts(sources: &Sources, path: &[String]) -> Vec<String> {
    let inside = sources.modules.iter().map(|module| &module.path);
    let inside = inside.filter(|part| part.len() == path.len() + 1 && part.starts_with(path));
    inside.filter_map(|part| part.last().cloned()).collect()
}

/// The edges between the parts of a folder, or between the modules at the top of a crate.
fn level(
    folder: &Module,
    all: &[(&Module, Vec<Mention>)],
    home: &dyn Fn(&[String]) -> Vec<String>,
) -> Level {
    let depth = folder.path.len();
    let room = |path: &[String]| {
        let is_inside = path.len() > depth && path.starts_with(&folder.path);
        is_inside.then(|| path[..=depth].join("::"))
    };
    let mut level = Level::default();
    for (module, mentions) in all {
        let Some(from) = room(&module.path) else { continue };
        for mention in mentions {
            let Some(to) = room(&home(&mention.path)).filter(|to| *to != from) else { continue };
            let place = format!("{}:{}", module.file, mention.line);
            level.add(Edge { from: from.clone(), to, place });
        }
    }
    level
}

/// The names that the `use`s of each module introduce.
struct Imports<'a>(HashMap<&'a [String], Vec<(&'a str, &'a [String])>>);

impl<'a> Imports<'a> {
    fn of(sources: &'a Sources, all: &'a [(&Module, Vec<Mention>)]) -> Self {
        let mut imports: HashMap<&[String], Vec<_>> = HashMap::new();
        for (module, (_, mentions)) in sources.modules.iter().zip(all) {
            let own = imports.entry(&module.path).or_default();
            own.extend(mentions.iter().filter_map(|mention| {
                let name = mention.imports.as_ref()?;
                Some((name.as_str(), mention.path.as_slice()))
            }));
        }
        Self(imports)
    }

    /// The module in which the item of a path is defined, as far as that is known.
    fn home(&self, sources: &Sources, path: &[String]) -> Vec<String> {
        let mut path = path.to_vec();
        // Re-exports of re-exports; a circle of them would not compile.
        for _ in 0..16 {
            let depth = (0..=path.len())
                .rev()
                .find(|depth| sources.module(&path[..*depth]).is_some())
                .unwrap_or(0);
            let (module, rest) = path.split_at(depth);
            let Some(name) = rest.first() else { return module.to_vec() };
            let Some(target) = self.target(sources, module, name) else { return module.to_vec() };
            path = [&target, &rest[1..]].concat();
        }
        path
    }

    /// The path that a module's `use` of this name has.
    fn target(&self, sources: &Sources, module: &[String], name: &str) -> Option<Vec<String>> {
        let defines = |module: &[String]| {
            sources
                .module(module)
                .is_some_and(|module| module.defines.iter().any(|own| own == name))
        };
        if defines(module) {
            return None;
        }
        let uses = self.0.get(module)?;
        if let Some((_, target)) =
            uses.iter().find(|(own, target)| *own == name && *target != module)
        {
            return Some(target.to_vec());
        }
        let globs = uses.iter().filter(|(own, _)| *own == "*").map(|(_, target)| *target);
        let mut has_it = globs
            .filter(|target| *target != module && (defines(target) || self.names(target, name)));
        has_it.next().map(|target| [target, &[name.to_owned()]].concat())
    }

    fn names(&self, module: &[String], name: &str) -> bool {
        self.0.get(module).is_some_and(|uses| uses.iter().any(|(own, _)| *own == name))
    }
}
