//! `[T]::as_chunks` of the standard library, which has it since Rust 1.88.

/// Cuts a slice into arrays of `N` elements, and the rest.
#[inline]
pub(crate) const fn as_chunks<T, const N: usize>(slice: &[T]) -> (&[[T; N]], &[T]) {
    const { assert!(N > 0, "arrays of no elements") };
    let (whole, rest) = slice.split_at(slice.len() / N * N);
    // SAFETY: an array of `N` elements has the layout of `N` elements in a row, `whole` has a multiple of
    // `N` of them, and the borrow is the same.
    let whole = unsafe { std::slice::from_raw_parts(whole.as_ptr().cast(), whole.len() / N) };
    (whole, rest)
}

#[cfg(test)]
mod tests {
    use super::as_chunks;

    #[test]
    fn a_slice_is_cut_into_arrays_and_a_rest() {
        assert_eq!(as_chunks::<_, 2>(&[1, 2, 3, 4, 5]), (&[[1, 2], [3, 4]][..], &[5][..]));
        assert_eq!(as_chunks::<_, 3>(&[1, 2]), (&[][..], &[1, 2][..]));
        assert_eq!(as_chunks::<u64, 4>(&[]), (&[][..], &[][..]));
    }
}
