//! Commands, without a network: each sent as bytes, and answered with bytes.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use shm_core::dynamic::{DynLayout, DynValue};
use shm_core::{DynRegion, Mutex, Region, SharedLayout};
use shm_mirror_core::commands::{
    Allowed, Answer, Command, Commands, Refusal, RefusalKind, Right, Step,
};

#[derive(SharedLayout, Clone, Copy)]
#[repr(C)]
struct Account {
    balance: i64,
    bookings: u64,
}

#[derive(SharedLayout)]
#[repr(C)]
struct Bank {
    account: Mutex<Account>,
    hits: u64,
    limit: u8,
}

const NOW: Duration = Duration::from_secs(100);

struct File(PathBuf);

impl File {
    fn new() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        Self(format!("/dev/shm/shm-commands-{}-{count}", std::process::id()).into())
    }

    fn bank(&self) -> Region<Bank> {
        Region::<Bank>::create(&self.0).unwrap()
    }

    fn commands(&self, allowed: &[&str]) -> Commands {
        Commands::open(&self.0, Allowed::of(allowed).unwrap()).unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn set(path: &str, value: impl Into<DynValue>) -> Step {
    Step::set(path, &value.into())
}

fn add(path: &str, value: impl Into<DynValue>) -> Step {
    Step::add(path, &value.into())
}

/// Sends a command to the instance that there is.
fn send(commands: &mut Commands, command: Command) -> Result<Vec<DynValue>, Refusal> {
    let command = command.to(commands.instance()).encode();
    Answer::decode(&commands.answer(NOW, &command, Right::Write)).unwrap().values()
}

fn run(commands: &mut Commands, steps: Vec<Step>) -> Result<Vec<DynValue>, Refusal> {
    send(commands, Command::new(steps))
}

#[test]
fn a_command_and_an_answer_are_these_bytes() {
    let text = r#"{"version":1,"id":"00112233445566778899aabbccddeeff","instance":"0102030405060708","age_ms":5,"wait_ms":1000,"fingerprint":"feedfacecafebeef","steps":[{"set":"target.x","to":1.5},{"add":"hits","by":1},{"get":"pose"}]}"#;
    let command = Command::decode(text.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(command.encode()).unwrap(), text);
    assert!(!command.is_read());

    let text = r#"{"version":1,"instance":"0102030405060708","fingerprint":"feedfacecafebeef","results":[null,41,[1.5,2.0]]}"#;
    let answer = Answer::decode(text.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(answer.encode()).unwrap(), text);
    assert_eq!(
        (answer.instance(), answer.fingerprint()),
        (0x0102_0304_0506_0708, 0xfeed_face_cafe_beef)
    );
    assert_eq!(answer.values().unwrap()[2], DynValue::from([1.5, 2.0]));

    let text = r#"{"version":1,"instance":"0102030405060708","fingerprint":"feedfacecafebeef","error":{"kind":"busy","message":"no","help":"wait","step":2,"written":1}}"#;
    let answer = Answer::decode(text.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(answer.encode()).unwrap(), text);
    assert_eq!(answer.values().unwrap_err().kind, RefusalKind::Busy);
}

#[test]
fn bytes_that_are_no_command_are_refused_and_change_nothing() {
    let file = File::new();
    let bank = file.bank();
    let mut commands = file.commands(&["*"]);
    let id = r#""id":"00112233445566778899aabbccddeeff""#;
    for (text, expected) in [
        ("", "not understood"),
        ("{}", "version"),
        (r#"{"version":2}"#, "of version 2"),
        (r#"{"version":1,"more":1}"#, "unknown field `more`"),
        (r#"{"version":1,"id":"1"}"#, "32 hexadecimal digits"),
        (r#"{"version":1,"id":"+0112233445566778899aabbccddeeff"}"#, "32 hexadecimal digits"),
        (r#"{"version":1,"steps":[{"set":"hits"}]}"#, "one value"),
        (r#"{"version":1,"steps":[{"set":"hits","to":1,"text":"1"}]}"#, "one value"),
        (r#"{"version":1,"steps":[{"set":"hits","by":1}]}"#, "a step is"),
        (r#"{"version":1,"steps":[{"get":"hits","set":"hits","to":1}]}"#, "a step is"),
        (r#"{"version":1,"steps":[{"set":"hits","to":1}]}"#, "no `id`"),
        (&format!(r#"{{"version":1,{id},"steps":[{{"set":"hits","to":1}}]}}"#), "no `instance`"),
        (
            &format!(
                r#"{{"version":1,"steps":[{}{{"get":"hits"}}]}}"#,
                r#"{"get":"hits"},"#.repeat(4096)
            ),
            "4097 steps",
        ),
    ] {
        let answer = commands.answer(NOW, text.as_bytes(), Right::Write);
        let refusal = Answer::decode(&answer).unwrap().values().unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Malformed, "{text}");
        assert!(refusal.message.contains(expected), "{text}: {refusal}");
    }
    let deep = format!(r#"{{"set":"hits","to":{}1{}}}"#, "[".repeat(50_000), "]".repeat(50_000));
    let refusal = run(&mut commands, vec![serde_json::from_str(&deep).unwrap()]).unwrap_err();
    assert!(
        refusal.message.contains("nested"),
        "{}",
        &refusal.message[refusal.message.len() - 200..]
    );
    assert_eq!(bank.hits.get(), 0);
}

#[test]
fn a_value_of_each_type_is_set_and_read_back() {
    let fields = [
        ("u8", "255", "255"),
        ("i16", "-300", "-300"),
        ("u32", "4000000000", "4000000000"),
        ("u64", "18446744073709551615", "18446744073709551615"),
        ("i64", "-9223372036854775808", "-9223372036854775808"),
        ("f32", "0.1", "0.1"),
        ("f64", "\"NaN\"", "\"NaN\""),
        ("f64", "1e300", "1e+300"),
        ("bool", "true", "true"),
        ("char", "\"ü\"", "\"ü\""),
        ("enum u8 { Idle = 0, Busy = 3 }", "\"Busy\"", "\"Busy\""),
        ("Option<NonZero<u32>>", "7", "7"),
        ("Option<NonZero<u32>>", "null", "null"),
        ("Be<u16>", "513", "513"),
        ("CText<8>", "\"north\"", "\"north\""),
        ("[u16; 3]", "[1,2,3]", "[1,2,3]"),
        ("{ x: f64, y: [i8; 2] }", r#"{"x":1.5,"y":[-1,2]}"#, r#"{"x":1.5,"y":[-1,2]}"#),
        ("Latest<{ x: u64, y: f32 }>", r#"{"x":7,"y":2.5}"#, r#"{"x":7,"y":2.5}"#),
        (
            "Latest<u128>",
            r#""340282366920938463463374607431768211455""#,
            r#""340282366920938463463374607431768211455""#,
        ),
        ("Mutex<Text<16>>", "\"held\"", "\"held\""),
        ("Mutex<Bytes<4>>", "[0,255]", "[0,255]"),
        ("Mutex<Mutex<u32>>", "5", "5"),
        ("RwLock<[u8; 2]>", "[8,9]", "[8,9]"),
        ("Watched<u32>", "12", "12"),
        ("Owned<str>", "\"of any length\"", "\"of any length\""),
        ("Owned<[u32]>", "[1,2,3,4,5]", "[1,2,3,4,5]"),
        ("Owned<f64>", "2.25", "2.25"),
    ];
    let names: Vec<_> = (0..fields.len()).map(|index| format!("f{index}")).collect();
    let members: Vec<_> =
        names.iter().zip(fields).map(|(name, (ty, ..))| format!("{name}: {ty}")).collect();
    let file = File::new();
    let layout = DynLayout::of(&format!("{{ {} }}", members.join(", "))).unwrap();
    let _region = DynRegion::options().heap_max(1 << 16).create(&file.0, &layout).unwrap();
    let mut commands = file.commands(&["*"]);
    for (name, (ty, given, expected)) in names.iter().zip(fields) {
        let steps = format!(r#"[{{"set":"{name}","to":{given}}},{{"get":"{name}"}}]"#);
        let text = format!(
            r#"{{"version":1,"id":"{:032x}","instance":"{:016x}","wait_ms":1000,"steps":{steps}}}"#,
            name.len() * 1000 + name[1..].parse::<usize>().unwrap(),
            commands.instance()
        );
        let answer = Answer::decode(&commands.answer(NOW, text.as_bytes(), Right::Write)).unwrap();
        let results =
            answer.results().unwrap_or_else(|refusal| panic!("{ty} = {given}: {refusal}"));
        assert_eq!((results[0].get(), results[1].get()), ("null", expected), "{ty}");
    }
    // All of them at once, as one value.
    let whole = run(&mut commands, vec![Step::get("")]).unwrap().remove(0);
    assert_eq!(whole.field("f17").and_then(|value| value.field("y")), Some(&DynValue::F64(2.5)));
}

#[test]
fn an_entry_of_a_map_is_set_and_read_back() {
    let file = File::new();
    let layout = DynLayout::of("{ ages: Map<str, u32> }").unwrap();
    let _region = DynRegion::options().heap_max(1 << 16).create(&file.0, &layout).unwrap();
    let mut commands = file.commands(&["ages[*]"]);
    let steps = vec![set("ages[\"ann\"]", 30), Step::get("ages[\"ann\"]")];
    assert_eq!(run(&mut commands, steps).unwrap()[1], DynValue::U64(30));
    let refusal = run(&mut commands, vec![Step::get("ages[\"bob\"]")]).unwrap_err();
    assert_eq!(refusal.to_string(), "no entry \"bob\" in `ages`, which holds 1 entry");
}

#[test]
fn a_command_that_is_sent_again_counts_once() {
    let file = File::new();
    let bank = file.bank();
    let mut commands = file.commands(&["hits"]);
    let command = Command::new(vec![add("hits", 1), Step::get("hits")]).to(commands.instance());
    let first = Answer::decode(&commands.answer(NOW, &command.encode(), Right::Write)).unwrap();
    assert_eq!(first.values().unwrap(), [DynValue::U64(0), DynValue::U64(1)]);
    bank.hits.set(10);
    for n in 1..5 {
        let again = command.clone().again(Duration::from_secs(n)).encode();
        let answer = commands.answer(NOW + Duration::from_secs(n), &again, Right::Write);
        let values = Answer::decode(&answer).unwrap().values().unwrap();
        assert_eq!(values, [DynValue::U64(0), DynValue::U64(10)], "what was read is read again");
    }
    assert_eq!(bank.hits.get(), 10);
}

#[test]
fn a_refused_command_that_is_sent_again_is_refused_again() {
    let file = File::new();
    let _bank = file.bank();
    let mut commands = file.commands(&["hits"]);
    let command =
        Command::new(vec![add("hits", 1), set("hits", "x")]).to(commands.instance()).encode();
    let first = commands.answer(NOW, &command, Right::Write);
    assert_eq!(commands.answer(NOW, &command, Right::Write), first);
}

#[test]
fn a_command_for_another_instance_is_not_executed() {
    let file = File::new();
    let bank = file.bank();
    let mut commands = file.commands(&["hits"]);
    let command = Command::new(vec![add("hits", 1)]).to(commands.instance());
    drop(commands);
    commands = file.commands(&["hits"]);
    let answer = Answer::decode(&commands.answer(NOW, &command.encode(), Right::Write)).unwrap();
    assert_eq!(answer.values().unwrap_err().kind, RefusalKind::OtherInstance);
    assert_eq!(answer.instance(), commands.instance());
    assert_eq!(bank.hits.get(), 0);
}

#[test]
fn a_region_that_was_replaced_is_opened_again_as_another_instance() {
    let file = File::new();
    drop(file.bank());
    let mut commands = file.commands(&["hits"]);
    let before = commands.instance();
    let command = Command::new(vec![add("hits", 1)]).to(before);
    let bank = Region::<Bank>::options().create_or_replace(&file.0).unwrap();
    let answer = Answer::decode(&commands.answer(NOW, &command.encode(), Right::Write)).unwrap();
    assert_eq!(answer.values().unwrap_err().kind, RefusalKind::OtherInstance);
    assert_ne!(commands.instance(), before);
    run(&mut commands, vec![add("hits", 3)]).unwrap();
    assert_eq!(bank.hits.get(), 3, "the new one");
}

#[test]
fn one_bad_value_and_none_of_the_list_is_written() {
    let file = File::new();
    let bank = file.bank();
    let mut commands = file.commands(&["*"]);
    for (bad, expected, help) in [
        (set("limit", 256), "`limit`: 256 does not fit a `u8`, which holds 0 to 255", None),
        (set("limits", 1), "no field `limits`", Some("did you mean `limit`?")),
        (add("account", 1), "`account`", None),
        (set("account.balance", "much"), "`account.balance`", None),
        (Step::get("hits["), "hits[", None),
    ] {
        let steps = vec![set("hits", 7), set("account.balance", 5), bad, set("hits", 8)];
        let refusal = run(&mut commands, steps).unwrap_err();
        assert_eq!(
            (refusal.kind, refusal.step, refusal.written),
            (RefusalKind::Invalid, Some(2), 0),
            "{refusal}"
        );
        assert!(refusal.message.contains(expected), "{refusal}");
        if help.is_some() {
            assert_eq!(refusal.help.as_deref(), help);
        }
    }
    assert_eq!((bank.hits.get(), bank.account.lock().unwrap().balance.get()), (0, 0));
}

#[test]
fn nothing_may_be_written_that_was_not_named() {
    let file = File::new();
    let bank = file.bank();
    let refused = |commands: &mut Commands, step| {
        let refusal = run(commands, vec![step]).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::NotAllowed);
        refusal.message
    };
    let mut none = file.commands(&[]);
    assert_eq!(
        refused(&mut none, set("hits", 1)),
        "`hits` may not be set from other hosts; nothing may"
    );
    assert_eq!(run(&mut none, vec![Step::get("hits")]).unwrap(), [DynValue::U64(0)]);
    let mut some = file.commands(&["account.*"]);
    assert_eq!(
        refused(&mut some, add("hits", 1)),
        "`hits` may not be set from other hosts; `account.*` may"
    );
    let whole = DynValue::Struct(vec![("hits".into(), 1.into())]);
    refused(&mut some, set("", whole));
    run(&mut some, vec![set("account.balance", 5), add("account.bookings", 1)]).unwrap();

    let command = Command::new(vec![set("account.balance", 6)]).to(some.instance()).encode();
    let answer = Answer::decode(&some.answer(NOW, &command, Right::Read)).unwrap();
    assert_eq!(
        answer.values().unwrap_err().kind,
        RefusalKind::NotAllowed,
        "of one who may only read"
    );
    assert_eq!((bank.hits.get(), bank.account.lock().unwrap().balance.get()), (0, 5));
}

#[test]
fn a_pattern_with_a_typing_error_is_refused_when_the_region_is_opened() {
    let file = File::new();
    let _bank = file.bank();
    let error = Commands::open(&file.0, Allowed::of(["acount.*"]).unwrap()).unwrap_err();
    assert!(error.to_string().ends_with("did you mean `account`?"), "{error}");
}

#[test]
fn a_lock_that_another_holds_is_waited_for_and_then_it_is_busy() {
    let file = File::new();
    let bank = file.bank();
    let mut commands = file.commands(&["*"]);
    let held = bank.account.lock().unwrap();
    let steps = || vec![set("hits", 1), add("account.balance", 1)];
    // Locks are held by threads: another thread than this one has to ask.
    let (refusal, mut commands) = std::thread::spawn(move || {
        let command = Command::new(steps()).waiting(Duration::from_millis(20));
        (send(&mut commands, command).unwrap_err(), commands)
    })
    .join()
    .unwrap();
    assert_eq!((refusal.kind, refusal.written), (RefusalKind::Busy, 0));
    assert!(refusal.message.starts_with("`account` is locked"), "{refusal}");
    assert_eq!(bank.hits.get(), 0, "written after the locks are held");
    let waiting = std::thread::spawn(move || run(&mut commands, steps()));
    drop(held);
    waiting.join().unwrap().unwrap();
    assert_eq!((bank.hits.get(), bank.account.lock().unwrap().balance.get()), (1, 1));
}

#[test]
fn a_lock_whose_holder_died_is_not_written_through() {
    let file = File::new();
    let bank = file.bank();
    let mut commands = file.commands(&["*"]);
    std::thread::scope(|scope| {
        let panicked = scope.spawn(|| {
            let _held = bank.account.lock().unwrap();
            panic!("while it holds the lock");
        });
        panicked.join().unwrap_err();
    });
    for step in [add("account.balance", 1), Step::get("account")] {
        let refusal = run(&mut commands, vec![step]).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::OwnerDied, "{refusal}");
    }
    assert!(bank.account.lock().is_err(), "it stays marked");
}

#[test]
fn another_layout_than_expected_is_refused() {
    let file = File::new();
    let bank = file.bank();
    let mut commands = file.commands(&["*"]);
    let refusal =
        send(&mut commands, Command::new(vec![set("hits", 1)]).expecting(Some(7))).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::LayoutDiffers, "{refusal}");
    assert_eq!(bank.hits.get(), 0);
    let command = Command::new(vec![set("hits", 1)]).expecting(Some(Bank::LAYOUT.fingerprint()));
    send(&mut commands, command).unwrap();
}

#[test]
fn a_full_heap_says_what_was_written_before() {
    let file = File::new();
    let layout = DynLayout::of("{ count: u32, text: Owned<str> }").unwrap();
    let region = DynRegion::options().heap_max(1 << 13).create(&file.0, &layout).unwrap();
    let mut commands = file.commands(&["*"]);
    let steps = vec![set("count", 1), set("text", "x".repeat(100_000))];
    let refusal = run(&mut commands, steps).unwrap_err();
    assert_eq!(
        (refusal.kind, refusal.step, refusal.written),
        (RefusalKind::Failed, Some(1), 1),
        "{refusal}"
    );
    assert!(refusal.to_string().ends_with("the first step was executed before that"));
    assert_eq!(region.get("count").unwrap(), DynValue::U64(1));
}

#[test]
fn what_cannot_be_set_by_name_is_refused_with_the_librarys_words() {
    let file = File::new();
    let layout =
        DynLayout::of("{ queue: Queue<u8, 4>, event: Event, free: Semaphore<2> }").unwrap();
    let _region = DynRegion::options().create(&file.0, &layout).unwrap();
    let mut commands = file.commands(&["*"]);
    for path in ["queue", "event", "free"] {
        let refusal = run(&mut commands, vec![set(path, 1)]).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Invalid, "{path}: {refusal}");
        assert!(refusal.message.contains(path));
    }
}
