//! Functions of the types that processes meet at: an `Event`, a `Semaphore`, a `Barrier`; and waiting for a
//! change of a `Watched`.

use shm_schema::layout::Role;

use super::refusals::{Refusal, refusals};
use super::{Function, Writer};
use crate::c::naming::Naming;
use crate::c::walk::Spot;

/// A function of a live type: its verb, result, further parameters, and the expression that it returns.
pub(super) type Operation<'o> = (&'o str, &'o str, &'o [&'o str], String);

impl Writer<'_, '_> {
    /// The functions of a live type without a value, if it is one.
    pub(super) fn live(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>) {
        let Some(live) = spot.value.live() else { return };
        let count = live.seats().map_or(0, |(_, count)| count);
        let at = &spot.expression;
        match live.role() {
            Role::Event => self.event(naming, spot, &format!("{at}.count")),
            Role::Semaphore => self.semaphore(naming, spot, count),
            Role::Barrier => self.barrier(naming, spot, count),
            _ => {}
        }
    }

    /// Notifying, and waiting for a change of a count.
    fn event(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, word: &str) {
        for (verb, all) in [("notify_one", false), ("notify_all", true)] {
            self.operate(
                naming,
                spot,
                false,
                &(verb, "void", &[], format!("@p@_notify_(&{word}, {all})")),
            );
        }
        self.wait(naming, spot, word);
    }

    /// Waiting for another count than that of a ticket.
    pub(super) fn wait(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, word: &str) {
        let wait = |end: &str| format!("@p@_wait_count_(&{word}, ticket, {end})");
        let forever: Operation<'_> = ("wait", "void", &["uint32_t ticket"], wait("UINT64_MAX"));
        self.operate(naming, spot, false, &forever);
        let parameters = &["uint32_t ticket", "uint64_t nanoseconds"];
        let limited = format!("{} ? @P@_OK : @P@_BUSY", wait("@p@_deadline_(nanoseconds)"));
        self.operate(naming, spot, false, &("wait_timeout", "@p@_error", parameters, limited));
    }

    fn semaphore(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, count: u64) {
        let at = &spot.expression;
        let words = format!("locks, &{at}.freed, {at}.seats, {count}");
        let (out, limit) = ("@p@_permit *permit", "uint64_t nanoseconds");
        let acquire = |limit: &str| format!("@p@_acquire_({words}, {limit}, permit)");
        let operations: [Operation<'_>; 4] = [
            ("acquire", "@p@_error", &[out], acquire("UINT64_MAX")),
            ("acquire_timeout", "@p@_error", &[limit, out], acquire("nanoseconds")),
            (
                "try_acquire",
                "@p@_error",
                &[out],
                format!("@p@_try_acquire_(locks, {at}.seats, {count}, permit)"),
            ),
            (
                "release",
                "@p@_error",
                &["const @p@_permit *permit"],
                format!("@p@_release_({words}, permit)"),
            ),
        ];
        for operation in &operations {
            self.operate(naming, spot, true, operation);
        }
    }

    fn barrier(&mut self, naming: &mut Naming<'_>, spot: &Spot<'_>, count: u64) {
        let at = &spot.expression;
        let words = format!("&{at}.state, &{at}.phase, {at}.seats, {at}.arrived, {count}");
        let barrier = format!("@p@_barrier_of_({words})");
        let (member, limit, completed) =
            ("const @p@_member *member", "uint64_t nanoseconds", "bool *completed");
        let wait = |limit: &str| {
            format!("@p@_wait_barrier_(locks, {barrier}, member, {limit}, completed)")
        };
        let operations: [Operation<'_>; 5] = [
            (
                "join",
                "@p@_error",
                &["@p@_member *member"],
                format!("@p@_join_(locks, {barrier}, member)"),
            ),
            ("leave", "@p@_error", &[member], format!("@p@_leave_(locks, {barrier}, member)")),
            ("wait", "@p@_error", &[member, completed], wait("UINT64_MAX")),
            ("wait_timeout", "@p@_error", &[member, limit, completed], wait("nanoseconds")),
            ("reset", "@p@_error", &[], format!("@p@_reset_(locks, {barrier})")),
        ];
        for operation in &operations {
            self.operate(naming, spot, true, operation);
        }
        self.operate(
            naming,
            spot,
            false,
            &("abort", "void", &[], format!("@p@_abort_({barrier})")),
        );
    }

    /// Writes a function of a live type. With indexes, one without a result returns an error.
    pub(super) fn operate(
        &mut self,
        naming: &mut Naming<'_>,
        spot: &Spot<'_>,
        locks: bool,
        (verb, result, parameters, call): &Operation<'_>,
    ) {
        let is_plain = *result == "void";
        let body = match (is_plain, spot.never_refuses()) {
            (true, true) => format!("    {call};\n"),
            (true, false) => format!("    {call};\n    return @P@_OK;\n"),
            (false, _) => format!("    return {call};\n"),
        };
        let body = refusals(spot, Refusal::Error, true) + &body;
        let result = if spot.never_refuses() { result } else { "@p@_error" };
        let parameters: Vec<String> = parameters.iter().map(|&one| one.to_owned()).collect();
        let parameters = &parameters[..];
        let function =
            Function { verb, result, writes: true, locks, parameters, body, wide: false };
        self.write(naming, spot, &function);
    }
}
