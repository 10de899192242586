//! [`Incompatible`]: the reasons why a program cannot use a region.

use std::fmt;

/// The reasons why a program cannot use a region, complete as far as they are known.
#[derive(Clone, PartialEq, Eq)]
pub struct Incompatible {
    pub(super) faults: Vec<Fault>,
    pub(super) more: bool,
}

/// One reason why a program cannot use a region. Its `Display` form is a sentence with the field and the
/// conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(super) path: String,
    pub(super) conflict: Conflict,
}

/// A conflict of two layouts at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conflict {
    /// The types differ.
    Type {
        /// The region's type.
        region: String,
        /// The program's type.
        program: String,
    },
    /// The offsets differ.
    Moved {
        /// The offset in the region, from the start of the struct that has the field.
        region: u64,
        /// The offset in the program.
        program: u64,
    },
    /// The same place has two names.
    Renamed {
        /// The region's name of the field.
        region: String,
    },
    /// Only the program has the field, and it is not after everything that the region has.
    Inserted {
        /// Where the program has the field, from the start of the value.
        offset: u64,
        /// Where the region's value ends.
        old_size: u64,
    },
    /// Only the region has the field, and it is not after everything that the program has.
    Removed {
        /// Where the region has the field, from the start of the value.
        offset: u64,
        /// Where the program's value ends.
        old_size: u64,
    },
    /// The size of a struct differs where nothing can grow.
    Size {
        /// The region's size in bytes.
        region: u64,
        /// The program's size in bytes.
        program: u64,
    },
    /// A field was added to or removed from a struct that cannot grow.
    Fixed {
        /// The side that has it: `program` or `region`.
        side: &'static str,
    },
    /// The length of an array differs, and there is something after it.
    Elements {
        /// Elements in the region.
        region: u64,
        /// Elements in the program.
        program: u64,
    },
    /// The same variant has two values.
    Variant {
        /// The variant.
        variant: String,
        /// Its value in the region.
        region: i128,
        /// Its value in the program.
        program: i128,
    },
    /// The same value means two variants.
    VariantName {
        /// The value.
        value: i128,
        /// The region's name for it.
        region: String,
        /// The program's name for it.
        program: String,
    },
    /// Each side has variants that the other lacks.
    Variants {
        /// A variant that only the region has.
        region: String,
        /// A variant that only the program has.
        program: String,
    },
    /// The program adds fields, but does not know everything in the region.
    Unknown {
        /// The variant.
        variant: String,
    },
    /// The region is too small for the program's value.
    NoRoom {
        /// The size of the program's value in bytes.
        needed: u64,
        /// Bytes that the region has for it.
        room: u64,
        /// The fields that the region lacks, or the first of them.
        added: Vec<String>,
    },
    /// The program's value needs a larger alignment than the region's has.
    Alignment {
        /// The alignment of the program's value.
        needed: u32,
        /// The alignment of its place in the region.
        found: u32,
    },
    /// A field that the region lacks would start as zero, which is not a valid value of it.
    ZeroIsNoValue {
        /// The program's type.
        found: String,
    },
    /// The program has locks, and the region has no list of participants.
    NoParticipants,
    /// The program keeps values in a heap, and the region has none.
    NoHeap,
    /// The two layouts have too many pairs of types to be compared.
    TooComplex,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type { region, program } => {
                write!(f, "is `{region}` in the region and `{program}` in the program")
            }
            Self::Moved { region, program } => {
                write!(f, "is at offset {region} in the region and at {program} in the program")
            }
            Self::Renamed { region } => write!(f, "is called `{region}` in the region"),
            Self::Inserted { offset, old_size } => write!(
                f,
                "is only in the program, at offset {offset}: a new field must be at the end, at offset \
                 {old_size} or after"
            ),
            Self::Removed { offset, old_size } => write!(
                f,
                "is only in the region, at offset {offset}: a program may lack only fields at offset {old_size} or \
                 after"
            ),
            Self::Size { region, program } => write!(
                f,
                "has {region} bytes in the region and {program} in the program: a type inside an array, a `Latest` \
                 or a lock, or before a slice, cannot grow"
            ),
            Self::Fixed { side } => write!(
                f,
                "is only in the {side}: a type inside an array, a `Latest` or a lock, or before a slice, cannot \
                 grow"
            ),
            Self::Elements { region, program } => write!(
                f,
                "has {region} elements in the region and {program} in the program: an array can change its \
                 length only as the last field, and without padding after it"
            ),
            Self::Variant { variant, region, program } => write!(
                f,
                "has the value {region} for its variant `{variant}` in the region and {program} in the program"
            ),
            Self::VariantName { value, region, program } => write!(
                f,
                "has the value {value} for `{region}` in the region and for `{program}` in the program"
            ),
            Self::Variants { region, program } => write!(
                f,
                "has the variant `{region}` only in the region and `{program}` only in the program: variants \
                 can be added or removed, not both"
            ),
            Self::Unknown { variant } => write!(
                f,
                "has the variant `{variant}` only in the region: a program that adds fields to a region must \
                 know everything in it"
            ),
            Self::NoRoom { needed, room, added } => {
                write!(f, "needs {needed} bytes, the region has room for {room}{}", lacks(added))
            }
            Self::Alignment { needed, found } => write!(
                f,
                "must be aligned to {needed} bytes, but is aligned to {found} in the region"
            ),
            Self::ZeroIsNoValue { found } => write!(
                f,
                "is not in the region yet and would be zero, which is not a valid value of a `{found}`"
            ),
            Self::NoParticipants => {
                f.write_str("has locks in the program, but the region was made without locks")
            }
            Self::NoHeap => f.write_str(
                "has values of any length in the program, and the region was made without a heap",
            ),
            Self::TooComplex => f.write_str("has more types than can be compared"),
        }
    }
}

