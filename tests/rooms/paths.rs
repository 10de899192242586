//! The paths in a module's tokens: those of its `use`s, and those in its code.

use proc_macro2::TokenTree;

use crate::modules::Module;

/// A path in the source, made absolute.
#[derive(Clone, Debug)]
pub struct Mention {
    /// From the root of the crate.
    pub path: Vec<String>,
    pub line: usize,
    /// In a `use`: the name that it gives the item here, or `*` for all.
    pub imports: Option<String>,
}

/// Every path in a module that leads to something in its crate. `parts` are the modules directly inside it.
pub fn mentions(module: &Module, parts: &[String]) -> Vec<Mention> {
    let mut reader = Reader { here: &module.path, parts, found: Vec::new() };
    reader.code(&module.tokens);
    reader.found
}

struct Reader<'m> {
    here: &'m [String],
    parts: &'m [String],
    found: Vec<Mention>,
}

impl Reader<'_> {
    fn code(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Ident(word) if word == "use" && begins_use(tokens.get(at + 1)) => {
                    let end = tokens[at..].iter().position(|token| is(token, ';'));
                    let end = end.map_or(tokens.len(), |end| at + end);
                    self.tree(&tokens[at + 1..end], &[]);
                    at = end;
                }
                TokenTree::Ident(_) if !follows_path(tokens, at) => {
                    let (names, next) = segments(tokens, at);
                    self.path(&names, tokens[at].span().start().line, None);
                    at = next - 1;
                }
                TokenTree::Group(group) => {
                    let inside: Vec<_> = group.stream().into_iter().collect();
                    self.code(&inside);
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// The tree of a `use`, after these names.
    fn tree(&mut self, tokens: &[TokenTree], before: &[String]) {
        for part in tokens.split(|token| is(token, ',')) {
            let part =
                if part.first().is_some_and(|token| is(token, '$')) { &part[1..] } else { part };
            let Some(first) = part.first() else { continue };
            let line = first.span().start().line;
            let (names, next) = if matches!(first, TokenTree::Ident(_)) {
                segments(part, 0)
            } else {
                (Vec::new(), 0)
            };
            let names = [before, &names].concat();
            let last = part[next..].iter().find_map(|token| match token {
                TokenTree::Group(group) => Some(group),
                _ => None,
            });
            if let Some(group) = last {
                let inside: Vec<_> = group.stream().into_iter().collect();
                self.tree(&inside, &names);
                continue;
            }
            let renamed = part.iter().rev().find_map(|token| match token {
                TokenTree::Ident(name) => Some(name.to_string()),
                _ => None,
            });
            let (names, name) = match (part.last(), names.last().map(String::as_str)) {
                (Some(token), _) if is(token, '*') => (names.clone(), "*".to_owned()),
                (_, Some("self")) => {
                    let names = names[..names.len() - 1].to_vec();
                    let name = names.last().cloned().unwrap_or_default();
                    (names, name)
                }
                _ => (names, renamed.unwrap_or_default()),
            };
            self.path(&names, line, Some(name));
        }
    }

    fn path(&mut self, names: &[String], line: usize, imports: Option<String>) {
        let Some(first) = names.first() else { return };
        let is_path = names.len() > 1 || imports.is_some();
        let path = match first.as_str() {
            "crate" if is_path => names[1..].to_vec(),
            "self" if is_path => [self.here, &names[1..]].concat(),
            "super" if is_path => {
                let up = names.iter().take_while(|name| *name == "super").count();
                let above = &self.here[..self.here.len().saturating_sub(up)];
                [above, &names[up..]].concat()
            }
            part if is_path && self.parts.iter().any(|own| own == part) => {
                [self.here, names].concat()
            }
            _ => return,
        };
        self.found.push(Mention { path, line, imports });
    }
}

fn is(token: &TokenTree, c: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == c)
}

/// `use` also occurs elsewhere, as in `impl Trait + use<'a>`.
fn begins_use(after: Option<&TokenTree>) -> bool {
    after.is_some_and(|token| !is(token, '<'))
}

/// Returns whether the name here is not the first of its path.
fn follows_path(tokens: &[TokenTree], at: usize) -> bool {
    at >= 2 && is(&tokens[at - 1], ':') && is(&tokens[at - 2], ':')
}

/// The names of the path that starts here, and where it ends.
fn segments(tokens: &[TokenTree], start: usize) -> (Vec<String>, usize) {
    let (mut names, mut at) = (Vec::new(), start);
    while let Some(TokenTree::Ident(name)) = tokens.get(at) {
        names.push(name.to_string());
        at += 1;
        let goes_on = matches!(tokens.get(at..at + 3), Some([a, b, TokenTree::Ident(_)]) if is(a, ':') && is(b, ':'));
        if !goes_on {
            break;
        }
        at += 2;
    }
    (names, at)
}
