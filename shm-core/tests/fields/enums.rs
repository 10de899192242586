//! Enums of every representation, and structs that hold them.

use shm_core::layout::{Kind, ScalarKind};
use shm_core::{Bulk, Region, SharedLayout, errors::LoadError};

macro_rules! enums {
    ($($module:ident $int:ident $kind:ident $digits:literal;)*) => {$(
        mod $module {
            use super::*;

            #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
            #[repr($int)]
            enum Limit {
                Zero = 0,
                Least = $int::MIN.wrapping_add(1),
                Greatest = $int::MAX,
            }

            #[test]
            fn the_limits_of_the_representation_are_read_back() {
                let field = Region::<Limit>::options().private().unwrap();
                assert_eq!(field.get().unwrap(), Limit::Zero);
                for limit in [Limit::Least, Limit::Greatest, Limit::Zero] {
                    field.set(limit);
                    assert_eq!(field.repr().get(), limit as $int);
                    assert_eq!(field.read_only().get().unwrap(), limit);
                    assert_eq!(field.swap(Limit::Least).unwrap(), limit);
                    assert_eq!(field.compare_exchange(Limit::Least, limit).unwrap(), Limit::Least);
                    assert_eq!(field.get_relaxed().unwrap(), limit);
                }
            }

            #[test]
            fn bits_between_the_variants_are_an_error_that_lists_them() {
                let field = Region::<Limit>::options().private().unwrap();
                field.repr().set($int::MAX - 1);
                let error = field.get().unwrap_err();
                assert_eq!(error.bits(), ($int::MAX - 1) as u64);
                let allowed = format!(
                    "0 (Zero), {} (Least), {} (Greatest)", Limit::Least as $int, $int::MAX
                );
                assert_eq!(error.allowed(), allowed);
                let digits = format!("0x{:01$x}, which is not a valid `Limit`", $int::MAX - 1, $digits);
                assert!(error.to_string().contains(&digits), "{error}");
                let found = field.compare_exchange(Limit::Zero, Limit::Least).unwrap_err();
                assert_eq!(found.unwrap_err().bits(), error.bits());
            }

            #[test]
            fn the_layout_has_the_size_of_the_representation_and_all_discriminants() {
                let layout = Limit::LAYOUT;
                assert_eq!((layout.size(), layout.align()), (size_of::<$int>(), align_of::<$int>()));
                let Kind::Enum { repr, variants } = *layout.kind() else { panic!("no enum") };
                assert_eq!(repr, ScalarKind::$kind);
                let found: Vec<_> = variants.iter().map(|v| (v.name, v.discriminant)).collect();
                let least = i128::from($int::MIN.wrapping_add(1));
                assert_eq!(found, [("Zero", 0), ("Least", least), ("Greatest", $int::MAX.into())]);
            }
        }
    )*};
}

enums! {
    of_u8 u8 U8 2;
    of_u16 u16 U16 4;
    of_u32 u32 U32 8;
    of_u64 u64 U64 16;
    of_i8 i8 I8 2;
    of_i16 i16 I16 4;
    of_i32 i32 I32 8;
    of_i64 i64 I64 16;
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Idle,
    Busy,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Step {
    at: u64,
    mode: Mode,
    path: [[u16; 2]; 2],
}

fn step(at: u64, mode: Mode) -> Step {
    Step { at, mode, path: [[1, 2], [3, at as u16]] }
}

#[test]
fn slices_of_enums_and_of_structs_with_enums_are_copied_both_ways() {
    let modes = Region::<[Mode; 3]>::options().private().unwrap();
    modes.fill(Mode::Busy);
    modes[..1].store_from(&[Mode::Idle]).unwrap();
    assert_eq!(modes.load_vec().unwrap(), [Mode::Idle, Mode::Busy, Mode::Busy]);

    let steps = Region::<[Step; 3]>::options().private().unwrap();
    steps.fill(step(9, Mode::Busy));
    steps[1..].store_from(&[step(1, Mode::Idle), step(2, Mode::Busy)]).unwrap();
    let expected = [step(9, Mode::Busy), step(1, Mode::Idle), step(2, Mode::Busy)];
    assert_eq!(steps.load_vec().unwrap(), expected);
    let mut out = [step(0, Mode::Idle); 3];
    steps.read_only().load_into(&mut out).unwrap();
    assert_eq!(out, expected);
}

#[test]
fn a_bad_field_in_a_slice_of_structs_leaves_everything_after_it_unchanged() {
    let steps = Region::<[Step; 3]>::options().private().unwrap();
    steps.fill(step(7, Mode::Busy));
    steps[1].mode.repr().set(2);
    let mut out = [step(0, Mode::Idle); 3];
    let error = steps.load_into(&mut out).unwrap_err();
    let LoadError::Invalid(error) = error else { panic!("not {error}") };
    assert_eq!((error.bits(), error.field()), (2, Some("[1].mode")));
    assert_eq!(out[0], step(7, Mode::Busy));
    assert_eq!(out[1].path, step(0, Mode::Idle).path);
    assert_eq!(out[2], step(0, Mode::Idle));
    assert!(steps[1].load().is_err() && steps[2].load().is_ok());
}
