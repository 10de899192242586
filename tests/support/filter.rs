//! A filter of system calls (seccomp(2)), as containers and sandboxes have, and older kernels seem to.

/// Which calls to refuse.
#[derive(Clone, Copy)]
pub struct Call {
    pub number: libc::c_long,
    /// Only those with any of these bits in the argument of this index.
    pub only: Option<(u32, u32)>,
}

impl Call {
    #[allow(dead_code, reason = "not all tests that have this file refuse whole calls")]
    pub const fn any(number: libc::c_long) -> Self {
        Self { number, only: None }
    }
}

/// From now on, these calls of this process, its threads to come and its children fail with this error.
pub fn refuse(calls: &[Call], error: i32) {
    let step =
        |code: u32, k, jt, jf| libc::sock_filter { code: code.try_into().unwrap(), jt, jf, k };
    let load = |k| step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, k, 0, 0);
    let unless = |k, skipped| step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, k, 0, skipped);
    let unless_any = |k, skipped| step(libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K, k, 0, skipped);
    let answer = |k| step(libc::BPF_RET | libc::BPF_K, k, 0, 0);
    // The offsets in `struct seccomp_data`: the number, then six arguments from 16 on.
    let low = |index| 16 + 8 * index + if cfg!(target_endian = "big") { 4 } else { 0 };
    let mut filter = Vec::new();
    for call in calls {
        filter.push(load(0));
        filter
            .push(unless(call.number.try_into().unwrap(), if call.only.is_some() { 3 } else { 1 }));
        if let Some((index, bits)) = call.only {
            filter.push(load(low(index)));
            filter.push(unless_any(bits, 1));
        }
        filter.push(answer(libc::SECCOMP_RET_ERRNO | error as u32));
    }
    filter.push(answer(libc::SECCOMP_RET_ALLOW));
    let len = filter.len().try_into().unwrap();
    let program = libc::sock_fprog { len, filter: filter.as_mut_ptr() };
    // SAFETY: this only removes privileges from this process.
    let set = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    assert_eq!(set, 0);
    let (option, mode) = (libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER);
    // SAFETY: the program has `len` instructions, which the kernel checks and copies.
    let set = unsafe { libc::prctl(option, mode, &raw const program) };
    assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
}
