//! [`Allowed`]: what other hosts may write.

use std::fmt;

use shm_core::path::{Path, Segment, Steps};
use shm_core::schema::{Field, Schema, Type, TypeKind, closest};

use super::types::{element, inside};

/// The paths that other hosts may write: none, unless it is told otherwise.
///
/// A pattern is a path. It allows the value there, whole, and everything in it. `*` stands for any field, and `[*]` for any
/// element or entry: `target.*`, `axes[*].setpoint`, and `*` for everything. At the end of a pattern, they say no more than
/// the path before them.
///
/// ```
/// use shm_mirror_core::commands::Allowed;
///
/// let allowed = Allowed::of(["target.*", "axes[*].setpoint"])?;
/// let may = |path: &str| allowed.allows(&path.parse().unwrap());
/// assert!(may("target") && may("target.x") && may("axes[2].setpoint") && may("axes[0..3].setpoint"));
/// assert!(!may("axes") && !may("axes[2].limit") && !may("targets") && !may(""));
/// # Ok::<(), shm_mirror_core::commands::InvalidPattern>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Allowed(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    text: String,
    parts: Vec<Part>,
}

/// A step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Field(String),
    AnyField,
    /// From `start` up to `end`, or to the last.
    Elements {
        start: u64,
        end: Option<u64>,
    },
    Entry(String),
    AnyElement,
}

/// A pattern is not a path, or no field of the region can have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPattern {
    pattern: String,
    fault: String,
    meant: Option<String>,
}

impl InvalidPattern {
    /// The pattern.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// The name that was probably meant.
    #[must_use]
    pub fn meant(&self) -> Option<&str> {
        self.meant.as_deref()
    }
}

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` allows nothing: {}", self.pattern.escape_debug(), self.fault)?;
        match &self.meant {
            Some(meant) => write!(f, "; did you mean `{meant}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for InvalidPattern {}

impl Allowed {
    /// What these patterns allow.
    ///
    /// # Errors
    /// [`InvalidPattern`] if one is not a path.
    pub fn of<P: AsRef<str>>(
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Self, InvalidPattern> {
        let patterns = patterns.into_iter().map(|text| Pattern::of(text.as_ref()));
        patterns.collect::<Result<_, _>>().map(Self)
    }

    /// Checks that each pattern allows something in regions of this layout.
    ///
    /// # Errors
    /// [`InvalidPattern`] for the first that does not, with the name that was probably meant.
    pub fn check(&self, schema: &Schema) -> Result<(), InvalidPattern> {
        self.0.iter().try_for_each(|pattern| {
            fits(schema.root(), &pattern.parts).map_err(|(fault, meant)| InvalidPattern {
                pattern: pattern.text.clone(),
                fault,
                meant,
            })
        })
    }

    /// Whether a path may be written.
    #[must_use]
    pub fn allows(&self, path: &Path) -> bool {
        self.0.iter().any(|pattern| pattern.allows(path))
    }

    /// Whether nothing may be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The patterns, as they were written.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|pattern| &*pattern.text)
    }
}

