//! The pages of a heap as SVG: a box for each span, filled as far as its blocks are in use.

use super::canvas::{LARGE, Label, MARGIN, MEDIUM, SMALL, document, label, swatch};
use super::fit;
use super::theme::HEAP_STYLE;
use crate::printable::printable;

/// The pages in a row.
const ROW: u64 = 64;
/// The most rows that are drawn.
const MOST_ROWS: u64 = 128;
/// The width of a page.
const WIDTH: u64 = 13;
/// The height of a row, and the distance to the next one.
const HEIGHT: u64 = 18;
const STEP: u64 = 24;
/// The height of the bar that shows the use of a span.
const BAR: u64 = 4;

/// A heap to be drawn.
#[derive(Clone, Debug, Default)]
pub struct HeapPicture {
    /// The name of the region.
    pub name: String,
    /// The pages that the heap can have.
    pub capacity: u64,
    /// The pages that have memory.
    pub frontier: u64,
    /// The bytes of a page.
    pub page_size: u64,
    /// The spans, in the order of their pages.
    pub spans: Vec<HeapPictureSpan>,
    /// The named objects, whose pages are at the end.
    pub objects: Vec<HeapPictureObject>,
}

/// A named object.
#[derive(Clone, Debug)]
pub struct HeapPictureObject {
    /// Its name.
    pub name: String,
    /// Its type.
    pub type_name: String,
    /// The bytes of its value.
    pub size: u64,
    /// The number of its pages.
    pub pages: u64,
}

/// A run of pages that is divided into blocks.
#[derive(Clone, Copy, Debug)]
pub struct HeapPictureSpan {
    /// The first page.
    pub page: u64,
    /// The number of pages.
    pub pages: u64,
    /// The bytes of a block; `None` if one block has all of the pages.
    pub block_size: Option<u64>,
    /// The number of blocks.
    pub blocks: u64,
    /// Of these, the blocks that places own.
    pub linked: u64,
    /// Of these, the blocks that processes have.
    pub held: u64,
}

/// The colours: the largest block of each, in bytes.
const COLOURS: [(u64, &str); 4] =
    [(64, "up to 64 bytes"), (256, "up to 256"), (1024, "up to 1,024"), (u64::MAX, "up to 3,584")];
const PAGES: &str = "whole pages";

impl HeapPictureSpan {
    /// The class of its colour.
    fn colour(&self) -> usize {
        let size = |size| COLOURS.iter().position(|(most, _)| size <= *most);
        self.block_size.and_then(size).unwrap_or(COLOURS.len())
    }

    fn about(&self) -> String {
        let size = self.block_size.map_or_else(
            || format!("1 block of {} pages", self.pages),
            |size| format!("{} blocks of {size} bytes", self.blocks),
        );
        let free = self.blocks.saturating_sub(self.linked + self.held);
        format!(
            "page {}: {size}; {} linked, {} held by processes, {free} free",
            self.page, self.linked, self.held
        )
    }
}

/// The picture of a heap as an SVG document.
#[must_use]
pub fn heap_svg(heap: &HeapPicture) -> String {
    let left = MARGIN + fit::width(&heap.frontier.to_string(), SMALL) / 10 + 12;
    let mut elements = String::new();
    let width = left + ROW * WIDTH + MARGIN;
    let name = fit::cut(&printable(&heap.name), LARGE, width / 2).unwrap_or_default();
    let y = MARGIN + 22;
    label(&mut elements, &Label { x: MARGIN, y, font: LARGE, class: "title", text: &name });
    let x = MARGIN + fit::width(&name, LARGE) / 10 + 20;
    let facts = facts(heap);
    label(&mut elements, &Label { x, y, font: MEDIUM, class: "dim", text: &facts });
    let top = y + 26;
    let drawn = heap.frontier.min(ROW * MOST_ROWS);
    ground(&mut elements, drawn, left, top);
    for span in heap.spans.iter().take_while(|span| span.page < drawn) {
        draw(&mut elements, span, drawn, (left, top));
    }
    let mut y = top + drawn.div_ceil(ROW) * STEP + 8;
    if drawn < heap.frontier {
        let text = format!("{} more pages are not drawn", heap.frontier - drawn);
        label(&mut elements, &Label { x: left, y: y + 8, font: MEDIUM, class: "dim", text: &text });
        y += STEP;
    }
    y = objects(&mut elements, heap, left, y);
    legend(&mut elements, left, y);
    let height = y + 2 * STEP + MARGIN;
    document(
        &format!("The heap of {}", printable(&heap.name)),
        (width, height),
        HEAP_STYLE,
        &elements,
    )
}

