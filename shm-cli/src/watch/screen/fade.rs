//! The highlight of a value that changed, which fades.

use std::time::Duration;

use crate::style;

/// The steps of the highlight of a changed value: until when, and how strong.
const FADING: [(Duration, anstyle::Style); 3] = [
    (Duration::from_millis(600), style::FRESH),
    (Duration::from_millis(1600), style::RECENT),
    (Duration::from_millis(3200), style::FADING),
];

/// The highlight of a value by the time since its last change, and the time that it was constant before.
/// Values that change all the time stand out less.
pub(super) fn highlight(age: Option<Duration>, calm: Option<Duration>) -> anstyle::Style {
    let level = age.and_then(|age| FADING.into_iter().find(|(until, _)| age < *until));
    match level {
        None => style::PLAIN,
        Some((fresh, style::FRESH)) if calm.is_some_and(|calm| calm < fresh) => style::RECENT,
        Some((_, style)) => style,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_highlight_fades_from_step_to_step() {
        let at = |millis| highlight(Some(Duration::from_millis(millis)), None);
        assert_eq!(at(0), style::FRESH);
        assert_eq!(at(1000), style::RECENT);
        assert_eq!(at(2000), style::FADING);
        assert_eq!((at(4000), highlight(None, None)), (style::PLAIN, style::PLAIN));
    }

    #[test]
    fn a_value_that_changes_all_the_time_does_not_flash() {
        let after = |calm| highlight(Some(Duration::ZERO), Some(Duration::from_millis(calm)));
        assert_eq!((after(100), after(5000)), (style::RECENT, style::FRESH));
    }
}
