//! TLS in both directions: what each certificate may do, and that nothing listens but what was named.

mod common;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use common::{Folder, PATIENCE, Process, free_address};
use shm_core::Region;
use shm_mirror::{Error, Follow, Remote, Security, Serve};

/// How long something is tried that must not work.
const ENOUGH: Duration = Duration::from_secs(2);

/// An authority, made by the command, and what is signed by it.
struct Authority(PathBuf);

impl Authority {
    fn new(folder: &Folder, name: &str) -> Self {
        let path = PathBuf::from(folder.path(name));
        let made = Command::new(env!("CARGO_BIN_EXE_shm-mirror"))
            .args(["keys", path.to_str().unwrap(), "--host", "localhost"])
            .args(["--client", "reader", "--client", "writer", "--client", "other"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn security(&self, name: &str) -> Security {
        let (certificate, key) = (format!("{name}.pem"), format!("{name}.key"));
        Security::mtls(self.file("authority.pem"), self.file(&certificate), self.file(&key))
    }
}

fn endpoint() -> String {
    let address = free_address();
    format!("tls/localhost:{}", address.rsplit_once(':').unwrap().1)
}

#[test]
fn a_certificate_may_do_what_its_name_was_given() {
    let folder = Folder::new();
    let (ours, theirs) = (Authority::new(&folder, "ours"), Authority::new(&folder, "theirs"));
    let endpoint = endpoint();
    let hits = Region::<u64>::create(folder.path("hits")).unwrap();
    hits.set(7);
    let serve = Serve::new("alpha").listen(&endpoint).region_at("hits", folder.path("hits"));
    let serve = serve.security(ours.security("localhost")).allow_set("hits", ["*"]);
    let serving = serve.reader("reader").writer("writer").start().unwrap();
    assert_eq!(
        serving.rules(),
        [
            format!("listen: {endpoint}, nowhere else"),
            "follow and get: reader, writer".to_owned(),
            "set * in hits: writer".to_owned(),
        ]
    );

    let follow = |security: Security, copy: &str| {
        let follow = Follow::new(&endpoint).security(security);
        follow.region_as("hits", folder.path(copy)).start().unwrap()
    };
    let remote = |security: Security, patience| {
        Remote::connect(&endpoint, &security).unwrap().patience(patience).region("hits")
    };

    // A writer follows, reads and writes.
    let following = follow(ours.security("writer"), "of-writer");
    following.wait_ready("hits", PATIENCE).unwrap();
    let writer = remote(ours.security("writer"), PATIENCE).unwrap();
    assert_eq!(u64::try_from(writer.fetch_add("", 1).unwrap()).unwrap(), 7);

    // A reader follows and reads, and its command is not executed.
    let following = follow(ours.security("reader"), "of-reader");
    following.wait_ready("hits", PATIENCE).unwrap();
    let copy = Region::<u64>::open_read_only(folder.path("of-reader")).unwrap();
    // A copy is complete as of the origin's last look, which may have been before the command.
    common::wait_until("the command is there", || copy.get() == 8);
    hits.set(9);
    common::wait_until("the change is there", || copy.get() == 9);
    let reader = remote(ours.security("reader"), PATIENCE).unwrap();
    assert_eq!(u64::try_from(reader.get("").unwrap()).unwrap(), 9);
    let refused = reader.set([("", 1)]).unwrap_err();
    assert!(matches!(refused, Error::NotAllowed { .. }), "{refused}");

    // A certificate without a rule gets nothing, and one of another authority opens no session.
    let others = [ours.security("other"), theirs.security("writer"), theirs.security("localhost")];
    for (index, security) in others.into_iter().enumerate() {
        let copy = format!("stranger-{index}");
        let following = follow(security.clone(), &copy);
        let unreachable = remote(security.clone(), ENOUGH).unwrap_err();
        assert!(matches!(unreachable, Error::Unreachable { .. }), "{index}: {unreachable}");
        following.wait_ready("hits", Duration::ZERO).unwrap_err();
        assert!(!PathBuf::from(folder.path(&copy)).exists());
        shm_mirror::list(&endpoint, &security, Duration::from_millis(100)).unwrap_err();
    }
    assert_eq!(hits.get(), 9);
}

#[test]
fn every_certificate_of_the_authority_may_follow_if_that_is_said() {
    let folder = Folder::new();
    let ours = Authority::new(&folder, "ours");
    let endpoint = endpoint();
    let _hits = Region::<u64>::create(folder.path("hits")).unwrap();
    let serve = Serve::new("alpha").listen(&endpoint).region_at("hits", folder.path("hits"));
    let serve = serve.security(ours.security("localhost"));
    let refused = serve.clone().start().unwrap_err();
    assert!(matches!(refused, Error::NoReaders), "{refused}");
    let _serving = serve.reader("*").start().unwrap();
    let following = Follow::new(&endpoint).security(ours.security("other"));
    let following = following.region_as("hits", folder.path("copy")).start().unwrap();
    following.wait_ready("hits", PATIENCE).unwrap();
}

#[test]
fn keys_are_readable_by_their_owner_alone_and_never_replaced() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let ours = Authority::new(&folder, "ours");
    let mode =
        |name: &str| std::fs::metadata(ours.file(name)).unwrap().permissions().mode() & 0o777;
    for name in ["authority.key", "localhost.key", "reader.key"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    let again = Command::new(env!("CARGO_BIN_EXE_shm-mirror"))
        .args(["keys", ours.0.to_str().unwrap(), "--host", "localhost"])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("keys are not replaced"));
}

/// Everything that is bound in this process's network namespace: TCP and UDP, of both versions.
fn bound(pid: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<_> = line.split_whitespace().collect();
            // 0A: it listens. What is bound and not connected has no other end.
            if !table.starts_with("tcp") || fields[3] == "0A" {
                found.push(format!("{table} {}", fields[1]));
            }
        }
    }
    found
}

