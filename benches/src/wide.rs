//! A struct of twenty fields: shared by this program, and exported to C by its build script.

use shm_core::SharedLayout;

/// Twenty numbers.
#[derive(SharedLayout)]
#[repr(C)]
pub(crate) struct Wide {
    pub(crate) f01: u64,
    pub(crate) f02: u64,
    pub(crate) f03: u64,
    pub(crate) f04: u64,
    pub(crate) f05: u64,
    pub(crate) f06: u64,
    pub(crate) f07: u64,
    pub(crate) f08: u64,
    pub(crate) f09: u64,
    pub(crate) f10: u64,
    pub(crate) f11: u64,
    pub(crate) f12: u64,
    pub(crate) f13: u64,
    pub(crate) f14: u64,
    pub(crate) f15: u64,
    pub(crate) f16: u64,
    pub(crate) f17: u64,
    pub(crate) f18: u64,
    pub(crate) f19: u64,
    pub(crate) f20: u64,
}
