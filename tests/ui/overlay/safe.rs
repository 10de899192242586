//! Every constructor of an overlay is unsafe: the bytes are not checked.

use shm_core::Overlay;

fn main() {
    let file = std::fs::File::open("./records").unwrap();
    let _ = Overlay::<u32>::open("./records", 0);
    let _ = Overlay::<u32>::from_fd(&file, 0);
    let _ = Overlay::<u32>::from_raw(std::ptr::null_mut(), 0);
    let _ = Overlay::<u32>::sysv(1);
}
