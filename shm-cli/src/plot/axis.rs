//! The ticks of an axis.

/// A range of numbers with ticks at round ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    /// The ticks, and their texts.
    pub(super) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// An axis from one tick to another that has all these numbers.
    pub(super) fn around(numbers: impl Iterator<Item = f64>, ticks: usize) -> Self {
        let (low, high) = range(numbers);
        let step = step(low, high, ticks);
        // A number that is a tick, but for the last bit, needs no tick beyond it.
        let (first, last) = (f64::floor(low / step + 1e-9), f64::ceil(high / step - 1e-9));
        Self::with(first * step, last * step, step)
    }

    /// An axis that ends where the numbers do.
    pub(super) fn along(numbers: impl Iterator<Item = f64>, ticks: usize) -> Self {
        let (low, high) = range(numbers);
        Self::with(low, high, step(low, high, ticks))
    }

    fn with(low: f64, high: f64, step: f64) -> Self {
        // A round number beyond the largest one is infinite.
        let (low, high) = (low.max(f64::MIN), high.min(f64::MAX));
        let first = f64::ceil(low / step - 1e-9);
        let count = f64::floor(high / step + 1e-9) - first;
        let all = (0..=count.clamp(0.0, 100.0) as u32).map(|at| (first + f64::from(at)) * step);
        let ticks = all.map(|tick| (tick, text(tick, step))).collect();
        Self { low, high, ticks }
    }

    /// The share of the axis at which a number is.
    pub(super) fn share(&self, number: f64) -> f64 {
        // Halved: the distance of two numbers can be more than a number holds.
        (number / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
    }
}

/// The least and the largest number; a range around a number that is alone.
fn range(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = numbers.filter(|number| number.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
        (low.min(number), high.max(number))
    });
    if low > high {
        return (0.0, 1.0);
    }
    // What a float cannot tell apart is no range.
    let least = (low.abs().max(high.abs()) * 1e-12).max(f64::MIN_POSITIVE * 1e6);
    if high - low > least {
        return (low, high);
    }
    let around = if low == 0.0 { 1.0 } else { low.abs() * 0.1 };
    (low - around, high + around)
}

/// One, two or five times a power of ten: about so many steps are a range.
fn step(low: f64, high: f64, ticks: usize) -> f64 {
    let rough = (high / 2.0 - low / 2.0) / ticks.max(1) as f64 * 2.0;
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough * 0.999);
    factor.unwrap_or(10.0) * power
}

/// A tick, with as many digits as tell it from the next one.
fn text(tick: f64, step: f64) -> String {
    let digits = (-step.log10().floor()).max(0.0);
    let size = tick.abs().max(step);
    if size >= 1e6 || digits > 6.0 {
        let significant = (size.log10().floor() - step.log10().floor()).clamp(0.0, 15.0) as usize;
        let text = format!("{tick:.significant$e}");
        return if tick == 0.0 { "0".to_owned() } else { text };
    }
    let text = format!("{tick:.*}", digits as usize);
    // A rounded zero has no sign.
    if text.trim_start_matches('-').chars().all(|digit| "0.".contains(digit)) {
        return text.trim_start_matches('-').to_owned();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(numbers: &[f64], ticks: usize) -> Vec<String> {
        let axis = Axis::around(numbers.iter().copied(), ticks);
        axis.ticks.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_round_numbers_around_all_numbers() {
        assert_eq!(texts(&[0.3, 9.7], 5), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(texts(&[-1.0, 1.0], 4), ["-1.0", "-0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(texts(&[21.31, 21.38], 4), ["21.30", "21.32", "21.34", "21.36", "21.38"]);
        assert_eq!(texts(&[0.0, 4e9], 4), ["0", "1e9", "2e9", "3e9", "4e9"]);
    }

    #[test]
    fn a_number_alone_is_in_the_middle() {
        let axis = Axis::around([5.0].into_iter(), 4);
        assert!(axis.low < 5.0 && axis.high > 5.0 && axis.ticks.len() > 1);
        assert!(Axis::around(std::iter::empty(), 4).ticks.len() > 1);
    }

    #[test]
    fn the_largest_and_the_smallest_numbers_have_axes() {
        for numbers in [[f64::MIN, f64::MAX], [0.0, 5e-324], [1e300, 1e300], [-0.0, 0.0]] {
            let axis = Axis::around(numbers.into_iter(), 5);
            assert!(axis.ticks.len() < 102, "{numbers:?}");
            let share = axis.share(numbers[0]);
            assert!(share.is_finite(), "{numbers:?}: {axis:?}");
        }
    }
}
