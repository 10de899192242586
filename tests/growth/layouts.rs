//! One struct through the years, and incompatible successors of it.

/// The struct when the region was made.
pub mod first {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    #[shm(capacity = 512)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
    }
}

/// With a field more.
pub mod second {
    /// A weather station.
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
        /// Two metres up.
        #[shm(unit = "%")]
        pub humidity: f64,
    }
}

/// With more fields, and a lock among them.
pub mod third {
    use shm_core::Mutex;

    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
        pub humidity: f64,
        pub gusts: [u16; 4],
        pub account: Mutex<i64>,
    }
}

/// With a field after all of these.
pub mod fourth {
    use shm_core::Mutex;

    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
        pub humidity: f64,
        pub gusts: [u16; 4],
        pub account: Mutex<i64>,
        pub rain: f64,
    }
}

/// Fields that another program put after the first one: one wide field, ..
pub mod wide {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
        pub both: u64,
    }
}

/// .. and two narrow ones at the same place.
pub mod narrow {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
        pub left: u32,
        pub right: u32,
    }
}

/// A field with a new name, and a new field.
pub mod renamed {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        #[shm(alias = "temperature")]
        pub celsius: f64,
        pub hits: u64,
        pub humidity: f64,
    }
}

/// The same, renamed once more without the first name.
pub mod forgetful {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        #[shm(alias = "celsius")]
        pub degrees: f64,
        pub hits: u64,
        pub humidity: f64,
        pub rain: f64,
    }
}

/// An enum that gets a variant, with and without a new field.
pub mod modes {
    pub mod first {
        #[derive(shm_core::SharedLayout, Clone, Copy, Debug, PartialEq)]
        #[repr(u8)]
        pub enum Mode {
            Idle,
            Busy,
        }

        #[derive(shm_core::SharedLayout)]
        #[repr(C)]
        #[shm(capacity = 64)]
        pub struct Lamp {
            pub mode: Mode,
        }

        /// With a field more, and no variant more.
        #[derive(shm_core::SharedLayout)]
        #[repr(C)]
        pub struct BrightLamp {
            pub mode: Mode,
            pub brightness: f32,
        }
    }

    pub mod second {
        #[derive(shm_core::SharedLayout, Clone, Copy, Debug, PartialEq)]
        #[repr(u8)]
        pub enum Mode {
            Idle,
            Busy,
            Failed,
        }

        #[derive(shm_core::SharedLayout)]
        #[repr(C)]
        #[shm(capacity = 64)]
        pub struct Lamp {
            pub mode: Mode,
        }
    }

    pub mod rival {
        #[derive(shm_core::SharedLayout, Clone, Copy, Debug, PartialEq)]
        #[repr(u8)]
        pub enum Mode {
            Idle,
            Busy,
            Resting,
        }

        #[derive(shm_core::SharedLayout)]
        #[repr(C)]
        pub struct Lamp {
            pub mode: Mode,
        }
    }
}

/// More names than a slot for `first` has room for.
pub mod wordy {
    #[derive(shm_core::SharedLayout)]
    #[repr(C)]
    pub struct Station {
        pub temperature: f64,
        pub hits: u64,
        pub flags: Flags,
    }

