//! For tests: memory that records every access to it, with its offset and width.
//!
//! The pages are protected while code under test runs. Each instruction that touches them faults; the
//! handler records the access, opens the pages, and single-steps the instruction, after which they are
//! protected again. So the instructions are the real ones, even those of inline assembly, and a
//! `rep movs` is seen element by element.

mod decode;

use std::cell::UnsafeCell;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Mutex, Once, PoisonError};

/// An access to recorded memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    /// The offset of its first byte in the memory.
    pub(crate) offset: usize,
    /// The number of bytes accessed.
    pub(crate) width: usize,
    pub(crate) is_write: bool,
}

/// The largest number of accesses that can be recorded.
const MOST: usize = 1 << 14;
/// The processor stops after each instruction.
const TRAP_FLAG: i64 = 1 << 8;
/// The access that faulted was a write.
const WRITE: i64 = 1 << 1;

/// The state of the handlers. One recording at a time.
static START: AtomicUsize = AtomicUsize::new(0);
static LEN: AtomicUsize = AtomicUsize::new(0);
static COUNT: AtomicUsize = AtomicUsize::new(0);
static LOG: [AtomicU64; MOST] = [const { AtomicU64::new(0) }; MOST];
/// An instruction that could not be decoded, if there was one.
static UNKNOWN: AtomicU64 = AtomicU64::new(0);
static IS_OPEN: AtomicBool = AtomicBool::new(false);
static TURN: Mutex<()> = Mutex::new(());

/// Records the accesses of `work` to the pages that contain the `len` bytes at `start`, in order.
/// Offsets count from `start`. These pages must hold nothing else, and no other thread may touch them.
pub(crate) fn record(start: NonNull<u8>, len: usize, work: impl FnOnce()) -> Vec<Access> {
    static HANDLERS: Once = Once::new();
    HANDLERS.call_once(install);
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let page = super::process::page_size();
    let first = start.addr().get() / page * page;
    START.store(first, Relaxed);
    LEN.store((start.addr().get() + len).next_multiple_of(page) - first, Relaxed);
    COUNT.store(0, Relaxed);
    UNKNOWN.store(0, Relaxed);
    protect(libc::PROT_NONE);
    work();
    protect(libc::PROT_READ | libc::PROT_WRITE);
    let (count, unknown) = (COUNT.load(Relaxed), UNKNOWN.load(Relaxed));
    let before = start.addr().get() - first;
    let log = LOG[..count.min(MOST)].iter().map(|note| unpacked(note.load(Relaxed), before));
    let log = log.collect();
    drop(turn);
    assert!(count <= MOST, "{count} accesses are too many to record");
    assert_eq!(unknown, 0, "an instruction begins with {:02x?}", unknown.to_le_bytes());
    log
}

/// An access in one word: offset, width, and whether it writes.
fn packed(offset: usize, width: usize, is_write: bool) -> u64 {
    (offset as u64) << 16 | (width as u64) << 1 | u64::from(is_write)
}

fn unpacked(note: u64, before: usize) -> Access {
    let offset = ((note >> 16) as usize).wrapping_sub(before);
    Access { offset, width: (note >> 1 & 0x7fff) as usize, is_write: note & 1 == 1 }
}

fn protect(protection: libc::c_int) {
    let start = std::ptr::without_provenance_mut(START.load(Relaxed));
    // SAFETY: the pages belong to the recording test, which accesses them in `record` only.
    let done = unsafe { libc::mprotect(start, LEN.load(Relaxed), protection) };
    assert_eq!(done, 0);
}

type Handler = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

fn install() {
    handle(libc::SIGSEGV, on_fault);
    handle(libc::SIGTRAP, on_step);
}

fn handle(signal: libc::c_int, handler: Handler) {
    // SAFETY: all-zero bytes are valid for this C struct.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as *const () as libc::sighandler_t;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: the handlers only do what is async-signal-safe.
    let done = unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
    assert_eq!(done, 0);
}

