//! What generated code calls is no way for safe code to reach past a view.
#![forbid(unsafe_code)]

use shm_core::__private::{offset_of, read_only};
use shm_core::{traits::Root, Region, SharedLayout};

#[derive(SharedLayout)]
#[repr(C)]
struct Frame {
    width: u64,
    pixels: [u8],
}

fn main() {
    let slice = Region::<[u8]>::options().len(4).private().unwrap();
    shm_core::__private::read_only_root::<[u8], shm_core::ReadWrite>(&slice, 1 << 31);
    // A pointer alone is harmless; what it points to is for unsafe code.
    let frame = Region::<Frame>::options().len(4).private().unwrap();
    let pointer = Frame::view_ptr::<shm_core::ReadWrite>(std::ptr::from_ref(&*frame).cast(), 1 << 31);
    let _ = unsafe { &*pointer };
    let _ = (offset_of!(FrameView, width), read_only::<u8, shm_core::ReadWrite>(&slice[0]));
}
