//! Values of Rust in the suite's text form, and fields that hold them.

use std::num::{NonZeroI32, NonZeroI64, NonZeroU16};

use shm_core::byteorder::{BE, I32, I128, LE, U128};
use shm_core::field::{Checked, CTextField, Field, Ordered, OrderedField, Packed, PackedField};
use shm_core::{
    Access, Be, Bytes, CText, LatestView, Plain, ReadWrite, Scalar, Text, Validated, Value,
    WatchedView,
};

use crate::canon;
use crate::everything::{Signed, Unsigned};
use crate::support::Mode;
use crate::way::Answer;
use crate::words::{self, DOES_NOT_FIT, INVALID_VALUE, Word};
