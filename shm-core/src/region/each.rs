//! `for sample in &region`: handles to slices and arrays iterate like the views they deref to, and
//! display like them.

use std::fmt;
use std::slice::Iter;

use super::{Overlay, Projected, Region};
use crate::access::Access;
use crate::root::{PlainRoot, Root};
use crate::shared_layout::{Plain, Shared, SharedLayout};

macro_rules! iterated {
    ($([$($parameter:tt)*] $handle:ty => $view:ty;)*) => {$(
        impl<'a, $($parameter)*> IntoIterator for &'a $handle {
            type Item = &'a $view;
            type IntoIter = Iter<'a, $view>;

            #[inline]
            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }
    )*};
}

iterated! {
    [T: SharedLayout, A: Access] Region<[T], A> => Shared<T, A>;
    [T: SharedLayout, A: Access, const N: usize] Region<[T; N], A> => Shared<T, A>;
    [T: Plain, A: Access] Overlay<[T], A> => Shared<T, A>;
    [T: Plain, A: Access, const N: usize] Overlay<[T; N], A> => Shared<T, A>;
    [V] Projected<[V]> => V;
    [V, const N: usize] Projected<[V; N]> => V;
}

impl<T: Root + ?Sized, A: Access> fmt::Display for Region<T, A>
where
    T::RootView<A>: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl<T: PlainRoot + ?Sized, A: Access> fmt::Display for Overlay<T, A>
where
    T::RootView<A>: fmt::Display,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl<V: fmt::Display + ?Sized> fmt::Display for Projected<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