fn facts(heap: &HeapPicture) -> String {
    let used: u64 = heap.spans.iter().map(|span| span.pages).sum();
    format!(
        "{} pages of {} bytes with memory, {used} in use, room for {}",
        heap.frontier, heap.page_size, heap.capacity
    )
}

/// The named objects, each a box as long as its pages, in as many rows as they need. Returns where the next
/// thing goes.
fn objects(elements: &mut String, heap: &HeapPicture, left: u64, top: u64) -> u64 {
    if heap.objects.is_empty() {
        return top;
    }
    let text = "named objects, in pages of their own at the end";
    label(elements, &Label { x: left, y: top + 10, font: MEDIUM, class: "dim", text });
    let (mut x, mut y) = (0, top + 20);
    for (number, object) in heap.objects.iter().enumerate() {
        let pages = object.pages.clamp(1, ROW);
        if x + pages > ROW {
            (x, y) = (0, y + STEP);
        }
        if (y - top) / STEP >= MOST_ROWS {
            let text = format!("{} more objects are not drawn", heap.objects.len() - number);
            label(elements, &Label { x: left, y: y + 10, font: MEDIUM, class: "dim", text: &text });
            break;
        }
        let HeapPictureObject { name, type_name, size, .. } = object;
        let about = format!("{}: {}, {size} bytes", printable(name), printable(type_name));
        let (at, width) = (left + x * WIDTH, pages * WIDTH - 1);
        push(
            elements,
            &format!(
                "<g><title>{}</title><rect class=\"cell c4\" x=\"{at}\" y=\"{y}\" \
                 width=\"{width}\" height=\"{HEIGHT}\" rx=\"2\"/></g>",
                super::canvas::escaped(&about)
            ),
        );
        x += pages;
    }
    y + STEP + 8
}

/// The rows of pages, each with the number of its first one.
fn ground(elements: &mut String, pages: u64, left: u64, top: u64) {
    for row in 0..pages.div_ceil(ROW) {
        let y = top + row * STEP;
        let text = (row * ROW).to_string();
        let x = (left - 8).saturating_sub(fit::width(&text, SMALL) / 10);
        label(elements, &Label { x, y: y + 13, font: SMALL, class: "dim", text: &text });
        let width = ROW.min(pages - row * ROW) * WIDTH;
        push(
            elements,
            &format!(
                "<rect class=\"cell empty\" fill=\"url(#shm-spacing)\" x=\"{left}\" y=\"{y}\" \
                 width=\"{width}\" height=\"{HEIGHT}\" rx=\"2\"/>"
            ),
        );
    }
}

/// A span: a box in each row that it touches, and in it a bar as long as the share of its blocks in use.
fn draw(elements: &mut String, span: &HeapPictureSpan, drawn: u64, (left, top): (u64, u64)) {
    let (mut page, end) = (span.page, span.page.saturating_add(span.pages).min(drawn));
    let (colour, about) = (span.colour(), super::canvas::escaped(&span.about()));
    push(elements, &format!("<g><title>{about}</title>"));
    while page < end {
        let row = page / ROW;
        let here = (end - page).min(ROW - page % ROW);
        let (x, y) = (left + page % ROW * WIDTH, top + row * STEP);
        let width = here * WIDTH - 1;
        push(
            elements,
            &format!(
                "<rect class=\"cell c{colour}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" \
                 height=\"{HEIGHT}\" rx=\"2\"/>"
            ),
        );
        let part =
            |blocks: u64| width.saturating_sub(4) * blocks.min(span.blocks) / span.blocks.max(1);
        bar(elements, "used", x + 2, y, part(span.linked));
        bar(elements, "held", x + 2 + part(span.linked), y, part(span.held));
        page += here;
    }
    push(elements, "</g>");
}

