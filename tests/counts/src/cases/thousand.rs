//! A struct of a thousand fields.

use shm_core::SharedLayout;

/// Hands ten copies of a list to the next macro.
macro_rules! tenfold {
    ([$next:ident $($rest:ident)*] $($t:tt)*) => {
        $next! {
            [$($rest)*]
            $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)*
        }
    };
}

macro_rules! record {
    ([] $($t:tt)*) => {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(super) struct Thousand($($t,)*);
    };
}

tenfold! { [tenfold record] u8 u16 u32 u64 i8 f64 bool i32 [u16; 3] f32 }
