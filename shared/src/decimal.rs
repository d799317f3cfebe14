//! Numbers out of plain text, with little code.
//!
//! What the standard library reads numbers with carries tables of about 10 kB that no compression makes smaller, and the
//! page would carry them over the wire.

/// The largest power of ten that is worked with: any number is nothing or without end beyond it.
const MOST_POWER: i32 = 400;

/// The number that a text is: digits, and where they are wanted a sign, a point among them, and a power of ten behind an `e`.
/// It is the nearest that there is for up to 15 digits and 22 places, and next to that for more.
pub fn decimal(text: &str) -> Option<f64> {
    let (is_negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, power) = match text.split_once(['e', 'E']) {
        Some((digits, power)) => (digits, power.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut number = 0.0;
    for digit in whole.bytes().chain(part.bytes()) {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10.0 + f64::from(digit - b'0');
    }
    if number > 0.0 {
        let places = i32::try_from(part.len()).unwrap_or(MOST_POWER);
        let power = power.saturating_sub(places).clamp(-MOST_POWER, MOST_POWER);
        match power < 0 {
            true => number /= 10_f64.powi(-power),
            false => number *= 10_f64.powi(power),
        }
    }
    Some(if is_negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_as_a_number_is_read_as_the_standard_library_reads_it() {
        for text in [
            "0",
            "7",
            "1.5",
            "-1.5",
            "+2",
            ".5",
            "5.",
            "007.25",
            "0.1",
            "123456.789012",
            "1e3",
            "2.5E-3",
            "1e400",
            "-0",
            "0e999",
            "999999999999999",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        for number in 0..20_000_u32 {
            let text = format!("{}", f64::from(number) * 0.125 - 1_000.0);
            assert_eq!(decimal(&text), text.parse().ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "", ".", "-", "e3", "1e", "1e1.5", "1.2.3", "1,5", " 1", "x", "--1", "½",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
