//! The cost of a field access, read from the compiler's output: one instruction that touches memory, of
//! exactly the field's width. Nothing is timed.

#[cfg(target_arch = "x86_64")]
mod listing;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
#[test]
#[ignore = "this test reads the assembly of x86-64"]
fn a_field_access_is_one_instruction() {}
