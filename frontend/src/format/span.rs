//! Spans of time as people write them: a number and a unit.

use pipeyard_shared::decimal::decimal;

/// The units, from the smallest, in milliseconds.
pub(crate) const UNITS: [u64; 4] = [1, 1_000, 60_000, 3_600_000];

/// The place in [`UNITS`] of the largest unit that says so many milliseconds in a whole number; of none, the second's.
pub(crate) fn unit_of(ms: Option<u64>) -> usize {
    let ms = ms.filter(|ms| *ms > 0);
    let whole = |ms: u64| UNITS.iter().rposition(|unit| ms.is_multiple_of(*unit));
    ms.and_then(whole).unwrap_or(1)
}

/// So many milliseconds in a unit, without the zeros that say nothing.
pub(crate) fn in_unit(ms: u64, unit: usize) -> String {
    let unit = UNITS[unit.min(UNITS.len() - 1)];
    if ms.is_multiple_of(unit) {
        (ms / unit).to_string()
    } else {
        let text = format!("{:.4}", ms as f64 / unit as f64);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// The milliseconds of a number in a unit, to the nearest one; nothing where it is no number.
pub(crate) fn from_unit(text: &str, unit: usize) -> Option<u64> {
    let number = decimal(&text.trim().replace(',', "."))?;
    let ms = number * UNITS[unit.min(UNITS.len() - 1)] as f64;
    // A number that is too large becomes the largest, which the check refuses with a sentence.
    (ms.is_finite() && ms >= 0.0).then_some(ms.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_the_largest_whole_unit() {
        for (ms, unit, text) in [
            (1_500, 0, "1500"),
            (2_000, 1, "2"),
            (120_000, 2, "2"),
            (7_200_000, 3, "2"),
        ] {
            assert_eq!(unit_of(Some(ms)), unit);
            assert_eq!(in_unit(ms, unit), text);
            assert_eq!(from_unit(text, unit), Some(ms));
        }
        assert_eq!(unit_of(None), 1);
        assert_eq!(unit_of(Some(0)), 1);
    }

    #[test]
    fn parts_of_a_unit_come_back() {
        assert_eq!(in_unit(1_500, 1), "1.5");
        assert_eq!(from_unit("1.5", 1), Some(1_500));
        assert_eq!(from_unit("1,5", 1), Some(1_500));
        assert_eq!(from_unit("0.0004", 1), Some(0));
        for text in ["", "x", "-1", "1e400", "nan"] {
            assert_eq!(from_unit(text, 1), None, "{text}");
        }
        assert_eq!(from_unit("1e300", 3), Some(u64::MAX));
    }
}
