//! [`Canvas`]: elements in order, each below the one before.

use std::fmt::Write;

use super::fit;
use super::theme::{PATTERNS, STYLE};
use crate::picture::LINE;
use crate::picture::model::Picture;
use crate::picture::text::{counted, facts, percent};
use crate::printable::printable;

/// The width of a byte.
pub(super) const BYTE: u64 = 15;
/// The space around the picture.
pub(super) const MARGIN: u64 = 24;
/// The space between the offset of a line and its bytes.
const BESIDE: u64 = 12;

/// The font sizes.
pub(super) const LARGE: u64 = 20;
pub(super) const MEDIUM: u64 = 12;
pub(super) const SMALL: u64 = 10;

/// A drawing that grows downwards.
pub(super) struct Canvas {
    elements: String,
    /// The start of the bytes: left of them is the offset of the line.
    pub(super) left: u64,
    /// The top of the next strip.
    pub(super) y: u64,
}

/// A text at a place.
pub(super) struct Label<'a> {
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) font: u64,
    pub(super) class: &'a str,
    pub(super) text: &'a str,
}

impl Canvas {
    /// A canvas with the title on it, and the ruler.
    pub(super) fn new(picture: &Picture) -> Self {
        let digits = picture.size.to_string();
        let left = MARGIN + BESIDE + (fit::width(&digits, MEDIUM) / 10).max(40);
        let mut canvas = Self { elements: String::new(), left, y: MARGIN + 22 };
        let (y, ty) = (canvas.y, printable(&picture.ty));
        let title = fit::cut(&ty, LARGE, LINE * BYTE / 2).unwrap_or_default();
        canvas.label(&Label { x: MARGIN, y, font: LARGE, class: "title", text: &title });
        let x = MARGIN + fit::width(&title, LARGE) / 10 + 20;
        let facts = facts(picture);
        canvas.label(&Label { x, y, font: MEDIUM, class: "dim", text: &facts });
        canvas.y += 34;
        canvas.ruler();
        canvas
    }

    /// The offsets inside a line.
    fn ruler(&mut self) {
        let y = self.y;
        for byte in (0..LINE).step_by(8) {
            let (x, text) = (self.left + byte * BYTE, format!("+{byte}"));
            self.label(&Label { x, y, font: SMALL, class: "dim", text: &text });
        }
        self.y += 10;
    }

    /// The width of the picture.
    fn width(&self) -> u64 {
        self.left + LINE * BYTE + MARGIN
    }

    /// The offset of a line, left of it.
    pub(super) fn offset(&mut self, line: u64, height: u64) {
        let text = line.saturating_mul(LINE).to_string();
        let x = (self.left - BESIDE).saturating_sub(fit::width(&text, MEDIUM) / 10);
        let y = self.y + height / 2 + 4;
        self.label(&Label { x, y, font: MEDIUM, class: "dim", text: &text });
    }

    /// Adds an element verbatim.
    pub(super) fn element(&mut self, element: &str) {
        self.elements.push_str(element);
        self.elements.push('\n');
    }

    /// Adds a text.
    pub(super) fn label(&mut self, label: &Label<'_>) {
        self::label(&mut self.elements, label);
    }

    /// The document, with the legend below everything else.
    pub(super) fn finish(mut self, picture: &Picture) -> String {
        self.legend(picture);
        let (width, height) = (self.width(), self.y + MARGIN);
        let title = format!("The layout of {} in memory", printable(&picture.ty));
        document(&title, (width, height), "", &self.elements)
    }

    fn legend(&mut self, picture: &Picture) {
        let gaps = &picture.gaps;
        self.y += 12;
        self.element(&format!(
            "<line class=\"rule\" x1=\"{MARGIN}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>",
            self.width() - MARGIN,
            y = self.y
        ));
        self.y += 14;
        let fields = counted(picture.size.saturating_sub(gaps.unused()), "byte");
        let mut x = self.swatch(MARGIN, "class=\"cell c0\"", &format!("{fields} of fields"));
        if gaps.lost() > 0 {
            let lost = counted(gaps.lost(), "byte");
            let text =
                format!("{lost} lost in holes and padding ({} %)", percent(gaps, picture.size));
            x = self.swatch(x, "class=\"cell empty\" fill=\"url(#shm-hole)\"", &text);
        }
        if gaps.spacing.bytes > 0 {
            let text = format!("{} that space live types", gaps.spacing.bytes);
            self.swatch(x, "class=\"cell empty\" fill=\"url(#shm-spacing)\"", &text);
        }
        self.y += 14;
    }

    /// Draws a small box and its meaning; returns where the next one may start.
    fn swatch(&mut self, x: u64, look: &str, text: &str) -> u64 {
        swatch(&mut self.elements, (x, self.y), look, text)
    }
}

/// Adds a text.
pub(super) fn label(elements: &mut String, label: &Label<'_>) {
    let Label { x, y, font, class, text } = *label;
    let text = escaped(text);
    // Writing to a string does not fail.
    let _ = writeln!(
        elements,
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" font-size=\"{font}\">{text}</text>"
    );
}

/// Adds a small box and its meaning; returns where the next one may start.
pub(super) fn swatch(elements: &mut String, (x, y): (u64, u64), look: &str, text: &str) -> u64 {
    // As in `label`.
    let _ = writeln!(
        elements,
        "<rect {look} x=\"{x}\" y=\"{y}\" width=\"22\" height=\"14\" rx=\"2\"/>"
    );
    label(elements, &Label { x: x + 30, y: y + 11, font: MEDIUM, class: "", text });
    x + 30 + fit::width(text, MEDIUM) / 10 + 32
}

/// A document of elements, with a frame around them.
pub(super) fn document(
    title: &str,
    (width, height): (u64, u64),
    style: &str,
    elements: &str,
) -> String {
    let (title, mut svg) = (escaped(title), String::new());
    // As in `label`.
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"shm\" role=\"img\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>{title}</title>\n<style>\n{STYLE}{style}</style>\n\
         <defs>\n{PATTERNS}</defs>\n<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" \
         height=\"{}\" rx=\"8\"/>\n{elements}</svg>",
        width - 1,
        height - 1,
    );
    svg
}

/// Returns the text escaped for XML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML does not allow these characters.
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
