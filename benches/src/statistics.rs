//! Summaries of a handful of samples, and when they are too noisy to trust.

use serde::{Deserialize, Serialize};

/// A row is marked as noisy if the middle half of its samples spreads over more than this part of
/// the median.
pub(crate) const NOISY: f64 = 0.15;

/// The summary of a handful of samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// The distance between the quartiles, as a part of the median. With fewer than four samples, the
    /// distance between the smallest and the largest.
    pub(crate) spread: f64,
}

impl Summary {
    /// The summary; `None` without samples.
    pub(crate) fn of(samples: &[f64]) -> Option<Self> {
        let sorted = sorted(samples);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let median = quantile(&sorted, 0.5);
        let (low, high) = if sorted.len() < 4 {
            (min, max)
        } else {
            (quantile(&sorted, 0.25), quantile(&sorted, 0.75))
        };
        Some(Self { median, min, max, spread: (high - low) / median })
    }

    /// Returns whether the samples differ too much to be quoted.
    pub(crate) fn is_noisy(&self) -> bool {
        self.spread.is_nan() || self.spread > NOISY
    }
}

/// The median; 0 without samples.
pub(crate) fn median(samples: &[f64]) -> f64 {
    percentile(samples, 0.5)
}

/// The sample below which this part of all samples lies; 0 without samples.
pub(crate) fn percentile(samples: &[f64], part: f64) -> f64 {
    let sorted = sorted(samples);
    if sorted.is_empty() { 0.0 } else { quantile(&sorted, part) }
}

/// The median of the ratios of samples that were taken in the same round, so that a disturbance in one
/// round affects both sides of its ratio. Rounds that lack a side do not count.
pub(crate) fn paired_ratio(samples: &[Option<f64>], base: &[Option<f64>]) -> Option<f64> {
    let ratios: Vec<_> =
        samples.iter().zip(base).filter_map(|(sample, base)| Some((*sample)? / (*base)?)).collect();
    if ratios.is_empty() { None } else { Some(median(&ratios)) }
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// The value at a fraction of the way through sorted samples, interpolated if need be.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let position = part * (sorted.len() - 1) as f64;
    let (below, above) = (position.floor() as usize, position.ceil() as usize);
    let weight = position - below as f64;
    sorted[below] + (sorted[above] - sorted[below]) * weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_has_the_middle_and_both_ends() {
        let summary = Summary::of(&[3.0, 1.0, 2.0, 10.0, 4.0]).unwrap();
        assert_eq!((summary.median, summary.min, summary.max), (3.0, 1.0, 10.0));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_two_in_the_middle() {
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn one_outlier_does_not_make_a_row_noisy() {
        let steady = Summary::of(&[1.0, 1.01, 1.02, 1.0, 50.0]).unwrap();
        assert!(!steady.is_noisy());
    }

    #[test]
    fn a_middle_half_that_spreads_makes_a_row_noisy() {
        let wild = Summary::of(&[1.0, 1.2, 1.4, 1.6, 1.8]).unwrap();
        assert!(wild.is_noisy());
    }

    #[test]
    fn every_one_of_three_samples_counts() {
        assert!(Summary::of(&[1.0, 1.0, 1.2]).unwrap().is_noisy());
        assert!(!Summary::of(&[1.0, 1.0, 1.1]).unwrap().is_noisy());
    }

    #[test]
    fn a_value_that_is_not_a_number_is_noisy() {
        assert!(Summary::of(&[0.0, 0.0]).unwrap().is_noisy());
    }

    #[test]
    fn there_is_no_summary_without_samples() {
        assert_eq!(Summary::of(&[]), None);
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        // Twice, half and ten times as long; the ratio of the medians would be 5 to 3.
        let base = [Some(1.0), Some(10.0), Some(3.0)];
        let samples = [Some(2.0), Some(5.0), Some(30.0)];
        assert_eq!(paired_ratio(&samples, &base), Some(2.0));
    }

    #[test]
    fn a_round_that_lacks_a_side_does_not_count() {
        assert_eq!(paired_ratio(&[Some(6.0), None], &[Some(2.0), Some(1.0)]), Some(3.0));
        assert_eq!(paired_ratio(&[None], &[Some(1.0)]), None);
    }
}
