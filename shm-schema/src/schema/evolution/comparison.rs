//! Compares two layouts side by side: pairs of fields first, then the fields of only one of them.

use std::collections::{HashMap, HashSet};

use super::super::diff::number;
use super::super::model::{Schema, Variant};
use super::super::types::{Field, Type, TypeKind};
use super::fault::{Conflict, Fault, Incompatible};
use super::pairs::{Pairs, Parts};
use super::{Compatible, Room};

/// The number of faults that are listed.
const LISTED: usize = 16;
/// The number of pairs of types that are compared: hostile schemas could have any number.
const PAIRS: usize = 1 << 20;

pub(super) fn compare(
    region: &Schema,
    room: Room,
    program: &Schema,
) -> Result<Compatible, Incompatible> {
    let (old, new) = (region.root(), program.root());
    let mut comparison = Comparison::new(region, program);
    let tops = [old, new].map(|ty| Placed { ty, offset: 0 });
    comparison.types("", tops, !old.has_tail() && !new.has_tail());
    comparison.room(room, old, new);
    if new.align() > room.align {
        comparison.fault("", Conflict::Alignment { needed: new.align(), found: room.align });
    }
    if program.has_locks() && !room.participants {
        comparison.fault("", Conflict::NoParticipants);
    }
    if program.needs_heap() && !room.heap {
        comparison.fault("", Conflict::NoHeap);
    }
    let Comparison { faults, more, found, .. } = comparison;
    if faults.is_empty() { Ok(found) } else { Err(Incompatible { faults, more }) }
}

/// A type of one side, with its place.
#[derive(Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) ty: Type<'a>,
    /// From the start of the value; meaningful only where a value can grow.
    offset: u64,
}

