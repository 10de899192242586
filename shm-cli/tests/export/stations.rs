//! A station, and the same with one thing changed.
#![allow(dead_code, reason = "most fields are there to be compared")]

/// A station in a module of its own: the default one, except for the given definitions.
macro_rules! stations {
    ($(
        $(#[$doc:meta])* $case:ident { $($item:item)* }
    )*) => {
        $($(#[$doc])* pub(crate) mod $case {
            #[allow(unused_imports, reason = "most cases use a part of this")]
            use std::marker::PhantomData;

            #[allow(unused_imports, reason = "most cases use a part of this")]
            use shm_core::{Latest, Mutex, SharedLayout};

            #[allow(unused_imports, reason = "most cases use a part of this")]
            use super::parts::*;

            $($item)*
        })*
    };
}

/// The types of most stations.
mod parts {
    use shm_core::SharedLayout;

    #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    #[repr(u8)]
    pub(crate) enum Mode {
        Idle,
        Measuring,
    }

    #[derive(SharedLayout, Clone, Copy, Debug)]
    #[repr(C)]
    pub(crate) struct Pose {
        pub(crate) x: f64,
        pub(crate) heading: f32,
    }

    /// Ends in an array, so that both can grow at the end of a station, which has no padding after
    /// it.
    #[derive(SharedLayout, Clone, Copy, Debug)]
    #[repr(C)]
    pub(crate) struct Log {
        pub(crate) count: u64,
        pub(crate) entries: [u64; 7],
    }
}

stations! {
    own {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            pub(crate) temperature: f64, pub(crate) hits: u64, pub(crate) samples: [u32; 4],
            pub(crate) mode: Mode, pub(crate) nothing: PhantomData<u64>,
            pub(crate) pose: Latest<Pose>, pub(crate) log: Log,
        }
    }

    /// Fields after the end, and another variant.
    appended {
        #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
        #[repr(u8)]
        pub(crate) enum Mode { Idle, Measuring, Failed }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            pub(crate) temperature: f64, pub(crate) hits: u64, pub(crate) samples: [u32; 4],
            pub(crate) mode: Mode, pub(crate) nothing: PhantomData<u64>,
            pub(crate) pose: Latest<Pose>, pub(crate) log: Log,
            pub(crate) humidity: f32, pub(crate) more: Latest<Pose>,
        }
    }

    aligned {
        #[derive(SharedLayout)]
        #[repr(C, align(256))]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log, more: u8,
        }
    }

    first_lock {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log, account: Mutex<u64>,
        }
    }

    longer_array {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Log { count: u64, entries: [u64; 40] }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    last_struct {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Log { count: u64, entries: [u64; 7], more: u16 }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    more_variants {
        #[derive(SharedLayout, Clone, Copy, Debug)]
        #[repr(u8)]
        pub(crate) enum Mode { Broken = 7, Idle = 0, Measuring = 1 }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    fewer_variants {
        #[derive(SharedLayout, Clone, Copy, Debug)]
        #[repr(u8)]
        pub(crate) enum Mode { Idle }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    no_marker {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            other_marker: PhantomData<u32>, temperature: f64, hits: u64, samples: [u32; 4],
            mode: Mode, pose: Latest<Pose>, log: Log,
        }
    }

    alias {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, #[shm(alias = "hits")] count: u64, samples: [u32; 4], mode: Mode,
            nothing: PhantomData<u64>, pose: Latest<Pose>, log: Log,
        }
    }

    renamed {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, count: u64, samples: [u32; 4], mode: Mode,
            nothing: PhantomData<u64>, pose: Latest<Pose>, log: Log,
        }
    }

    inserted {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, new: u64, samples: [u32; 4], mode: Mode,
            nothing: PhantomData<u64>, pose: Latest<Pose>, log: Log,
        }
    }

    moved {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            hits: u64, temperature: f64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    retyped {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: i64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    other_values {
        #[derive(SharedLayout, Clone, Copy, Debug)]
        #[repr(u8)]
        pub(crate) enum Mode { Idle = 0, Measuring = 2 }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    /// One variant was added, and one removed.
    other_variants {
        #[derive(SharedLayout, Clone, Copy, Debug)]
        #[repr(u8)]
        pub(crate) enum Mode { Idle = 0, Failed = 2 }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    /// No other field has moved: the new one fits into the padding after the mode.
    longer_in_the_middle {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, more: u8,
            nothing: PhantomData<u64>, pose: Latest<Pose>, log: Log,
        }
    }

    latest_grew {
        #[derive(SharedLayout, Clone, Copy, Debug)]
        #[repr(C)]
        pub(crate) struct Pose { x: f64, heading: f32, more: f32 }

        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>, log: Log,
        }
    }

    /// Only aliases show that it has all fields of the first one.
    alias_appended {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, #[shm(alias = "hits")] count: u64, samples: [u32; 4], mode: Mode,
            nothing: PhantomData<u64>, pose: Latest<Pose>, log: Log, humidity: f32,
        }
    }

    shorter {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station {
            temperature: f64, hits: u64, samples: [u32; 4], mode: Mode, nothing: PhantomData<u64>,
            pose: Latest<Pose>,
        }
    }

    /// A station with a short description.
    small {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station { hits: u64, samples: [u32; 2] }
    }

    small_appended {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station { hits: u64, samples: [u32; 2], humidity: f32 }
    }

    /// More than a region with room for 1024 bytes can hold.
    small_huge {
        #[derive(SharedLayout)]
        #[repr(C)]
        pub(crate) struct Station { hits: u64, samples: [u32; 2], more: [u64; 200] }
    }
}
