//! The colours, in light and in dark.

/// The number of colours of fields; neighbours have different ones.
pub(super) const COLOURS: usize = 7;

/// The style sheet. A viewer without colour schemes shows the light one, on its own background.
pub(super) const STYLE: &str = "\
.shm text{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1f2530}
.shm .ground{fill:#fdfdfc;stroke:#d9dbe0}
.shm .title{font-weight:700}
.shm .name{font-weight:600}
.shm .dim{fill:#69707d}
.shm .cell{stroke-width:1}
.shm .tick{stroke:#1f2530;stroke-opacity:.16}
.shm .rule{stroke:#d9dbe0}
.shm .halo{stroke:#fdfdfc;stroke-width:4;stroke-linejoin:round;paint-order:stroke}
.shm .empty{stroke:#c9ccd3}
.shm .stroke{stroke:#b9bdc7}
.shm .dot{fill:#c3c7cf}
.shm .band{fill-opacity:.9}
.shm .c0{fill:#d5e6fb;stroke:#6d9fd8}
.shm .c1{fill:#d8f0d8;stroke:#70b377}
.shm .c2{fill:#fde6cb;stroke:#dba05c}
.shm .c3{fill:#e8defa;stroke:#a58bd6}
.shm .c4{fill:#d0eeee;stroke:#5fb0b0}
.shm .c5{fill:#fbdde7;stroke:#d98aa8}
.shm .c6{fill:#f5efc4;stroke:#c0ac4d}
@media (prefers-color-scheme:dark){
.shm text{fill:#e6e8ec}
.shm .ground{fill:#16181d;stroke:#343842}
.shm .dim{fill:#9aa1ae}
.shm .tick{stroke:#fff}
.shm .rule{stroke:#343842}
.shm .halo{stroke:#16181d}
.shm .empty{stroke:#3d424d}
.shm .stroke{stroke:#4a505c}
.shm .dot{fill:#4a505c}
.shm .c0{fill:#1d3a5a;stroke:#5b93d3}
.shm .c1{fill:#1f4226;stroke:#5fa667}
.shm .c2{fill:#4f3515;stroke:#c98d45}
.shm .c3{fill:#392a5c;stroke:#9a7fd0}
.shm .c4{fill:#154243;stroke:#4da3a3}
.shm .c5{fill:#52253a;stroke:#cc7a9a}
.shm .c6{fill:#453d12;stroke:#b39f3f}
}
";

/// Further styles, for the picture of a heap.
pub(super) const HEAP_STYLE: &str = "\
.shm .used{fill:#3f6ea5}
.shm .held{fill:#c06a2b}
@media (prefers-color-scheme:dark){
.shm .used{fill:#8fc0f5}
.shm .held{fill:#f0a868}
}
";

/// The fill of holes and spacing.
pub(super) const PATTERNS: &str = "\
<pattern id=\"shm-hole\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
patternTransform=\"rotate(45)\"><line class=\"stroke\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" \
stroke-width=\"2\"/></pattern>
<pattern id=\"shm-spacing\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
<circle class=\"dot\" cx=\"3\" cy=\"3\" r=\"0.9\"/></pattern>
";
