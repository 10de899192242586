//! Numbers for people to read.

/// Three digits, with a suitable unit: `1.24 ns`, `56.3 µs`.
pub(crate) fn time(ns: f64) -> String {
    let (value, unit) = match ns {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "µs"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", three_digits(value))
}

/// `1.04×`, `23×`, `4,600×`.
pub(crate) fn ratio(ratio: f64) -> String {
    if ratio < 9.995 {
        format!("{ratio:.2}×")
    } else if ratio < 99.5 {
        format!("{ratio:.1}×")
    } else {
        format!("{}×", count(ratio.round() as u64))
    }
}

/// `1,234,567`.
pub(crate) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `64`, `4 Ki`, `10 Gi`: powers of two where they fit, as sizes do.
pub(crate) fn size(value: f64) -> String {
    let whole = value as u64;
    let units = [(1 << 30, " Gi"), (1 << 20, " Mi"), (1 << 10, " Ki")];
    let fitting = units.iter().find(|(unit, _)| whole >= *unit && whole.is_multiple_of(*unit));
    match fitting {
        Some((unit, name)) => format!("{}{name}", whole / unit),
        None => count(whole),
    }
}

/// Three significant digits.
pub(crate) fn three_digits(value: f64) -> String {
    match value.abs() {
        size if size < 9.995 => format!("{value:.2}"),
        size if size < 99.95 => format!("{value:.1}"),
        _ => count(value.round() as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_suitable_unit() {
        let shown: Vec<_> = [0.2745, 12.34, 999.0, 1500.0, 2.5e7, 1.0e9].map(time).to_vec();
        assert_eq!(shown, ["0.27 ns", "12.3 ns", "999 ns", "1.50 µs", "25.0 ms", "1.00 s"]);
    }

    #[test]
    fn ratios_are_precise_where_it_matters() {
        assert_eq!([0.98, 1.0, 23.46, 4600.4].map(ratio), ["0.98×", "1.00×", "23.5×", "4,600×"]);
    }

    #[test]
    fn sizes_are_powers_of_two_where_they_fit() {
        assert_eq!(
            [64.0, 1000.0, 4096.0, 10_737_418_240.0].map(size),
            ["64", "1,000", "4 Ki", "10 Gi"]
        );
    }

    #[test]
    fn large_counts_are_grouped() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(999), "999");
    }
}
