//! Numbers over time.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// The most points that are kept.
const MOST: usize = 1 << 16;

/// A time in seconds since the start, and a number; NaN is a gap.
pub(crate) type Point = (f64, f64);

/// The numbers of one path.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Series {
    pub(crate) path: String,
    pub(crate) unit: String,
    #[serde(serialize_with = "points")]
    pub(crate) points: Vec<Point>,
}

/// A gap is `null`.
fn points<S: Serializer>(points: &[Point], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(points.len()))?;
    for (time, number) in points {
        list.serialize_element(&(time, Some(*number).filter(|number| number.is_finite())))?;
    }
    list.end()
}

impl Series {
    pub(crate) fn new(path: String, unit: String) -> Self {
        Self { path, unit, points: Vec::new() }
    }

    /// Adds a number. If there are too many, peaks are kept and what lies between them is dropped.
    pub(crate) fn push(&mut self, time: f64, number: f64) {
        let number = if number.is_finite() { number } else { f64::NAN };
        // Two gaps are one.
        if number.is_nan() && self.points.last().is_none_or(|(_, last)| last.is_nan()) {
            return;
        }
        self.points.push((time, number));
        if self.points.len() >= MOST {
            self.points = thinned(&self.points, 4);
        }
    }
}

/// The lowest and the highest of each so many points, and the gaps between them.
pub(crate) fn thinned(points: &[Point], each: usize) -> Vec<Point> {
    let mut kept = Vec::with_capacity(points.len() / 2);
    for part in points.chunks(each.max(1)) {
        let compare = |(_, one): &&Point, (_, other): &&Point| one.total_cmp(other);
        let numbers = || part.iter().filter(|(_, number)| !number.is_nan());
        let (Some(low), Some(high)) = (numbers().min_by(compare), numbers().max_by(compare)) else {
            kept.extend(part.first());
            continue;
        };
        let (first, second) = if low.0 <= high.0 { (low, high) } else { (high, low) };
        kept.push(*first);
        if first != second {
            kept.push(*second);
        }
        if let Some(gap) = part.iter().find(|(_, number)| number.is_nan()) {
            let at = kept.iter().rposition(|(time, _)| *time <= gap.0).map_or(0, |at| at + 1);
            kept.insert(at, *gap);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_stays_small_and_keeps_its_peaks() {
        let mut series = Series::new(String::new(), String::new());
        for index in 0..1_000_000 {
            let peak = if index == 123_456 { 1e9 } else { 0.0 };
            series.push(f64::from(index), peak + f64::from(index % 7));
        }
        assert!(series.points.len() < MOST);
        assert!(series.points.iter().any(|(_, number)| *number >= 1e9));
        assert!(series.points.windows(2).all(|two| two[0].0 <= two[1].0));
    }

    #[test]
    fn gaps_are_kept_once() {
        let mut series = Series::new(String::new(), String::new());
        for number in [f64::NAN, 1.0, f64::NAN, f64::INFINITY, 2.0] {
            series.push(0.0, number);
        }
        let gaps: Vec<_> = series.points.iter().map(|(_, number)| number.is_nan()).collect();
        assert_eq!(gaps, [false, true, false]);
        let points = [(0.0, 1.0), (1.0, 2.0), (2.0, f64::NAN), (3.0, 0.0)];
        assert!(thinned(&points, 4).iter().any(|(_, number)| number.is_nan()));
    }
}
