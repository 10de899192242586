//! Whether the type of a field can be shared, as a constant, and what to use instead if it cannot. For
//! the derive, which knows the names of types, but not the types.

use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::{CString, OsString, c_void};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{NonZeroI128, NonZeroIsize, NonZeroU128, NonZeroUsize};
use std::path::PathBuf;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::atomic::{
    AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8,
    AtomicU16, AtomicU32, AtomicU64, AtomicUsize,
};
use std::sync::{Arc, Barrier, Condvar, OnceLock, RwLock};
use std::time::{Duration, Instant, SystemTime};

use crate::access::Access;
use crate::layout::Layout;
use crate::placeable::Placeable;
use crate::root::Root;
use crate::shared_layout::{SharedLayout, ValidZeroed};

/// Answers about a `T`: [`Is::SHARED`], [`Is::REMEDY`]. The inherent constant, which exists if `T` has
/// the trait, takes precedence over that of the traits [`NotShared`] and [`NoRemedy`], which every type
/// has.
pub struct Is<T>(PhantomData<T>);

/// The fallback answer.
pub trait NotShared {
    /// Whether the type can be shared.
    const SHARED: bool = false;
}

impl<T> NotShared for Is<T> {}

impl<T: SharedLayout> Is<T> {
    /// Whether the type can be shared.
    pub const SHARED: bool = true;
}

/// The fallback answer.
pub trait NoRemedy {
    /// The advice for the type.
    const REMEDY: &'static str = "if this is your own struct or enum, add `#[derive(SharedLayout)]` and a `#[repr(..)]` to it, and to its parts; for a type of another crate, store its meaning in fields of your own";
}

impl<T> NoRemedy for Is<T> {}

impl<T: Remedy> Is<T> {
    /// The advice for the type.
    pub const REMEDY: &'static str = T::REMEDY;
}

/// The shared form of `T`, if `VERDICT` is 0: [`judge`]'s.
pub type Part<T, A, const VERDICT: usize> = <Judged<T, VERDICT> as SharedPart<A>>::View;

/// A type with the verdict of [`judge`] on it.
pub struct Judged<T, const VERDICT: usize>(PhantomData<T>);

/// A type that has been judged to have a shared form.
pub trait SharedPart<A: Access> {
    /// The shared form.
    type View;
}

impl<T: SharedLayout, A: Access> SharedPart<A> for Judged<T, 0> {
    type View = T::View<A>;
}

/// A `T`, and whether it can be shared.
pub struct Asked<T, const SHARED: bool>(PhantomData<T>);

/// The items of [`SharedLayout`], and for a type that cannot be shared, placeholders for them. The
/// build has then already failed, at the field.
pub trait MaybeShared {
    /// The shared form.
    type View<A: Access>;
    /// The layout.
    const LAYOUT: &'static Layout;
    /// The layout of a slice.
    const SLICE_LAYOUT: &'static Layout;
}

impl<T: SharedLayout> MaybeShared for Asked<T, true> {
    type View<A: Access> = T::View<A>;
    const LAYOUT: &'static Layout = T::LAYOUT;
    const SLICE_LAYOUT: &'static Layout = <[T]>::ROOT_LAYOUT;
}

impl<T> MaybeShared for Asked<T, false> {
    type View<A: Access> = MaybeUninit<T>;
    const LAYOUT: &'static Layout = <PhantomData<()>>::LAYOUT;
    const SLICE_LAYOUT: &'static Layout = Self::LAYOUT;
}

/// Fails the build with `what` and `remedy` unless the type is shared.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[must_use]
#[track_caller]
pub const fn judge(shared: bool, what: &'static str, remedy: &'static str) -> usize {
    if !shared {
        let text = Text::new().with(what).with("\nhelp: ").with(remedy);
        panic!("{}", text.as_str());
    }
    0
}

/// [`ValidZeroed`] for a part that can be shared; nothing is required of one that cannot.
pub trait ValidZeroedPart<const SHARED: bool> {}
impl<T: ValidZeroed> ValidZeroedPart<true> for T {}
impl<T> ValidZeroedPart<false> for T {}

/// [`Placeable`] for a part that can be shared; nothing is required of one that cannot.
pub trait PlaceablePart<const SHARED: bool> {}
impl<T: Placeable> PlaceablePart<true> for T {}
impl<T> PlaceablePart<false> for T {}

/// A type that newcomers often use for fields, and the alternative to it.
pub trait Remedy {
    /// The replacement.
    const REMEDY: &'static str;
}

macro_rules! remedies {
    ($($remedy:literal: $([$($parameter:tt)*] $type:ty),+;)*) => {$($(
        impl<$($parameter)*> Remedy for $type {
            const REMEDY: &'static str = $remedy;
        }
    )+)*};
}

