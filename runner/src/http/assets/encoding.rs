//! The header `Accept-Encoding`: which compressed forms a browser takes.

/// Those of the offered encodings that are welcome at least as much as plain bytes, the most
/// welcome first; between equals the order of the offer stays.
///
/// Empty means plain bytes, also for a browser that claims to refuse those: it is better served
/// with what it can certainly read than with an error.
pub(in crate::http) fn accepted<const COUNT: usize>(
    accept_encoding: &str,
    offered: [&'static str; COUNT],
) -> Vec<&'static str> {
    // Plain bytes are welcome unless refused, but less than anything that is asked for.
    let plain = weight(accept_encoding, "identity").unwrap_or(0);
    let mut welcome: Vec<_> = offered
        .into_iter()
        .filter_map(|encoding| Some((weight(accept_encoding, encoding)?, encoding)))
        .filter(|(weight, _)| *weight > 0 && *weight >= plain)
        .collect();
    welcome.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    welcome.into_iter().map(|(_, encoding)| encoding).collect()
}

/// How welcome an encoding is, from 0 (refused) to 1000; `None` when the header does not say.
fn weight(accept_encoding: &str, encoding: &str) -> Option<u16> {
    let weight_of = |wanted: &str| {
        accept_encoding.split(',').find_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| parse_weight(parameters))
        })
    };
    weight_of(encoding).or_else(|| weight_of("*"))
}

/// Reads `q=0.5`. Without it an encoding is fully welcome; one with nonsense is left alone.
fn parse_weight(parameters: &str) -> u16 {
    let parameters = parameters.trim();
    if parameters.is_empty() {
        return 1000;
    }
    let number = parameters
        .strip_prefix("q=")
        .or_else(|| parameters.strip_prefix("Q="));
    match number.map(str::parse::<f32>) {
        Some(Ok(number)) if (0.0..=1.0).contains(&number) => (number * 1000.0).round() as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_http_defines_them() {
        for (header, expected) in [
            ("gzip, deflate, br, zstd", &["br", "gzip"] as &[&str]),
            ("gzip;q=1.0, br;q=0.5", &["gzip", "br"]),
            ("GZIP ; Q=0.3", &["gzip"]),
            ("br;q=0, gzip;q=0.001", &["gzip"]),
            ("gzip;q=0", &[]),
            ("*", &["br", "gzip"]),
            ("*;q=0", &[]),
            ("*;q=0, gzip", &["gzip"]),
            ("gzip;q=0, *", &["br"]),
            ("identity, gzip;q=0.5", &[]),
            ("identity;q=0", &[]),
            ("identity;q=0.5, gzip", &["gzip"]),
            ("gzip;q=nan, br;q=-1", &[]),
            ("gzip;q=2", &[]),
            ("gzipped", &[]),
            (";;,,q=1", &[]),
            ("", &[]),
        ] {
            assert_eq!(accepted(header, ["br", "gzip"]), expected, "{header}");
        }
    }
}
