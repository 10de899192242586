//! TLS in both directions: who has no certificate of the authority follows nothing. The certificates are made by openssl.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use shm_core::Region;
use shm_mirror::{Follow, Security, Serve};

const PATIENCE: Duration = Duration::from_secs(60);

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let run = Command::new("openssl")
        .args(arguments.split_whitespace())
        .current_dir(folder)
        .stderr(Stdio::null())
        .status();
    assert!(run.is_ok_and(|status| status.success()), "openssl {arguments}");
}

/// An authority, and a certificate of it for `localhost`.
fn certificates(folder: &Path, name: &str) -> Security {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(
        folder,
        &format!(
            "req -x509 {key} -keyout {name}-ca.key -out {name}-ca.pem -days 2 -subj /CN={name}-ca"
        ),
    );
    openssl(folder, &format!("req {key} -keyout {name}.key -out {name}.csr -subj /CN={name}"));
    std::fs::write(folder.join(format!("{name}.ext")), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(
        folder,
        &format!(
            "x509 -req -in {name}.csr -CA {name}-ca.pem -CAkey {name}-ca.key -CAcreateserial -days 2 \
             -extfile {name}.ext -out {name}.pem"
        ),
    );
    let file = |suffix: &str| folder.join(format!("{name}{suffix}"));
    Security::mtls(file("-ca.pem"), file(".pem"), file(".key"))
}

#[test]
fn a_follower_with_a_certificate_of_the_authority_follows_and_one_of_another_does_not() {
    let folder = Folder(format!("/dev/shm/shm-mirror-tls-{}", std::process::id()).into());
    std::fs::create_dir(&folder.0).unwrap();
    let (ours, theirs) = (certificates(&folder.0, "ours"), certificates(&folder.0, "theirs"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let endpoint = format!("tls/localhost:{port}");
    let hits = Region::<u64>::create(folder.0.join("hits")).unwrap();
    hits.set(7);
    let serve = Serve::new("alpha").listen(&endpoint).region_at("hits", folder.0.join("hits"));
    let _serving = serve.security(ours.clone()).start().unwrap();

    let follow = |security: &Security, copy: &str| {
        let follow = Follow::new(&endpoint).security(security.clone());
        follow.region_as("hits", folder.0.join(copy)).start().unwrap()
    };
    let stranger = follow(&theirs, "stranger");
    let following = follow(&ours, "copy");
    following.wait_ready("hits", PATIENCE).unwrap();
    assert_eq!(Region::<u64>::open_read_only(folder.0.join("copy")).unwrap().get(), 7);
    stranger.wait_ready("hits", Duration::from_secs(2)).unwrap_err();
    assert!(!folder.0.join("stranger").exists());
}