/// The registers of the code that was interrupted.
///
/// # Safety
/// `context` is the one that the kernel passed to a handler, which alone uses it.
unsafe fn registers<'a>(context: *mut libc::c_void) -> &'a mut [i64; 23] {
    let context = context.cast::<libc::ucontext_t>();
    // SAFETY: the caller's.
    unsafe { &mut (*context).uc_mcontext.gregs }
}

extern "C" fn on_fault(
    signal: libc::c_int,
    info: *mut libc::siginfo_t,
    context: *mut libc::c_void,
) {
    // SAFETY: the kernel passes both to the handler of this signal.
    let registers = unsafe { registers(context) };
    // SAFETY: as above.
    let info = unsafe { &*info };
    // SAFETY: this signal has an address.
    let address = unsafe { info.si_addr() }.addr();
    let offset = address.wrapping_sub(START.load(Relaxed));
    if offset >= LEN.load(Relaxed) || IS_OPEN.load(Relaxed) {
        // An ordinary fault: it happens again, and ends the process.
        // SAFETY: the default handler always exists.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        return;
    }
    let code = registers[libc::REG_RIP as usize] as usize;
    let code = std::ptr::with_exposed_provenance::<[u8; 8]>(code);
    // SAFETY: an instruction that was just executed, and the bytes after it: code is readable.
    let code = unsafe { code.read_unaligned() };
    let width = decode::width(&code).unwrap_or_else(|| {
        UNKNOWN.store(u64::from_le_bytes(code), Relaxed);
        0
    });
    let is_write = registers[libc::REG_ERR as usize] & WRITE != 0;
    if let Some(note) = LOG.get(COUNT.fetch_add(1, Relaxed)) {
        note.store(packed(offset, width, is_write), Relaxed);
    }
    IS_OPEN.store(true, Relaxed);
    protect(libc::PROT_READ | libc::PROT_WRITE);
    registers[libc::REG_EFL as usize] |= TRAP_FLAG;
}

extern "C" fn on_step(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes it to the handler of this signal.
    let registers = unsafe { registers(context) };
    registers[libc::REG_EFL as usize] &= !TRAP_FLAG;
    protect(libc::PROT_NONE);
    IS_OPEN.store(false, Relaxed);
}

/// Some zeroed pages that can be recorded.
#[repr(C, align(4096))]
pub(crate) struct Pages(UnsafeCell<[u8; Pages::LEN]>);

impl Pages {
    pub(crate) const LEN: usize = 8192;

    pub(crate) fn new() -> Box<Self> {
        Box::new(Self(UnsafeCell::new([0; Self::LEN])))
    }

    pub(crate) fn at(&self, offset: usize) -> *mut u8 {
        self.0.get().cast::<u8>().wrapping_add(offset)
    }

    /// Records the accesses of `work` to the pages.
    pub(crate) fn record(&self, work: impl FnOnce()) -> Vec<Access> {
        record(NonNull::new(self.at(0)).expect("memory"), Self::LEN, work)
    }
}

mod tests {
    use super::*;

    #[test]
    fn accesses_are_recorded_in_order_with_their_offset_and_width() {
        let page = Pages::new();
        let seen = page.record(|| {
            // SAFETY: inside the page, which only this test uses, and aligned.
            unsafe { page.at(4).cast::<u32>().write_volatile(7) };
            // SAFETY: as above.
            let _ = unsafe { page.at(16).cast::<u64>().read_volatile() };
            // SAFETY: as above.
            let _ = unsafe { page.at(18).cast::<u16>().read_volatile() };
            // SAFETY: as above.
            unsafe { page.at(4095).write_volatile(7) };
        });
        let access = |offset, width, is_write| Access { offset, width, is_write };
        let expected = [(4, 4, true), (16, 8, false), (18, 2, false), (4095, 1, true)];
        assert_eq!(seen, expected.map(|(offset, width, write)| access(offset, width, write)));
        // SAFETY: as above.
        assert_eq!(unsafe { page.at(4).cast::<u32>().read() }, 7);
    }
}
