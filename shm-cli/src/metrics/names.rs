//! Names of metrics and units, as OpenMetrics has them.

/// Units that people write, in the plural and the singular of the names that OpenMetrics asks for.
const UNITS: [(&str, &str, &str); 40] = [
    ("°C", "celsius", "celsius"),
    ("K", "kelvin", "kelvin"),
    ("°F", "fahrenheit", "fahrenheit"),
    ("s", "seconds", "second"),
    ("ms", "milliseconds", "millisecond"),
    ("us", "microseconds", "microsecond"),
    ("µs", "microseconds", "microsecond"),
    ("ns", "nanoseconds", "nanosecond"),
    ("min", "minutes", "minute"),
    ("h", "hours", "hour"),
    ("d", "days", "day"),
    ("m", "meters", "meter"),
    ("mm", "millimeters", "millimeter"),
    ("cm", "centimeters", "centimeter"),
    ("km", "kilometers", "kilometer"),
    ("g", "grams", "gram"),
    ("kg", "kilograms", "kilogram"),
    ("l", "liters", "liter"),
    ("rad", "radians", "radian"),
    ("°", "degrees", "degree"),
    ("deg", "degrees", "degree"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("V", "volts", "volt"),
    ("mV", "millivolts", "millivolt"),
    ("A", "amperes", "ampere"),
    ("mA", "milliamperes", "milliampere"),
    ("W", "watts", "watt"),
    ("kW", "kilowatts", "kilowatt"),
    ("J", "joules", "joule"),
    ("N", "newtons", "newton"),
    ("Pa", "pascals", "pascal"),
    ("hPa", "hectopascals", "hectopascal"),
    ("bar", "bars", "bar"),
    ("%", "percent", "percent"),
    ("B", "bytes", "byte"),
    ("KiB", "kibibytes", "kibibyte"),
    ("MiB", "mebibytes", "mebibyte"),
    ("rpm", "revolutions_per_minute", "revolution_per_minute"),
];

/// A unit as part of a name; `None` if it has no such form.
pub(super) fn unit(text: &str) -> Option<String> {
    let mut parts = text.split('/');
    let first = part(parts.next()?, true)?;
    parts.try_fold(first, |name, rest| Some(format!("{name}_per_{}", part(rest, false)?)))
}

fn part(text: &str, plural: bool) -> Option<String> {
    let text = text.trim();
    if let Some((_, many, one)) = UNITS.iter().find(|(known, ..)| *known == text) {
        return Some((if plural { *many } else { *one }).to_owned());
    }
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic());
    (starts && text.len() > 1 && text.chars().all(is_word)).then(|| text.to_ascii_lowercase())
}

/// The characters that a name can have; `_` for each of the others.
pub(super) fn word(text: &str) -> String {
    let one = |character: char| if character.is_ascii_alphanumeric() { character } else { '_' };
    text.chars().map(one).collect()
}

/// The name of a type in lower case: `weather_station`, `pair_f64`.
pub(super) fn snake(text: &str) -> String {
    let mut name = String::new();
    let mut before = '_';
    for character in text.chars() {
        let is_word = character.is_ascii_alphanumeric();
        let is_start = character.is_ascii_uppercase()
            && (before.is_ascii_lowercase() || before.is_ascii_digit());
        if (is_start || !is_word) && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if is_word {
            name.push(character.to_ascii_lowercase());
        }
        before = character;
    }
    name.trim_end_matches('_').to_owned()
}

/// A name that does not begin with a digit.
pub(super) fn begun(name: String) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_have_the_names_that_monitoring_uses() {
        for (text, name) in [
            ("°C", "celsius"),
            ("m/s", "meters_per_second"),
            ("B/s", "bytes_per_second"),
            ("requests", "requests"),
            ("requests/s", "requests_per_second"),
        ] {
            assert_eq!(unit(text).as_deref(), Some(name), "{text}");
        }
        for text in ["", "m²", "1/s", "/", "m/", "Ω", "x"] {
            assert_eq!(unit(text), None, "{text}");
        }
    }

    #[test]
    fn names_have_only_characters_that_metrics_have() {
        assert_eq!(word("größe 2"), "gr__e_2");
        assert_eq!(snake("WeatherStation"), "weather_station");
        assert_eq!(snake("Pair<f64>"), "pair_f64");
        assert_eq!(snake("LatestHTTP2Pose"), "latest_http2_pose");
        assert_eq!(snake(""), "");
        assert_eq!(begun("2d".to_owned()), "_2d");
    }
}
