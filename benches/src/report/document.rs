//! Inserts the results of a run into a hand-written document: between `<!-- begin KEY -->` and
//! `<!-- end KEY -->`.

use std::path::Path;

use super::results::Results;
use super::{goals, killed, markdown};
use crate::outcome::Failure;

/// Rewrites the marked parts of a document. `pictures` is the path of the plots relative to it.
///
/// The results of a part of the tables only rewrite those: they say when they were measured, and the rest
/// of the document stays as it is.
///
/// # Errors
/// A mark that is not closed, or whose key is not in the results of all: the document is left alone.
pub(crate) fn update(document: &Path, results: &Results, pictures: &str) -> Result<(), Failure> {
    let text = std::fs::read_to_string(document)?;
    let fill = |key: &str| section(results, key, pictures);
    std::fs::write(document, rewrite(&text, results.is_partial(), &fill)?)?;
    Ok(())
}

/// The contents of the part with a key: as in the report, but one level deeper, in a document that has
/// its own headings for the machine and for the errors of each peer.
fn section(results: &Results, key: &str, pictures: &str) -> Option<String> {
    let apart = markdown::apart(results);
    let plain = match key {
        "goals" => Some(goals::table(results, goals::of_the_heap())?),
        // A part of the tables is not enough to say which claims are kept.
        "claims" if results.is_partial() => return None,
        "claims" => Some(goals::table(results, goals::claims())?),
        "lock-goals" => Some(goals::table(results, goals::of_locks())?),
        "killed" => Some(format!("#{}", killed::table(results)?)),
        _ => None,
    };
    if let Some(text) = plain {
        return Some(text + &apart);
    }
    let bodies = [
        ("machine", markdown::machine(&results.machine)),
        ("correctness", markdown::correctness(results)),
    ];
    if let Some((_, text)) = bodies.iter().find(|(name, _)| *name == key) {
        let body = text.split_once("\n\n").map(|(_, body)| body.to_owned());
        return body.filter(|_| !results.is_partial());
    }
    let text = match results.tables.iter().find(|table| table.key == key) {
        Some(table) => markdown::comparison(table, &results.peers),
        None => markdown::growth(results.series.iter().find(|series| series.key == key)?),
    };
    Some(
        format!("#{text}{apart}")
            .replace(&format!("]({key}.svg)"), &format!("]({pictures}/{key}.svg)")),
    )
}

/// Replaces every marked part by the result of `fill` for its key. Of a partial run, those for which there is
/// none stay.
fn rewrite(
    text: &str,
    is_partial: bool,
    fill: &dyn Fn(&str) -> Option<String>,
) -> Result<String, Failure> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, key, marked)) = next_mark(rest) {
        let end = format!("<!-- end {key} -->");
        let (old, after) = marked.split_once(&end).ok_or_else(|| format!("`{end}` is missing"))?;
        let body = fill(key).or_else(|| is_partial.then(|| old.trim().to_owned()));
        let body = body.ok_or_else(|| {
            format!("the results have nothing called `{key}`; was it measured in this run?")
        })?;
        out.push_str(before);
        out.push_str(&format!("<!-- begin {key} -->\n\n{}\n\n{end}", body.trim_end()));
        rest = after;
    }
    Ok(out + rest)
}

