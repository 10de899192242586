//! Faults in the bytes of a region.

use std::io;

use super::directory::{SectionFault, SectionKind};
use crate::layout::Endian;
use crate::schema::{Difference, Incompatible, SchemaError};

/// The reason why this program cannot use a file as a region, or cannot make a region of a layout.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The file does not start like a region.
    #[error(
        "this is not a region: it starts with {}, expected \"\\x89SHM\\r\\n\\x1a\\n\"",
        shown(.found)
    )]
    NotARegion {
        /// The first bytes of the file, eight at most.
        found: Vec<u8>,
    },
    /// The region was made by another version of the format.
    #[error("the region has format version {found}, this program expects version {expected}")]
    FormatVersion {
        /// The version in the file.
        found: u32,
        /// The version of this crate.
        expected: u32,
    },
    /// The region's data is in the byte order of another kind of machine.
    #[error("the region holds {found:?}-endian data, this machine is {expected:?}-endian")]
    ByteOrder {
        /// The byte order of the data.
        found: Endian,
        /// The byte order of this machine.
        expected: Endian,
    },
    /// The region uses features without which it cannot be understood.
    #[error(
        "the region uses features that this program does not know (incompatible bits {bits:#x})"
    )]
    Feature {
        /// The feature bits that are set and unknown.
        bits: u64,
    },
    /// The region uses features without which it must not be written.
    #[error(
        "the region uses features that this program does not know (read-compatible bits {bits:#x})"
    )]
    FeatureToWrite {
        /// The feature bits that are set and unknown.
        bits: u64,
    },
    /// The region has a section without which it cannot be understood.
    #[error("the region has a section of kind {kind} that must be understood and is not")]
    UnknownSection {
        /// The section's kind.
        kind: u32,
    },
    /// The region has a section without which it must not be written.
    #[error(
        "the region has a section of kind {kind} that must be understood before writing and is not"
    )]
    UnknownSectionToWrite {
        /// The section's kind.
        kind: u32,
    },
    /// The file is shorter than its header says.
    #[error("the file has {found} bytes, the region needs {expected}: it was truncated")]
    Truncated {
        /// The size of the file.
        found: u64,
        /// The size that the header gives, or the smallest size of a header.
        expected: u64,
    },
    /// The checksum of a part of the header is wrong.
    #[error(
        "the {part} is damaged (checksum {found:#018x}, expected {expected:#018x}): something wrote \
         to the header"
    )]
    Damaged {
        /// Which part.
        part: HeaderPart,
        /// The checksum of the bytes found.
        found: u64,
        /// The checksum that the header gives.
        expected: u64,
    },
    /// A number in the preamble is invalid in this version of the format.
    #[error(
        "the region's preamble gives {found} as {what}, where {expected} is allowed: it was not \
         written by shm-core"
    )]
    Invalid {
        /// Which number.
        what: &'static str,
        /// Its value.
        found: u64,
        /// The limit.
        expected: &'static str,
    },
    /// The directory contains something impossible about a section.
    #[error("the region's {kind} {fault}: it was not written by shm-core")]
    Section {
        /// Which section.
        kind: SectionKind,
        /// The fault.
        fault: SectionFault,
    },
    /// The schema is invalid, or the layout exceeds a limit of schemas.
    #[error("{0}")]
    Schema(Box<SchemaError>),
    /// The fingerprint in the preamble is not that of the schema.
    #[error(
        "the region's fingerprint is {found:#018x}, its schema gives {expected:#018x}: it was not \
         written by shm-core"
    )]
    Fingerprint {
        /// The fingerprint in the preamble.
        found: u64,
        /// The fingerprint of the schema.
        expected: u64,
    },
    /// The creator has not finished, or died before it did.
    #[error("the region is not ready: its creator has not finished, or died before it did")]
    NotReady,
    /// The region's layout is not the one that the program expects.
    #[error(
        "the region does not hold a `{type_name}` as this program has it; they differ first at {}:\n\
         {difference}\nThis keeps the program from using it:\n{refusal}",
        place(.difference)
    )]
    LayoutDiffers {
        /// The root type in this program.
        type_name: String,
        /// The reason why the program cannot use the region.
        refusal: Box<Incompatible>,
        /// Where the layouts differ.
        difference: Box<Difference>,
    },
    /// Only a program that opens the region for writing can add fields to it.
    #[error(
        "the region has room for {}, which this program's `{type_name}` has, but has not grown to it \
         yet",
        names(.added)
    )]
    NotGrown {
        /// The root type in this program.
        type_name: String,
        /// The paths of the fields that the region lacks.
        added: Vec<String>,
    },
    /// The new fields cannot be described in the region.
    #[error(
        "the region has room for the new fields of this program's `{type_name}`, but not for their \
         description"
    )]
    NotDescribable {
        /// The root type in this program.
        type_name: String,
    },
    /// The size of the data does not match the layout and the run-time length.
    #[error(
        "the region's data section has {found} bytes, which does not fit its layout with {tail_len} \
         elements: it was not written by shm-core"
    )]
    DataLength {
        /// Bytes in the data section.
        found: u64,
        /// The run-time length in the preamble; 0 where there is none.
        tail_len: u64,
    },
    /// Something exceeds a limit of the format.
    #[error("the {what} is {found}, expected at most {limit}")]
    TooLarge {
        /// The name of the quantity.
        what: &'static str,
        /// Its value.
        found: u64,
        /// The largest value allowed.
        limit: u64,
    },
    /// The header could not be read.
    #[error("the header could not be read: {0}")]
    Read(io::Error),
}