remedies! {
    "only an `Option` of a `NonZero` has a fixed layout: use `Option<NonZeroU32>`, or the one of another width, in which zero means `None`; or a `bool` beside the value":
        [T] Option<T>;
    "a `Result` has no fixed layout: use a fieldless enum for the outcome, and fields for its data":
        [T, E] Result<T, E>;
    "every field is atomic here: use the plain `bool`": [] AtomicBool;
    "every field is atomic here: use the plain `u8`": [] AtomicU8;
    "every field is atomic here: use the plain `u16`": [] AtomicU16;
    "every field is atomic here: use the plain `u32`": [] AtomicU32;
    "every field is atomic here: use the plain `u64`": [] AtomicU64, [] AtomicUsize;
    "every field is atomic here: use the plain `i8`": [] AtomicI8;
    "every field is atomic here: use the plain `i16`": [] AtomicI16;
    "every field is atomic here: use the plain `i32`": [] AtomicI32;
    "every field is atomic here: use the plain `i64`": [] AtomicI64, [] AtomicIsize;
    "std's locks work between the threads of one process: use `shm_core::Mutex`, which works between processes":
        [T] std::sync::Mutex<T>, [T] RwLock<T>;
    "std's type works between the threads of one process: use `shm_core::Once`, which works between processes":
        [] std::sync::Once, [T] OnceLock<T>;
    "std's type works between the threads of one process: use `shm_core::Event` or `shm_core::Watched`, which work between processes":
        [] Condvar, [] Barrier;
    "a `Duration` has no fixed layout: store its nanoseconds, `Duration::as_nanos`, as a `u64`": [] Duration;
    "a `SystemTime` has no fixed layout: store the nanoseconds since `SystemTime::UNIX_EPOCH` as a `u64`":
        [] SystemTime;
    "an `Instant` means something in one process only: store the nanoseconds of `clock_gettime(CLOCK_MONOTONIC)`, which is the same clock in all, as a `u64`":
        [] Instant;
    "store its four bytes, `Ipv4Addr::octets`, as `[u8; 4]`": [] Ipv4Addr;
    "store its 16 bytes, `Ipv6Addr::octets`, as `[u8; 16]`": [] Ipv6Addr;
    "an enum with data has no fixed layout: store an IPv6 address, `[u8; 16]`, as which each IPv4 address can be written":
        [] IpAddr;
    "store the address, `[u8; 16]` or `[u8; 4]`, and the port, a `u16`":
        [] SocketAddr, [] SocketAddrV4, [] SocketAddrV6;
    "the size of `usize` depends on the machine: use `u64` or `u32`": [] usize;
    "the size of `isize` depends on the machine: use `i64` or `i32`": [] isize;
    "the size of `usize` depends on the machine: use `NonZeroU64` or `NonZeroU32`": [] NonZeroUsize;
    "the size of `isize` depends on the machine: use `NonZeroI64` or `NonZeroI32`": [] NonZeroIsize;
    "no processor reads or writes 128 bits in one step: use two `u64`, or put it into a `Latest`":
        [] u128, [] NonZeroU128;
    "no processor reads or writes 128 bits in one step: use two `i64`, or put it into a `Latest`":
        [] i128, [] NonZeroI128;
    "an address means nothing in another process: store the value itself, or an index; for the bytes of a pointer in a foreign struct, which is never followed, use `u64`":
        [T: ?Sized] *const T, [T: ?Sized] *mut T, [T: ?Sized] NonNull<T>, [T] AtomicPtr<T>, [T: ?Sized] &'static T, [T: ?Sized] &'static mut T;
    "`c_void` stands for what a C pointer points to and has no value: where the foreign struct has a `void *`, use `u64`":
        [] c_void;
    "its text is in this process's heap: use `CText<N>` or `[u8; N]`, or `Text<N>` in a `Latest` or a `Mutex`, which hold the text itself":
        [] String, [] CString, [] OsString, [] PathBuf;
    "its elements are in this process's heap: use an array, `[T; N]`, or a slice, `[T]`, as the last field":
        [T] Vec<T>, [T] VecDeque<T>, [T] BTreeSet<T>, [T, S] HashSet<T, S>, [K, V] BTreeMap<K, V>, [K, V, S] HashMap<K, V, S>;
    "its content is in this process's heap: store the value itself": [T: ?Sized] Box<T>, [T: ?Sized] Rc<T>, [T: ?Sized] Arc<T>;
    "every field can be changed through a shared reference here: store the value itself":
        [T] Cell<T>, [T] RefCell<T>, [T] UnsafeCell<T>, [T] OnceCell<T>;
}

/// The longest text of a message.
const LONGEST: usize = 1024;

/// A text that is built while a constant is evaluated.
struct Text {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; LONGEST], len: 0 }
    }

    /// Appends a text, if there is room for it.
    const fn with(mut self, text: &str) -> Self {
        let (bytes, mut i) = (text.as_bytes(), 0);
        if self.len + bytes.len() > LONGEST {
            return self;
        }
        while i < bytes.len() {
            self.bytes[self.len + i] = bytes[i];
            i += 1;
        }
        self.len += bytes.len();
        self
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => panic!("not UTF-8"),
        }
    }
}
