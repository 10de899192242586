//! Messages: their bytes, and bytes that are none.

use shm_core::dynamic::units::{Change, UnitKind};
use shm_mirror_core::message::{Facts, Flags, Head, Kind, Malformed, Message};

fn head(kind: Kind) -> Head {
    Head {
        kind,
        flags: Flags::NATIVE,
        count: 0,
        instance: 0x0102_0304_0506_0708,
        sequence: 300,
        fingerprint: 0xfeed_face_cafe_beef,
        time: 1_700_000_000_000_000_000,
    }
}

fn change(kind: UnitKind, offset: u64, version: u64, bytes: &[u8]) -> Change<'_> {
    Change { kind, offset, version, owner_died: false, bytes }
}

fn changes() -> Vec<Change<'static>> {
    let died = Change { owner_died: true, ..change(UnitKind::Guarded, 128, 0, &[7]) };
    vec![
        change(UnitKind::Leaves, 0, 0, &[1, 2, 3, 4]),
        change(UnitKind::Latest, 64, 70_000, &[5, 6]),
        died,
        change(UnitKind::Guarded, 200, 0, &[8, 9]),
        change(UnitKind::Notified, 300, 0, &[]),
        change(UnitKind::Done, 16_384, 0, &[1]),
    ]
}

fn facts() -> Facts<'static> {
    Facts {
        schema: b"schema",
        annotations: b"notes",
        tail_len: 3,
        data_len: 1000,
        heap_len: 0,
        boot_id: *b"0123456789abcdef",
        created_at: 77,
        beat_ms: 500,
        scan_us: 10_000,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const HEAD: &str = "0807060504030201\
                    2c01000000000000\
                    efbefecacefaedfe\
                    00002a36fe9c9717";

const CHANGES: &str = "01000401020304\
                       0240f0a204020506\
                       8380010107\
                       03c801020809\
                       04ac0200\
                       058080010101";

/// Older and newer programs meet: these bytes never change.
#[test]
#[cfg(target_endian = "little")]
fn each_message_has_these_bytes() {
    let delta =
        Message { head: Head { count: 6, ..head(Kind::Delta) }, facts: None, changes: changes() };
    assert_eq!(hex(&delta.encode()), format!("0101000006000000{HEAD}{CHANGES}"));

    let mut answer = delta.clone();
    answer.head.flags = Flags::NATIVE.with_answer();
    assert_eq!(hex(&answer.encode()), format!("0101010006000000{HEAD}{CHANGES}"));

    let snapshot = Message {
        head: Head { count: 6, ..head(Kind::Snapshot) },
        facts: Some(facts()),
        changes: changes(),
    };
    let facts = "06736368656d61\
                 056e6f746573\
                 03e80700\
                 30313233343536373839616263646566\
                 4d00000000000000\
                 f401000010270000";
    assert_eq!(hex(&snapshot.encode()), format!("0102000006000000{HEAD}{facts}{CHANGES}"));

    for (kind, code) in [(Kind::Beat, "03"), (Kind::Bye, "04")] {
        let message = Message { head: head(kind), facts: None, changes: Vec::new() };
        assert_eq!(hex(&message.encode()), format!("01{code}000000000000{HEAD}"));
    }
}

fn all() -> Vec<Message<'static>> {
    let with = |kind, facts, changes: Vec<_>| Message {
        head: Head { count: changes.len() as u32, ..head(kind) },
        facts,
        changes,
    };
    vec![
        with(Kind::Delta, None, changes()),
        with(Kind::Snapshot, Some(facts()), changes()),
        with(Kind::Beat, None, Vec::new()),
        with(Kind::Bye, None, Vec::new()),
    ]
}

#[test]
fn messages_come_back_from_their_bytes() {
    for message in all() {
        assert_eq!(Message::decode(&message.encode()), Ok(message));
    }
}

#[test]
fn no_beginning_of_a_message_is_one_and_nothing_may_follow_it() {
    for message in all() {
        let mut bytes = message.encode();
        for len in 0..bytes.len() {
            Message::decode(&bytes[..len]).expect_err("cut");
        }
        bytes.push(0);
        assert_eq!(Message::decode(&bytes), Err(Malformed::Long(1)));
    }
}

#[test]
fn unknown_versions_and_kinds_are_refused_and_unknown_flags_are_not() {
    let bytes = all()[0].encode();
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        bytes
    };
    let unknown = |what, found| Err(Malformed::Unknown { what, found });
    assert_eq!(Message::decode(&with(0, 2)), unknown("version", 2));
    assert_eq!(Message::decode(&with(1, 5)), unknown("kind", 5));
    assert_eq!(Message::decode(&with(40, 6)), unknown("kind of a change", 6));
    assert_eq!(Message::decode(&with(40, 0x81)), unknown("kind of a change", 0x81));
    assert_eq!(Message::decode(&with(3, 0x80)).map(|message| message.changes), Ok(changes()));
}

#[test]
fn a_count_of_changes_that_are_not_there_takes_no_memory() {
    let mut bytes = all()[2].encode();
    bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(Message::decode(&bytes), Err(Malformed::Short("changes")));
}

/// Any bytes are either a message, which has the form that it would be given again, or are refused.
#[test]
fn bytes_at_random_are_refused_or_are_the_only_form_of_a_message() {
    let (mut seed, messages, mut decoded) = (0x2545_F491_4F6C_DD1D_u64, all(), 0);
    let mut roll = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as usize % below
    };
    for _ in 0..200_000 {
        let mut bytes = messages[roll(messages.len())].encode();
        for _ in 0..=roll(3) {
            let at = roll(bytes.len());
            match roll(4) {
                0 => bytes[at] ^= 1 << roll(8),
                1 => bytes[at] = roll(256) as u8,
                2 => drop(bytes.remove(at)),
                _ => bytes.insert(at, roll(256) as u8),
            }
        }
        if let Ok(message) = Message::decode(&bytes) {
            decoded += 1;
            assert_eq!(hex(&message.encode()), hex(&bytes));
        }
    }
    assert!(decoded > 1000, "only {decoded} were messages");
}
