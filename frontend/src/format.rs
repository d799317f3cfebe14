//! Numbers, times and bytes as people read them. All of it is the same in every language.

pub(crate) mod diff;
pub(crate) mod hex;
pub(crate) mod image;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod paint;
pub(crate) mod search;
pub(crate) mod span;
pub(crate) mod table;
pub(crate) mod visible;
pub(crate) mod window;

/// A count of bytes in decimal units: `96 B`, `4.1 MB`.
pub(crate) fn bytes(count: u64) -> String {
    scaled(count as f64, 1000.0, &["B", "kB", "MB", "GB", "TB"])
}

/// A count of anything: `999`, `4.1 M`.
pub(crate) fn count(count: u64) -> String {
    let text = scaled(count as f64, 1000.0, &["", "k", "M", "G", "T"]);
    text.trim_end().to_owned()
}

/// A count of bytes a second: `61 MB/s`.
pub(crate) fn rate(bytes_per_second: f64) -> String {
    format!("{}/s", bytes(bytes_per_second.max(0.0) as u64))
}

/// Memory in binary units, as the kernel counts it: `9 MiB`.
pub(crate) fn memory(kib: u64) -> String {
    scaled(kib as f64, 1024.0, &["KiB", "MiB", "GiB", "TiB"])
}

/// What stands in a pipe, or how much can, in the units in which pipes are made: `4 KiB`, `96 B`.
pub(crate) fn pipe(bytes: u32) -> String {
    if bytes < 1024 {
        format!("{bytes} B")
    } else {
        memory(u64::from(bytes) / 1024)
    }
}

/// A span of time from microseconds: `0.9 ms`, `1.25 s`, `2 min 5 s`.
pub(crate) fn span(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..100_000 => format!("{} ms", decimals(us as f64 / 1e3, 1)),
        100_000..1_000_000 => format!("{} ms", (us + 500) / 1_000),
        1_000_000..10_000_000 => format!("{:.2} s", us as f64 / 1e6),
        10_000_000..60_000_000 => format!("{:.1} s", us as f64 / 1e6),
        _ => {
            let seconds = us / 1_000_000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

/// A count with its thousands apart: `1 048 576`, with spaces that do not break.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A factor: `2.4×`.
pub(crate) fn factor(value: f64) -> String {
    format!("{value:.1}×")
}

fn scaled(mut value: f64, step: f64, units: &[&str]) -> String {
    let mut unit = 0;
    // What would be rounded up to a whole step belongs to the next unit already.
    while value >= step - 0.5 && unit + 1 < units.len() {
        value /= step;
        unit += 1;
    }
    let places = usize::from(unit > 0 && value < 9.95);
    format!("{} {}", decimals(value, places), units[unit])
}

/// So many decimals, without a zero at the end: `9`, not `9.0`.
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
    fn bytes_read_as_people_write_them() {
        for (count, text) in [
            (0, "0 B"),
            (96, "96 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (1_540, "1.5 kB"),
            (61_000_000, "61 MB"),
            (999_999, "1 MB"),
            (2_100_000_000, "2.1 GB"),
        ] {
            assert_eq!(bytes(count), text);
        }
        assert_eq!(
            (pipe(65_536), pipe(96)),
            ("64 KiB".to_owned(), "96 B".to_owned())
        );
        assert_eq!(memory(9 * 1024), "9 MiB");
        assert_eq!(memory(3_456), "3.4 MiB");
        assert_eq!(rate(61.4e6), "61 MB/s");
        assert_eq!(
            (count(999), count(100_000)),
            ("999".to_owned(), "100 k".to_owned())
        );
    }

    #[test]
    fn spans_keep_about_three_digits() {
        for (us, text) in [
            (0, "0 µs"),
            (900, "900 µs"),
            (11_900, "11.9 ms"),
            (15_000, "15 ms"),
            (345_600, "346 ms"),
            (1_254_000, "1.25 s"),
            (125_000_000, "2 min 5 s"),
        ] {
            assert_eq!(span(us), text);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(1_048_576), "1\u{202f}048\u{202f}576");
        assert_eq!(grouped(12), "12");
    }
}
