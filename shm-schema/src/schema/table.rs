//! The table of two layouts side by side, for people.

use std::fmt;

use super::diff::{Cell, Difference, Row};

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = |side: fn(&Row) -> &Option<Cell>| -> Vec<String> {
            let types = self.rows.iter().filter_map(|row| side(row).as_ref());
            let width = types.map(|cell| cell.ty.chars().count()).max().unwrap_or(0);
            self.rows.iter().map(|row| Cell::line(side(row).as_ref(), width)).collect()
        };
        let (found, expected) = (texts(|row| &row.found), texts(|row| &row.expected));
        let width = found.iter().map(|line| line.chars().count()).max().unwrap_or(0).max(34);
        write!(f, "    {:width$}   in this program", "in the region (offset, type, name)")?;
        if self.hidden_before > 0 {
            write!(f, "\n    ({} equal rows before)", self.hidden_before)?;
        }
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let mark = if index == self.first { '>' } else { ' ' };
            write!(f, "\n  {mark} {found:width$}   {}", expected.trim_end())?;
        }
        if self.more_after {
            f.write_str("\n    (more rows after)")?;
        }
        Ok(())
    }
}

impl Cell {
    fn line(cell: Option<&Self>, width: usize) -> String {
        cell.map_or_else(
            || format!("{:>8}", "-"),
            |Self { offset, ty, path, .. }| {
                let path = if path.is_empty() { "(the whole)" } else { path };
                format!("{offset:>8}  {ty:width$}  {path}")
            },
        )
    }
}
