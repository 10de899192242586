//! Valid and invalid paths.

use super::{InvalidPath, Path, Segment};

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

fn segments(text: &str) -> Vec<Segment<'_>> {
    let mut steps = super::Steps::of(text);
    std::iter::from_fn(|| steps.next().unwrap()).collect()
}

#[test]
fn a_path_is_names_indexes_and_ranges() {
    use Segment::{Index, Name};
    const ALL: Segment<'_> = Segment::ALL;
    let range = |start, end| Segment::Range { start, end };
    assert_eq!(segments(""), []);
    assert_eq!(segments("[7].x"), [Index(7), Name("x")]);
    let expected = [Name("a"), Index(3), Index(0), Name("0"), range(Some(2), None)];
    assert_eq!(segments("a[3][0].0[2..]"), expected);
    assert_eq!(segments("größe[..].x"), [Name("größe"), ALL, Name("x")]);
    assert_eq!(
        segments("a[..8][2..8]"),
        [Name("a"), range(None, Some(8)), range(Some(2), Some(8))]
    );
    assert_eq!(segments("[18446744073709551615]"), [Index(u64::MAX)]);
}

#[test]
fn a_key_is_what_is_between_the_brackets() {
    use Segment::{Index, Key, Name};
    for (key, rest) in [
        ("ann", ""),
        ("-1", ".x"),
        ("1.5", "[2]"),
        ("north-gate.v2", ""),
        ("größe", ""),
        ("340282366920938463463374607431768211455", ""),
        (r#""a ] \" b""#, ".x"),
        (r#"b"\xff""#, ""),
        (r"'\''", ""),
        (r#"{ x: 1, text: "}]", inside: [1, { y: ']' }] }"#, "[0]"),
        ("[1, 2]", ".x"),
    ] {
        let text = format!("map[{key}]{rest}");
        assert_eq!(segments(&text)[..2], [Name("map"), Key(key)], "{text}");
        assert_eq!(path(&text).as_str(), text);
    }
    assert_eq!(segments("map[7]"), [Name("map"), Index(7)], "a number is an index, or a key");
}

/// Every kind of fault: its position, the text found and the text expected.
#[test]
fn a_text_that_is_not_a_path_is_refused_at_its_first_mistake() {
    let long = "9".repeat(50);
    for (text, position, found, expected) in [
        (".", 0, "`.`", "a field's name or `[`"),
        (".a", 0, "`.`", "a field's name or `[`"),
        ("\x1b[2J", 0, "`\\u{1b}`", "a field's name or `[`"),
        ("a.", 2, "the end", "a field's name"),
        ("a..b", 2, "`.`", "a field's name"),
        ("a.[0]", 2, "`[`", "a field's name"),
        ("[1]x", 3, "`x`", "`.`, `[` or the end"),
        ("a b", 1, "` `", "`.`, `[` or the end"),
        ("a]", 1, "`]`", "`.`, `[` or the end"),
        ("a[", 2, "the end", "an index, a range or a key"),
        ("a[]", 2, "`]`", "an index, a range or a key"),
        ("a[+1]", 2, "`+`", "an index, a range or a key"),
        ("a[/]", 2, "`/`", "an index, a range or a key"),
        ("a[-]", 2, "`-`", "an index, a range or a key"),
        ("a[x y]", 2, "`x`", "an index, a range or a key"),
        ("a[x..y]", 2, "`x`", "an index, a range or a key"),
        ("a[\"x]", 2, "`\\\"`", "a key that ends before `]`"),
        ("a[\"\\\"]", 2, "`\\\"`", "a key that ends before `]`"),
        ("a[{ x: [1 }", 2, "`{`", "a key that ends before `]`"),
        ("a[\"x\"y]", 2, "`\\\"`", "an index, a range or a key"),
        ("a[.1]", 2, "`.`", "an index, a range or a key"),
        ("a[1", 3, "the end", "`]` or `..`"),
        ("a[1./2]", 3, "`.`", "`]` or `..`"),
        ("a[1..", 5, "the end", "a number or `]`"),
        ("a[1..=2]", 5, "`=`", "a number or `]`"),
        ("a[1..2..3]", 6, "`.`", "`]`"),
        ("a[..3", 5, "the end", "`]`"),
        ("a[03]", 2, "`03`", "a number without leading zeros"),
        ("a[1..00]", 5, "`00`", "a number without leading zeros"),
        ("a[18446744073709551616..]", 2, "`18446744073709551616`", "a number of at most 64 bits"),
    ] {
        let error = text.parse::<Path>().unwrap_err();
        assert_eq!(
            (error.position(), error.found().as_str(), error.expected()),
            (position, found, expected),
            "{text:?}"
        );
        assert_eq!(error.path(), text);
        assert!(!error.to_string().contains('\x1b'), "a terminal would obey: {error}");
        assert!(error.help().is_some());
    }
    let error = format!("a[{long}..]").parse::<Path>().unwrap_err();
    assert_eq!(error.found().len(), 42, "a long number is cut to fit a line");
}

#[test]
fn the_help_is_about_what_was_written() {
    let help = |text: &str| text.parse::<Path>().unwrap_err().help();
    assert!(help("a[+1]").unwrap().contains("from the start"));
    assert!(help("a[\"x").unwrap().contains("quotation marks"));
    assert!(help("a[1..=2]").unwrap().contains("is not part of it"));
    assert!(help("a [1]").unwrap().contains("white space"));
    assert!(help("a[1").unwrap().contains("`[3]`"));
    assert!(help("a[01]").unwrap().contains("not `[03]`"));
    assert!(help("a[99999999999999999999..]").unwrap().contains("so many elements"));
    assert!(help("a..b").unwrap().contains("`pose.x`"));
}

/// A small generator of numbers, the same in each run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn segment(&mut self) -> Segment<'static> {
        const NAMES: [&str; 6] = ["a", "value", "_x1", "0", "größe", "slots"];
        let number = |numbers: &mut Self| match numbers.next(4) {
            0 => 0,
            1 => u64::MAX,
            _ => numbers.next(u64::MAX),
        };
        const KEYS: [&str; 9] = [
            "ann",
            "-1",
            "1.5",
            "a-b",
            "\"a b\"",
            "b\"\\\"]\"",
            "'\\''",
            "{ x: [1, \"]\"] }",
            "[1, 2]",
        ];
        match self.next(5) {
            4 => Segment::Key(KEYS[self.next(9) as usize]),
            0 => Segment::Index(number(self)),
            1 => {
                let start = (self.next(2) == 0).then(|| number(self));
                let end = (self.next(2) == 0).then(|| number(self));
                Segment::Range { start, end }
            }
            _ => Segment::Name(NAMES[self.next(6) as usize]),
        }
    }
}

#[test]
fn a_path_that_is_shown_and_parsed_is_the_same_path() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..5_000 {
        let wanted: Vec<_> = (0..numbers.next(8)).map(|_| numbers.segment()).collect();
        let made: Path = wanted.iter().copied().collect();
        let shown = made.to_string();
        let parsed = path(&shown);
        assert_eq!(parsed, made);
        assert_eq!(parsed.segments().collect::<Vec<_>>(), wanted);
        assert_eq!(parsed.segments().collect::<Path>().as_str(), made.as_str());
    }
}