impl Pattern {
    fn of(text: &str) -> Result<Self, InvalidPattern> {
        let wrong = |fault: String| InvalidPattern { pattern: text.to_owned(), fault, meant: None };
        // By itself, of a single number as well.
        let (mut parts, mut rest) = (Vec::new(), if text == "*" { "" } else { text });
        if text.is_empty() {
            return Err(wrong("it is empty; `*` allows everything".to_owned()));
        }
        while !rest.is_empty() {
            let (part, after) = Part::first(rest).map_err(|fault| wrong(fault.to_owned()))?;
            parts.push(part);
            rest = match after.strip_prefix('.') {
                Some("") => return Err(wrong("it ends with a point".to_owned())),
                Some(name) if !name.starts_with('[') => name,
                None if after.is_empty() || after.starts_with('[') => after,
                _ => return Err(wrong(format!("`{after}` does not continue a path"))),
            };
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    fn allows(&self, path: &Path) -> bool {
        let mut segments = path.segments();
        let any = |part: &&Part| matches!(part, Part::AnyField | Part::AnyElement);
        let rest = self.parts.iter().rev().take_while(any).count();
        let parts = &self.parts[..self.parts.len() - rest];
        parts.iter().all(|part| segments.next().is_some_and(|segment| part.allows(segment)))
    }
}

impl Part {
    /// The first part of a text, and what follows it.
    fn first(text: &str) -> Result<(Self, &str), String> {
        if let Some(rest) = text.strip_prefix("[*]") {
            return Ok((Self::AnyElement, rest));
        }
        if let Some(rest) = text.strip_prefix('*') {
            return Ok((Self::AnyField, rest));
        }
        let mut steps = Steps::of(text);
        let part = match steps.next().map_err(|error| error.to_string())? {
            Some(Segment::Name(name)) => Self::Field(name.to_owned()),
            Some(Segment::Index(index)) => {
                Self::Elements { start: index, end: Some(index.saturating_add(1)) }
            }
            Some(Segment::Range { start, end }) => {
                Self::Elements { start: start.unwrap_or(0), end }
            }
            Some(Segment::Key(key)) => Self::Entry(key.to_owned()),
            None => return Err("it is empty".to_owned()),
        };
        Ok((part, &text[steps.walked().len()..]))
    }

    fn allows(&self, segment: Segment<'_>) -> bool {
        match (self, segment) {
            (Self::AnyField, Segment::Name(_)) => true,
            (Self::AnyElement, Segment::Name(_)) => false,
            (Self::AnyElement, _) => true,
            (Self::Field(name), Segment::Name(found)) => name == found,
            (Self::Entry(key), Segment::Key(found)) => key == found,
            (Self::Elements { start, end }, Segment::Index(index)) => {
                *start <= index && end.is_none_or(|end| index < end)
            }
            (Self::Elements { start, end }, Segment::Range { start: from, end: to }) => {
                let is_before = |end| to.is_some_and(|to| to <= end);
                *start <= from.unwrap_or(0) && end.is_none_or(is_before)
            }
            _ => false,
        }
    }
}

/// Whether some value of this type, or in one, is at these parts; if not, why, and what was probably meant.
fn fits(ty: Type<'_>, parts: &[Part]) -> Result<(), (String, Option<String>)> {
    let Some((first, rest)) = parts.split_first() else { return Ok(()) };
    let ty = inside(ty);
    let fields = || ty.is_plain_struct().then(|| ty.fields());
    match first {
        Part::Field(name) => {
            let no_field = || {
                let names = fields().into_iter().flatten();
                let meant = closest(name, names.map(Field::name));
                (format!("`{ty}` has no field `{name}`"), meant.map(str::to_owned))
            };
            let field = fields().and_then(|mut fields| fields.find(|field| field.name() == name));
            fits(field.ok_or_else(no_field)?.ty(), rest)
        }
        Part::AnyField => {
            let none = || (format!("`{ty}` has no fields"), None);
            let mut outcomes = fields().ok_or_else(none)?.map(|field| fits(field.ty(), rest));
            let first = outcomes.next().ok_or_else(none)?;
            if outcomes.any(|outcome| outcome.is_ok()) { Ok(()) } else { first }
        }
        Part::Elements { start, .. } => match ty.kind() {
            TypeKind::Array { len, .. } if *start >= len => {
                Err((format!("`{ty}` has no element {start}"), None))
            }
            _ => fits(element_of(ty)?, rest),
        },
        Part::Entry(_) | Part::AnyElement => fits(element_of(ty)?, rest),
    }
}

fn element_of(ty: Type<'_>) -> Result<Type<'_>, (String, Option<String>)> {
    element(ty).ok_or_else(|| (format!("`{ty}` has no elements"), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shm_core::dynamic::DynLayout;

    fn checked(pattern: &str, ty: &str) -> Result<(), String> {
        let layout = DynLayout::of(ty).unwrap();
        let allowed = Allowed::of([pattern]).map_err(|error| error.to_string())?;
        allowed.check(layout.schema()).map_err(|error| error.to_string())
    }

    const STATION: &str = "{ target: Mutex<{ x: f64, y: f64 }>, mode: u8, axes: [{ set: f32, limit: f32 }; 3], \
                           names: Map<str, u32>, log: Queue<u8, 4> }";

    #[test]
    fn patterns_are_checked_against_the_layout() {
        for pattern in
            ["*", "mode", "target", "target.*", "target.x", "axes[*].set", "axes[2]", "axes[..]"]
        {
            assert_eq!(checked(pattern, STATION), Ok(()), "{pattern}");
        }
        for pattern in
            ["names[\"a\"]", "names[*]", "*.y", "axes[*].*", "axes[1..3].limit", "*[*].set"]
        {
            assert_eq!(checked(pattern, STATION), Ok(()), "{pattern}");
        }
    }

    #[test]
    fn a_star_alone_allows_everything_of_every_layout() {
        assert_eq!(checked("*", "u64"), Ok(()));
        assert!(Allowed::of(["*"]).unwrap().allows(&Path::new()));
    }

    #[test]
    fn a_pattern_that_allows_nothing_is_an_error_with_a_proposal() {
        for (pattern, expected) in [
            ("targt.*", "has no field `targt`; did you mean `target`?"),
            ("target.z", "has no field `z`"),
            ("mode.*", "`u8` has no fields"),
            ("axes[3]", "has no element 3"),
            ("mode[*]", "`u8` has no elements"),
            ("axes[*].sett", "did you mean `set`?"),
            ("log.tail", "has no field `tail`"),
            ("", "is empty"),
            ("target.", "ends with a point"),
            ("target x", "does not continue"),
            ("**", "does not continue"),
            ("[", "at byte"),
        ] {
            let found = checked(pattern, STATION).unwrap_err();
            assert!(found.contains(expected), "{pattern}: {found}");
        }
    }

    #[test]
    fn a_pattern_allows_no_more_than_it_says() {
        let allowed = Allowed::of(["a.*", "b[1..3]", "c[*].x", "d[\"k\"]"]).unwrap();
        let may = |path: &str| allowed.allows(&path.parse().unwrap());
        for path in
            ["a", "a.x", "a.x[3]", "b[1]", "b[2].y", "b[1..3]", "c[0].x", "c[..].x", "d[\"k\"]"]
        {
            assert!(may(path), "{path}");
        }
        for path in [
            "", "ab", "b", "b[0]", "b[3]", "b[1..4]", "b[1..]", "b[..]", "c", "c[0]", "c[0].y",
            "d[\"l\"]",
        ] {
            assert!(!may(path), "{path}");
        }
        assert!(!Allowed::default().allows(&"a".parse().unwrap()));
    }
}
