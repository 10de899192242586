//! `keys`: an authority and certificates of it, to try TLS.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};

use super::failure::Failure;

/// Makes a folder with an authority, a certificate for each host, and one for each client.
pub(crate) fn make(folder: &Path, hosts: &[String], clients: &[String]) -> Result<(), Failure> {
    let usual = ["reader".to_owned(), "writer".to_owned()];
    let clients = if clients.is_empty() { &usual[..] } else { clients };
    for name in hosts.iter().chain(clients) {
        expect_file_name(name)?;
    }
    let mut builder = fs::DirBuilder::new();
    builder.mode(0o700).create(folder).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::Usage(format!("{} exists: keys are not replaced", folder.display()))
        }
        _ => error.into(),
    })?;
    let authority = authority()?;
    write(folder, "authority.pem", &authority.pem())?;
    write(folder, "authority.key", &authority.key().serialize_pem())?;
    for host in hosts {
        certificate(folder, &authority, host, true)?;
    }
    for client in clients {
        certificate(folder, &authority, client, false)?;
    }
    explain(folder, &hosts[0], clients)?;
    Ok(())
}

/// A name is that of a file as well.
fn expect_file_name(name: &str) -> Result<(), Failure> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte);
    let is_one = !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain);
    match is_one && name != "authority" {
        true => Ok(()),
        false => Err(Failure::Usage(format!(
            "`{}` cannot be the name of a certificate here",
            name.escape_debug()
        ))),
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut names = DistinguishedName::new();
    names.push(DnType::CommonName, name);
    names
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut parameters = CertificateParams::new(Vec::new())?;
    parameters.distinguished_name = named("shm-mirror test authority");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)
}

/// Writes a certificate and its key. That of a host is found by the name in the endpoint.
fn certificate(
    folder: &Path,
    authority: &CertifiedIssuer<'static, KeyPair>,
    name: &str,
    is_host: bool,
) -> Result<(), Failure> {
    let names = if is_host { vec![name.to_owned()] } else { Vec::new() };
    let mut parameters = CertificateParams::new(names)?;
    parameters.distinguished_name = named(name);
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    // A host connects to others as well.
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    if is_host {
        parameters.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    }
    let key = KeyPair::generate()?;
    let certificate = parameters.signed_by(&key, authority)?;
    write(folder, &format!("{name}.pem"), &certificate.pem())?;
    write(folder, &format!("{name}.key"), &key.serialize_pem())?;
    Ok(())
}

/// Writes a file that only this user can read.
fn write(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(folder.join(name))?;
    file.write_all(text.as_bytes())
}

fn explain(folder: &Path, host: &str, clients: &[String]) -> io::Result<()> {
    let folder = folder.display();
    let client = &clients[0];
    let roles: Vec<_> = clients
        .iter()
        .map(|name| format!("{} {name}", if name == "writer" { "--writer" } else { "--reader" }))
        .collect();
    let place = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "made {folder}: an authority, and certificates for {host} and others. On {host}:

  shm-mirror serve NAME --listen tls/{place}:7447 {} \\
      --authority {folder}/authority.pem --certificate {folder}/{host}.pem --key {folder}/{host}.key

with {client}.pem and {client}.key copied to another host:

  shm-mirror follow tls/{place}:7447 NAME \\
      --authority {folder}/authority.pem --certificate {folder}/{client}.pem --key {folder}/{client}.key

These are for trying it: whoever has authority.key can make certificates of any name, and nothing revokes one.
For a real authority, take the one that your organisation has (step-ca, Vault, cert-manager, ..): it signs a request that
each host makes with a key of its own, which never leaves it; the common name is what --reader and --writer have, the
subject's alternative name is the host in the endpoint, and certificates end after days, not years. A server reads its
files when it starts: start it again when they are replaced.",
        roles.join(" ")
    )
}
