//! The compile-time checks of the derive: each is a `const fn` that panics with its message, so that a
//! mistake is a build error, at the field.

/// Fails the build with `what` unless `twin == own`.
///
/// # Panics
/// In constant evaluation only: the panic is the compile error.
#[track_caller]
pub const fn same(what: &'static str, twin: usize, own: usize) {
    if twin != own {
        panic!("{}", what);
    }
}
