//! Operations of integers only: arithmetic in one step.

use std::thread;

use shm_core::Region;

macro_rules! integers {
    ($($int:ident)*) => {$(
        mod $int {
            use shm_core::Region;

            fn field(value: $int) -> Region<$int> {
                let field = Region::<$int>::options().private().unwrap();
                field.set(value);
                field
            }

            #[test]
            fn addition_and_subtraction_wrap_around_at_the_limits() {
                let field = field($int::MAX);
                assert_eq!(field.fetch_add(1), $int::MAX);
                assert_eq!(field.get(), $int::MIN);
                assert_eq!(field.fetch_sub(1), $int::MIN);
                assert_eq!(field.get(), $int::MAX);
            }

            #[test]
            fn bitwise_operations_return_the_value_before() {
                let field = field(0b1100);
                assert_eq!(field.fetch_and(0b0110), 0b1100);
                assert_eq!(field.fetch_or(0b0001), 0b0100);
                assert_eq!(field.fetch_xor(0b0111), 0b0101);
                assert_eq!(field.get(), 0b0010);
            }

            #[test]
            fn max_and_min_compare_with_the_sign_of_the_type() {
                let field = field(5);
                assert_eq!(field.fetch_max($int::MAX), 5);
                assert_eq!(field.fetch_max($int::MIN), $int::MAX);
                assert_eq!(field.fetch_min($int::MIN), $int::MAX);
                assert_eq!(field.fetch_min(7), $int::MIN);
                assert_eq!(field.get(), $int::MIN);
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 i8 i16 i32 i64 }

const THREADS: u64 = 4;
const ROUNDS: u64 = 20_000;

#[test]
fn fetch_add_from_several_threads_loses_nothing() {
    let hits = Region::<u64>::options().private().unwrap();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUNDS).for_each(|_| _ = hits.fetch_add(1)));
        }
    });
    assert_eq!(hits.get(), THREADS * ROUNDS);
}

#[test]
fn update_of_a_float_from_several_threads_loses_nothing() {
    let sum = Region::<f64>::options().private().unwrap();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| (0..ROUNDS).for_each(|_| _ = sum.update(|sum| sum + 0.5)));
        }
    });
    assert_eq!(sum.get(), (THREADS * ROUNDS) as f64 / 2.0);
}
