//! What a field access costs, read off the compiler's output: one instruction that touches memory,
//! of exactly the field's width. Nothing is timed.

#[cfg(target_arch = "x86_64")]
mod listing;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
#[test]
#[ignore = "the assembly of x86-64 is what this test reads"]
fn a_field_access_is_one_instruction() {}
