//! `docs/tutorial.md` and `docs/coming-from.md` are true: their files are written, their commands are run in
//! two windows, and their output is compared with the page. `python3`, `gcc` and `cargo` are needed.
//!
//! The regions of a page have plain names, so it runs with a `/dev/shm` and a pid namespace of its own, if
//! permitted. Only `cargo install` is not run: `shm` is the one that was built.

#[path = "tutorial/likeness.rs"]
mod likeness;
#[path = "tutorial/page.rs"]
mod page;
#[path = "tutorial/window.rs"]
mod window;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use likeness::Numbers;
use page::{Act, Block, Console, Which};
use regex_lite::Regex;
use window::Window;

/// A page.
struct Page {
    name: &'static str,
    text: &'static str,
    /// The placeholders for process numbers in it.
    processes: &'static [&'static str],
    /// The regions that it creates and, at the end, removes.
    regions: &'static [&'static str],
}

const PAGES: [Page; 2] = [
    Page {
        name: "tutorial.md",
        text: include_str!("../../docs/tutorial.md"),
        processes: &["4711", "4750", "4802"],
        regions: &["station", "trial", "journal", "lamp"],
    },
    Page {
        name: "coming-from.md",
        text: include_str!("../../docs/coming-from.md"),
        processes: &[],
        regions: &["total", "numbers", "byte", "page", "sensor"],
    },
];

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Set to the page to follow, in a process that has its own `/dev/shm`.
const ALONE: &str = "SHM_TUTORIAL_ALONE";

#[test]
fn the_tutorial_is_true() {
    follow_alone("tutorial.md");
}

#[test]
fn the_page_for_newcomers_is_true() {
    follow_alone("coming-from.md");
}

#[test]
#[ignore = "run by the others, with its own /dev/shm"]
fn follows_a_page() {
    let page = std::env::var(ALONE).expect("the name of a page");
    follow(&page);
}

