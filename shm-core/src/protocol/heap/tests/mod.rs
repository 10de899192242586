//! Tests of the heap on private memory. Each ends with an audit.

mod commit;
mod death;
mod garbage;
mod map;
mod map_claims;
mod mortal;
mod objects;
mod overhead;
mod places;
mod tiling;
mod wear;
mod world;
