//! [`Traced`]: a process that runs one instruction at a time (`ptrace(2)`).

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use crate::process::failed_to;
use crate::scenario::HANGS;

/// The time after which a system call of a stepped process counts as hung, in seconds.
const PATIENCE: u32 = 60;
/// The watchdog is wound up again after this many instructions.
const WATCH: usize = 4096;

/// The length of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// One instruction.
    Instructions,
    /// From the end of one system call to that of the next.
    Calls,
    /// The same until the process maps something shared and writable, and one instruction from then on.
    /// Until then nothing but a system call changes memory that others see.
    CallsUntilMapped,
}

/// The stop at the start or the end of a system call (`PTRACE_O_TRACESYSGOOD`).
const CALL: i32 = libc::SIGTRAP | 0x80;

/// A traced process, stopped between two instructions.
pub(crate) struct Traced {
    child: Child,
    pace: Pace,
    steps: usize,
    has_ended: bool,
}

/// The state of a traced process after waiting for it.
enum Wait {
    Stopped(i32),
    Ended { status: i32 },
}

impl Traced {
    /// Starts a process that stops itself (SIGSTOP) when it is ready.
    pub(crate) fn start(mut command: Command, pace: Pace) -> Result<Self, String> {
        watch();
        // SAFETY: `ptrace` is a system call, which may be made between fork and exec.
        unsafe { command.pre_exec(ask_to_be_traced) };
        let child = command.spawn().map_err(failed_to("start a traced process"))?;
        let mut this = Self { child, pace, steps: 0, has_ended: false };
        // The first stop is at the exec.
        match this.wait()? {
            Wait::Stopped(libc::SIGTRAP) => {}
            other => return Err(this.unexpected(&other)),
        }
        this.request(
            libc::PTRACE_SETOPTIONS,
            libc::PTRACE_O_EXITKILL | libc::PTRACE_O_TRACESYSGOOD,
        )?;
        this.request(libc::PTRACE_CONT, 0)?;
        match this.wait()? {
            Wait::Stopped(libc::SIGSTOP) => Ok(this),
            other => Err(this.unexpected(&other)),
        }
    }

    /// Makes one step; `false` if the process has ended.
    pub(crate) fn step(&mut self) -> Result<bool, String> {
        self.steps += 1;
        if self.steps.is_multiple_of(WATCH) {
            watch();
        }
        match self.pace {
            Pace::Instructions => self.go(libc::PTRACE_SINGLESTEP, libc::SIGTRAP),
            Pace::Calls | Pace::CallsUntilMapped => self.step_to_the_end_of_a_call(),
        }
    }

    fn step_to_the_end_of_a_call(&mut self) -> Result<bool, String> {
        if !self.go(libc::PTRACE_SYSCALL, CALL)? {
            return Ok(false);
        }
        if self.pace == Pace::CallsUntilMapped && self.is_about_to_map_shared_memory()? {
            self.pace = Pace::Instructions;
        }
        self.go(libc::PTRACE_SYSCALL, CALL)
    }

    /// Whether the system call at whose start the process is stopped maps something shared and writable.
    fn is_about_to_map_shared_memory(&self) -> Result<bool, String> {
        // SAFETY: all zero bytes are a valid value.
        let mut registers: libc::user_regs_struct = unsafe { std::mem::zeroed() };
        let to = &raw mut registers;
        // SAFETY: the registers are written to `registers`, which has their type.
        if unsafe { libc::ptrace(libc::PTRACE_GETREGS, self.pid(), 0, to) } != 0 {
            return Err(failed_to("read registers")(io::Error::last_os_error()));
        }
        let has = |register: u64, flag: i32| register & u64::from(flag.unsigned_abs()) != 0;
        Ok(registers.orig_rax == libc::SYS_mmap.unsigned_abs()
            && has(registers.rdx, libc::PROT_WRITE)
            && has(registers.r10, libc::MAP_SHARED))
    }

    /// Continues until the expected stop; `false` if the process has ended.
    fn go(&mut self, request: libc::c_uint, stop: i32) -> Result<bool, String> {
        self.request(request, 0)?;
        match self.wait()? {
            Wait::Stopped(signal) if signal == stop => Ok(true),
            Wait::Ended { status } if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0 => {
                Ok(false)
            }
            other => Err(self.unexpected(&other)),
        }
    }

    /// Kills the process, which is dead when this returns.
    pub(crate) fn kill(mut self) -> Result<(), String> {
        self.end()
    }

    fn end(&mut self) -> Result<(), String> {
        if self.has_ended {
            return Ok(());
        }
        // SAFETY: kills this process's own child, which has not been waited for.
        unsafe { libc::kill(self.pid(), libc::SIGKILL) };
        match self.wait()? {
            Wait::Ended { status } if libc::WIFSIGNALED(status) => Ok(()),
            other => Err(self.unexpected(&other)),
        }
    }

