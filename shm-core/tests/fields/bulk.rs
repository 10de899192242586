//! Arrays, and slices of them in and out.

use std::num::NonZeroU8;

use shm_core::{
    Bulk, Region,
    errors::{DoesNotFit, LoadError},
    traits::Plain,
};

#[test]
fn an_array_is_indexed_sliced_and_iterated_like_any_other() {
    let field = Region::<[u32; 4]>::options().private().unwrap();
    for (i, element) in field.iter().enumerate() {
        element.set(i as u32);
    }
    assert_eq!(field[3].get(), 3);
    let [first, .., last] = &*field;
    assert_eq!((first.get(), last.get()), (0, 3));
    assert_eq!(field.chunks(2).map(|pair| pair[1].get()).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(format!("{:?}", &*field), "[0, 1, 2, 3]");
}

#[test]
fn slices_are_copied_both_ways() {
    let field = Region::<[u16; 5]>::options().private().unwrap();
    field.store_from(&[1, 2, 3, 4, 5]).unwrap();
    let mut out = [0; 3];
    field[1..4].load_into(&mut out).unwrap();
    assert_eq!(out, [2, 3, 4]);
    field[3..].store_from(&[8, 9]).unwrap();
    assert_eq!(field.load_vec().unwrap(), [1, 2, 3, 8, 9]);
    assert_eq!(field.read_only().load_vec().unwrap(), [1, 2, 3, 8, 9]);
    field[..2].fill(7);
    assert_eq!(<[u16; 5]>::load_from(&*field).unwrap(), [7, 7, 3, 8, 9]);
}

#[test]
fn slices_of_different_lengths_are_refused_and_nothing_is_copied() {
    let field = Region::<[u8; 3]>::options().private().unwrap();
    field.store_from(&[1, 2, 3]).unwrap();
    let error = field.store_from(&[9, 9]).unwrap_err();
    assert_eq!(error, DoesNotFit::Length { shared: 3, private: 2 });
    assert!(error.to_string().contains("3 elements, the other slice has 2"));
    assert_eq!(field.load_vec().unwrap(), [1, 2, 3]);

    let mut out = [0; 4];
    let error = field.load_into(&mut out).unwrap_err();
    assert!(matches!(error, LoadError::DoesNotFit(DoesNotFit::Length { shared: 3, private: 4 })));
    assert_eq!(out, [0; 4]);
    assert!(field[..0].load_into(&mut []).is_ok() && field[..0].store_from(&[]).is_ok());
    assert_eq!(field[..0].load_vec().unwrap(), [0_u8; 0]);
}

#[test]
fn bools_are_normalised_on_the_way_out() {
    let bytes = Region::<[u8; 4]>::options().private().unwrap();
    bytes.store_from(&[0, 1, 2, 255]).unwrap();
    // SAFETY: a view of `bool` is an atomic byte, as one of `u8` is.
    let bools: &[shm_core::Field<bool>; 4] = unsafe { &*bytes.as_ptr().cast() };
    assert_eq!(bools.load_vec().unwrap(), [false, true, true, true]);
    bools[2..].fill(true);
    assert_eq!(bytes.load_vec().unwrap(), [0, 1, 1, 1]);
}

#[test]
fn arrays_of_arrays_are_copied_whole_row_by_row_and_flattened() {
    let field = Region::<[[f32; 3]; 2]>::options().private().unwrap();
    field.store_from(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).unwrap();
    assert_eq!(field[1][2].get(), 6.0);
    assert_eq!(field[0].load_vec().unwrap(), [1.0, 2.0, 3.0]);
    let mut rows = [[0.0; 3]; 2];
    field.load_into(&mut rows).unwrap();
    assert_eq!(rows, [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!(field.as_flattened().load_vec().unwrap(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    field.fill([7.0, 8.0, 9.0]);
    assert_eq!(<[[f32; 3]; 2]>::load_from(&*field).unwrap(), [[7.0, 8.0, 9.0]; 2]);
}

#[test]
fn an_invalid_element_stops_the_copy_after_the_valid_ones() {
    let field = Region::<[char; 3]>::options().private().unwrap();
    field.store_from(&['a', 'b', 'c']).unwrap();
    assert_eq!(field.load_vec().unwrap(), ['a', 'b', 'c']);
    field[1].repr().set(0xd800);
    let mut out = ['x'; 3];
    let error = field.load_into(&mut out).unwrap_err();
    assert!(matches!(error, LoadError::Invalid(ref invalid) if invalid.bits() == 0xd800));
    assert_eq!(out, ['a', 'x', 'x']);
    assert_eq!(field.load_vec().unwrap_err().bits(), 0xd800);
    assert_eq!(<[char; 3]>::load_from(&*field).unwrap_err().bits(), 0xd800);
}

#[test]
fn checked_elements_are_filled_and_stored() {
    let field = Region::<[Option<NonZeroU8>; 3]>::options().private().unwrap();
    field.fill(NonZeroU8::new(4));
    field[..1].store_from(&[None]).unwrap();
    assert_eq!(field.load_vec().unwrap(), [None, NonZeroU8::new(4), NonZeroU8::new(4)]);
}

/// Writes all elements repeatedly, in bulk or one by one, each with identical bytes, while another
/// thread reads them in bulk.
macro_rules! no_element_is_torn {
    ($name:ident, $int:ident) => {
        #[test]
        fn $name() {
            const LEN: usize = 300;
            let field = Region::<[$int; LEN]>::options().private().unwrap();
            let all_alike = |byte: u8| $int::from_ne_bytes([byte; size_of::<$int>()]);
            std::thread::scope(|scope| {
                let writer = scope.spawn(|| {
                    for round in 0..3000_usize {
                        let value = all_alike(round as u8);
                        // Starts and ends of elements at various distances from the processor's own
                        // boundaries.
                        let elements = &field[round % 9..LEN - round % 5];
                        match round % 3 {
                            0 => elements.fill(value),
                            1 => elements.store_from(&vec![value; elements.len()]).unwrap(),
                            _ => elements.iter().for_each(|element| element.set(value)),
                        }
                    }
                });
                let mut round = 0;
                while !writer.is_finished() {
                    round += 1;
                    let values = field[round % 7..LEN - round % 11].load_vec().unwrap();
                    let torn = values.iter().find(|value| {
                        let bytes = value.to_ne_bytes();
                        bytes.iter().any(|byte| *byte != bytes[0])
                    });
                    assert_eq!(torn, None);
                }
            });
        }
    };
}

no_element_is_torn!(no_element_of_two_bytes_is_torn, u16);
no_element_is_torn!(no_element_of_four_bytes_is_torn, u32);
no_element_is_torn!(no_element_of_eight_bytes_is_torn, u64);
