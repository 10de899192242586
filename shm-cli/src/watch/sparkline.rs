//! A sparkline: the course of a number, one character a sample.

/// From the lowest to the highest.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws numbers between the smallest and the largest of them. A missing number, or one that is not
/// finite, is a gap; a constant is a line at the bottom.
pub(crate) fn sparkline(numbers: impl Iterator<Item = Option<f64>> + Clone) -> String {
    let finite = || numbers.clone().flatten().filter(|number| number.is_finite());
    let low = finite().fold(f64::INFINITY, f64::min);
    let high = finite().fold(f64::NEG_INFINITY, f64::max);
    let bar = |number: f64| {
        // Halved first: the distance of two numbers can be more than a number holds.
        let share = (number / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
        // NaN if both are equal, which becomes the lowest bar.
        let level = (share * BARS.len() as f64) as usize;
        BARS[level.min(BARS.len() - 1)]
    };
    numbers.map(|number| number.filter(|number| number.is_finite()).map_or(' ', bar)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(numbers: &[f64]) -> String {
        sparkline(numbers.iter().map(|number| Some(*number)))
    }

    #[test]
    fn a_rising_number_rises() {
        assert_eq!(drawn(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), "▁▂▃▄▅▆▇█");
        assert_eq!(drawn(&[-3.0, 3.0, 0.0]), "▁█▅");
    }

    #[test]
    fn a_number_that_never_changes_is_a_line() {
        assert_eq!(drawn(&[21.5, 21.5, 21.5]), "▁▁▁");
        assert_eq!(drawn(&[]), "");
    }

    #[test]
    fn a_missing_or_infinite_number_is_a_gap() {
        let numbers = [Some(1.0), None, Some(f64::NAN), Some(f64::INFINITY), Some(2.0)];
        assert_eq!(sparkline(numbers.into_iter()), "▁   █");
    }

    #[test]
    fn the_largest_distances_do_not_overflow() {
        assert_eq!(drawn(&[f64::MIN, 0.0, f64::MAX]), "▁▅█");
        assert_eq!(drawn(&[0.0, f64::MIN_POSITIVE]), "▁█");
    }
}