impl Conflict {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::Renamed { region } => {
                return Some(format!(
                    "if the field was renamed, say so with `#[shm(alias = \"{region}\")]`"
                ));
            }
            Self::NoRoom { needed, .. } => {
                return Some(format!(
                    "make regions with room to grow, by `#[shm(capacity = {needed})]` or more, or create \
                     this one anew"
                ));
            }
            Self::Alignment { .. } | Self::NoParticipants => "create the region anew",
            Self::NoHeap => {
                "create the region anew; one that was made with `heap_max(bytes)` can get such fields later"
            }
            Self::ZeroIsNoValue { .. } => "use an `Option`, or a variant with the value 0",
            _ => return None,
        };
        Some(help.to_owned())
    }
}

fn lacks(added: &[String]) -> String {
    if added.is_empty() {
        return String::new();
    }
    let named: Vec<_> = added.iter().take(8).map(|name| format!("`{name}`")).collect();
    let more = if added.len() > named.len() { ", .." } else { "" };
    format!(" and lacks {}{more}", named.join(", "))
}

impl Incompatible {
    /// Returns the faults, in the order of the fields; never empty.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Whether there are more faults than [`Incompatible::faults`] lists.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.more
    }

    /// Returns advice on the first fault for which there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        self.faults.iter().find_map(|fault| fault.conflict.help())
    }
}

impl Fault {
    /// Returns the path of the field; empty for the whole value.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the conflict at that path.
    #[must_use]
    pub fn conflict(&self) -> &Conflict {
        &self.conflict
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.path {
            "" => write!(f, "the whole value {}", self.conflict),
            path => write!(f, "`{path}` {}", self.conflict),
        }
    }
}

/// One line per fault.
impl fmt::Display for Incompatible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            let line = if index > 0 { "\n" } else { "" };
            write!(f, "{line}{fault}")?;
        }
        if self.more {
            f.write_str("\n(and more)")?;
        }
        Ok(())
    }
}

impl std::error::Error for Incompatible {}

crate::debug_as_displayed!(Incompatible);
