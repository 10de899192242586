//! Bytes that are not a region: files and devices, read by a layout that is given beside them.

use std::fs::{self, File};
use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use clap::Args;
use shm_core::dynamic::{DynLayout, DynOverlay};
use shm_core::layout::Endian;
use shm_core::{Error, ReadOnly};

use crate::failure::Failure;
use crate::printable::printable;
use crate::subject::Subject;
use crate::watch::truncated;

/// Options for bytes without a header.
#[derive(Clone, Debug, Args)]
pub(crate) struct Foreign {
    /// Read FILE as bytes without a header that are laid out as this schema says: a file that
    /// `export --lang json` wrote, or a region
    #[arg(long, value_name = "SCHEMA")]
    layout: Option<PathBuf>,
    /// The position in FILE at which the value begins, such as 256 or 0x100
    #[arg(long, value_name = "BYTES", requires = "layout", default_value = "0", value_parser = position)]
    offset: u64,
    /// The number of elements of a slice at the end; as many as there are, if it is not given
    #[arg(long, value_name = "N", requires = "layout")]
    len: Option<usize>,
}

/// A number of bytes, in decimal or hexadecimal digits.
fn position(text: &str) -> Result<u64, String> {
    let digits = text.replace('_', "");
    let parsed = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    parsed.map_err(|_| "expected a number of bytes, such as 256 or 0x100".to_owned())
}

impl Foreign {
    /// Whether a layout was given.
    pub(crate) fn is_given(&self) -> bool {
        self.layout.is_some()
    }

    /// Maps the bytes for reading; `None` if no layout was given.
    ///
    /// # Errors
    /// If the layout cannot be read, or the value does not fit there.
    pub(crate) fn open(&self, file: &Path) -> Result<Option<DynOverlay<ReadOnly>>, Failure> {
        let Some(layout) = &self.layout else { return Ok(None) };
        let layout = layout_of(layout)?;
        // The file may become shorter at any time.
        truncated::report(false).map_err(|error| Failure::io("preparing to read", error))?;
        let Self { offset, len, .. } = *self;
        // SAFETY: this process accesses the bytes through this overlay alone. If another one truncates the file, the
        // handler above ends this process with an error. For a device, the user decides.
        let opened = unsafe { DynOverlay::open_read_only(file, offset, &layout, len) };
        let opened = match opened {
            Err(Error::NotRegularFile { .. }) if is_device(file) => {
                let name = printable(&file.display().to_string()).into_owned();
                let device = File::open(file)
                    .map_err(|error| Failure::io(format!("opening {name}"), error))?;
                // SAFETY: as above.
                unsafe { DynOverlay::from_fd_read_only(&device, offset, &layout, len) }
            }
            opened => opened,
        };
        match opened {
            Ok(overlay) => Ok(Some(overlay)),
            Err(Error::BadOverlay { type_name, offset, fault, .. }) => {
                let region = file.display().to_string();
                Err(Error::BadOverlay { region, type_name, offset, fault }.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn is_device(file: &Path) -> bool {
    let kind = fs::metadata(file).map(|metadata| metadata.file_type());
    kind.is_ok_and(|kind| kind.is_char_device() || kind.is_block_device())
}

/// The layout in a schema, or of a region.
fn layout_of(file: &Path) -> Result<DynLayout, Failure> {
    let Subject { name, description, .. } = Subject::read(file)?;
    let native = if cfg!(target_endian = "big") { Endian::Big } else { Endian::Little };
    if description.byte_order != native {
        return Err(Failure::Description(format!(
            "{} describes {:?}-endian data, this machine is {:?}-endian",
            printable(&name),
            description.byte_order,
            native
        )));
    }
    DynLayout::from_schema(description.schema).map_err(|error| Failure::layout(4, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_decimal_or_hexadecimal() {
        assert_eq!((position("256"), position("0x1_00")), (Ok(256), Ok(256)));
        for wrong in ["", "-1", "0x", "1k", "18446744073709551616"] {
            assert!(position(wrong).is_err(), "{wrong}");
        }
    }
}
