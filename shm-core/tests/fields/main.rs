//! Fields: every operation of every field type, on memory of this process alone.

mod c_text;
mod memory;
mod ordered;
mod packed;
