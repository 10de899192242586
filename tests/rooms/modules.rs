//! The modules of a crate, found as the compiler finds them: from the root, by `mod`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The modules of a crate, parents before their parts.
pub struct Sources {
    pub modules: Vec<Module>,
}

/// A module, in a file of its own or in braces.
pub struct Module {
    /// The names from the root of the crate down; none for the root.
    pub path: Vec<String>,
    pub file: String,
    /// All of it, except items only for tests and modules in braces.
    pub tokens: Vec<TokenTree>,
    /// The items defined here, by name.
    pub defines: Vec<String>,
}

/// Reads the file at this path, if it exists.
type Read<'r> = &'r dyn Fn(&str) -> Option<String>;

impl Sources {
    pub fn read(root: &str, read: Read<'_>) -> Self {
        let mut sources = Self { modules: Vec::new() };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        sources.file(Vec::new(), root, folder, read);
        sources
    }

    /// The module of this path.
    pub fn module(&self, path: &[String]) -> Option<&Module> {
        self.modules.iter().find(|module| module.path == path)
    }

    /// A module in a file, whose parts are in `folder`.
    fn file(&mut self, path: Vec<String>, file: &str, folder: &str, read: Read<'_>) {
        let text = read(file).unwrap_or_else(|| panic!("{file} is missing"));
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{file}: {error}"));
        self.module_of(path, file, folder, tokens, read);
    }

    fn module_of(
        &mut self,
        path: Vec<String>,
        file: &str,
        folder: &str,
        tokens: TokenStream,
        read: Read<'_>,
    ) {
        let tokens = without_tests(tokens.into_iter().collect());
        let index = self.modules.len();
        let module = Module {
            path: path.clone(),
            file: file.to_owned(),
            tokens: Vec::new(),
            defines: defined(&tokens),
        };
        self.modules.push(module);
        let (mut kept, mut named) = (Vec::new(), None);
        let mut rest = tokens.into_iter().peekable();
        while let Some(token) = rest.next() {
            named = path_attribute(&token).or(named);
            let name = match (&token, rest.peek()) {
                (TokenTree::Ident(word), Some(TokenTree::Ident(name))) if word == "mod" => {
                    name.to_string()
                }
                _ => {
                    kept.push(token);
                    continue;
                }
            };
            rest.next();
            let part = [path.as_slice(), std::slice::from_ref(&name)].concat();
            match rest.next() {
                Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => {
                    self.module_of(part, file, &format!("{folder}/{name}"), body.stream(), read);
                }
                _ => {
                    let places = places(file, folder, &name, named.take());
                    let found = places.iter().find(|(file, _)| read(file).is_some());
                    let (found, folder) =
                        found.unwrap_or_else(|| panic!("{file}: no file for `mod {name}`"));
                    self.file(part, found, folder, read);
                }
            }
        }
        self.modules[index].tokens = kept;
    }
}

/// Returns the possible files of a `mod`, each with the folder of its parts. `named` is the path in its
/// attribute.
fn places(file: &str, folder: &str, name: &str, named: Option<String>) -> Vec<(String, String)> {
    let parent = |file: &str| file.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
    match named {
        Some(named) => {
            let file = format!("{}/{named}", parent(file));
            vec![(file.clone(), parent(&file))]
        }
        None => {
            let own = format!("{folder}/{name}");
            vec![(format!("{own}.rs"), own.clone()), (format!("{own}/mod.rs"), own)]
        }
    }
}

/// `private.rs`, of `[path = "private.rs"]`.
fn path_attribute(token: &TokenTree) -> Option<String> {
    let TokenTree::Group(group) = token else { return None };
    let text = group.stream().to_string();
    let (name, value) = text.split_once('=')?;
    (name.trim() == "path").then(|| value.trim().trim_matches('"').to_owned())
}

/// The tokens, in groups too, without items and statements that only tests have.
fn without_tests(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let is_attribute = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#');
        if let Some(TokenTree::Group(attribute)) = rest.peek().filter(|_| is_attribute)
            && is_for_tests(&attribute.stream().to_string())
        {
            rest.next();
            skip_item(&mut rest);
            continue;
        }
        kept.push(match token {
            TokenTree::Group(group) => {
                let inside = without_tests(group.stream().into_iter().collect());
                let mut cut =
                    proc_macro2::Group::new(group.delimiter(), inside.into_iter().collect());
                cut.set_span(group.span());
                TokenTree::Group(cut)
            }
            other => other,
        });
    }
    kept
}

fn is_for_tests(attribute: &str) -> bool {
    let text: String = attribute.split_whitespace().collect();
    ["cfg(test", "cfg(all(test", "cfg(doctest", "cfg(all(doctest"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// Takes the item after an attribute: up to a `;`, or its body in braces.
fn skip_item(rest: &mut impl Iterator<Item = TokenTree>) {
    let mut is_use = false;
    for token in rest {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => return,
            TokenTree::Ident(word) => is_use |= word == "use",
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_use => return,
            _ => {}
        }
    }
}

/// The names of items, as far as a re-export of all can mean them.
fn defined(tokens: &[TokenTree]) -> Vec<String> {
    const ITEMS: [&str; 10] =
        ["const", "enum", "fn", "macro_rules", "mod", "static", "struct", "trait", "type", "union"];
    let words = |token: &TokenTree| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        TokenTree::Punct(punct) if punct.as_char() == '!' => Some("!".to_owned()),
        _ => None,
    };
    let mut names = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if words(token).is_some_and(|word| ITEMS.contains(&word.as_str())) {
            let after = tokens[index + 1..].iter().take(2).filter_map(words);
            names.extend(
                after.filter(|word| word != "!" && !ITEMS.contains(&word.as_str())).take(1),
            );
        }
    }
    names
}
