//! [`Machine`]: the place and time of a run.

use std::fs::read_to_string;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// The place and time of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    pub(crate) date: String,
    pub(crate) processor: String,
    pub(crate) processors: usize,
    pub(crate) caches: String,
    pub(crate) virtual_machine: bool,
    pub(crate) kernel: String,
    pub(crate) rustc: String,
    pub(crate) c_compiler: String,
    /// Processes that wanted a processor during the last minute, before the run and after it.
    pub(crate) load_before: f64,
    pub(crate) load_after: f64,
    /// The part of the run that the hypervisor gave to other machines, of all processors' time.
    pub(crate) stolen: f64,
}

/// The processors' time so far: all of it, and the part that the hypervisor gave to other machines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ticks {
    all: u64,
    stolen: u64,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let cpuinfo = read_to_string("/proc/cpuinfo").unwrap_or_default();
        let kernel = rustix::system::uname();
        Self {
            date: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
            processor: processor(&cpuinfo),
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            caches: caches(),
            virtual_machine: field(&cpuinfo, "flags")
                .is_some_and(|flags| flags.contains("hypervisor")),
            kernel: format!(
                "{} {}",
                kernel.sysname().to_string_lossy(),
                kernel.release().to_string_lossy()
            ),
            rustc: env!("SHM_BENCHES_RUSTC").to_owned(),
            c_compiler: option_env!("SHM_BENCHES_CC").unwrap_or("not used").to_owned(),
            load_before: load(),
            ..Self::default()
        }
    }

    /// Records how busy the machine was.
    pub(crate) fn finish(&mut self, start: Ticks) {
        self.load_after = load();
        let end = Ticks::now();
        let all = end.all.saturating_sub(start.all).max(1);
        self.stolen = end.stolen.saturating_sub(start.stolen) as f64 / all as f64;
    }

    /// The facts for readers of the report.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let virtual_machine = if self.virtual_machine { ", in a virtual machine" } else { "" };
        vec![
            ("date", self.date.clone()),
            (
                "processor",
                format!("{}, {} processors{virtual_machine}", self.processor, self.processors),
            ),
            ("caches", self.caches.clone()),
            ("kernel", self.kernel.clone()),
            ("Rust", self.rustc.clone()),
            ("C", self.c_compiler.clone()),
            ("load before and after", format!("{:.2}, {:.2}", self.load_before, self.load_after)),
            ("stolen by the hypervisor", format!("{:.2} %", self.stolen * 100.0)),
        ]
    }
}

impl Ticks {
    pub(crate) fn now() -> Self {
        Self::of(&read_to_string("/proc/stat").unwrap_or_default())
    }

    /// The first line of `/proc/stat` (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq,
    /// steal; the guest times after them are included in user.
    fn of(stat: &str) -> Self {
        let line = stat.lines().next().unwrap_or_default();
        let numbers: Vec<u64> =
            line.split_whitespace().skip(1).take(8).filter_map(|word| word.parse().ok()).collect();
        Self { all: numbers.iter().sum(), stolen: numbers.get(7).copied().unwrap_or(0) }
    }
}

/// The first value of a key in `/proc/cpuinfo`.
fn field<'a>(cpuinfo: &'a str, key: &str) -> Option<&'a str> {
    cpuinfo.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        (name.trim() == key).then_some(value.trim())
    })
}

/// The name of the processor, which virtual machines cut to that of its line, with the numbers that tell its design.
fn processor(cpuinfo: &str) -> String {
    let name = field(cpuinfo, "model name").unwrap_or("unknown");
    match (field(cpuinfo, "cpu family"), field(cpuinfo, "model")) {
        (Some(family), Some(model)) => format!("{name} (family {family}, model {model})"),
        _ => name.to_owned(),
    }
}

/// The sizes of the first processor's caches.
fn caches() -> String {
    let attribute = |index: u32, name: &str| {
        let path = format!("/sys/devices/system/cpu/cpu0/cache/index{index}/{name}");
        Some(read_to_string(path).ok()?.trim().to_owned())
    };
    let all: Vec<_> = (0..8)
        .filter_map(|index| {
            let (level, kind) = (attribute(index, "level")?, attribute(index, "type")?);
            Some(format!("L{level} {} {}", kind.to_lowercase(), attribute(index, "size")?))
        })
        .collect();
    if all.is_empty() { "unknown".to_owned() } else { all.join(", ") }
}

fn load() -> f64 {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_the_first_one_in_cpuinfo() {
        let cpuinfo = "processor\t: 0\nmodel name\t: AMD EPYC\nflags\t\t: fpu hypervisor\n";
        assert_eq!(field(cpuinfo, "model name"), Some("AMD EPYC"));
        assert_eq!(field(cpuinfo, "model"), None);
        assert_eq!(processor(cpuinfo), "AMD EPYC");
        let cpuinfo = format!("cpu family\t: 26\nmodel\t\t: 2\n{cpuinfo}");
        assert_eq!(processor(&cpuinfo), "AMD EPYC (family 26, model 2)");
    }

    #[test]
    fn stolen_time_is_the_eighth_number() {
        let ticks = Ticks::of("cpu  10 20 30 40 0 0 0 5 99 99\ncpu0 1 1 1 1 1 1 1 1\n");
        assert_eq!(ticks, Ticks { all: 105, stolen: 5 });
    }

    #[test]
    fn this_machine_has_a_processor_and_a_kernel() {
        let machine = Machine::here();
        assert!(machine.kernel.starts_with("Linux "), "{}", machine.kernel);
        assert!(machine.processors >= 1);
    }
}
