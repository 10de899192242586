//! Opening of files by exported code: their owner, their boot, the state of `/proc`, and concurrent changes
//! to them. These tests need gcc, g++ and python3.
#![allow(clippy::print_stdout, reason = "says what was skipped")]

#[path = "export/regions.rs"]
mod regions;
mod support;

#[path = "export/companion.rs"]
mod companion;
#[path = "export/compilers.rs"]
mod compilers;
#[path = "export/images.rs"]
mod images;
#[path = "export/scripts.rs"]
mod scripts;

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use companion::Companion;
use compilers::{Directory, Program, STANDARDS, sanitized};
use images::Header;
use regions::{Fixture, finished, station};
use scripts::Script;
use shm_core::Region;
use support::Station;

/// The programs of one task: in C, in C++, in C with sanitizers if available, and in Python.
struct Programs {
    compiled: Vec<Program>,
    script: Script,
}

impl Programs {
    fn opening(region: &str) -> Self {
        Self::of(region, include_str!("export/opening.c"), include_str!("export/opening.py"))
    }

    fn cut(region: &str) -> Self {
        Self::of(region, include_str!("export/cut.c"), include_str!("export/cut.py"))
    }

    fn of(region: &str, c: &str, python: &str) -> Self {
        let compile = |standard| Program::of(standard, region, "station", c);
        Self {
            compiled: STANDARDS.into_iter().chain(sanitized()).map(compile).collect(),
            script: Script::of(region, "station", python),
        }
    }

    /// The command of each program with these arguments.
    fn commands(&self, arguments: &[&str]) -> Vec<Command> {
        let compiled = self.compiled.iter().map(|program| program.command(arguments));
        compiled.chain([self.script.command(arguments)]).collect()
    }

    /// Checks that each says `expected` for a region, opened for writing and for reading.
    fn say(&self, expected: &str, region: &Path, options: &[&str]) {
        for command in self.commands(&[&[region.to_str().unwrap()], options].concat()) {
            says(expected, command);
        }
    }

    /// Likewise, within other surroundings; without sanitizers, which need /proc at exit.
    fn say_within(&self, expected: &str, within: &Surroundings, region: &Path, options: &[&str]) {
        let arguments = [&[region.to_str().unwrap()], options].concat();
        for program in self.unsanitized() {
            says(expected, within.around(&program.command(&arguments)));
        }
        says(expected, within.around(&self.script.command(&arguments)));
    }

    fn unsanitized(&self) -> &[Program] {
        &self.compiled[..STANDARDS.len()]
    }
}

fn says(expected: &str, command: Command) {
    let what = format!("{command:?}");
    let mut program = Companion::start(command);
    assert_eq!([program.ask("open"), program.ask("read")], [expected, expected], "{what}");
    program.end();
}

