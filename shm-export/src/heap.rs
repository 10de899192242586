//! The classes of small blocks in a heap, for templates.

/// For each class from 1 on: the size of a block, the pages of a span, the blocks in it, and the offset of
/// the first one. The table is that of `docs/format.md`.
pub(crate) const CLASSES: [(u16, u16, u16, u16); 52] = [
    (16, 1, 32, 512),
    (32, 1, 20, 320),
    (48, 1, 16, 256),
    (64, 1, 12, 192),
    (80, 1, 10, 192),
    (96, 1, 8, 128),
    (112, 1, 8, 128),
    (128, 1, 7, 128),
    (160, 1, 5, 128),
    (192, 2, 9, 192),
    (224, 1, 4, 64),
    (256, 2, 7, 128),
    (320, 1, 3, 64),
    (384, 2, 5, 128),
    (448, 1, 2, 64),
    (512, 3, 5, 128),
    (640, 2, 3, 64),
    (768, 4, 5, 128),
    (896, 1, 1, 64),
    (1024, 7, 6, 128),
    (1280, 4, 3, 64),
    (1536, 5, 3, 64),
    (1792, 2, 1, 64),
    (2560, 8, 3, 64),
    (3072, 10, 3, 64),
    (3584, 4, 1, 64),
    (16, 2, 64, 1024),
    (32, 3, 64, 1024),
    (48, 4, 64, 1024),
    (64, 5, 64, 1024),
    (80, 6, 64, 1024),
    (96, 7, 64, 1024),
    (112, 8, 64, 1024),
    (128, 9, 64, 1024),
    (160, 11, 64, 1024),
    (192, 13, 64, 1024),
    (224, 15, 64, 1024),
    (256, 16, 60, 960),
    (320, 16, 48, 768),
    (384, 16, 40, 640),
    (448, 16, 35, 576),
    (512, 16, 31, 512),
    (640, 15, 23, 384),
    (768, 16, 20, 320),
    (896, 16, 17, 320),
    (1024, 16, 15, 256),
    (1280, 14, 11, 192),
    (1536, 14, 9, 192),
    (1792, 16, 9, 192),
    (2560, 13, 5, 128),
    (3072, 16, 5, 128),
    (3584, 11, 3, 64),
];

/// Fills in the table: rows of four numbers, between these signs.
pub(crate) fn fill(template: &str, (open, close): (char, char)) -> String {
    let row = |(size, pages, blocks, data): &(u16, u16, u16, u16)| {
        format!("    {open}{size}, {pages}, {blocks}, {data}{close},")
    };
    let rows: Vec<String> = CLASSES.iter().map(row).collect();
    template.replace("@CLASSES@", &rows.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shm_core::protocol::heap::classes;

    #[test]
    fn the_classes_are_those_of_the_library() {
        assert_eq!(classes::CLASSES.len(), CLASSES.len() + 1, "class 0 does not exist");
        for (ours, theirs) in CLASSES.iter().zip(&classes::CLASSES[1..]) {
            let (size, pages, blocks, data) = *ours;
            let ours = [size, pages, blocks, data].map(u32::from);
            assert_eq!(ours, [theirs.size, theirs.pages, theirs.blocks, theirs.data]);
        }
    }
}
