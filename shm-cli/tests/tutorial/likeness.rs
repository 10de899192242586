//! Comparison of texts, except for parts that differ between runs.

use regex_lite::Regex;

/// Placeholders for numbers on the page, each with its number in this run once known.
pub(crate) struct Numbers {
    known: Vec<(&'static str, Option<String>)>,
}

impl Numbers {
    /// Starts with these placeholders, whose numbers differ in each run.
    pub(crate) fn new(on_the_page: &[&'static str]) -> Self {
        Self { known: on_the_page.iter().map(|number| (*number, None)).collect() }
    }

    /// A command of the page with the numbers of this run.
    pub(crate) fn in_this_run(&self, command: &str) -> String {
        let known = self.known.iter().filter_map(|(word, number)| Some((word, number.as_ref()?)));
        known.fold(command.to_owned(), |command, (word, number)| command.replace(word, number))
    }

    /// Returns whether a text of the page matches the output. Placeholders that were unknown are known
    /// from then on.
    pub(crate) fn alike(&mut self, page: &str, printed: &str) -> bool {
        let (page, printed) = (pieces(&timeless(page)), pieces(&timeless(printed)));
        let before = self.known.clone();
        let alike = page.len() == printed.len()
            && page.iter().zip(&printed).all(|(page, printed)| self.is(page, printed));
        if !alike {
            self.known = before;
        }
        alike
    }

    fn is(&mut self, page: &str, printed: &str) -> bool {
        match self.known.iter_mut().find(|(word, _)| *word == page) {
            Some((_, number)) if printed.parse::<u32>().is_ok() => {
                number.get_or_insert_with(|| printed.to_owned()) == printed
            }
            _ => page == printed,
        }
    }
}

/// The words of a text, and each line's end; in words, numbers are pieces of their own.
fn pieces(text: &str) -> Vec<String> {
    let piece = Regex::new(r"\n|\d+|[^\d\s]+").expect("a pattern");
    piece.find_iter(text.trim_end()).map(|piece| piece.as_str().to_owned()).collect()
}

/// A text without times and ages.
fn timeless(text: &str) -> String {
    let time = Regex::new(r"\d{4}-\d\d-\d\dT[\d:.]+Z").expect("a pattern");
    let age = Regex::new(r"\b\d+ (s|min)( ago|  )").expect("a pattern");
    age.replace_all(&time.replace_all(text, "TIME"), "AGE$2").into_owned()
}

#[test]
fn texts_are_alike_if_only_times_ages_and_numbers_of_processes_differ() {
    let mut numbers = Numbers::new(&["4711", "4712"]);
    assert!(numbers.alike("1 by 4711, 9 s ago", "1  by 38, 2 min ago\n"));
    assert!(numbers.alike("2026-01-01T10:15:03.204Z 4712", "2027-02-03T04:05:06.700Z 39"));
    assert!(numbers.alike("4711 and 4712", "38 and 39"));
    assert!(!numbers.alike("4711", "39"), "it was 38");
    assert!(!numbers.alike("1 hit", "2 hit"));
    assert!(!numbers.alike("a\nb", "a b"));
    assert_eq!(numbers.in_this_run("kill -9 4711"), "kill -9 38");
}
