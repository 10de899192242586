//! Places where a derive may be used: in functions, macros and private modules, with `Self` in types.

use ::core::marker::PhantomData;
use ::shm_core::{Region, SharedLayout, View};
use ::std::{assert_eq, stringify};

/// A private struct; the program uses only its view.
#[derive(SharedLayout)]
#[repr(C)]
struct OnlyShared {
    hits: u32,
}

#[derive(SharedLayout)]
#[repr(C)]
struct OfItself {
    count: [u8; Self::COUNT],
    doubled: [u16; Self::COUNT * 2],
    marker: PhantomData<Self>,
}

impl OfItself {
    const COUNT: usize = 3;
}

mod inner {
    use ::shm_core::SharedLayout;

    /// A public struct with parts of every visibility.
    #[derive(SharedLayout, Debug)]
    #[repr(C)]
    pub(crate) struct Mixed {
        /// For every module.
        pub open: u32,
        /// For the parent.
        pub(super) parent: u32,
        private: u32,
    }

    impl Mixed {
        pub(crate) fn private(view: &MixedView) -> u32 {
            view.private.get()
        }
    }
}

macro_rules! record {
    ($name:ident { $($field:ident: $type:ty),* }) => {
        #[derive(SharedLayout)]
        #[repr(C)]
        struct $name<T> {
            $($field: $type,)*
            hidden: u32,
            generic: T,
        }
    };
}

record!(Recorded { first: u8, list: [u16; 2], of: ::core::option::Option<::core::num::NonZeroU8> });

#[test]
fn a_view_alone_is_use_enough() {
    let region = Region::<OnlyShared>::options().private().unwrap();
    assert_eq!(region.hits.fetch_add(1), 0);
}

#[test]
fn self_in_a_type_is_the_struct() {
    let region = Region::<OfItself>::options().private().unwrap();
    assert_eq!((region.count.len(), region.doubled.len()), (3, 6));
    region.doubled[5].set(1);
    let value = region.load().unwrap();
    assert_eq!((value.count, value.doubled[5], value.marker), ([0; 3], 1, PhantomData));
}

#[test]
fn a_derive_may_be_in_a_function() {
    #[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
    #[repr(u16)]
    enum Local {
        One = 1,
        Zero = 0,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    struct Inside {
        local: Local,
    }

    #[derive(SharedLayout)]
    #[repr(C)]
    struct Tail<T> {
        length: u32,
        rest: [T],
    }

    let inside: &View<Inside> = &Region::<Inside>::options().private().unwrap();
    inside.local.set(Local::One);
    assert_eq!(inside.load().unwrap().local, Local::One);
    let tail = Region::<Tail<Inside>>::options().len(2).private().unwrap();
    assert_eq!((tail.length.get(), tail.rest[1].local.get().unwrap()), (0, Local::Zero));
}

#[test]
fn visibilities_are_kept() {
    let region = Region::<inner::Mixed>::options().private().unwrap();
    region.open.set(1);
    region.parent.set(2);
    let view: &inner::MixedView = &region;
    assert_eq!((view.open.get(), view.parent.get(), inner::Mixed::private(view)), (1, 2, 0));
}

#[test]
fn a_macro_may_write_the_struct() {
    let recorded: &RecordedView<u64> = &Region::<Recorded<u64>>::options().private().unwrap();
    recorded.hidden.set(4);
    recorded.list[1].set(5);
    recorded.generic.set(6);
    assert_eq!(recorded.load().unwrap().list, [0, 5]);
    assert_eq!(recorded.first.get(), 0);
    assert_eq!(recorded.of.get().unwrap(), ::core::option::Option::None);
    assert_eq!(Recorded::<u8>::LAYOUT.name(), stringify!(Recorded));
    assert_eq!(recorded.hidden.get(), 4);
}
