//! Layouts for tests, written by hand as the derive would write them.

use crate::layout::{Endian, FieldLayout, Kind, Layout, Role, ScalarKind, Variant};

const fn scalar(name: &'static str, kind: ScalarKind) -> Layout {
    Layout::new(name, kind.size(), kind.size(), Kind::Scalar(kind))
}

pub(crate) static F64: Layout = scalar("f64", ScalarKind::F64);
pub(crate) static F32: Layout = scalar("f32", ScalarKind::F32);
pub(crate) static U64: Layout = scalar("u64", ScalarKind::U64);
pub(crate) static U32: Layout = scalar("u32", ScalarKind::U32);
pub(crate) static U8: Layout = scalar("u8", ScalarKind::U8);

static SAMPLES: Layout = Layout::new("array", 64, 4, Kind::Array { element: &U32, len: 16 });
static MODE: Layout = Layout::new(
    "Mode",
    1,
    1,
    Kind::Enum {
        repr: ScalarKind::I8,
        variants: &[
            Variant { name: "Idle", discriminant: 0 },
            Variant { name: "Busy", discriminant: 1 },
            Variant { name: "Lost", discriminant: -1 },
        ],
    },
);
static OPTIONAL: Layout = Layout::new(
    "Option<NonZeroU32>",
    4,
    4,
    Kind::NonZero { scalar: ScalarKind::U32, optional: true },
);
static BE: Layout = Layout::new(
    "Be<u16>",
    2,
    2,
    Kind::Ordered { scalar: ScalarKind::U16, order: Endian::Big, packed: false },
);
static PACKED: Layout = Layout::new(
    "U32<LE>",
    4,
    1,
    Kind::Ordered { scalar: ScalarKind::U32, order: Endian::Little, packed: true },
);
static LABEL: Layout = Layout::new("CText<10>", 10, 1, Kind::CText { capacity: 10 });
static NOTHING: Layout = Layout::new("()", 0, 1, Kind::Struct { fields: &[] });
pub(crate) static LOCK: Layout = Layout::new(
    "Mutex",
    4,
    4,
    Kind::Live {
        role: Role::Mutex,
        fields: &[FieldLayout::new("lock", 0, &U32), FieldLayout::new("value", 4, &NOTHING)],
    },
);
static MARKER: Layout = Layout::new("PhantomData", 0, 1, Kind::Marker);

pub(crate) static POSE: Layout = Layout::new(
    "Pose",
    24,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("x", 0, &F64).with_notes("", "m"),
            FieldLayout::new("y", 8, &F64).with_notes("", "m"),
            FieldLayout::new("heading", 16, &F32).with_notes("Clockwise from north.", "rad"),
        ],
    },
)
.with_doc("Where a robot is.");

static POSES: Layout = Layout::new("array", 96, 8, Kind::Array { element: &POSE, len: 4 });

/// One of every kind but a slice.
pub(crate) static STATION: Layout = Layout::new(
    "Station",
    216,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("temperature", 0, &F64).with_notes("In the shade.", "°C"),
            FieldLayout::new("samples", 8, &SAMPLES),
            FieldLayout::new("poses", 72, &POSES),
            FieldLayout::new("pose", 168, &POSE),
            FieldLayout::new("mode", 192, &MODE),
            FieldLayout::new("marker", 193, &MARKER),
            FieldLayout::new("port", 194, &BE),
            FieldLayout::new("serial", 196, &PACKED),
            FieldLayout::new("peer", 200, &OPTIONAL),
            FieldLayout::new("label", 204, &LABEL),
        ],
    },
)
.with_doc("One weather station.\n\nIt stands on a roof.");

/// The same bytes as [`POSE`] under other names of types and with other docs.
pub(crate) static POSE_RENAMED: Layout = Layout::new(
    "Position",
    24,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("x", 0, &F64),
            FieldLayout::new("y", 8, &F64),
            FieldLayout::new("heading", 16, &F32),
        ],
    },
);

/// [`POSE`] with another type for its last field.
pub(crate) static POSE_64: Layout = Layout::new(
    "Pose",
    24,
    8,
    Kind::Struct {
        fields: &[
            FieldLayout::new("x", 0, &F64),
            FieldLayout::new("y", 8, &F64),
            FieldLayout::new("heading", 16, &F64),
        ],
    },
);

static PIXELS: Layout = Layout::new("slice", 0, 1, Kind::Slice { element: &U8 });

/// A struct with a run-time length.
pub(crate) static FRAME: Layout = Layout::new(
    "Frame",
    8,
    4,
    Kind::Struct {
        fields: &[
            FieldLayout::new("width", 0, &U32),
            FieldLayout::new("height", 4, &U32),
            FieldLayout::new("pixels", 8, &PIXELS),
        ],
    },
);

/// Nothing but a slice.
pub(crate) static WORDS: Layout = Layout::new("slice", 0, 8, Kind::Slice { element: &U64 });

/// A struct of one field called `inner`, of the same size and alignment.
pub(crate) fn wrapped(inner: &'static Layout, name: &'static str) -> &'static Layout {
    let fields = Box::leak(Box::new([FieldLayout::new(name, 0, inner)]));
    Box::leak(Box::new(Layout::new(
        "Wrapped",
        inner.size(),
        inner.align(),
        Kind::Struct { fields },
    )))
}
