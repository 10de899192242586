//! Pairs the fields of two structs, by their names or former names.

use std::collections::HashMap;

use super::super::types::Field;
use super::comparison::{Comparison, Placed};

/// The fields of one side's struct.
pub(super) struct Parts<'a> {
    pub(super) list: Vec<Field<'a>>,
    by_name: HashMap<&'a str, usize>,
    by_alias: Vec<(&'a str, usize)>,
    by_offset: HashMap<u64, usize>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(place: Placed<'a>) -> Self {
        let list: Vec<_> = place.ty.fields().collect();
        let names = |(index, field): (usize, &Field<'a>)| (field.name(), index);
        let by_name = list.iter().enumerate().map(names).collect();
        let aliases = list
            .iter()
            .enumerate()
            .flat_map(|(index, field)| field.aliases().map(move |alias| (alias, index)));
        let by_alias = aliases.collect();
        let offsets = |(index, field): (usize, &Field<'a>)| (field.offset(), index);
        let by_offset = list.iter().enumerate().map(offsets).collect();
        Self { list, by_name, by_alias, by_offset }
    }
}

/// Pairs of fields.
pub(super) struct Pairs {
    /// For each of the program's fields, the region's.
    pub(super) old_of: Vec<Option<usize>>,
    pub(super) is_old_paired: Vec<bool>,
}

impl Pairs {
    pub(super) fn of(old: &Parts<'_>, new: &Parts<'_>) -> Self {
        let mut pairs =
            Self { old_of: vec![None; new.list.len()], is_old_paired: vec![false; old.list.len()] };
        // Current names first: a name that one field had and another has now belongs to the latter.
        for (index, field) in new.list.iter().enumerate() {
            pairs.join(index, old.by_name.get(field.name()).copied());
        }
        for &(alias, index) in &new.by_alias {
            pairs.join(index, old.by_name.get(alias).copied());
        }
        for &(alias, index) in &old.by_alias {
            if let Some(&new_index) = new.by_name.get(alias) {
                pairs.join(new_index, Some(index));
            }
        }
        pairs
    }

    fn join(&mut self, new: usize, old: Option<usize>) {
        if let Some(old) = old {
            if self.old_of[new].is_none() && !self.is_old_paired[old] {
                self.old_of[new] = Some(old);
                self.is_old_paired[old] = true;
            }
        }
    }

    /// Returns the region's name of a field that only the program has, if the region seems to have it: at
    /// the same place and with the same type.
    pub(super) fn old_name(
        &self,
        comparison: &Comparison<'_>,
        old: &Parts<'_>,
        new: Field<'_>,
    ) -> Option<String> {
        let index = *old.by_offset.get(&new.offset())?;
        let found = old.list[index];
        let fits = !self.is_old_paired[index] && comparison.same([found.ty(), new.ty()]);
        fits.then(|| found.name().to_owned())
    }

    /// Returns the program's name of a field that only the region has, likewise.
    pub(super) fn new_name(
        &self,
        comparison: &Comparison<'_>,
        new: &Parts<'_>,
        old: Field<'_>,
    ) -> Option<String> {
        let index = *new.by_offset.get(&old.offset())?;
        let found = new.list[index];
        let fits = self.old_of[index].is_none() && comparison.same([old.ty(), found.ty()]);
        fits.then(|| found.name().to_owned())
    }
}