/// The text before the next mark, its key, and the text after it.
fn next_mark(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("<!-- begin ")?;
    let (key, after) = rest.split_once(" -->")?;
    Some((before, key, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::results::tests::table;

    const DOCUMENT: &str = "# Title\n\n<!-- begin a -->\nold\n<!-- end a -->\n\nprose\n";

    #[test]
    fn only_what_lies_between_the_marks_is_replaced() {
        let text = rewrite(DOCUMENT, false, &|key| Some(format!("new {key}\n"))).unwrap();
        let expected = "# Title\n\n<!-- begin a -->\n\nnew a\n\n<!-- end a -->\n\nprose\n";
        assert_eq!(text, expected);
        assert_eq!(rewrite(&text, false, &|key| Some(format!("new {key}\n"))).unwrap(), text);
    }

    #[test]
    fn a_table_comes_with_its_title_and_its_picture() {
        let table = table(&[("c", &[1.0])]);
        let results = Results { tables: vec![table], ..Results::default() };
        let text = section(&results, "field-get", "performance").unwrap();
        assert!(text.starts_with("### One field: get\n"), "{text}");
        assert!(text.contains("](performance/field-get.svg)"), "{text}");
    }

    #[test]
    fn a_mark_that_is_not_closed_is_an_error() {
        let error = rewrite("<!-- begin a -->\nold", false, &|_| Some(String::new())).unwrap_err();
        assert_eq!(error.to_string(), "`<!-- end a -->` is missing");
    }

    /// Every key of `docs/performance.md` can be measured.
    #[test]
    fn every_mark_of_the_performance_page_can_be_measured() {
        let page = include_str!("../../../docs/performance.md");
        let cases = crate::cases::all().into_iter();
        let shown = cases.filter(|case| !killed::is_about(case.scenario));
        let cases: Vec<_> = shown.map(|case| case.key).collect();
        let known = |key: &str| {
            ["machine", "correctness", "claims", "goals", "lock-goals", "killed"].contains(&key)
                || crate::series::find(key).is_some()
                || cases.iter().any(|case| case == key)
        };
        rewrite(page, false, &|key| known(key).then(String::new)).unwrap();
        for case in &cases {
            assert!(page.contains(&format!("<!-- begin {case} -->")), "{case} is not on the page");
        }
    }

    /// No figure on the page was typed: the results beside it make the same text.
    #[test]
    fn the_page_on_performance_says_what_its_results_say() {
        let page = include_str!("../../../docs/performance.md");
        let published = published();
        let again = rewrite(page, false, &|key| {
            let mut parts = published.iter();
            let newest = parts.find_map(|(pictures, results)| section(results, key, pictures));
            // A part that was never measured is empty.
            newest.or_else(|| Some(String::new()))
        });
        let again = again.unwrap();
        let differs = page.lines().zip(again.lines()).find(|(page, again)| page != again);
        assert_eq!(differs, None, "write the page anew: `render docs/performance/results.json`");
        let report = include_str!("../../../docs/performance/results.md");
        let (_, whole) = published.iter().find(|(_, results)| !results.is_partial()).unwrap();
        assert!(report == markdown::report(whole), "write the report again as well");
    }

    /// The results beside the page, the newest first, each with the path of its pictures: those of everything,
    /// and those of parts that were measured apart.
    fn published() -> Vec<(String, Results)> {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        let read = |pictures: &str| {
            let text = std::fs::read_to_string(docs.join(pictures).join("results.json")).ok()?;
            Some((pictures.to_owned(), serde_json::from_str(&text).unwrap()))
        };
        let parts = std::fs::read_dir(docs.join("performance")).unwrap();
        let parts = parts.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let all = parts.map(|part| format!("performance/{part}"));
        let mut all: Vec<(String, Results)> =
            all.chain(["performance".to_owned()]).filter_map(|pictures| read(&pictures)).collect();
        all.sort_by(|(_, one), (_, other)| other.machine.date.cmp(&one.machine.date));
        all
    }

    #[test]
    fn a_part_of_the_tables_rewrites_these_and_says_when_it_was_measured() {
        let mut results = Results { tables: vec![table(&[("c", &[1.0])])], ..Results::default() };
        results.settings.is_partial = true;
        results.machine.date = "2026-01-01T00:00:00Z".to_owned();
        let fill = |key: &str| section(&results, key, "performance");
        let page = "<!-- begin machine -->\n\nold\n\n<!-- end machine -->\n\
                    <!-- begin field-get -->\n\nold\n\n<!-- end field-get -->\n";
        let text = rewrite(page, true, &fill).unwrap();
        assert!(text.starts_with("<!-- begin machine -->\n\nold\n\n<!-- end machine -->\n"));
        assert!(text.contains("### One field: get") && text.contains("2026-01-01"), "{text}");
        assert!(!rewrite(page, true, &|_| None).unwrap().contains("2026"));
    }

    #[test]
    fn a_key_that_was_not_measured_is_an_error() {
        let error = rewrite(DOCUMENT, false, &|_| None).unwrap_err();
        assert!(error.to_string().contains("nothing called `a`"), "{error}");
    }
}
