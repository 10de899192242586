//! Altered images of regions, and the verdicts of Rust, C and Python on them.
#![allow(dead_code, reason = "each test file uses a part of this")]

use std::path::Path;
use std::process::Command;

use shm_core::schema::Schema;
use shm_core::{Error, Region, traits::Root};

use crate::compilers::{Directory, Program, STANDARDS, sanitized};
use crate::regions;
use crate::scripts::Script;

const C: &str = include_str!("refusals.c");
const PYTHON: &str = include_str!("refusals.py");

/// Programs that judge files, built from the exports of a region.
pub(crate) struct Judges {
    /// Compiled C and C++, without sanitizers; and with them, if the compiler has them.
    programs: Vec<Program>,
    script: Script,
}

impl Judges {
    pub(crate) fn of(region: &str) -> Self {
        let export =
            |lang| regions::printed(&["export", region, "--lang", lang, "--name", "Station"]);
        let (header, module) = (export("c"), export("python"));
        let what = region.replace('/', "-");
        let compile = |standard| Program::with_header(standard, &what, "station", &header, C);
        Self {
            programs: STANDARDS.into_iter().chain(sanitized()).map(compile).collect(),
            script: Script::with_module(&what, "station", &module, PYTHON),
        }
    }

    /// Opens regions with each of them; returns the language, and a word for each region.
    pub(crate) fn open(&self, regions: &[&str]) -> Vec<(String, Vec<String>)> {
        let arguments: Vec<&str> = std::iter::once("open").chain(regions.iter().copied()).collect();
        self.run(&arguments)
    }

    /// As [`Judges::open`], in a user namespace that maps no users; `None` if that is not
    /// permitted.
    pub(crate) fn open_as_unmapped(&self, region: &str) -> Option<Vec<(String, String)>> {
        let inside = |inner: &Command| {
            let mut command = Command::new("unshare");
            command.arg("--user").arg(inner.get_program()).args(inner.get_args());
            command.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
            command
        };
        if !inside(&Command::new("true")).output().is_ok_and(|output| output.status.success()) {
            return None;
        }
        let said = |inner: Command| {
            let output = regions::finished(inside(&inner));
            String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
        };
        let arguments = ["open", region];
        let in_c = |program: &Program| (program.name(), said(program.command(&arguments)));
        let mut found: Vec<_> = self.programs.iter().map(in_c).collect();
        found.push(("Python".to_owned(), said(self.script.command(&arguments))));
        Some(found)
    }

    /// The verdict of each on images of one size.
    pub(crate) fn check(&self, access: Access, images: &[Image]) -> Vec<(String, Vec<String>)> {
        let directory = Directory::new("images");
        let bytes: Vec<&[u8]> = images.iter().map(|image| image.bytes.as_slice()).collect();
        let file = directory.path().join("all");
        std::fs::write(&file, bytes.concat()).expect("writing all images");
        let (file, size) =
            (file.to_str().expect("a plain path"), images[0].bytes.len().to_string());
        let verb = if access == Access::Read { "check-to-read" } else { "check" };
        self.run(&[verb, file, &size])
    }

    fn run(&self, arguments: &[&str]) -> Vec<(String, Vec<String>)> {
        let words = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let in_c = |program: &Program| (program.name(), words(program.run(arguments)));
        let mut said: Vec<_> = self.programs.iter().map(in_c).collect();
        said.push(("Python".to_owned(), words(self.script.run(arguments))));
        said
    }
}

/// The access that a region is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// An image and its description.
pub(crate) struct Image {
    pub(crate) what: String,
    pub(crate) bytes: Vec<u8>,
    /// Whether it has grown and one of its two layouts was altered, with a right checksum.
    pub(crate) forged_layouts: bool,
}

/// Checks that Rust, C and Python agree on each image of a (former) region of `T`. Returns Rust's verdicts.
pub(crate) fn agree<T: Root + ?Sized>(
    judges: &Judges,
    access: Access,
    images: &[Image],
) -> Vec<String> {
    let directory = Directory::new("one-image");
    let file = directory.path().join("one");
    let in_rust = |image: &Image| {
        std::fs::write(&file, &image.bytes).expect("writing an image");
        verdict::<T>(&file, access)
    };
    let expected: Vec<String> = images.iter().map(in_rust).collect();
    for (language, found) in judges.check(access, images) {
        assert_eq!(found.len(), images.len(), "{language}");
        for ((image, expected), found) in images.iter().zip(&expected).zip(&found) {
            // A check of memory alone cannot compare boot ids.
            let in_c = language != "Python" && expected == "Rebooted" && found == "ok";
            let same = found == expected || in_c || reads_less(image, expected, found);
            assert!(same, "{language}, {}: found {found}, but Rust says {expected}", image.what);
        }
    }
    expected
}

/// Exported code checks schemas less strictly than Rust: not, for example, whether a name is an identifier;
/// it then finds a wrong fingerprint. A layout that a region claims to have grown to has no fingerprint, and
/// exported code does not check whether the region can have grown to it: it compares its own fields.
fn reads_less(image: &Image, expected: &str, found: &str) -> bool {
    let words = ["ok", "NotGrown", "Section", "DataLength", "LayoutDiffers"];
    let may_be_used = image.forged_layouts && words.contains(&found);
    match expected {
        "Schema" => found == "Fingerprint" || may_be_used,
        "Section" => may_be_used,
        _ => false,
    }
}

/// The word of docs/format.md for shm-core's verdict on a file.
pub(crate) fn verdict<T: Root + ?Sized>(path: &Path, access: Access) -> String {
    match access {
        Access::Read => word(Region::<T>::open_read_only(path).err()),
        Access::Write => word(Region::<T>::open(path).err()),
    }
}

