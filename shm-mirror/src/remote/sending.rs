//! Sending commands until there is an answer.

use std::time::{Duration, Instant};

use shm_mirror_core::commands::{Answer, Command, RefusalKind, Right};
use zenoh::Wait;
use zenoh::query::ConsolidationMode;

use super::RemoteRegion;
use crate::{Error, keys};

/// How long an answer may take, apart from locks, until the command is sent again.
const ROUND: Duration = Duration::from_secs(1);

/// The time between two attempts; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How long a host that answers questions may leave commands unanswered until that means that it does not let this host
/// send any.
const REFUSAL: Duration = Duration::from_millis(500);

impl RemoteRegion {
    /// Sends a command that changes nothing, until there is an answer.
    pub(super) fn read(&self, command: &Command, deadline: Instant) -> Result<Answer, Error> {
        let mut pause = FIRST_PAUSE;
        loop {
            if let Some(answer) = self.send(command, Right::Read, deadline)? {
                return Ok(answer);
            }
            self.pause(&mut pause, deadline)?;
        }
    }

    /// Sends a command that writes, until there is an answer or it is for an instance that is gone.
    pub(super) fn write(&self, command: Command, deadline: Instant) -> Result<Answer, Error> {
        let (mut sent, mut pause) = (None::<Instant>, FIRST_PAUSE);
        let mut command = command.to(self.instance(deadline)?);
        loop {
            let is_connected = self.remote.is_connected();
            let now = Instant::now();
            command = command.again(sent.map_or(Duration::ZERO, |sent| now - sent));
            let answer =
                if is_connected { self.send(&command, Right::Write, deadline)? } else { None };
            match answer {
                Some(answer) if is_for_another(&answer) => {
                    // This instance does not know what the one before has done.
                    if sent.is_some() {
                        return Err(self.unknown());
                    }
                    command = command.to(answer.instance());
                }
                Some(answer) => return Ok(answer),
                None => {
                    if is_connected {
                        sent.get_or_insert(now);
                    }
                    self.pause(&mut pause, deadline).map_err(|error| match sent {
                        Some(_) => self.unknown(),
                        None => error,
                    })?;
                }
            }
        }
    }

    /// The instance that commands go to. Asked for the first time by a command that does nothing, so that one that does
    /// something is not sent where it is not allowed.
    fn instance(&self, deadline: Instant) -> Result<u64, Error> {
        if let Some(instance) = self.origin().instance {
            return Ok(instance);
        }
        let (nothing, mut pause) = (Command::new(Vec::new()), FIRST_PAUSE);
        let mut answers_since = None::<Instant>;
        loop {
            if let Some(answer) = self.send(&nothing, Right::Write, deadline)? {
                self.origin().instance = Some(answer.instance());
                return Ok(answer.instance());
            }
            let is_there = self.send(&nothing, Right::Read, deadline)?.is_some();
            let since = if is_there {
                *answers_since.get_or_insert_with(Instant::now)
            } else {
                Instant::now()
            };
            if since.elapsed() > REFUSAL {
                let message =
                    "it answers questions, but no commands: this host may not send any".to_owned();
                return Err(Error::NotAllowed { region: self.name.clone(), message });
            }
            self.pause(&mut pause, deadline)?;
        }
    }

    /// Sends a command once; `None` if there is no answer in time.
    fn send(
        &self,
        command: &Command,
        right: Right,
        deadline: Instant,
    ) -> Result<Option<Answer>, Error> {
        let key = keys::command(self.origin().host.as_deref(), &self.name, right);
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = (self.remote.wait + ROUND).min(left.max(ROUND));
        let answers = self
            .remote
            .session
            .get(key)
            .payload(command.encode())
            .consolidation(ConsolidationMode::None)
            .express(true)
            .timeout(patience)
            .wait()?;
        while let Ok(reply) = answers.recv() {
            let Ok(sample) = reply.result() else { continue };
            let answer = Answer::decode(&sample.payload().to_bytes());
            let answer = answer.map_err(|error| self.not_understood(&error.to_string()))?;
            let mut origin = self.origin();
            origin.host = keys::parts(sample.key_expr().as_str()).map(|(host, _)| host);
            origin.fingerprint = answer.fingerprint();
            if is_for_another(&answer) {
                origin.instance = Some(answer.instance());
            }
            return Ok(Some(answer));
        }
        Ok(None)
    }

    fn pause(&self, pause: &mut Duration, deadline: Instant) -> Result<(), Error> {
        if Instant::now() >= deadline {
            return Err(Error::Unreachable { endpoint: self.remote.endpoint.clone() });
        }
        std::thread::sleep(*pause);
        *pause = (*pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }
}

fn is_for_another(answer: &Answer) -> bool {
    answer.results().is_err_and(|refusal| refusal.kind == RefusalKind::OtherInstance)
}
