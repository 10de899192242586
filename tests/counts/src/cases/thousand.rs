//! A struct of a thousand fields.

#[macro_use]
#[path = "../../../support/tenfold.rs"]
mod tenfold;

use shm_core::SharedLayout;

macro_rules! record {
    ([] $($t:tt)*) => {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(super) struct Thousand($($t,)*);
    };
}

tenfold! { [tenfold record] u8 u16 u32 u64 i8 f64 bool i32 [u16; 3] f32 }
