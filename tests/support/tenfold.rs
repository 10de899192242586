//! Lists that are too long to be written out.

/// Hands ten copies of a list to the next macro.
macro_rules! tenfold {
    ([$next:ident $($rest:ident)*] $($t:tt)*) => {
        $next! {
            [$($rest)*]
            $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)* $($t)*
        }
    };
}
