//! The picture as SVG: a row of 64 bytes for each cache line.
//!
//! ```text
//! Picture -> segments -> strips -> boxes and labels -> SVG
//! ```

mod boxes;
mod canvas;
mod fit;
mod heap;
mod segments;
mod strips;
mod theme;

pub use heap::{HeapPicture, HeapPictureObject, HeapPictureSpan, heap_svg};

use super::model::Picture;
use canvas::Canvas;
use strips::Strip;

/// The picture as an SVG document, the same for the same layout on every machine.
#[must_use]
pub fn svg(picture: &Picture) -> String {
    let segments = segments::of(picture);
    let mut canvas = Canvas::new(picture);
    for strip in strips::of(&segments, picture) {
        match strip {
            Strip::Line(line) => boxes::line(&line, &mut canvas),
            Strip::Fold(fold) => boxes::fold(&fold, &mut canvas),
            Strip::Rest { first, lines } => boxes::rest(first, lines, &mut canvas),
        }
    }
    if let Some(tail) = &picture.tail {
        boxes::tail(picture, tail, &mut canvas);
    }
    canvas.finish(picture)
}
