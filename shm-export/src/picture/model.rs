//! [`Picture`]: everything known about the bytes of a layout.

use serde::Serialize;
use shm_schema::format::CheckedHeader;
use shm_schema::schema::Schema;

use super::LINE;
use super::file_map::FileMap;
use super::gaps::Gaps;
use super::order::{self, Order};
use super::sharing::{self, SharedLine};
use super::walk::{self, Row};
use crate::description::Description;
use crate::tail;
use crate::type_names::TypeNames;

/// The bytes of a layout: rows for fields and gaps, what is lost, what another order would save. Its
/// `Serialize` is what `shm layout --json` prints.
#[derive(Debug, Serialize)]
pub struct Picture<'a> {
    #[serde(skip)]
    schema: &'a Schema,
    /// The type of the whole.
    #[serde(rename = "type")]
    pub(crate) ty: String,
    /// Its size in bytes; with a slice inside, the size at length zero.
    pub(crate) size: u64,
    /// Its alignment in bytes.
    pub(crate) align: u32,
    /// The cache lines that it takes.
    pub(crate) cache_lines: u64,
    /// The part whose length is known at run time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tail: Option<Tail>,
    /// Bytes that belong to no field.
    pub(crate) gaps: Gaps,
    /// The size in bytes with every struct in its best order.
    pub(crate) best_size: u64,
    /// Structs that another order makes smaller.
    pub(crate) better_orders: Vec<Order>,
    /// Cache lines that several live values share.
    pub(crate) shared_lines: Vec<SharedLine>,
    /// The bytes, in order.
    pub(crate) rows: Vec<Row<'a>>,
    /// The file, if this is a region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file_map: Option<FileMap>,
}

/// The part whose length is known at run time.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Tail {
    /// Its offset.
    pub(crate) offset: u64,
    /// The size of an element in bytes.
    pub(crate) element_size: u64,
    /// Bytes of an element that belong to no field.
    pub(crate) element_gaps: Gaps,
    /// The number of elements in the region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) len: Option<u64>,
    /// The size of the whole with that many elements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u64>,
}

impl<'a> Picture<'a> {
    /// Takes the picture.
    #[must_use]
    pub fn of(description: &'a Description) -> Self {
        let (schema, root) = (&description.schema, description.schema.root());
        let names = TypeNames::of(root);
        Self {
            schema,
            ty: names.text(root),
            size: root.size(),
            align: root.align(),
            cache_lines: root.size().div_ceil(LINE),
            tail: tail(description),
            gaps: Gaps::of(schema, root),
            best_size: order::best_size(schema),
            better_orders: order::better(&names),
            shared_lines: sharing::lines(schema),
            rows: walk::rows(root, &names),
            file_map: None,
        }
    }

    /// Adds what is in the file of a region that has this layout, by its header: the parts of the file,
    /// and how many elements a slice has.
    #[must_use]
    pub fn with_file(mut self, header: &CheckedHeader, file_size: u64) -> Self {
        if let Some(tail) = &mut self.tail {
            let len = header.tail_len();
            (tail.len, tail.total) = (Some(len), self.schema.root().size_with(len));
        }
        self.file_map = Some(FileMap::of(header, self.schema, file_size));
        self
    }

    /// Leaves out the rows that are inside `depth` structs or more.
    pub fn cut(&mut self, depth: usize) {
        self.rows.retain(|row| row.depth < depth);
    }
}

fn tail(description: &Description) -> Option<Tail> {
    let root = description.schema.root();
    let (offset, element) = tail::of(root)?;
    let (element_size, element_gaps) = (element.size(), Gaps::of(&description.schema, element));
    Some(Tail { offset, element_size, element_gaps, len: None, total: None })
}
