//! The crate whose assembly is examined; `x86_64.rs` appends a function per scalar and access.

use std::sync::atomic::Ordering::SeqCst;

use shm_core::field::byteorder::{BE, U32};
use shm_core::sync::Row;
use shm_core::{field::Be, traits::{Plain, PlainView}, Bulk, Field, ReadOnly, Region, SharedLayout, Text, View};

/// Every scalar by its own name, at an offset that is not 0.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Scalars {
    pub first: u64,
    pub u8: u8,
    pub u16: u16,
    pub u32: u32,
    pub u64: u64,
    pub i8: i8,
    pub i16: i16,
    pub i32: i32,
    pub i64: i64,
    pub f32: f32,
    pub f64: f64,
    pub bool: bool,
}

/// An array of every scalar.
#[derive(SharedLayout)]
#[repr(C)]
pub struct Arrays {
    pub u8: [u8; 4],
    pub u16: [u16; 4],
    pub u32: [u32; 4],
    pub u64: [u64; 4],
    pub i8: [i8; 4],
    pub i16: [i16; 4],
    pub i32: [i32; 4],
    pub i64: [i64; 4],
    pub f32: [f32; 4],
    pub f64: [f64; 4],
    pub bool: [bool; 4],
}

#[derive(SharedLayout)]
#[repr(C)]
pub struct Station {
    pub scalars: Scalars,
    pub arrays: Arrays,
    pub nested: [Scalars; 3],
    pub port: Be<u32>,
    pub packed: U32<BE>,
}

/// A row of a `PerProcess`.
#[derive(SharedLayout)]
#[repr(C)]
#[shm(fold = "sum")]
pub struct Counts {
    pub errors: u64,
    pub requests: u64,
}

#[unsafe(no_mangle)]
pub fn count_in_a_row(row: &Row<Counts, 8>) {
    row.requests.fetch_add(1);
}

#[unsafe(no_mangle)]
pub fn fetch_add(station: &StationView) -> u64 {
    station.scalars.u64.fetch_add(1)
}

#[unsafe(no_mangle)]
pub fn and_bool(station: &StationView, value: bool) {
    station.scalars.bool.fetch_and(value);
}

#[unsafe(no_mangle)]
pub fn or_bool(station: &StationView, value: bool) {
    station.scalars.bool.fetch_or(value);
}

#[unsafe(no_mangle)]
pub fn get_in_foreign_order(station: &StationView) -> u32 {
    station.port.get()
}

#[unsafe(no_mangle)]
pub fn get_through_a_region(station: &Region<Station>) -> u64 {
    station.scalars.u64.get()
}

#[unsafe(no_mangle)]
pub fn twin_with_two_reads(station: &StationView) -> u64 {
    station.scalars.u64.get() + station.scalars.first.get()
}

#[unsafe(no_mangle)]
pub fn twin_that_reads_twice(station: &StationView) -> u64 {
    station.scalars.u64.get() ^ station.scalars.u64.get()
}

#[unsafe(no_mangle)]
pub fn twin_that_calls(station: &StationView) -> u64 {
    out_of_line(station) + 1
}

#[unsafe(no_mangle)]
pub fn twin_in_total_order(station: &StationView, value: u64) {
    station.scalars.u64.store(value, SeqCst);
}

#[inline(never)]
fn out_of_line(station: &StationView) -> u64 {
    station.scalars.i64.get() as u64
}

#[unsafe(no_mangle)]
pub fn twin_of_the_wrong_width(station: &StationView) -> u64 {
    u64::from(station.scalars.u32.get())
}

#[unsafe(no_mangle)]
pub fn twin_of_packed_bytes(station: &StationView) -> u32 {
    station.packed.get()
}

/// Copied unchanged, in both directions.
#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

#[unsafe(no_mangle)]
pub fn load_scalars(from: &[Field<u16>], out: &mut [u16]) {
    let _ = from.load_into(out);
}

#[unsafe(no_mangle)]
pub fn load_bools(from: &[Field<bool>], out: &mut [bool]) {
    let _ = from.load_into(out);
}

#[unsafe(no_mangle)]
pub fn load_array_of_scalars(from: &[Field<u32>; 40], out: &mut [u32; 40]) {
    if let Ok(value) = <[u32; 40]>::load_from(from) {
        *out = value;
    }
}

#[unsafe(no_mangle)]
pub fn load_array_by_its_view(from: &[Field<u32>; 40], out: &mut [u32; 40]) {
    if let Ok(value) = PlainView::load(from) {
        *out = value;
    }
}

#[unsafe(no_mangle)]
pub fn load_structs(from: &[PointView], out: &mut [Point]) {
    let _ = from.load_into(out);
}

#[unsafe(no_mangle)]
pub fn load_array_of_structs(from: &[PointView; 40], out: &mut [Point; 40]) {
    if let Ok(value) = <[Point; 40]>::load_from(from) {
        *out = value;
    }
}

#[unsafe(no_mangle)]
pub fn load_vec_of_structs(from: &[PointView], out: &mut Vec<Point>) {
    if let Ok(value) = from.load_vec() {
        *out = value;
    }
}

#[unsafe(no_mangle)]
pub fn store_scalars(to: &[Field<u16>], values: &[u16]) {
    let _ = to.store_from(values);
}

#[unsafe(no_mangle)]
pub fn fill_scalars(to: &[Field<u16>], value: u16) {
    to.fill(value);
}

#[unsafe(no_mangle)]
pub fn store_structs(to: &[PointView], values: &[Point]) {
    let _ = to.store_from(values);
}

#[unsafe(no_mangle)]
pub fn set_packed(station: &StationView, value: u32) {
    station.packed.set(value);
}

#[unsafe(no_mangle)]
pub fn get_text(text: &View<Text<8>>) -> Option<Text<8>> {
    text.get().ok()
}

#[unsafe(no_mangle)]
pub fn set_text(text: &View<Text<8>>, value: &str) {
    let _ = text.set(value);
}

#[unsafe(no_mangle)]
pub fn twin_without_a_fence(from: &[Field<u16>], out: &mut [u16]) {
    for (from, out) in from.iter().zip(out) {
        *out = from.get_relaxed();
    }
}
