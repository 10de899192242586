//! Slices of structs are copied as a whole, but no other process can tell that from field by field.

use std::fmt::Debug;

use shm_core::field::byteorder::{BE, U32};
use shm_core::{
    Bulk, ReadWrite, Region, SharedLayout,
    field::Be,
    traits::{Placeable, Plain, PlainView, ValidZeroed},
};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq, Default)]
#[repr(C)]
struct Pose {
    position: [f64; 3],
    heading: f32,
    flags: u16,
    kind: u8,
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq, Default)]
#[repr(C)]
struct Entry {
    port: Be<u32>,
    id: u32,
    parts: [u16; 2],
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq, Default)]
#[repr(C)]
struct Pixel([u16; 3]);

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Packet {
    length: U32<BE>,
    kind: u8,
}

const LEN: usize = 100;

/// Stores, loads and fills slices that begin and end anywhere, and compares with copies of single
/// structs.
#[track_caller]
fn copies_alike<T>(value: fn(u8) -> T)
where
    T: Plain + Placeable + ValidZeroed + Clone + Debug + PartialEq,
    T::View<ReadWrite>: PlainView<Value = T, Mode = ReadWrite>,
{
    let region = Region::<[T; LEN]>::options().private().unwrap();
    let values: Vec<T> = (0..LEN as u8).map(value).collect();
    for (from, to) in [(0, LEN), (1, LEN), (3, 4), (5, 97), (50, 50), (99, LEN)] {
        region.fill(value(200));
        region[from..to].store_from(&values[from..to]).unwrap();
        for (index, view) in region.iter().enumerate() {
            let expected =
                if (from..to).contains(&index) { value(index as u8) } else { value(200) };
            assert_eq!(T::load_from(view).unwrap(), expected, "{index} of {from}..{to}");
        }
        assert_eq!(region[from..to].load_vec().unwrap(), values[from..to]);
        let mut out = vec![value(201); to - from];
        region[from..to].load_into(&mut out).unwrap();
        assert_eq!(out, values[from..to]);
    }
    let all = <[T; LEN]>::load_from(&*region).unwrap();
    assert!(all[..99].iter().all(|element| *element == value(200)) && all[99] == values[99]);
}

#[test]
fn structs_with_padding_are_copied_in_bulk() {
    copies_alike(|n| Pose {
        position: [n.into(), 0.5, -f64::from(n)],
        heading: f32::from(n) * 0.25,
        flags: 0x101 * u16::from(n),
        kind: n,
    });
}

#[test]
fn structs_of_aligned_and_foreign_numbers_are_copied_in_bulk() {
    copies_alike(|n| Entry {
        port: Be::new(u32::from(n) << 20),
        id: !u32::from(n),
        parts: [n.into(), 9],
    });
}

#[test]
fn structs_of_narrow_numbers_are_copied_in_bulk() {
    copies_alike(|n| Pixel([n.into(), 0x1234, !u16::from(n)]));
}

#[test]
fn structs_of_bytes_are_copied_in_bulk() {
    copies_alike(|n| Packet { length: U32::new(u32::from(n) * 0x0101_0101), kind: n });
}

#[test]
fn padding_is_not_written_when_a_slice_of_structs_is_stored() {
    #[repr(C, align(64))]
    struct Memory([u8; 32 * LEN]);

    let mut memory = Memory([0xee; 32 * LEN]);
    // SAFETY: as many poses fit, they are aligned, and the memory is not used while the views are.
    let poses: &[<Pose as SharedLayout>::View<ReadWrite>; LEN] =
        unsafe { &*std::ptr::from_mut(&mut memory).cast() };
    poses.store_from(&[Pose::default(); LEN]).unwrap();
    poses[7..].fill(Pose::default());
    for pose in memory.0.chunks(32) {
        assert_eq!((&pose[..31], pose[31]), (&[0; 31][..], 0xee));
    }
}

#[test]
fn no_field_of_a_struct_is_torn_in_a_bulk_copy() {
    let alike = |byte: u8| Entry {
        port: Be::new(u32::from_ne_bytes([byte; 4])),
        id: u32::from_ne_bytes([byte; 4]),
        parts: [u16::from_ne_bytes([byte; 2]); 2],
    };
    let whole = |bytes: &[u8]| bytes.iter().all(|byte| *byte == bytes[0]);
    let region = Region::<[Entry; LEN]>::options().private().unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..3000_usize {
                let entries = &region[round % 5..];
                if round % 2 == 0 {
                    entries.store_from(&vec![alike(round as u8); entries.len()]).unwrap();
                } else {
                    entries.fill(alike(round as u8));
                }
            }
        });
        while !writer.is_finished() {
            for entry in region[1..].load_vec().unwrap() {
                assert!(whole(&entry.port.get().to_ne_bytes()) && whole(&entry.id.to_ne_bytes()));
                assert!(entry.parts.iter().all(|part| whole(&part.to_ne_bytes())));
            }
        }
    });
}
