//! From segments to strips: cache lines, and runs of cache lines that look alike.

use super::segments::{Piece, Segment};
use crate::picture::LINE;
use crate::picture::model::Picture;

/// The largest number of strips that are drawn.
const MAX_STRIPS: usize = 200;

/// A strip, which is drawn from left to right.
#[derive(Debug)]
pub(super) enum Strip<'a> {
    /// One cache line.
    Line(Line<'a>),
    /// Cache lines inside one segment.
    Fold(Fold<'a>),
    /// The remaining lines, which would make the picture too long.
    Rest {
        /// The first line left out.
        first: u64,
        /// Their number.
        lines: u64,
    },
}

/// A cache line; the last one may be shorter.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) index: u64,
    pub(super) parts: Vec<Part<'a>>,
}

/// The part of a segment in a cache line.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) segment: &'a Segment<'a>,
    pub(super) from: u64,
    pub(super) to: u64,
}

/// Cache lines that are inside one segment.
#[derive(Debug)]
pub(super) struct Fold<'a> {
    pub(super) first: u64,
    pub(super) lines: u64,
    pub(super) segment: &'a Segment<'a>,
}

/// Returns the strips of segments, which follow one another without a gap.
pub(super) fn of<'a>(segments: &'a [Segment<'a>], picture: &Picture) -> Vec<Strip<'a>> {
    let (mut strips, mut at, mut rest) = (Vec::new(), 0, segments);
    while let Some(segment) = rest.first() {
        if strips.len() >= MAX_STRIPS {
            let first = at / LINE;
            let lines = picture.cache_lines.saturating_sub(first);
            strips.push(Strip::Rest { first, lines });
            break;
        }
        let folded = foldable(segment, at);
        if folded > 0 {
            strips.push(Strip::Fold(Fold { first: at / LINE, lines: folded, segment }));
            at += folded * LINE;
        } else {
            strips.push(Strip::Line(line(rest, at)));
            at = at.saturating_add(LINE);
        }
        let passed = rest.iter().take_while(|segment| segment.to <= at).count();
        rest = &rest[passed..];
    }
    strips
}

/// Returns the number of lines from here that are inside a segment and show nothing new. Its first line
/// does, except for elements that are like one that was drawn.
fn foldable(segment: &Segment<'_>, at: u64) -> u64 {
    let lines = (segment.to / LINE).saturating_sub(at / LINE);
    let least = match segment.what {
        Piece::More(_) if segment.from <= at => 1,
        _ if segment.from < at => 2,
        _ => return 0,
    };
    if lines >= least { lines } else { 0 }
}

fn line<'a>(segments: &'a [Segment<'a>], at: u64) -> Line<'a> {
    let end = at.saturating_add(LINE);
    let inside = segments.iter().take_while(|segment| segment.from < end);
    let parts =
        inside.map(|segment| Part { segment, from: segment.from.max(at), to: segment.to.min(end) });
    Line { index: at / LINE, parts: parts.collect() }
}