/// Follows a page with its own `/dev/shm` and pid namespace, if that is permitted.
#[allow(clippy::print_stdout, reason = "says what was not tested")]
fn follow_alone(page: &str) {
    let alone = ["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child"];
    let alone: &[&[&str]] = &[&alone, &["--mount-proc", "bash", "-c"]];
    let mut unshare = Command::new("unshare");
    unshare.args(alone.concat()).arg(r#"mount -t tmpfs tmpfs /dev/shm && exec "$@""#).arg("bash");
    let mut trial = Command::new("unshare");
    trial.args(unshare.get_args()).arg("true").stderr(Stdio::null());
    if !trial.status().is_ok_and(|status| status.success()) {
        println!("/dev/shm is shared with other processes: `shm ls` is not compared");
        return follow(page);
    }
    let status = unshare
        .arg(std::env::current_exe().expect("the test's own path"))
        .args(["follows_a_page", "--exact", "--ignored", "--nocapture"])
        .env(ALONE, page)
        .status();
    assert!(status.expect("running unshare").success(), "see above");
}

fn follow(page: &str) {
    let page = PAGES.iter().find(|known| known.name == page).expect("one of the pages");
    let _regions = Regions::of(page);
    let folder = Folder::new();
    let mut numbers = Numbers::new(page.processes);
    let environment = environment();
    let [mut first, mut second] = [0, 1].map(|_| Window::new(&folder.0, &environment));
    let blocks = page::blocks(page.text);
    assert!(blocks.len() >= 7, "the page is read");
    for block in &blocks {
        match block {
            Block::File { path, text } => folder.write(path, text),
            Block::Console(console) => {
                let window = match console.window {
                    Which::First => &mut first,
                    Which::Second => &mut second,
                };
                let (line, outcome) = (console.line, happen(console, window, &mut numbers));
                outcome
                    .unwrap_or_else(|differs| panic!("docs/{}, line {line}: {differs}", page.name));
            }
        }
    }
}

/// Runs a block; returns an error if the output is not that of the page.
fn happen(console: &Console, window: &mut Window, numbers: &mut Numbers) -> Result<(), String> {
    for (index, step) in console.steps.iter().enumerate() {
        match &step.act {
            Act::Run(command) => window.run(&numbers.in_this_run(command)),
            Act::Interrupt => window.interrupt(),
            Act::Wait => {}
        }
        let mut alike = |printed: &str| {
            numbers.alike(&step.output, &as_on_the_page(printed)) || is_about_others(&step.act)
        };
        let goes_on = console.goes_on && index + 1 == console.steps.len();
        let outcome = if goes_on {
            window.wait_until(alike)
        } else {
            let printed = window.finish();
            if alike(&printed) { Ok(()) } else { Err(printed) }
        };
        outcome.map_err(|printed| {
            let (act, page, printed) = (&step.act, &step.output, as_on_the_page(&printed));
            format!("{act:?}\n-- the page\n{page}-- printed\n{printed}")
        })?;
    }
    Ok(())
}

/// Returns whether a command also shows regions of others.
fn is_about_others(act: &Act) -> bool {
    std::env::var_os(ALONE).is_none() && *act == Act::Run("shm ls".to_owned())
}

/// The output as the reader of the page sees it: the user is `you`.
fn as_on_the_page(printed: &str) -> String {
    let user = Command::new("id").arg("-un").output().expect("running id").stdout;
    let user = String::from_utf8(user).expect("a user's name");
    let user = user.trim_end();
    let others = Regex::new(r"\n[^\n]* of other users could not be examined[^\n]*");
    let printed = others.expect("a pattern").replace_all(printed, "");
    printed
        .replace(&format!("owner       {user},"), "owner       you,")
        .replace(&format!(" s  {user}\n"), " s  you\n")
}

/// `shm` is installed, and cargo builds offline in a target directory with most dependencies built.
fn environment() -> [(&'static str, OsString); 4] {
    let shm = Path::new(env!("CARGO_BIN_EXE_shm")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(shm.to_owned()).chain(std::env::split_paths(&path));
    [
        ("PATH", std::env::join_paths(path).expect("a path of folders")),
        ("CARGO_TARGET_DIR", target().into_os_string()),
        ("CARGO_NET_OFFLINE", "true".into()),
        ("NO_COLOR", "1".into()),
    ]
}

/// The target directory of `shm`, in which the page's program is built.
fn target() -> PathBuf {
    let shm = Path::new(env!("CARGO_BIN_EXE_shm"));
    shm.ancestors().nth(2).expect("a folder of a profile in a folder of targets").to_owned()
}

/// The regions that a page creates; these names do not exist before, nor after.
struct Regions(&'static [&'static str]);

impl Regions {
    fn of(page: &Page) -> Self {
        for name in page.regions {
            let is_there = Path::new("/dev/shm").join(name).exists();
            assert!(!is_there, "/dev/shm/{name} is in the way: the page makes it");
        }
        Self(page.regions)
    }
}

impl Drop for Regions {
    fn drop(&mut self) {
        // They are removed by the page, unless the test failed.
        for name in self.0 {
            let _ = std::fs::remove_file(Path::new("/dev/shm").join(name));
        }
    }
}

/// The folder in which the page begins; removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        // A process number alone could repeat in another namespace.
        let now = SystemTime::UNIX_EPOCH.elapsed().expect("a clock").as_nanos();
        let path = std::env::temp_dir().join(format!("shm-tutorial-{}-{now}", std::process::id()));
        std::fs::create_dir(&path).expect("making a folder");
        Self(path)
    }

    /// Writes a file of the page. The library is this one; its dependencies are present in the locked
    /// versions.
    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        let library = format!("{WORKSPACE}/shm-core");
        std::fs::write(&path, text.replace("../shm/shm-core", &library)).expect("writing a file");
        if path.ends_with("Cargo.toml") {
            let locked = Path::new(WORKSPACE).join("Cargo.lock");
            std::fs::copy(locked, path.with_extension("lock")).expect("copying Cargo.lock");
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