#[test]
fn any_text_is_refused_or_shown_as_it_was_written() {
    const LETTERS: [char; 16] =
        ['a', '0', '1', '9', '.', '.', '[', ']', 'é', ' ', '-', '_', '"', '\\', '{', '}'];
    let (mut numbers, mut accepted) = (Numbers(7), 0);
    for _ in 0..50_000 {
        let text: String =
            (0..numbers.next(9)).map(|_| LETTERS[numbers.next(16) as usize]).collect();
        let parsed: Result<Path, InvalidPath> = text.parse();
        if let Ok(path) = parsed {
            assert_eq!(path.to_string(), text);
            assert_eq!(path.segments().collect::<Path>(), text.as_str());
            accepted += 1;
        }
    }
    assert!(accepted > 500, "{accepted}");
}

#[test]
fn a_path_is_split_and_joined_at_its_steps() {
    let mut numbers = Numbers(42);
    for _ in 0..2_000 {
        let steps: Vec<_> = (0..numbers.next(6)).map(|_| numbers.segment()).collect();
        let whole: Path = steps.iter().copied().collect();
        for at in 0..=steps.len() {
            let [outside, inside]: [Path; 2] =
                [&steps[..at], &steps[at..]].map(|part| part.iter().copied().collect());
            assert_eq!(outside.join(&inside), whole);
            assert!(whole.starts_with(&outside));
            assert_eq!(whole.strip_prefix(&outside), Some(inside));
            assert_eq!(whole.prefixes().nth(steps.len() - at), Some(outside));
        }
        assert_eq!(whole.prefixes().count(), steps.len() + 1);
        assert_eq!(whole.last(), steps.last().copied());
    }
}

#[test]
fn a_prefix_ends_where_a_step_ends() {
    let rest = |whole: &str, prefix: &str| path(whole).strip_prefix(&path(prefix));
    assert_eq!(rest("pose.x", "po"), None);
    assert_eq!(rest("poses[12]", "poses[1]"), None);
    assert_eq!(rest("x", "x.y"), None);
    assert_eq!(rest("poses[1].x", "poses").unwrap(), "[1].x");
    assert_eq!(rest("poses[1].x", "poses[1]").unwrap(), "x");
    assert_eq!(rest("[1]", "").unwrap(), "[1]");
    assert_eq!(path("pose.x").parent().unwrap(), "pose");
    assert_eq!((path("pose").parent().unwrap(), path("").parent()), (Path::new(), None));
}

#[test]
#[should_panic(expected = "`a.b` cannot be a name in a path")]
fn a_name_that_would_be_two_steps_cannot_be_added() {
    Path::new().push(Segment::Name("a.b"));
}

#[test]
#[should_panic(expected = "`7] x` cannot be a key in a path")]
fn a_key_that_would_be_more_than_a_key_cannot_be_added() {
    Path::new().push(Segment::Key("7] x"));
}