    macro_rules! flags {
        ($($name:ident)*) => {
            #[derive(shm_core::SharedLayout)]
            #[repr(C)]
            pub struct Flags {
                $(pub $name: bool,)*
            }
        };
    }
    flags! {
        flag_a0_of_many flag_a1_of_many flag_a2_of_many flag_a3_of_many flag_a4_of_many
        flag_a5_of_many flag_a6_of_many flag_a7_of_many flag_a8_of_many flag_a9_of_many
        flag_b0_of_many flag_b1_of_many flag_b2_of_many flag_b3_of_many flag_b4_of_many
        flag_b5_of_many flag_b6_of_many flag_b7_of_many flag_b8_of_many flag_b9_of_many
        flag_c0_of_many flag_c1_of_many flag_c2_of_many flag_c3_of_many flag_c4_of_many
        flag_c5_of_many flag_c6_of_many flag_c7_of_many flag_c8_of_many flag_c9_of_many
        flag_d0_of_many flag_d1_of_many flag_d2_of_many flag_d3_of_many flag_d4_of_many
        flag_d5_of_many flag_d6_of_many flag_d7_of_many flag_d8_of_many flag_d9_of_many
        flag_e0_of_many flag_e1_of_many flag_e2_of_many flag_e3_of_many flag_e4_of_many
        flag_e5_of_many flag_e6_of_many flag_e7_of_many flag_e8_of_many flag_e9_of_many
        flag_f0_of_many flag_f1_of_many flag_f2_of_many flag_f3_of_many flag_f4_of_many
        flag_f5_of_many flag_f6_of_many flag_f7_of_many flag_f8_of_many flag_f9_of_many
        flag_g0_of_many flag_g1_of_many flag_g2_of_many flag_g3_of_many flag_g4_of_many
        flag_g5_of_many flag_g6_of_many flag_g7_of_many flag_g8_of_many flag_g9_of_many
        flag_h0_of_many flag_h1_of_many flag_h2_of_many flag_h3_of_many flag_h4_of_many
        flag_h5_of_many flag_h6_of_many flag_h7_of_many flag_h8_of_many flag_h9_of_many
        flag_i0_of_many flag_i1_of_many flag_i2_of_many flag_i3_of_many flag_i4_of_many
        flag_i5_of_many flag_i6_of_many flag_i7_of_many flag_i8_of_many flag_i9_of_many
        flag_j0_of_many flag_j1_of_many flag_j2_of_many flag_j3_of_many flag_j4_of_many
        flag_j5_of_many flag_j6_of_many flag_j7_of_many flag_j8_of_many flag_j9_of_many
        flag_k0_of_many flag_k1_of_many flag_k2_of_many flag_k3_of_many flag_k4_of_many
        flag_k5_of_many flag_k6_of_many flag_k7_of_many flag_k8_of_many flag_k9_of_many
        flag_l0_of_many flag_l1_of_many flag_l2_of_many flag_l3_of_many flag_l4_of_many
        flag_l5_of_many flag_l6_of_many flag_l7_of_many flag_l8_of_many flag_l9_of_many
        flag_m0_of_many flag_m1_of_many flag_m2_of_many flag_m3_of_many flag_m4_of_many
        flag_m5_of_many flag_m6_of_many flag_m7_of_many flag_m8_of_many flag_m9_of_many
        flag_n0_of_many flag_n1_of_many flag_n2_of_many flag_n3_of_many flag_n4_of_many
        flag_n5_of_many flag_n6_of_many flag_n7_of_many flag_n8_of_many flag_n9_of_many
        flag_o0_of_many flag_o1_of_many flag_o2_of_many flag_o3_of_many flag_o4_of_many
        flag_o5_of_many flag_o6_of_many flag_o7_of_many flag_o8_of_many flag_o9_of_many
        flag_p0_of_many flag_p1_of_many flag_p2_of_many flag_p3_of_many flag_p4_of_many
        flag_p5_of_many flag_p6_of_many flag_p7_of_many flag_p8_of_many flag_p9_of_many
        flag_q0_of_many flag_q1_of_many flag_q2_of_many flag_q3_of_many flag_q4_of_many
        flag_q5_of_many flag_q6_of_many flag_q7_of_many flag_q8_of_many flag_q9_of_many
        flag_r0_of_many flag_r1_of_many flag_r2_of_many flag_r3_of_many flag_r4_of_many
        flag_r5_of_many flag_r6_of_many flag_r7_of_many flag_r8_of_many flag_r9_of_many
        flag_s0_of_many flag_s1_of_many flag_s2_of_many flag_s3_of_many flag_s4_of_many
        flag_s5_of_many flag_s6_of_many flag_s7_of_many flag_s8_of_many flag_s9_of_many
        flag_t0_of_many flag_t1_of_many flag_t2_of_many flag_t3_of_many flag_t4_of_many
        flag_t5_of_many flag_t6_of_many flag_t7_of_many flag_t8_of_many flag_t9_of_many
    }
}

/// With a comment for which a slot for `first` has no room, on a field that had another name or not.
macro_rules! commented {
    ($module:ident, [$($alias:tt)*], $line:tt) => {
        pub mod $module {
            #[derive(shm_core::SharedLayout)]
            #[repr(C)]
            pub struct Station {
                #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line]
                #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line]
                #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line]
                #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line] #[doc = $line]
                $($alias)*
                pub temperature: f64,
                pub hits: u64,
                pub humidity: f64,
            }
        }
    };
}
macro_rules! both {
    ($line:tt) => {
        commented!(commented, [], $line);
        commented!(commented_and_renamed, [#[shm(alias = "t")]], $line);
    };
}
both!(
    "In the shade, two metres above the ground, on the north side of the hut, where neither the wind \
     from the sea nor the warmth of the stove gets at it; read every ten minutes by the keeper there, \
     and noted in the book with ink, in degrees Celsius, with one digit after the point. A keeper who \
     forgets it leaves the line empty, with a remark; numbers that were made up have done more harm \
     than any storm."
);
