//! Charts of numbers over time.
//!
//! ```text
//! region, or recording -> collector: series -> panels -> svg, or text (braille)
//!                                               axis
//! ```
//! The [`collector`] takes the numbers out of JSON messages, whatever they come from; a [`series`] stays small however
//! long it runs. Series of one unit share a [`panel`], with the ticks that [`axis`] chooses.

mod axis;
pub(crate) mod collector;
pub(crate) mod panel;
pub(crate) mod series;
pub(crate) mod svg;
pub(crate) mod text;
