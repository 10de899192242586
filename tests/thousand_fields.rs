//! A struct of a thousand fields: its layout is computed, and proved, by the constant evaluator.

#[macro_use]
#[path = "support/tenfold.rs"]
mod tenfold;

use shm_core::{Region, SharedLayout};

macro_rules! record {
    ([] $($t:tt)*) => {
        #[derive(SharedLayout)]
        #[repr(C)]
        struct Thousand($($t,)*);
    };
}

tenfold! { [tenfold record] u8 u16 u32 u64 i8 f64 bool char [u16; 3] f32 }

#[test]
fn a_struct_of_a_thousand_fields_has_a_layout() {
    const LAST: usize = Thousand::LAYOUT.offset_of("999");
    const FINGERPRINT: u64 = Thousand::LAYOUT.fingerprint();
    assert_eq!(Thousand::LAYOUT.fields().len(), 1000);
    assert_eq!(LAST, std::mem::offset_of!(Thousand, 999));
    assert_ne!(FINGERPRINT, 0);
}

#[test]
fn a_struct_of_a_thousand_fields_is_read_and_written() {
    let region = Region::<Thousand>::options().private().unwrap();
    region.999.set(1.5);
    region.8[2].set(3);
    let value = region.load().unwrap();
    assert_eq!((value.999, value.8[2], value.500), (1.5, 3, 0));
}