/// The word of docs/format.md for an error.
pub(crate) fn word(error: Option<Error>) -> String {
    match error {
        None => "ok",
        Some(Error::Format { source, .. }) => match source.kind() {
            // One word for both in exported code.
            "UnknownSectionToWrite" => "FeatureToWrite",
            kind => kind,
        },
        Some(Error::Rebooted { .. }) => "Rebooted",
        Some(error) => panic!("an image is refused for what is in it: {error}"),
    }
    .to_owned()
}

fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

/// The offsets in the header of a region.
pub(crate) struct Header {
    pub(crate) directory: std::ops::Range<usize>,
    /// The kind and the place of each section.
    sections: Vec<(u32, std::ops::Range<usize>)>,
}

fn number(bytes: &[u8], at: usize) -> usize {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes")) as usize
}

impl Header {
    pub(crate) fn of(image: &[u8]) -> Self {
        let count = image[16] as usize;
        let entry = |entry: usize| {
            let at = 128 + 32 * entry;
            let kind = u32::from_le_bytes(image[at..at + 4].try_into().expect("four bytes"));
            let start = number(image, at + 8);
            (kind, start..start + number(image, at + 16))
        };
        Self { directory: 128..128 + 32 * count, sections: (0..count).map(entry).collect() }
    }

    pub(crate) fn section(&self, kind: u32) -> std::ops::Range<usize> {
        self.sections.iter().find(|(found, _)| *found == kind).expect("a section").1.clone()
    }

    fn has(&self, kind: u32) -> bool {
        self.sections.iter().any(|(found, _)| *found == kind)
    }

    /// The offset of a section's entry in the directory.
    pub(crate) fn entry(&self, kind: u32) -> usize {
        128 + 32 * self.sections.iter().position(|(found, _)| *found == kind).expect("a section")
    }

    /// Corrects all checksums, as an attacker would.
    pub(crate) fn forge(&self, image: &mut [u8]) {
        let schema = fnv1a(&image[self.section(1)]);
        let at = self.entry(1) + 24;
        image[at..at + 8].copy_from_slice(&schema.to_le_bytes());
        if self.has(5) {
            let growth = self.section(5);
            let slot = growth.len() / 2;
            image[growth].chunks_exact_mut(slot).for_each(forge_slot);
        }
        let directory = fnv1a(&image[self.directory.clone()]);
        image[32..40].copy_from_slice(&directory.to_le_bytes());
        let mut preamble = image[..128].to_vec();
        preamble[24..32].fill(0);
        preamble[120..128].fill(0);
        image[24..32].copy_from_slice(&fnv1a(&preamble).to_le_bytes());
    }
}

/// Corrects the checksum of a growth slot, if its lengths are valid.
fn forge_slot(slot: &mut [u8]) {
    let len = 32_usize.saturating_add(number(slot, 8)).saturating_add(number(slot, 16));
    if number(slot, 0) == 0 || len > slot.len() {
        return;
    }
    slot[24..32].fill(0);
    let checksum = fnv1a(&slot[..len]);
    slot[24..32].copy_from_slice(&checksum.to_le_bytes());
}

/// A growth slot with the right checksum.
pub(crate) fn slot(sequence: u64, schema: &[u8], annotations: &[u8]) -> Vec<u8> {
    let lengths = [sequence, schema.len() as u64, annotations.len() as u64, 0];
    let mut slot: Vec<u8> = lengths.iter().flat_map(|number| number.to_le_bytes()).collect();
    slot.extend_from_slice(schema);
    slot.extend_from_slice(annotations);
    let checksum = fnv1a(&slot);
    slot[24..32].copy_from_slice(&checksum.to_le_bytes());
    slot
}

/// A region with its schema replaced by this one, with its fingerprint, if any, and `data_len` bytes of data.
pub(crate) fn with_schema(image: &[u8], schema: &[u8], data_len: usize) -> Vec<u8> {
    let (start, end) = (192, 192 + schema.len());
    let data = end.next_multiple_of(64);
    let mut bytes = image[..128].to_vec();
    let fingerprint = Schema::decode(schema).ok().and_then(|schema| schema.fingerprint());
    for (at, number) in [(64, (data + data_len) as u64), (72, fingerprint.unwrap_or(0)), (80, 0)] {
        bytes[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }
    bytes[16..20].copy_from_slice(&2_u32.to_le_bytes());
    for (kind, flags, offset, len) in [(1_u32, 5_u32, start, schema.len()), (3, 1, data, data_len)]
    {
        bytes.extend([kind, flags].into_iter().flat_map(u32::to_le_bytes));
        bytes.extend([offset as u64, len as u64, 0].into_iter().flat_map(u64::to_le_bytes));
    }
    bytes.extend_from_slice(schema);
    bytes.resize(data + data_len, 0);
    Header::of(&bytes).forge(&mut bytes);
    bytes
}

/// The image itself, and copies of it with one of these bytes changed, with and without corrected
/// checksums.
pub(crate) fn altered(image: &[u8], places: impl Iterator<Item = usize>) -> Vec<Image> {
    let header = Header::of(image);
    let of = |what: String, bytes: Vec<u8>, forged_layouts| Image { what, bytes, forged_layouts };
    let mut images = vec![of("as it was".to_owned(), image.to_vec(), false)];
    for at in places {
        let in_layout = header.has(5) && at >= header.directory.end;
        for (mask, is_forged) in [(0x10, false), (0x01, true), (0xff, true)] {
            let mut bytes = image.to_vec();
            bytes[at] ^= mask;
            if is_forged {
                header.forge(&mut bytes);
            }
            let what = format!("byte {at} ^ {mask:#04x}, checksums corrected: {is_forged}");
            images.push(of(what, bytes, in_layout && is_forged));
        }
    }
    images
}