    fn pid(&self) -> i32 {
        // Process numbers are below 2^22.
        self.child.id() as i32
    }

    fn request(&self, request: libc::c_uint, data: libc::c_int) -> Result<(), String> {
        // SAFETY: these requests use `data` as a number, and no address.
        let done = unsafe { libc::ptrace(request, self.pid(), 0, libc::c_long::from(data)) };
        if done == 0 { Ok(()) } else { Err(failed_to("trace")(io::Error::last_os_error())) }
    }

    fn wait(&mut self) -> Result<Wait, String> {
        let mut status = 0;
        // SAFETY: the child has not been waited for to its end, and `status` receives its status.
        if unsafe { libc::waitpid(self.pid(), &raw mut status, 0) } != self.pid() {
            return Err(match io::Error::last_os_error() {
                error if error.kind() == io::ErrorKind::Interrupted => HANGS.to_owned(),
                error => failed_to("wait")(error),
            });
        }
        if libc::WIFSTOPPED(status) {
            return Ok(Wait::Stopped(libc::WSTOPSIG(status)));
        }
        self.has_ended = true;
        Ok(Wait::Ended { status })
    }

    fn unexpected(&mut self, wait: &Wait) -> String {
        match wait {
            Wait::Stopped(signal) => format!("it received signal {signal}"),
            Wait::Ended { status } => {
                let mut complaint = String::new();
                if let Some(mut stderr) = self.child.stderr.take() {
                    let _ = io::Read::read_to_string(&mut stderr, &mut complaint);
                }
                format!("it ended with status {status:#x}: {}", complaint.trim())
            }
        }
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn ask_to_be_traced() -> io::Result<()> {
    // SAFETY: asks the kernel to stop this process at its next exec; no address is passed.
    if unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) } == 0 {
        return Ok(());
    }
    Err(io::Error::last_os_error())
}

/// Interrupts a wait that takes too long.
fn watch() {
    // SAFETY: the signal has a handler, see `prepare`.
    unsafe { libc::alarm(PATIENCE) };
}

extern "C" fn interrupt(_: libc::c_int) {}

/// Makes this process ready to trace others: the watchdog's signal interrupts a wait, and this process
/// and its children share one processor, between which a step would otherwise go back and forth.
pub(crate) fn prepare() {
    let handler = interrupt as extern "C" fn(libc::c_int);
    // SAFETY: all zero bytes are a valid `sigaction`: no flags, so that system calls are not restarted.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler as libc::sighandler_t;
    // SAFETY: the handler does nothing, at any time.
    unsafe { libc::sigaction(libc::SIGALRM, &raw const action, std::ptr::null_mut()) };
    // SAFETY: the call has no arguments.
    let here = unsafe { libc::sched_getcpu() };
    // SAFETY: all zero bytes are the empty set.
    let mut processors: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the number of a processor, which fits into the set.
    unsafe { libc::CPU_SET(here.max(0).unsigned_abs() as usize, &mut processors) };
    // SAFETY: the set lives until the call returns. A failure makes this slower, and no less true.
    unsafe { libc::sched_setaffinity(0, size_of_val(&processors), &raw const processors) };
}

/// Without randomised addresses, runs of one program take the same instructions. Has this program start
/// again without them, unless it has.
pub(crate) fn fix_addresses() {
    const NO_RANDOM_ADDRESSES: libc::c_ulong = libc::ADDR_NO_RANDOMIZE as libc::c_ulong;
    // SAFETY: this value asks, and changes nothing.
    let now = unsafe { libc::personality(0xffff_ffff) };
    if now < 0 || now & libc::ADDR_NO_RANDOMIZE != 0 {
        return;
    }
    // SAFETY: takes effect at the next exec.
    if unsafe { libc::personality(now as libc::c_ulong | NO_RANDOM_ADDRESSES) } >= 0 {
        let program = std::env::current_exe().expect("this program's path");
        // Returns only if it fails; then addresses differ, and only comparisons suffer.
        let _ = Command::new(program).args(std::env::args_os().skip(1)).exec();
    }
}

/// Whether processes can be stepped here; the reason if not.
pub(crate) fn is_permitted() -> Result<(), String> {
    let mut command = Command::new("/bin/true");
    // SAFETY: as in `Traced::start`.
    unsafe { command.pre_exec(ask_to_be_traced) };
    let child = command.spawn().map_err(|error| error.to_string())?;
    let mut this = Traced { child, pace: Pace::Instructions, steps: 0, has_ended: false };
    match this.wait()? {
        Wait::Stopped(libc::SIGTRAP) if this.step()? => Ok(()),
        other => Err(this.unexpected(&other)),
    }
}
