//! Counts, sizes and times as people write them, the same in each language.

/// A count with commas between its thousands: `100,000`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in decimal units: `96 B`, `1.5 kB`, `2.1 GB`.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if count < 1_000 {
        return format!("{count} B");
    }
    let mut value = count as f64 / 1e3;
    let mut unit = 0;
    // What would be rounded up to a whole step belongs to the next unit already.
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1e3;
        unit += 1;
    }
    let places = usize::from(value < 9.95);
    format!("{} {}", decimals(value, places), UNITS[unit])
}

/// A time from microseconds: `900 µs`, `15.5 ms`, `1.2 s`, `2 min 5 s`.
pub fn microseconds(us: u64) -> String {
    match us {
        0..=999 => format!("{us} µs"),
        1_000..=99_949 => format!("{} ms", decimals(us as f64 / 1e3, 1)),
        99_950..=999_499 => format!("{:.0} ms", us as f64 / 1e3),
        999_500..=59_949_999 => format!("{} s", decimals(us as f64 / 1e6, 1)),
        _ => {
            let seconds = us / 1_000_000 + u64::from(us % 1_000_000 >= 500_000);
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

/// So many decimals, without a zero at the end.
fn decimals(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        assert_eq!(grouped(100_000), "100,000");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
        for (count, text) in [
            (999, "999 B"),
            (1_540, "1.5 kB"),
            (999_999, "1 MB"),
            (2_100_000_000, "2.1 GB"),
        ] {
            assert_eq!(bytes(count), text);
        }
        for (us, text) in [
            (900, "900 µs"),
            (15_500, "15.5 ms"),
            (99_960, "100 ms"),
            (345_600, "346 ms"),
            (999_999, "1 s"),
            (1_234_000, "1.2 s"),
            (59_950_000, "1 min 0 s"),
            (125_000_000, "2 min 5 s"),
        ] {
            assert_eq!(microseconds(us), text);
        }
    }
}