impl FormatError {
    /// Returns the variant's name, for programs: the word for this refusal in [`docs/format.md`](https://docs.rs/crate/shm-core/latest/source/docs/format.md).
    ///
    /// ```
    /// use shm_core::format::FormatError;
    ///
    /// assert_eq!(FormatError::NotReady.kind(), "NotReady");
    /// ```
    #[must_use]
    pub fn kind(&self) -> &'static str {
        crate::report::variant_name!(
            self,
            NotARegion,
            FormatVersion,
            ByteOrder,
            Feature,
            FeatureToWrite,
            UnknownSection,
            UnknownSectionToWrite,
            Truncated,
            Damaged,
            Invalid,
            Section,
            Schema,
            Fingerprint,
            NotReady,
            LayoutDiffers,
            NotGrown,
            NotDescribable,
            DataLength,
            TooLarge,
            Read
        )
    }
}

impl FormatError {
    /// Returns advice on the error, if there is any.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::NotARegion { .. } => {
                "check the name, or remove the file if nothing else needs it"
            }
            Self::FormatVersion { .. } => {
                "build both sides with the same version of shm-core, or create the region anew"
            }
            Self::ByteOrder { .. } => {
                "create it anew on this machine; fields that must be readable on both can be `Be<T>` or \
                 `Le<T>` in an `Overlay`"
            }
            Self::Feature { .. } | Self::UnknownSection { .. } => {
                "build this program with a newer shm-core"
            }
            Self::FeatureToWrite { .. } | Self::UnknownSectionToWrite { .. } => {
                "open it with `open_read_only`, or build this program with a newer shm-core"
            }
            Self::Truncated { .. }
            | Self::Damaged { .. }
            | Self::Invalid { .. }
            | Self::Section { .. }
            | Self::Fingerprint { .. }
            | Self::DataLength { .. } => "create the region anew",
            Self::Schema(error) => return Some(error.help().unwrap_or_else(|| SCHEMA.to_owned())),
            Self::NotReady => "try again, or use `create_or_replace` if the creator is gone",
            Self::LayoutDiffers { refusal, .. } => return Some(differing(refusal)),
            Self::NotGrown { type_name, .. } => {
                return Some(format!(
                    "let a program that has the same `{type_name}` open it for writing first"
                ));
            }
            Self::NotDescribable { .. } => "create it anew, or give the fields shorter names",
            Self::TooLarge { .. } => "see the limits in docs/format.md",
            Self::Read(_) => return None,
        };
        Some(help.to_owned())
    }
}

const SCHEMA: &str = "if this is about a region, create it anew; if it is about a type of this program, \
     make the type smaller or flatter";

fn differing(refusal: &Incompatible) -> String {
    let mut help = refusal.help().map_or_else(String::new, |help| format!("{help}; or "));
    help.push_str(
        "build both programs from one definition of the type; or, if what the region holds is not \
         needed, replace it with `create_or_replace`",
    );
    help
}

// By hand: `#[from]` would also make it the source, and a printed chain of errors would contain the
// message twice.
impl From<SchemaError> for FormatError {
    fn from(error: SchemaError) -> Self {
        Self::Schema(Box::new(error))
    }
}

impl From<io::Error> for FormatError {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// A part of the header that has a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderPart {
    /// The first 128 bytes.
    Preamble,
    /// The section directory.
    Directory,
    /// The schema section.
    Schema,
    /// The annotation section.
    Annotations,
}

impl std::fmt::Display for HeaderPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Preamble => "region's preamble",
            Self::Directory => "region's section directory",
            Self::Schema => "region's schema section",
            Self::Annotations => "region's annotation section",
        })
    }
}

fn shown(bytes: &[u8]) -> String {
    if bytes.is_empty() { "nothing".to_owned() } else { format!("\"{}\"", bytes.escape_ascii()) }
}

fn names(paths: &[String]) -> String {
    if paths.is_empty() {
        return "a longer value".to_owned();
    }
    let names: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
    names.join(", ")
}

fn place(difference: &Difference) -> String {
    match difference.path() {
        "" => "the whole".to_owned(),
        path => format!("`{path}`"),
    }
}

crate::debug_as_displayed!(FormatError);
