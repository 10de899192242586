//! Families as the text of OpenMetrics 1.0.

use std::fmt::Write;

use shm_core::dynamic::DynValue;

use super::family::{About, Families, Family, Kind, Sample};

/// The content type of the text.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

impl Families {
    /// The text of OpenMetrics 1.0.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for Family { about, samples, .. } in
            self.metrics.iter().filter(|one| !one.samples.is_empty())
        {
            // Writing to a text cannot fail.
            let _ = about.write(&mut text);
            for sample in samples {
                let _ = sample.write(about, &mut text);
            }
        }
        text + "# EOF\n"
    }
}

impl About {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        let Self { name, kind, unit, help } = self;
        let kind = match kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        writeln!(text, "# TYPE {name} {kind}")?;
        if !unit.is_empty() {
            writeln!(text, "# UNIT {name} {unit}")?;
        }
        if !help.is_empty() {
            // The older text form, which collectors of files read, has no escape for quotation marks here.
            writeln!(text, "# HELP {name} {}", escaped(&help.replace('"', "'")))?;
        }
        Ok(())
    }
}

impl Sample {
    fn write(&self, about: &About, text: &mut String) -> std::fmt::Result {
        let end = if about.kind == Kind::Counter { "_total" } else { "" };
        write!(text, "{}{end}", about.name)?;
        for (at, (name, value)) in self.labels.iter().enumerate() {
            let sign = if at == 0 { '{' } else { ',' };
            write!(text, "{sign}{name}=\"{}\"", escaped(value))?;
        }
        text.push_str(if self.labels.is_empty() { " " } else { "} " });
        match &self.value {
            DynValue::F32(value) => float(f64::from(*value), &value.to_string(), text),
            DynValue::F64(value) => float(*value, &value.to_string(), text),
            value => text.push_str(&value.to_string()),
        }
        text.push('\n');
        Ok(())
    }
}

/// A float in the digits that identify it, which differ between the two widths.
fn float(value: f64, digits: &str, text: &mut String) {
    text.push_str(match value {
        value if value.is_nan() => "NaN",
        f64::INFINITY => "+Inf",
        f64::NEG_INFINITY => "-Inf",
        _ => digits,
    });
}

/// A text in a label or in a help line.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_openmetrics_has_them() {
        let (name, help) = ("x".to_owned(), String::new());
        let about = About { name, kind: Kind::Gauge, unit: String::new(), help };
        let written = |value: DynValue| {
            let mut families = Families::default();
            families.add(&about, ("r", "x"), Vec::new(), value);
            families.text().lines().nth(1).unwrap().to_owned()
        };
        assert_eq!(written(DynValue::F32(0.1)), "x 0.1");
        assert_eq!(written(DynValue::F64(f64::NAN)), "x NaN");
        assert_eq!(written(DynValue::F64(f64::NEG_INFINITY)), "x -Inf");
        assert_eq!(written(DynValue::U64(u64::MAX)), "x 18446744073709551615");
        assert_eq!(written(DynValue::Bool(true)), "x 1");
    }

    #[test]
    fn labels_and_help_cannot_break_a_line() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