/// The environment of a program, which differs from that of this process.
struct Surroundings(Vec<&'static str>);

impl Surroundings {
    /// `None`, with a message, if they cannot be made.
    fn new(words: &[&'static str]) -> Option<Self> {
        let made = Self(words.to_vec());
        let trial = made.around(&Command::new("true")).stderr(Stdio::null()).status();
        let is_there = trial.is_ok_and(|status| status.success());
        if !is_there {
            println!("skipped: {words:?} does not work here");
        }
        is_there.then_some(made)
    }

    fn around(&self, inner: &Command) -> Command {
        let mut command = Command::new(self.0[0]);
        command.args(&self.0[1..]).arg(inner.get_program()).args(inner.get_args());
        for (name, value) in inner.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command
    }

    /// With another mount, or none, as /proc.
    fn with_proc(mount: &'static str) -> Option<Self> {
        Self::new(&["unshare", "--mount", "sh", "-c", mount, "sh"])
    }
}

/// A copy of a region in its own file, of this boot or of another one.
fn copy(region: &Fixture<Station>, to: &Path, of_this_boot: bool) -> PathBuf {
    let mut image = std::fs::read(region.path()).expect("reading the region");
    if !of_this_boot {
        image[88..104].copy_from_slice(b"some other boot!");
        Header::of(&image).forge(&mut image);
    }
    std::fs::write(to, image).expect("writing a copy");
    std::fs::set_permissions(to, std::fs::Permissions::from_mode(0o666))
        .expect("opening it to all");
    to.to_owned()
}

/// Whether a directory is in memory.
fn is_in_memory(directory: &Path) -> bool {
    let found =
        Command::new("stat").args(["-f", "-c", "%T"]).arg(directory).output().expect("stat");
    matches!(String::from_utf8_lossy(&found.stdout).trim(), "tmpfs" | "ramfs")
}

#[test]
fn a_client_of_a_replaced_region_can_tell_and_open_the_new_one() {
    let old = station("opening-current");
    let programs = Programs::opening(&old.name);
    let mut companions: Vec<_> =
        programs.commands(&[&old.name]).into_iter().map(Companion::start).collect();
    for program in &mut companions {
        assert_eq!([program.ask("open"), program.ask("current")], ["ok", "yes"]);
        assert_eq!([program.ask("read"), program.ask("current")], ["ok", "yes"]);
        assert_eq!(program.ask("open"), "ok");
    }
    let new = Region::<Station>::options().create_or_replace(&old.name).unwrap();
    for program in &mut companions {
        assert_eq!(program.ask("current"), "no");
        program.ask("hits");
        assert_eq!(new.hits.get(), 0, "the write went to the region that was replaced");
    }
    for (index, program) in companions.iter_mut().enumerate() {
        assert_eq!([program.ask("open"), program.ask("current")], ["ok", "yes"]);
        assert_eq!(program.ask("hits"), (index + 1).to_string());
        assert_eq!(new.hits.get(), index as u64 + 1);
    }
    new.unlink().unwrap();
    for mut program in companions {
        assert_eq!(program.ask("current"), "no");
        assert_eq!([program.ask("open"), program.ask("read")], ["System", "System"]);
        program.end();
    }
}

#[test]
fn a_region_of_another_boot_is_refused_unless_it_is_in_memory_or_allowed() {
    let fixture = station("opening-boot");
    let programs = Programs::opening(&fixture.name);
    let directory = Directory::new("opening-boot");
    let on_disk = copy(&fixture, &directory.path().join("old"), false);
    let kept = if is_in_memory(directory.path()) { "ok" } else { "Rebooted" };
    programs.say(kept, &on_disk, &[]);
    programs.say("ok", &on_disk, &["reboot"]);
    programs.say("ok", &copy(&fixture, &directory.path().join("new"), true), &[]);
    let folder = support::Folder::new("opening-boot");
    programs.say("ok", &copy(&fixture, &folder.file("old"), false), &[]);
    let ramfs = "mount -t ramfs ramfs /mnt && cp \"$REGION\" /mnt/old && exec \"$@\"";
    let ramfs = format!("REGION={}; {ramfs}", on_disk.display());
    let ramfs = Surroundings::with_proc(Box::leak(ramfs.into_boxed_str()));
    if let Some(ramfs) = ramfs {
        programs.say_within("ok", &ramfs, Path::new("/mnt/old"), &[]);
    }
}

#[test]
fn a_file_of_another_user_is_refused_unless_that_user_is_allowed() {
    let fixture = station("opening-owner");
    let directory = Directory::new("opening-owner");
    let file = copy(&fixture, &directory.path().join("foreign"), true);
    if chown(&file, Some(12_345), None).is_err() {
        println!("skipped: this user cannot give files away");
        return;
    }
    let programs = Programs::opening(&fixture.name);
    programs.say("ForeignOwner", &file, &[]);
    programs.say("ForeignOwner", &file, &["owner", "12346"]);
    programs.say("ok", &file, &["owner", "12345"]);
}

#[test]
fn exported_code_opens_regions_without_proc_and_with_a_restricted_one() {
    let fixture = station("opening-proc");
    let programs = Programs::opening(&fixture.name);
    let directory = Directory::new("opening-proc");
    let own = copy(&fixture, &directory.path().join("own"), true);
    let older = copy(&fixture, &directory.path().join("older"), false);
    for mount in [
        "mount -t tmpfs none /proc && exec \"$@\"",
        "mount -t proc -o subset=pid proc /proc && exec \"$@\"",
    ] {
        let Some(within) = Surroundings::with_proc(mount) else { continue };
        programs.say_within("ok", &within, &own, &[]);
        // Without a boot id to compare with, it may be of this boot.
        programs.say_within("ok", &within, &older, &[]);
        programs.say_within("ok", &within, &fixture.path(), &[]);
    }
}

#[test]
fn a_user_that_a_namespace_does_not_map_is_not_taken_for_another_one() {
    let fixture = station("opening-unmapped");
    let directory = Directory::new("opening-unmapped");
    let file = |name: &str, owner| {
        let file = copy(&fixture, &directory.path().join(name), true);
        chown(&file, Some(owner), None).map(|()| file)
    };
    let (Ok(foreign), Ok(overflow)) = (file("foreign", 12_345), file("overflow", 65_534)) else {
        println!("skipped: this user cannot give files away");
        return;
    };
    let programs = Programs::opening(&fixture.name);
    // The file's owner and the program's user both appear as 65534, but differ.
    if let Some(unmapped) = Surroundings::new(&["unshare", "--user"]) {
        programs.say_within("ForeignOwner", &unmapped, &foreign, &[]);
        programs.say_within("ForeignOwner", &unmapped, &overflow, &[]);
        programs.say_within("ok", &unmapped, &foreign, &["owner", "65534"]);
    }
    if let Some(mapped) = Surroundings::new(&["unshare", "--user", "--map-root-user"]) {
        programs.say_within("ForeignOwner", &mapped, &foreign, &[]);
    }
    // If all users are mapped, 65534 is a user like any other; if the map cannot be read, that is unknown.
    let overflow_in_c = |expected: &str, words: &[&'static str], file: &Path| {
        let Some(within) = Surroundings::new(words) else { return };
        for program in programs.unsanitized() {
            says(expected, within.around(&program.command(&[file.to_str().unwrap()])));
        }
    };
    let as_overflow = ["setpriv", "--reuid=65534", "--clear-groups"];
    overflow_in_c("ok", &as_overflow, &overflow);
    overflow_in_c("ForeignOwner", &as_overflow, &foreign);
    let no_proc = "mount -t tmpfs none /proc && exec setpriv --reuid=65534 --clear-groups \"$@\"";
    overflow_in_c("ForeignOwner", &["unshare", "--mount", "sh", "-c", no_proc, "sh"], &overflow);
}

/// The output of each program, line by line.
fn printed(programs: &Programs, arguments: &[&str]) -> Vec<Vec<String>> {
    let of = |command: Command| {
        let what = format!("{command:?}");
        let output = finished(command);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{what}: {:?}\n{errors}", output.status);
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    };
    programs.commands(arguments).into_iter().map(of).collect()
}

#[test]
fn each_byte_of_a_header_and_the_boot_id_are_read_once_and_not_through_the_mapping() {
    let fixture = station("opening-once");
    let programs = Programs::cut(&fixture.name);
    let directory = Directory::new("opening-once");
    fixture.region.hits.set(77);
    let fresh = || copy(&fixture, &directory.path().join("region"), true);
    for found in printed(&programs, &[fresh().to_str().unwrap(), "once"]) {
        let [word, hits, counts] = &found[..] else { panic!("{found:?}") };
        assert_eq!((word.as_str(), hits.as_str()), ("ok", "77"));
        assert!(counts.starts_with("1 1 1 "), "bytes read, boot ids, mappings: {counts}");
    }
    for command in programs.commands(&[fresh().to_str().unwrap(), "scribble"]) {
        fresh();
        let output = finished(command);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "ok\n77\n");
    }
}

#[test]
fn a_file_that_is_cut_short_while_it_is_opened_is_an_error() {
    let fixture = station("opening-cut");
    let programs = Programs::cut(&fixture.name);
    let directory = Directory::new("opening-cut");
    let fresh = || copy(&fixture, &directory.path().join("region"), true);
    let len = std::fs::metadata(fixture.path()).unwrap().len();
    let name = fresh().to_str().unwrap().to_owned();
    let counts = printed(&programs, &[&name, "once"]);
    for (index, counts) in counts.iter().enumerate() {
        let reads: u32 = counts[2].rsplit(' ').next().unwrap().parse().unwrap();
        // Before each read, and before the mapping.
        for turn in 0..=reads {
            for size in
                ["0", "4", "130"].into_iter().map(str::to_owned).chain([(len - 1).to_string()])
            {
                fresh();
                let turn = turn.to_string();
                let command = programs.commands(&[&name, "cut", &turn, &size]).swap_remove(index);
                let what = format!("{command:?}");
                let output = finished(command);
                assert!(output.status.success(), "{what}: {:?}", output.status);
                let said = String::from_utf8_lossy(&output.stdout).into_owned();
                // Bytes that were read before are unchanged; Python calls a file without a header not a region.
                assert!(["Truncated\n", "NotARegion\n"].contains(&said.as_str()), "{what}: {said}");
            }
        }
    }
    fresh();
    let after = finished(programs.script.command(&[&name, "cut", "-2", "0"]));
    assert_eq!(String::from_utf8_lossy(&after.stdout), "Truncated\n", "{after:?}");
}
