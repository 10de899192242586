//! Fields: every operation of every field type, on memory of this process alone.

mod bulk;
mod c_text;
mod checked;
mod enums;
mod integers;
mod ordered;
mod packed;
mod scalars;
mod structs;
