//! Waiting for a field to change, without polling: an office and its printer.
//!
//! A plain field wakes no process: its `set` is one instruction, and a reader has to look to notice it.
//! Two types do more, and cost a second instruction as long as no process sleeps:
//!
//! - `Watched<T>` is a value whose `set` wakes the processes that wait for one, here the printer's mode.
//!   A waiter sees the newest value, and may miss those in between.
//! - `Event` is only a wake-up, for news that is kept elsewhere, here the number of jobs.
//!
//! The printer is a process of its own, and so is its display, which may only read: a waiter that
//! cannot write cannot announce itself, and checks every few milliseconds instead.

use std::error::Error;
use std::process::{Child, Command};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use shm_core::{Event, Region, SharedLayout, View, Watched, traits::Access};

#[derive(SharedLayout, Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
enum Mode {
    Starting = 0,
    Idle = 1,
    Printing = 2,
    Off = 3,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Printer {
    mode: Watched<Mode>,
    /// the number of jobs so far; `arrived` is notified of each
    jobs: u32,
    arrived: Event,
    printed: Watched<u32>,
    /// no more input will come; `arrived` is notified of that as well
    closed: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => office(),
        ["print", name] => {
            let printer = Region::<Printer>::open(name)?;
            print(&printer)
        }
        ["display", name] => {
            let printer = Region::<Printer>::open_read_only(name)?;
            display(&printer)
        }
        _ => Err("usage: watch_field".into()),
    }
}

fn office() -> Result<(), Box<dyn Error>> {
    let name = format!("printer-{}", std::process::id());
    let printer = Region::<Printer>::create(&name)?;
    let outcome = working_day(&name, &printer);
    printer.unlink()?;
    outcome
}

fn working_day(name: &str, printer: &View<Printer>) -> Result<(), Box<dyn Error>> {
    let display = start("display", name)?;
    let machine = start("print", name)?;
    // With a limit: the other process may never get there.
    let ready = printer.mode.wait_until_timeout(Duration::from_secs(30), |mode| mode == Mode::Idle);
    ready?.ok_or("the printer does not start")?;
    for job in 1..=3 {
        // First the change, then the notification: a woken process sees the change.
        printer.jobs.fetch_add(1);
        printer.arrived.notify_one();
        if job == 2 {
            // The printer has nothing to do for a while, and does nothing.
            printer.printed.wait_until(|printed| printed == 2)?;
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    let printed = printer.printed.wait_until(|printed| printed == 3)?;
    println!("office: {printed} jobs are printed");
    printer.closed.set(true);
    printer.arrived.notify_all();
    succeeded("printer", machine)?;
    succeeded("display", display)
}

/// The printer: sleeps until there is a job, prints it, and sleeps again.
fn print(printer: &View<Printer>) -> Result<(), Box<dyn Error>> {
    let start = std::time::Instant::now();
    loop {
        printer.mode.set(Mode::Idle);
        let printed = printer.printed.get()?;
        // Checked now, and after each notification: none can slip in between.
        printer.arrived.wait_until(|| printer.jobs.get() > printed || printer.closed.get());
        if printer.jobs.get() == printed {
            break;
        }
        printer.mode.set(Mode::Printing);
        std::thread::sleep(Duration::from_millis(40));
        // Not `set(printed + 1)`: `change` allows any operation of the field.
        printer.printed.change(|printed| printed.fetch_add(1));
    }
    printer.mode.set(Mode::Off);
    let lived = start.elapsed().as_millis();
    println!("printer: was on for {lived} ms, {} ms of them on a processor", processor_time());
    Ok(())
}

/// The display: works on any view, here on one that can only be read.
fn display(printer: &View<Printer, impl Access>) -> Result<(), Box<dyn Error>> {
    let mut shown = Mode::Starting;
    loop {
        shown = printer.mode.wait_until(|mode| mode != shown)?;
        println!("display: {shown:?}");
        if shown == Mode::Off {
            return Ok(());
        }
    }
}

/// The processor time of this process, in milliseconds.
fn processor_time() -> i64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    used.tv_sec * 1000 + used.tv_nsec / 1_000_000
}

fn start(role: &str, name: &str) -> Result<Child, Box<dyn Error>> {
    Ok(Command::new(std::env::current_exe()?).args([role, name]).spawn()?)
}

fn succeeded(who: &str, mut child: Child) -> Result<(), Box<dyn Error>> {
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(format!("the {who} failed: {status}").into()) }
}
