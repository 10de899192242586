//! [`Access`]: which certificate may do what, as Zenoh's access control list, which denies by default.

use std::collections::{BTreeMap, BTreeSet};

use shm_mirror_core::commands::{Allowed, Right};

use crate::config::quoted;
use crate::{Error, Security, keys};

/// Every certificate of the authority.
const EVERYONE: &str = "*";

/// The common names of the certificates that may do something.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    pub(crate) readers: BTreeSet<String>,
    pub(crate) writers: BTreeSet<String>,
}

impl Access {
    /// The setting of Zenoh: none without certificates, of which there are no names.
    pub(crate) fn setting(&self, security: &Security) -> Result<Vec<(String, String)>, Error> {
        let named = || self.readers.iter().chain(&self.writers);
        let Security::Mtls { .. } = security else {
            return match named().next() {
                Some(name) => Err(Error::NoCertificates { name: name.clone() }),
                None => Ok(Vec::new()),
            };
        };
        if named().next().is_none() {
            return Err(Error::NoReaders);
        }
        // A writer can do what a reader can.
        let roles =
            [("readers", &self.readers, Right::Read), ("writers", &self.writers, Right::Write)];
        let roles = || roles.iter().filter(|(_, names, _)| !names.is_empty());
        let subjects: Vec<_> = roles().map(|(id, names, _)| subject(id, names)).collect();
        let policies: Vec<_> = roles().map(|(id, _, right)| policy(id, *right)).collect();
        let rules: Vec<_> = RULES.iter().map(Rule::setting).collect();
        let setting = format!(
            "{{enabled: true, default_permission: \"deny\", rules: [{}], subjects: [{}], policies: [{}]}}",
            rules.join(","),
            subjects.join(","),
            policies.join(",")
        );
        Ok(vec![("access_control".to_owned(), setting)])
    }

    /// Who may do what, for people.
    pub(crate) fn rules(
        &self,
        security: &Security,
        endpoints: &[String],
        allowed: &BTreeMap<String, Allowed>,
    ) -> Vec<String> {
        let everyone = match security {
            Security::Loopback => "every program on this host",
            Security::Mtls { .. } => "every certificate of the authority",
            Security::Insecure => "everyone who can reach it",
        };
        let who = |names: &BTreeSet<String>| match security {
            Security::Mtls { .. } if names.is_empty() => "no one".to_owned(),
            Security::Mtls { .. } if !names.contains(EVERYONE) => names
                .iter()
                .map(|name| name.escape_debug().to_string())
                .collect::<Vec<_>>()
                .join(", "),
            _ => everyone.to_owned(),
        };
        let mut readers = self.readers.clone();
        readers.extend(self.writers.iter().cloned());
        let mut rules = vec![
            format!("listen: {}, nowhere else", endpoints.join(", ")),
            format!("follow and get: {}", who(&readers)),
        ];
        for (region, allowed) in allowed {
            let patterns: Vec<_> = allowed.patterns().collect();
            rules.push(format!("set {} in {region}: {}", patterns.join(", "), who(&self.writers)));
        }
        if allowed.values().all(Allowed::is_empty) {
            rules.push("set: no one".to_owned());
        }
        rules
    }
}

fn subject(id: &str, names: &BTreeSet<String>) -> String {
    if names.contains(EVERYONE) {
        return format!("{{id: {}, link_protocols: [\"tls\"]}}", quoted(id));
    }
    let names: Vec<_> = names.iter().map(|name| quoted(name)).collect();
    format!("{{id: {}, cert_common_names: [{}]}}", quoted(id), names.join(","))
}

fn policy(subject: &str, right: Right) -> String {
    let may = |rule: &&Rule| rule.right == Right::Read || right == Right::Write;
    let rules: Vec<_> = RULES.iter().filter(may).map(|rule| quoted(rule.id)).collect();
    format!("{{rules: [{}], subjects: [{}]}}", rules.join(","), quoted(subject))
}

/// What passes between two hosts.
struct Rule {
    id: &'static str,
    right: Right,
    /// `ingress`: what comes from the other host; `egress`: what goes there.
    flow: &'static str,
    messages: &'static [&'static str],
    keys: &'static [&'static str],
}

/// What may be asked for by those who read.
const ASKED: &[&str] = &[keys::STATES, keys::REGIONS, keys::READS];

/// Everything that the two roles need.
const RULES: &[Rule] = &[
    Rule {
        id: "subscribe",
        right: Right::Read,
        flow: "ingress",
        messages: &["declare_subscriber"],
        keys: &[keys::DELTAS],
    },
    Rule {
        id: "look whether it lives",
        right: Right::Read,
        flow: "ingress",
        messages: &["declare_liveliness_subscriber", "liveliness_query"],
        keys: &[keys::ALIVE],
    },
    Rule { id: "ask", right: Right::Read, flow: "ingress", messages: &["query"], keys: ASKED },
    Rule {
        id: "be told",
        right: Right::Read,
        flow: "egress",
        messages: &["put"],
        keys: &[keys::DELTAS],
    },
    Rule {
        id: "be told that it lives",
        right: Right::Read,
        flow: "egress",
        messages: &["liveliness_token"],
        keys: &[keys::ALIVE],
    },
    Rule {
        id: "be answered",
        right: Right::Read,
        flow: "egress",
        messages: &["reply", "declare_queryable"],
        keys: ASKED,
    },
    Rule {
        id: "command",
        right: Right::Write,
        flow: "ingress",
        messages: &["query"],
        keys: &[keys::COMMANDS],
    },
    Rule {
        id: "be answered to a command",
        right: Right::Write,
        flow: "egress",
        messages: &["reply", "declare_queryable"],
        keys: &[keys::COMMANDS],
    },
];

impl Rule {
    fn setting(&self) -> String {
        let list =
            |texts: &[&str]| texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(",");
        format!(
            "{{id: {}, permission: \"allow\", flows: [{}], messages: [{}], key_exprs: [{}]}}",
            quoted(self.id),
            quoted(self.flow),
            list(self.messages),
            list(self.keys)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zenoh_accepts_the_rules_of_every_combination_of_roles() {
        let security = Security::mtls("ca", "certificate", "key");
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        for (readers, writers) in [(&["a"][..], &["b", "c"][..]), (&["*"], &[]), (&[], &["b"])] {
            let access = Access { readers: set(readers), writers: set(writers) };
            let mut config = zenoh::Config::default();
            for (key, value) in access.setting(&security).unwrap() {
                config
                    .insert_json5(&key, &value)
                    .unwrap_or_else(|error| panic!("{error}: {value}"));
            }
        }
        assert!(matches!(Access::default().setting(&security), Err(Error::NoReaders)));
        let named = Access { readers: set(&["a"]), writers: set(&[]) };
        let refused = named.setting(&Security::Loopback);
        assert!(matches!(refused, Err(Error::NoCertificates { .. })));
    }
}
