//! A little SVG: shapes and text at given positions, in a colour scheme that is readable on light and on
//! dark pages.

use std::fmt::Write;

/// Text sizes are in pixels; the width of a character is about this part of its size.
const CHARACTER: f64 = 0.58;

pub(super) const INK: &str = "#1f2328";
pub(super) const FAINT: &str = "#6e7781";
pub(super) const GRID: &str = "#d8dee4";
pub(super) const OURS: &str = "#0969da";
pub(super) const OTHERS: &str = "#8c959f";
pub(super) const BAD: &str = "#cf222e";
/// For lines, in order; distinguishable to most eyes.
pub(super) const LINES: [&str; 6] =
    ["#8c959f", "#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989"];

/// A picture in progress.
pub(super) struct Picture {
    width: f64,
    height: f64,
    body: String,
}

/// The point of a text that its position refers to.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Picture {
    pub(super) fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    pub(super) fn rectangle(&mut self, x: f64, y: f64, width: f64, height: f64, color: &str) {
        let _ = writeln!(
            self.body,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="2" fill="{color}"/>"#
        );
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), color: &str, width: f64) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = writeln!(
            self.body,
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{color}" stroke-width="{width}"/>"#
        );
    }

    pub(super) fn polyline(&mut self, points: &[(f64, f64)], color: &str) {
        let mut path = String::new();
        for (x, y) in points {
            let _ = write!(path, "{x:.1},{y:.1} ");
        }
        let _ = writeln!(
            self.body,
            r#"<polyline points="{}" fill="none" stroke="{color}" stroke-width="2"/>"#,
            path.trim_end()
        );
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), color: &str) {
        let _ = writeln!(self.body, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{color}"/>"#);
    }

    pub(super) fn text(
        &mut self,
        x: f64,
        y: f64,
        size: f64,
        color: &str,
        anchor: Anchor,
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.body,
            r#"<text x="{x:.1}" y="{y:.1}" font-size="{size}" fill="{color}" text-anchor="{anchor}">{}</text>"#,
            escape(text)
        );
    }

    /// The file.
    pub(super) fn finish(self) -> String {
        let Self { width, height, body } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" font-family=\"system-ui, sans-serif\">\n\
             <rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"#ffffff\"/>\n{body}</svg>\n"
        )
    }
}

/// The approximate width of a text.
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * size * CHARACTER
}

/// Escapes text for XML; the marks of Markdown are left out.
fn escape(text: &str) -> String {
    text.replace('`', "").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A logarithmic axis: maps values to a range of pixels.
#[derive(Clone, Copy)]
pub(super) struct LogAxis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl LogAxis {
    /// An axis that all values fit on; `None` if no value is above zero.
    pub(super) fn around(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Option<Self> {
        let positive = values.filter(|value| *value > 0.0 && value.is_finite());
        let (low, high) = positive
            .fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        if !low.is_finite() {
            return None;
        }
        let (low, high) = (low.log10(), high.log10());
        // At least a third of a decade, so that noise does not look like a cliff.
        let room = ((0.33 - (high - low)) / 2.0).max(0.03);
        Some(Self { low: low - room, high: high + room, from, to })
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let part = (value.max(f64::MIN_POSITIVE).log10() - self.low) / (self.high - self.low);
        self.from + part.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// Values for grid lines: powers of ten, with values in between if there are few.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let steps: &[f64] = match self.high - self.low {
            decades if decades > 2.5 => &[1.0],
            decades if decades > 1.0 => &[1.0, 3.0],
            _ => &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
        };
        let powers = (self.low.floor() as i32)..=(self.high.ceil() as i32);
        let all = powers.flat_map(|power| steps.iter().map(move |step| step * 10_f64.powi(power)));
        all.filter(|value| (self.low..=self.high).contains(&value.log10())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_are_equal_distances_on_a_logarithmic_axis() {
        let axis = LogAxis::around([1.0, 100.0].into_iter(), 0.0, 200.0).unwrap();
        let (a, b, c) = (axis.at(1.0), axis.at(10.0), axis.at(100.0));
        assert!((b - a - (c - b)).abs() < 1e-9);
        assert!(a >= 0.0 && c <= 200.0);
    }

    #[test]
    fn every_tick_is_on_the_axis() {
        for (low, high) in [(1.0, 1.1), (0.5, 40.0), (1.0, 1e9)] {
            let axis = LogAxis::around([low, high].into_iter(), 0.0, 100.0).unwrap();
            assert!(!axis.ticks().is_empty(), "{low} {high}");
            assert!(axis.ticks().iter().all(|tick| (0.0..=100.0).contains(&axis.at(*tick))));
        }
    }

    #[test]
    fn an_axis_needs_something_above_zero() {
        assert!(LogAxis::around([0.0, f64::NAN].into_iter(), 0.0, 1.0).is_none());
    }

    #[test]
    fn text_cannot_break_out_of_its_element() {
        let mut picture = Picture::new(10.0, 10.0);
        picture.text(0.0, 0.0, 10.0, INK, Anchor::Start, "`Latest` <T> & \"more\"");
        assert!(picture.finish().contains(">Latest &lt;T&gt; &amp; \"more\"</text>"));
    }
}
