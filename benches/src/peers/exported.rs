//! C with the header that shm-export writes. The code is in `c/exported.c`.

use std::ffi::{CString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;

use shm_core::Region;

use super::Peer;
use super::ours::create_wide;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::twenty::{self, Twenty};
use crate::wide::Wide;

pub(super) const PEER: Peer = Peer {
    key: "exported-c",
    title: "C, header by shm-export",
    package: Some("shm-export"),
    entries: || vec![twenty::entry::<Opened>()],
    absent: &[("*", "twenty fields")],
};

unsafe extern "C" {
    fn shm_bench_exported_open(path: *const c_char) -> c_int;
    fn shm_bench_exported_read(times: u64);
    fn shm_bench_exported_copy(out: *mut [u64; 20]);
}

/// A region that C has opened.
struct Opened(#[allow(dead_code, reason = "it keeps the region")] Region<Wide>);

impl Twenty for Opened {
    fn create(job: &Job) -> Result<Self, Failure> {
        let path = job.file("ours");
        let wide = create_wide(&path)?;
        let path = CString::new(path.as_os_str().as_bytes())?;
        // SAFETY: a string that ends in a zero; no other thread calls it.
        if unsafe { shm_bench_exported_open(path.as_ptr()) } == 0 {
            return Err("the header's code did not open the region".into());
        }
        Ok(Self(wide))
    }

    fn each(&mut self, take: impl FnMut(u64)) {
        let mut numbers = [0; 20];
        // SAFETY: it was opened, and there is room for twenty numbers.
        unsafe { shm_bench_exported_copy(&raw mut numbers) };
        numbers.into_iter().for_each(take);
    }

    fn read_many(&mut self, times: u64) {
        // SAFETY: it was opened.
        unsafe { shm_bench_exported_read(times) };
    }
}