pub(super) struct Comparison<'a> {
    program: &'a Schema,
    /// For each type of both sides, a number that is equal for equal structures.
    identity: [Vec<u32>; 2],
    /// The end of the part of the value that both have.
    shared_end: u64,
    seen: HashSet<[Type<'a>; 2]>,
    found: Compatible,
    /// The types of the fields that only the program has.
    added: Vec<(String, Type<'a>)>,
    faults: Vec<Fault>,
    more: bool,
}

impl<'a> Comparison<'a> {
    fn new(region: &'a Schema, program: &'a Schema) -> Self {
        let mut known = HashMap::new();
        let identity = [region, program].map(|schema| number(schema, &mut known));
        let [old, new] = [region, program].map(|schema| schema.root().size());
        Self {
            program,
            identity,
            shared_end: old.min(new),
            seen: HashSet::new(),
            found: Compatible::default(),
            added: Vec::new(),
            faults: Vec::new(),
            more: false,
        }
    }

    fn fault(&mut self, path: &str, conflict: Conflict) {
        if self.faults.len() < LISTED {
            self.faults.push(Fault { path: path.to_owned(), conflict });
        } else {
            self.more = true;
        }
    }

    pub(super) fn same(&self, [region, program]: [Type<'_>; 2]) -> bool {
        let [left, right] = &self.identity;
        left[region.index() as usize] == right[program.index() as usize]
    }

    /// Compares two types, which can be longer on either side if they `may_grow`.
    fn types(&mut self, path: &str, places: [Placed<'a>; 2], may_grow: bool) {
        let types = places.map(|place| place.ty);
        if self.same(types) || self.more || !(may_grow || self.is_new(path, places)) {
            return;
        }
        let [region, program] = types;
        match (region.kind(), program.kind()) {
            (TypeKind::Struct { .. }, TypeKind::Struct { .. }) => {
                self.structs(path, places, may_grow);
            }
            (TypeKind::Live { role: old, .. }, TypeKind::Live { role: new, .. }) if old == new => {
                self.structs(path, places, false);
            }
            (TypeKind::Enum { variants: left, .. }, TypeKind::Enum { variants: right, .. })
                if region.size() == program.size() && is_signed(region) == is_signed(program) =>
            {
                self.variants(path, left, right);
            }
            (
                TypeKind::Array { element: left, len: old },
                TypeKind::Array { element: right, len: new },
            ) => {
                self.element(path, places, [left, right]);
                if old != new {
                    self.lengths(path, places, right, [old, new], may_grow);
                }
            }
            (TypeKind::Slice { element: left }, TypeKind::Slice { element: right }) => {
                self.element(path, places, [left, right]);
            }
            _ => self.fault(path, differ(types)),
        }
    }

    /// Whether this pair was not compared before.
    fn is_new(&mut self, path: &str, places: [Placed<'a>; 2]) -> bool {
        if self.seen.len() >= PAIRS {
            self.fault(path, Conflict::TooComplex);
            return false;
        }
        self.seen.insert(places.map(|place| place.ty))
    }

    fn element(&mut self, path: &str, places: [Placed<'a>; 2], elements: [Type<'a>; 2]) {
        let [mut region, mut program] = places;
        [region.ty, program.ty] = elements;
        self.types(&format!("{path}[_]"), [region, program], false);
    }

    fn lengths(
        &mut self,
        path: &str,
        [region, _]: [Placed<'a>; 2],
        element: Type<'a>,
        [old, new]: [u64; 2],
        may_grow: bool,
    ) {
        // Both schemas were checked: no size overflows.
        let end = region.offset + element.size() * old.min(new);
        if !may_grow || end < self.shared_end {
            return self.fault(path, Conflict::Elements { region: old, program: new });
        }
        let rest = format!("{path}[{}..{}]", old.min(new), old.max(new));
        if new > old { self.added.push((rest, element)) } else { self.found.unseen.push(rest) }
    }

    fn structs(&mut self, path: &str, places: [Placed<'a>; 2], may_grow: bool) {
        let [old, new] = places.map(Parts::of);
        let pairs = Pairs::of(&old, &new);
        for (index, part) in new.list.iter().enumerate() {
            match pairs.old_of[index] {
                Some(other) => {
                    self.pair(path, places, [old.list[other], *part], may_grow);
                }
                None => {
                    let old_name = pairs.old_name(self, &old, *part);
                    self.added(path, places[1], *part, old_name, may_grow);
                }
            }
        }
        for (index, part) in old.list.iter().enumerate() {
            // A field that was renamed has been reported under its new name.
            if !pairs.is_old_paired[index] && pairs.new_name(self, &new, *part).is_none() {
                self.unseen(path, places[0], *part, may_grow);
            }
        }
        let [region, program] = places.map(|place| place.ty.size());
        if !may_grow && region != program && self.faults.is_empty() {
            self.fault(path, Conflict::Size { region, program });
        }
    }

    /// Compares a field that both have.
    fn pair(
        &mut self,
        path: &str,
        places: [Placed<'a>; 2],
        [old, new]: [Field<'a>; 2],
        may_grow: bool,
    ) {
        let (old_path, path) = (join(path, old.name()), join(path, new.name()));
        let (region, program) = (old.offset(), new.offset());
        if region != program {
            return self.fault(&path, Conflict::Moved { region, program });
        }
        if old.name() != new.name() {
            self.found.renamed.push((old_path, path.clone()));
        }
        let place = |side: usize, field: Field<'a>| Placed {
            ty: field.ty(),
            offset: places[side].offset + field.offset(),
        };
        let places = [place(0, old), place(1, new)];
        self.types(&path, places, may_grow);
    }

    /// Checks a field that only the program has.
    fn added(
        &mut self,
        path: &str,
        program: Placed<'a>,
        field: Field<'a>,
        old_name: Option<String>,
        may_grow: bool,
    ) {
        let path = join(path, field.name());
        if takes_no_room(field) {
            return;
        }
        let offset = program.offset + field.offset();
        if let Some(region) = old_name {
            self.fault(&path, Conflict::Renamed { region });
        } else if !may_grow {
            self.fault(&path, Conflict::Fixed { side: "program" });
        } else if offset < self.shared_end {
            self.fault(&path, Conflict::Inserted { offset, old_size: self.shared_end });
        } else {
            self.added.push((path, field.ty()));
        }
    }

    /// Checks a field that only the region has.
    fn unseen(&mut self, path: &str, region: Placed<'a>, field: Field<'a>, may_grow: bool) {
        let path = join(path, field.name());
        if takes_no_room(field) {
            return;
        }
        let offset = region.offset + field.offset();
        if !may_grow {
            self.fault(&path, Conflict::Fixed { side: "region" });
        } else if offset < self.shared_end {
            self.fault(&path, Conflict::Removed { offset, old_size: self.shared_end });
        } else {
            self.found.unseen.push(path);
        }
    }

    /// Compares the variants of an enum: those of both must mean the same, and one of the two may have more.
    fn variants(&mut self, path: &str, old: &[Variant], new: &[Variant]) {
        let by_name: HashMap<_, _> =
            old.iter().map(|one| (one.name(), one.discriminant())).collect();
        let by_value: HashMap<_, _> =
            old.iter().map(|one| (one.discriminant(), one.name())).collect();
        let mut come = Vec::new();
        for variant in new {
            let (name, program) = (variant.name(), variant.discriminant());
            match (by_name.get(name), by_value.get(&program)) {
                (Some(&region), _) if region != program => {
                    return self.fault(
                        path,
                        Conflict::Variant { variant: name.to_owned(), region, program },
                    );
                }
                (None, Some(&region)) => {
                    let (region, program_name) = (region.to_owned(), name.to_owned());
                    let conflict =
                        Conflict::VariantName { value: program, region, program: program_name };
                    return self.fault(path, conflict);
                }
                (None, None) => come.push(name),
                _ => {}
            }
        }
        let known: HashSet<_> = new.iter().map(Variant::name).collect();
        let gone: Vec<_> =
            old.iter().map(Variant::name).filter(|name| !known.contains(name)).collect();
        if let ([region, ..], [program, ..]) = (&gone[..], &come[..]) {
            let [region, program] = [region, program].map(|name| (*name).to_owned());
            return self.fault(path, Conflict::Variants { region, program });
        }
        let named = |name: &str| format!("{path}::{name}");
        self.found.unknown_variants.extend(gone.into_iter().map(named));
        self.found.new_variants.extend(come.into_iter().map(named));
    }

    /// Checks that the region has room for the fields that only the program has.
    fn room(&mut self, room: Room, old: Type<'a>, new: Type<'a>) {
        let added = std::mem::take(&mut self.added);
        let zeroless = self.program.zeroless(0);
        for (path, ty) in &added {
            if zeroless[ty.index() as usize] {
                self.fault(path, Conflict::ZeroIsNoValue { found: ty.to_string() });
            }
        }
        self.found.added = added.into_iter().map(|(path, _)| path).collect();
        self.found.grows = new.size() > old.size();
        self.found.has_rest = new.size() < old.size();
        if self.found.grows {
            self.check_nothing_is_forgotten();
        }
        // With faults, the places of the fields are not settled.
        if self.faults.is_empty() && self.found.grows && new.size() > room.bytes {
            let added = self.found.added.iter().take(LISTED).cloned().collect();
            let (needed, room) = (new.size(), room.bytes);
            self.fault("", Conflict::NoRoom { needed, room, added });
        }
    }

    /// A program that makes a region grow replaces its description, so it must know everything in it.
    fn check_nothing_is_forgotten(&mut self) {
        for unknown in self.found.unknown_variants.clone() {
            let (path, variant) = unknown.rsplit_once("::").unwrap_or_default();
            self.fault(path, Conflict::Unknown { variant: variant.to_owned() });
        }
    }
}

/// Whether the field is a marker, without bytes that could be read.
fn takes_no_room(field: Field<'_>) -> bool {
    field.ty().size() == 0 && !matches!(field.ty().kind(), TypeKind::Slice { .. })
}

fn is_signed(ty: Type<'_>) -> bool {
    matches!(ty.kind(), TypeKind::Enum { repr, .. } if repr.is_signed())
}

fn differ([region, program]: [Type<'_>; 2]) -> Conflict {
    Conflict::Type { region: region.to_string(), program: program.to_string() }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
