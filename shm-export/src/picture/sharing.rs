//! Locks that share a cache line: taking one takes the line from users of the other.

use std::collections::BTreeMap;

use serde::Serialize;
use shm_schema::layout::Role;
use shm_schema::schema::{Held, Schema, Type, TypeKind};

use super::LINE;
use crate::path::of_part;

/// The largest number of words examined: more would not make the picture clearer.
const MAX_WORDS: usize = 1_000;

/// A cache line with words of several live values, which processes write whenever they use those
/// values.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SharedLine {
    /// The offset of the line.
    pub(crate) offset: u64,
    /// The live values.
    pub(crate) paths: Vec<String>,
}

/// Returns every line that live values share. The first two elements of an array stand for all.
pub(crate) fn lines(schema: &Schema) -> Vec<SharedLine> {
    let mut words = Words { live: Vec::new(), found: Vec::new() };
    for ty in schema.types() {
        let inside = match ty.kind() {
            TypeKind::Array { element, .. } => words.is_live(element),
            _ => ty.fields().any(|field| words.is_live(field.ty())),
        };
        words.live.push(inside || word(ty).is_some());
    }
    words.collect(schema.root(), 0, "");
    let mut by_line: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (offset, path) in words.found {
        by_line.entry(offset / LINE * LINE).or_default().push(path);
    }
    let shared = by_line.into_iter().filter(|(_, paths)| paths.len() > 1);
    shared.map(|(offset, paths)| SharedLine { offset, paths }).collect()
}

struct Words {
    /// For each type, whether it contains a live type.
    live: Vec<bool>,
    found: Vec<(u64, String)>,
}

/// The offset in a live type of the word that each use of it writes. A `Once` is used once, and a `Latest`,
/// a `Ring` or a `Queue` has lines of its own.
fn word(ty: Type<'_>) -> Option<u64> {
    let live = ty.live()?;
    match live.value().map(|value| value.held) {
        Some(Held::Guarded { lock }) => Some(lock),
        Some(Held::Shared(seats)) => Some(seats.turnstile),
        Some(Held::Watched { changed }) => Some(changed),
        Some(Held::Copied(_)) => None,
        None if live.role() == Role::Event => Some(live.part("count").offset()),
        None if live.role() == Role::Barrier => Some(live.part("state").offset()),
        None if live.role() == Role::Semaphore => Some(live.part("freed").offset()),
        None => None,
    }
}

impl Words {
    fn is_live(&self, ty: Type<'_>) -> bool {
        self.live[ty.index() as usize]
    }

    /// Finds the words of the value at an offset. The value inside a live type has words of its own.
    fn collect(&mut self, ty: Type<'_>, at: u64, path: &str) {
        if self.found.len() >= MAX_WORDS || !self.is_live(ty) {
            return;
        }
        if let TypeKind::Array { element, len } = ty.kind() {
            for index in 0..len.min(2) {
                let start = at.saturating_add(index.saturating_mul(element.size()));
                self.collect(element, start, &format!("{path}[{index}]"));
            }
            return;
        }
        if let Some(offset) = word(ty) {
            let name = if path.is_empty() { "the whole" } else { path };
            self.found.push((at.saturating_add(offset), name.to_owned()));
        }
        for field in ty.fields().filter(|field| !is_word_itself(ty, field.name())) {
            let start = at.saturating_add(field.offset());
            self.collect(field.ty(), start, &of_part(path, field.name()));
        }
    }
}

/// Whether a field is the event of a watched value, which counts as the value's own word.
fn is_word_itself(ty: Type<'_>, field: &str) -> bool {
    ty.role() == Some(Role::Watched) && field == "changed"
}
