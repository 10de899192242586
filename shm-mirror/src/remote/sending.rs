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
    pub(super) fn write(&self, mut command: Command, deadline: Instant) -> Result<Answer, Error> {
        let mut pause = FIRST_PAUSE;
        // It is sent for the first time where it arrives.
        let (first, mut answer) = loop {
            command = command.to(self.instance(deadline)?);
            let first = Instant::now();
            match self.send(&command, Right::Write, deadline)? {
                Some(answer) if is_for_another(&answer) => self.pause(&mut pause, deadline)?,
                answer => break (first, answer),
            }
        };
        loop {
            match answer {
                // This instance does not know what the one before has done.
                Some(answer) if is_for_another(&answer) => return Err(self.unknown()),
                Some(answer) => return Ok(answer),
                None => self.pause(&mut pause, deadline).map_err(|_| self.unknown())?,
            }
            // Again to the same instance, whatever other threads have heard meanwhile.
            command = command.again(first.elapsed());
            answer = self.send(&command, Right::Write, deadline)?;
        }
    }

    /// The instance that commands go to. If nothing is known, or the connection is another one since the last answer, that
    /// is asked first, by a command that does nothing: so one that does something is sent where it arrives and is
    /// allowed, and if there is no answer, nothing was done.
    fn instance(&self, deadline: Instant) -> Result<u64, Error> {
        let connection = self.remote.connection();
        let origin = self.origin();
        if !connection.is_empty() && connection == origin.connection {
            return Ok(origin.instance);
        }
        drop(origin);
        let (nothing, mut pause) = (Command::new(Vec::new()), FIRST_PAUSE);
        let mut answers_since = None::<Instant>;
        loop {
            if let Some(answer) = self.send(&nothing, Right::Write, deadline)? {
                answer.results().map_err(|refusal| Error::refused(&self.name, refusal))?;
                return Ok(answer.instance());
            }
            match self.send(&nothing, Right::Read, deadline)? {
                None => answers_since = None,
                Some(_) => {
                    let since = answers_since.get_or_insert_with(Instant::now);
                    if since.elapsed() > REFUSAL {
                        return Err(self.no_commands());
                    }
                }
            }
            self.pause(&mut pause, deadline)?;
        }
    }

    fn no_commands(&self) -> Error {
        let message = "it answers questions, but no commands: this host may not send any";
        Error::NotAllowed { region: self.name.clone(), message: message.to_owned() }
    }

    /// Sends a command once; `None` if there is no answer in time.
    fn send(
        &self,
        command: &Command,
        right: Right,
        deadline: Instant,
    ) -> Result<Option<Answer>, Error> {
        let connection = self.remote.connection();
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
            if right == Right::Write {
                (origin.instance, origin.connection) = (answer.instance(), connection);
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
