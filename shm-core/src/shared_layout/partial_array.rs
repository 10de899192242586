//! An array that is filled element by element, where any element may fail.

use std::mem::MaybeUninit;

/// The first `len` elements are initialised, and are dropped unless the whole array is handed out.
pub(crate) struct PartialArray<T, const N: usize> {
    elements: [MaybeUninit<T>; N],
    len: usize,
}

impl<T, const N: usize> PartialArray<T, N> {
    pub(crate) fn new() -> Self {
        Self { elements: [const { MaybeUninit::uninit() }; N], len: 0 }
    }

    /// # Panics
    /// If there are `N` elements already.
    pub(crate) fn push(&mut self, value: T) {
        self.elements[self.len].write(value);
        self.len += 1;
    }

    /// # Panics
    /// If there are fewer than `N` elements.
    pub(crate) fn finish(mut self) -> [T; N] {
        assert_eq!(self.len, N, "every element must be initialised");
        // From here on, the elements belong to the array that is read out.
        self.len = 0;
        // SAFETY: all N elements are initialised, and with `len` at 0 `drop` leaves them alone.
        unsafe { std::ptr::from_ref(&self.elements).cast::<[T; N]>().read() }
    }
}

impl<T, const N: usize> Drop for PartialArray<T, N> {
    fn drop(&mut self) {
        for element in &mut self.elements[..self.len] {
            // SAFETY: the first `len` elements are initialised.
            unsafe { element.assume_init_drop() };
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::PartialArray;

    #[test]
    fn elements_are_dropped_exactly_once_whether_handed_out_or_not() {
        let counted = Rc::new(());
        let mut given_up = PartialArray::<_, 3>::new();
        given_up.push(Rc::clone(&counted));
        drop(given_up);
        assert_eq!(Rc::strong_count(&counted), 1);

        let mut complete = PartialArray::<_, 2>::new();
        complete.push(Rc::clone(&counted));
        complete.push(Rc::clone(&counted));
        let array = complete.finish();
        assert_eq!(Rc::strong_count(&counted), 3);
        drop(array);
        assert_eq!(Rc::strong_count(&counted), 1);
    }
}