fn bar(elements: &mut String, class: &str, x: u64, y: u64, width: u64) {
    if width > 0 {
        let y = y + HEIGHT - BAR - 2;
        push(
            elements,
            &format!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BAR}\"/>"
            ),
        );
    }
}

fn legend(elements: &mut String, left: u64, y: u64) {
    let mut x = left;
    let texts = COLOURS.iter().map(|(_, text)| *text).chain([PAGES]);
    for (colour, text) in texts.enumerate() {
        x = swatch(elements, (x, y), &format!("class=\"cell c{colour}\""), text);
    }
    let y = y + STEP;
    let x = swatch(elements, (left, y), "class=\"used\"", "blocks that places own");
    let x = swatch(elements, (x, y), "class=\"held\"", "blocks that processes have");
    swatch(elements, (x, y), "class=\"cell empty\" fill=\"url(#shm-spacing)\"", "free pages");
}

fn push(elements: &mut String, element: &str) {
    elements.push_str(element);
    elements.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(page: u64, pages: u64, block_size: Option<u64>) -> HeapPictureSpan {
        HeapPictureSpan { page, pages, block_size, blocks: 4, linked: 2, held: 1 }
    }

    #[test]
    fn a_span_over_two_rows_is_drawn_in_both_and_a_name_is_escaped() {
        let spans = vec![span(0, 2, Some(64)), span(60, 8, None)];
        let heap = HeapPicture {
            name: "<board>".to_owned(),
            capacity: 1000,
            frontier: 70,
            page_size: 1024,
            spans,
            objects: Vec::new(),
        };
        let svg = heap_svg(&heap);
        assert!(svg.contains("The heap of &lt;board&gt;") && !svg.contains("<board>"));
        // One in the legend.
        assert_eq!(svg.matches("class=\"cell c0\"").count(), 2);
        assert_eq!(svg.matches("class=\"cell c4\"").count(), 3);
        assert_eq!(svg.matches("class=\"held\"").count(), 4);
        assert!(svg.contains("page 60: 1 block of 8 pages; 2 linked, 1 held by processes, 1 free"));
    }

    #[test]
    fn each_object_is_a_box_with_its_name_and_type() {
        let object = |name: &str, pages| HeapPictureObject {
            name: name.to_owned(),
            type_name: "Counter".to_owned(),
            size: 24,
            pages,
        };
        let objects = vec![object("<hits>", 1), object("long", 60), object("next", 9)];
        let svg = heap_svg(&HeapPicture { objects, ..HeapPicture::default() });
        assert!(svg.contains("<title>&lt;hits&gt;: Counter, 24 bytes</title>"), "{svg}");
        assert_eq!(svg.matches("24 bytes").count(), 3);
        let many = vec![object("x", u64::MAX); 100_000];
        let svg = heap_svg(&HeapPicture { objects: many, ..HeapPicture::default() });
        assert!(svg.len() < 1 << 20 && svg.contains("more objects are not drawn"));
    }

    #[test]
    fn a_picture_of_any_heap_has_a_bounded_size() {
        let spans = (0..100_000).map(|page| span(page, 1, Some(16))).collect();
        let heap = HeapPicture { frontier: u64::MAX, spans, ..HeapPicture::default() };
        assert!(heap_svg(&heap).len() < 10 << 20);
        let end = HeapPicture { frontier: 3, spans: vec![span(1, u64::MAX, None)], ..heap };
        assert!(heap_svg(&end).len() < 1 << 16);
    }
}
