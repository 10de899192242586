//! Series of one unit, which share an axis.

use super::axis::Axis;
use super::series::Series;

/// A part of a chart.
pub(crate) struct Panel<'s> {
    pub(super) unit: &'s str,
    /// The series, and their places among all.
    pub(super) series: Vec<(usize, &'s Series)>,
}

/// A whole chart.
pub(crate) struct Chart<'s> {
    pub(crate) title: String,
    /// The time that is 0, for people.
    pub(crate) start: String,
    pub(crate) panels: Vec<Panel<'s>>,
    /// Whether a number holds until the next one.
    pub(crate) steps: bool,
    /// The unit of the axis of time, and its seconds.
    pub(super) scale: (&'static str, f64),
}

impl<'s> Chart<'s> {
    pub(crate) fn new(title: String, start: String, series: &'s [Series], steps: bool) -> Self {
        let mut panels: Vec<Panel<'s>> = Vec::new();
        for (at, one) in series.iter().enumerate() {
            match panels.iter_mut().find(|panel| panel.unit == one.unit) {
                Some(panel) => panel.series.push((at, one)),
                None => panels.push(Panel { unit: &one.unit, series: vec![(at, one)] }),
            }
        }
        let last = series.iter().filter_map(|one| one.points.last()).map(|(time, _)| *time);
        let scale = match last.fold(0.0, f64::max) {
            0.0..0.05 => ("ms", 1e-3),
            0.05..300.0 => ("s", 1.0),
            300.0..18_000.0 => ("min", 60.0),
            _ => ("h", 3600.0),
        };
        Self { title, start, panels, steps, scale }
    }

    /// The axis of time, in its unit.
    pub(super) fn times(&self, ticks: usize) -> Axis {
        let all = self.panels.iter().flat_map(|panel| &panel.series);
        let times = all.flat_map(|(_, series)| &series.points).map(|(time, _)| time / self.scale.1);
        Axis::along(times, ticks)
    }

    /// The text below the axis of time.
    pub(super) fn time_label(&self) -> String {
        format!("time in {} since {}", self.scale.0, self.start)
    }
}

impl Panel<'_> {
    pub(super) fn axis(&self, ticks: usize) -> Axis {
        let all = self.series.iter().flat_map(|(_, series)| &series.points);
        Axis::around(all.map(|(_, number)| *number), ticks)
    }
}
