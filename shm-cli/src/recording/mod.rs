//! Recordings of a region: its values, again and again, in a file.
//!
//! ```text
//! region -> selection -> sampler -> sink: mcap, table (CSV), lines (JSON)
//! file -> reader -> messages -> replay, plot
//! ```
//! [`selection`] has the fields that are recorded, [`sampler`] reads them at their times, or when a change is [`announced`], and
//! counts what it missed, for the [`summary`]. A [`sink`] is a form of files: [`mcap_sink`] with a JSON [`schema`] and the [`origin`], which makes the
//! region again, or [`lines`] or a [`table`] of text; [`destination`] makes one.
//! [`reader`] reads an MCAP file message by message, to its end or as far as it was written.

mod announced;
mod bounded;
pub(crate) mod destination;
mod lines;
mod mcap_sink;
pub(crate) mod origin;
pub(crate) mod reader;
pub(crate) mod sampler;
mod schema;
pub(crate) mod selection;
mod sink;
pub(crate) mod stop;
pub(crate) mod summary;
mod table;
