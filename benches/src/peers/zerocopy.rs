//! `zerocopy` over `memmap2`: a checked reference to the file's bytes. It is a promise that no process
//! writes meanwhile, which none of its users can keep.

use memmap2::{MmapMut, MmapOptions};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::Peer;
use crate::job::Job;
use crate::outcome::Failure;
use crate::scenarios::twenty::{self, Twenty, for_twenty};

pub(super) const PEER: Peer = Peer {
    key: "zerocopy",
    title: "memmap2 and zerocopy",
    package: Some("zerocopy"),
    entries: || vec![twenty::entry::<Mapping>()],
    absent: &[("*", "twenty fields")],
};

macro_rules! wide {
    ($($field:ident)*) => {
        #[derive(FromBytes, IntoBytes, KnownLayout, Immutable)]
        #[repr(C)]
        struct Wide { $($field: u64),* }
    };
}
for_twenty!(wide);

struct Mapping(MmapMut);

impl Mapping {
    #[inline]
    fn wide(&self) -> &Wide {
        Wide::ref_from_bytes(&self.0).expect("the file has the size of the struct")
    }
}

impl Twenty for Mapping {
    fn create(job: &Job) -> Result<Self, Failure> {
        let path = job.file("zerocopy");
        let file =
            std::fs::OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        file.set_len(size_of::<Wide>() as u64)?;
        // SAFETY: no other process has the file.
        let mut mapping = unsafe { MmapOptions::new().map_mut(&file) }?;
        let wide = Wide::mut_from_bytes(&mut mapping).map_err(|error| error.to_string())?;
        let mut number = 0;
        macro_rules! write {
            ($($field:ident)*) => { $(number += 1; wide.$field = number;)* };
        }
        for_twenty!(write);
        Ok(Self(mapping))
    }

    #[inline]
    fn each(&mut self, mut take: impl FnMut(u64)) {
        let wide = self.wide();
        macro_rules! read {
            ($($field:ident)*) => { $(take(wide.$field);)* };
        }
        for_twenty!(read);
    }
}
