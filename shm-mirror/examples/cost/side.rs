//! The two sides, as processes of their own.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use shm_mirror::{Follow, Security, Serve, Settings};

use crate::hosts::{Hosts, Running, begin};

/// What is measured: some regions with some fields, and some followers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) regions: usize,
    pub(crate) followers: usize,
    /// Looks a second.
    pub(crate) rate: u64,
    pub(crate) beat: Duration,
}

/// A server and its followers, until this is dropped.
pub(crate) struct Sides {
    pub(crate) hosts: Hosts,
    pub(crate) server: Running,
    pub(crate) followers: Vec<Running>,
    /// How long it took until everything was followed.
    pub(crate) ready: Duration,
}

pub(crate) fn region(n: usize) -> String {
    format!("region-{n}")
}

/// The mirror of a region that a follower has, from 1 on.
pub(crate) fn copy(follower: usize, n: usize) -> String {
    format!("copy-{follower}-{n}")
}

impl Sides {
    /// Starts them for regions that were made in the folder of the hosts.
    pub(crate) fn start(hosts: Hosts, setting: &Setting) -> Self {
        let began = Instant::now();
        let folder = hosts.folder().display().to_string();
        let side = |host: usize, role: &str, endpoint: String| {
            let program = std::env::current_exe().expect("this program");
            // A descriptor for each region.
            let mut command = hosts.command(host, "sh");
            command.args(["-c", "ulimit -n 65536 2>/dev/null; exec \"$0\" \"$@\""]).arg(program);
            command.args(["side", role, &endpoint, &folder, &host.to_string()]);
            command.args([setting.regions, setting.rate as usize].map(|number| number.to_string()));
            command.arg(setting.beat.as_millis().to_string()).stdin(Stdio::null());
            begin(&mut command)
        };
        let server = side(0, "serve", hosts.listen());
        let followers = 1..=setting.followers;
        let followers =
            followers.map(|follower| side(follower, "follow", hosts.endpoint(follower))).collect();
        Self { ready: began.elapsed(), hosts, server, followers }
    }
}

/// One side: serves, or follows, until it is killed.
pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let [role, endpoint, folder, host, regions, rate, beat] = arguments else {
        return Err("seven arguments".into());
    };
    let (folder, count): (_, usize) = (Path::new(folder), regions.parse()?);
    if role == "serve" {
        let settings = Settings {
            scan_period: Duration::from_secs_f64(1.0 / rate.parse::<f64>()?),
            beat: Duration::from_millis(beat.parse()?),
        };
        let serve = Serve::new("alpha").listen(endpoint).settings(settings);
        let serve = serve.security(Security::Insecure);
        let add = |serve: Serve, n| serve.region_at(&region(n), folder.join(region(n)));
        let _serving = (0..count).fold(serve, add).start()?;
        println!("serving {count} regions");
        wait_for_ever();
    }
    let host = host.parse()?;
    let follow = Follow::new(endpoint).security(Security::Insecure);
    let add = |follow: Follow, n| follow.region_as(&region(n), folder.join(copy(host, n)));
    let following = (0..count).fold(follow, add).start()?;
    for n in 0..count {
        following.wait_ready(&region(n), Duration::from_secs(120))?;
    }
    println!("following {count} regions");
    wait_for_ever()
}

fn wait_for_ever() -> ! {
    loop {
        std::thread::park();
    }
}
