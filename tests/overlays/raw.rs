//! Overlays of memory that the program already has.

use std::alloc::{Layout, alloc_zeroed, dealloc};

use shm_core::{Bulk, Overlay, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Packet {
    len: u32,
    kind: u8,
    bytes: [u8],
}

#[test]
fn memory_of_the_programs_own_is_used_to_its_last_byte_and_stays_when_the_overlay_goes() {
    let layout = Layout::from_size_align(64, 8).unwrap();
    // SAFETY: the layout has a size.
    let start = unsafe { alloc_zeroed(layout) };
    // SAFETY: the memory is freed below, and used through overlays alone until then.
    let packet = unsafe { Overlay::<Packet>::from_raw(start, 64) }.unwrap();
    assert_eq!(packet.bytes.len(), 59);
    packet.len.set(0x0102_0304);
    packet.bytes[58].set(9);
    let clone = packet.clone();
    drop(packet);
    assert_eq!(clone.bytes[58].get(), 9);
    // SAFETY: as above; these bytes belong to `bytes` of the packet, elements of one byte as well.
    let tail = unsafe { Overlay::<[u8]>::from_raw_read_only(start.wrapping_add(60), 4) }.unwrap();
    assert_eq!(tail.load_vec().unwrap(), [0, 0, 0, 9]);
    assert!(tail.is_shared() && tail.is_current());
    drop((clone, tail));
    // SAFETY: still allocated, and no overlay is left.
    assert_eq!(unsafe { start.cast::<u32>().read() }, 0x0102_0304);
    // SAFETY: allocated above, with this layout.
    unsafe { dealloc(start, layout) };
}

#[test]
fn an_address_that_cannot_hold_the_type_is_refused() {
    let mut words = [0_u64; 2];
    let start = words.as_mut_ptr().cast::<u8>();
    // SAFETY: the words outlive the overlays, which are all refused, here and below.
    let error = |start, len| unsafe { Overlay::<Packet>::from_raw(start, len) }.unwrap_err();
    assert!(error(start.wrapping_add(2), 8).to_string().contains("its alignment is 4"));
    assert!(error(std::ptr::null_mut(), 16).to_string().contains("null pointer"));
    // 5 bytes before the slice, and 3 of padding that must be there as well.
    assert!(error(start, 7).to_string().contains("before its first element"));
    // SAFETY: as above.
    let error = unsafe { Overlay::<[u32; 4]>::from_raw(start, 15) }.unwrap_err();
    assert!(error.to_string().contains("needs 16 bytes, found 15"), "{error}");
}

#[test]
fn two_overlays_at_one_address_each_name_their_own_fields() {
    let bytes = [7_u8; 16];
    let start = bytes.as_ptr();
    // SAFETY: nothing changes the bytes while the overlays are there.
    let flags = unsafe { Overlay::<[Flag]>::from_raw_read_only(start, 16) }.unwrap();
    // SAFETY: as above.
    let pair = unsafe { Overlay::<Pair>::from_raw_read_only(start, 16) }.unwrap();
    assert_eq!(pair.second.get().unwrap_err().field(), Some("second"));
    drop(pair);
    assert_eq!(flags[1].get().unwrap_err().field(), Some("[1]"));
    let address = format!("memory at {start:p}");
    assert_eq!(flags[1].get().unwrap_err().region(), Some(address.as_str()));
}

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Flag {
    Off = 0,
    On = 1,
}

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Pair {
    first: Flag,
    second: Flag,
}
