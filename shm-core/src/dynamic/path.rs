//! Paths as text: `poses[3].mode`, `samples[2..8]`.

use crate::error::DynError;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    Name(&'a str),
    Index(u64),
    /// `[2..8]`, `[2..]`, `[..8]`, `[..]`.
    Range(Option<u64>, Option<u64>),
}

/// The steps of a path, each with the position in the text where it ends.
pub(super) struct Steps<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Steps<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The text of the steps so far.
    pub(super) fn walked(&self) -> &'a str {
        &self.text[..self.at]
    }

    /// The next step; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Step<'a>>, DynError> {
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return Ok(None);
        }
        if let Some(inside) = rest.strip_prefix('[') {
            return self.bracket(inside).map(Some);
        }
        let name = match rest.strip_prefix('.') {
            Some(name) if self.at > 0 => name,
            None if self.at == 0 => rest,
            _ => return Err(self.fault("a field's name stands behind one point")),
        };
        let end = name.find(['.', '[']).unwrap_or(name.len());
        if end == 0 {
            return Err(self.fault("a name is missing"));
        }
        self.at = self.text.len() - name.len() + end;
        Ok(Some(Step::Name(&name[..end])))
    }

    fn bracket(&mut self, inside: &'a str) -> Result<Step<'a>, DynError> {
        let Some(end) = inside.find(']') else {
            return Err(self.fault("a `[` needs its `]`"));
        };
        let content = &inside[..end];
        let step = match content.split_once("..") {
            None => Step::Index(self.number(content)?),
            Some((start, end)) => Step::Range(self.bound(start)?, self.bound(end)?),
        };
        self.at = self.text.len() - inside.len() + end + 1;
        Ok(step)
    }

    fn bound(&self, text: &str) -> Result<Option<u64>, DynError> {
        if text.is_empty() { Ok(None) } else { self.number(text).map(Some) }
    }

    fn number(&self, text: &str) -> Result<u64, DynError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|_| digits);
        number.ok_or_else(|| self.fault("between `[` and `]` stands an index, or a range as 2..8"))
    }

    fn fault(&self, fault: &'static str) -> DynError {
        DynError::Syntax { path: self.text.to_owned(), position: self.at, fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Option<Vec<Step<'_>>> {
        let (mut steps, mut found) = (Steps::of(text), Vec::new());
        while let Some(step) = steps.next().ok()? {
            found.push(step);
        }
        assert_eq!(steps.walked(), text);
        Some(found)
    }

    #[test]
    fn a_path_is_names_indexes_and_ranges() {
        use Step::{Index, Name, Range};
        assert_eq!(steps(""), Some(vec![]));
        assert_eq!(steps("[7].x"), Some(vec![Index(7), Name("x")]));
        let expected = vec![Name("a"), Index(3), Index(0), Name("0"), Range(Some(2), None)];
        assert_eq!(steps("a[3][0].0[2..]"), Some(expected));
        assert_eq!(steps("a[..]"), Some(vec![Name("a"), Range(None, None)]));
    }

    #[test]
    fn what_is_no_path_is_refused() {
        let wrong = [".", ".a", "a.", "a..b", "a[", "a[]", "a[-1]", "a[+1]", "a[1", "[1]x"];
        let huge = "a[18446744073709551616]";
        for text in wrong.into_iter().chain(["a[1..2..3]", "a[x]", "a[é]", huge]) {
            assert_eq!(steps(text), None, "{text}");
        }
    }
}
