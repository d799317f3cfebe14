//! Medians, and figures as a table shows them.

/// The middle of some numbers, or the mean of the two in the middle; nothing for none.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = values.get(values.len() / 2 - 1)?;
    Some(f64::midpoint(*lower, upper))
}

/// The least and the most of the middle half: how far single values differ. Nothing for fewer than four.
pub(super) fn middle_half(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let mut values: Vec<f64> = values.into_iter().collect();
    if values.len() < 4 {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let outside = values.len() / 4;
    Some((values[outside], values[values.len() - 1 - outside]))
}

/// Seconds as `1.23 s` or `4.56 ms`.
pub(super) fn seconds(value: f64) -> String {
    if value >= 0.9995 {
        format!("{value:.2} s")
    } else {
        format!("{:.2} ms", value * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median([7.0]), Some(7.0));
        assert_eq!(median([]), None);
        // One that is far off, as a machine that was busy makes it, moves nothing.
        assert_eq!(median([1.0, 1.0, 1e9]), Some(1.0));
    }

    #[test]
    fn the_middle_half_leaves_a_quarter_out_at_each_end() {
        assert_eq!(middle_half([9.0, 1.0, 2.0, 3.0]), Some((2.0, 3.0)));
        let eight = [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
        assert_eq!(middle_half(eight), Some((3.0, 6.0)));
        assert_eq!(middle_half([1.0, 2.0, 3.0]), None);
    }

    #[test]
    fn seconds_have_a_unit_that_fits() {
        assert_eq!(seconds(1.234), "1.23 s");
        assert_eq!(seconds(0.0123), "12.30 ms");
        assert_eq!(seconds(0.9999), "1.00 s");
    }
}