#[test]
fn nothing_is_bound_but_what_was_named() {
    const CHILD: &str = "SHM_TEST_BOUND";
    if let Ok(path) = std::env::var(CHILD) {
        // In a network namespace of its own, in which there is nothing else.
        let up = Command::new("ip").args(["link", "set", "lo", "up"]).status();
        assert!(up.is_ok_and(|status| status.success()), "ip link set lo up");
        assert_eq!(bound("self"), [""; 0], "before");
        let server = Process::start(&["serve", &path, "--listen", "tcp/127.0.0.1:7447"]);
        let remote = Remote::connect("tcp/127.0.0.1:7447", &Security::Loopback).unwrap();
        remote.patience(PATIENCE).region(&path).unwrap().get("").unwrap();
        assert_eq!(bound("self"), ["tcp 0100007F:1D17"], "127.0.0.1:7447");
        drop(server);
        return;
    }
    let folder = Folder::new();
    let _hits = Region::<u64>::create(folder.path("hits")).unwrap();
    let own = std::env::current_exe().unwrap();
    let run = Command::new("unshare")
        .args(["--net", "--map-root-user", "--"])
        .arg(own)
        .args(["--exact", "nothing_is_bound_but_what_was_named", "--nocapture"])
        .env(CHILD, folder.path("hits"))
        .output();
    let run = match run {
        Ok(run) => run,
        Err(error) => return not_tested(&error.to_string()),
    };
    let text = String::from_utf8_lossy(&run.stderr).into_owned();
    if text.contains("unshare failed") || text.contains("Operation not permitted") {
        return not_tested(&text);
    }
    assert!(run.status.success(), "{}{text}", String::from_utf8_lossy(&run.stdout));
}

#[allow(clippy::print_stderr, reason = "what was not tested is said")]
fn not_tested(why: &str) {
    eprintln!("NOT TESTED: network namespaces cannot be made here: {why}");
}
