//! Sending a file, or a range of it, as something to be saved: a piece at a time, as fast as it is taken.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;

/// Bytes that are read and sent at a time.
const PIECE_BYTES: usize = 256 << 10;

/// So many bytes, or the range of them that is asked for; `read` gives at most so many from a place on.
pub(super) fn send(
    length: u64,
    disposition: String,
    headers: &HeaderMap,
    read: impl Fn(u64, usize) -> io::Result<Vec<u8>> + Send + Sync + 'static,
) -> Response {
    let asked = headers.get(header::RANGE);
    let asked = asked.and_then(|range| parse_range(range.to_str().ok()?, length));
    let Ok(part) = asked.transpose() else {
        let whole = (header::CONTENT_RANGE, format!("bytes */{length}"));
        return (StatusCode::RANGE_NOT_SATISFIABLE, [whole]).into_response();
    };
    let range = part.clone().unwrap_or(0..length);
    let fields = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_LENGTH,
            (range.end - range.start).to_string(),
        ),
        (header::CONTENT_DISPOSITION, disposition),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let body = body(Arc::new(read), range);
    let Some(part) = part else {
        return (fields, body).into_response();
    };
    // A range has at least one byte.
    let place = format!("bytes {}-{}/{length}", part.start, part.end - 1);
    let place = [(header::CONTENT_RANGE, place)];
    (StatusCode::PARTIAL_CONTENT, place, fields, body).into_response()
}

type Read = dyn Fn(u64, usize) -> io::Result<Vec<u8>> + Send + Sync;

/// The bytes of a range.
fn body(read: Arc<Read>, range: Range<u64>) -> Body {
    let pieces = stream::try_unfold((read, range), |(read, left)| async move {
        if left.is_empty() {
            return Ok::<_, io::Error>(None);
        }
        let most = usize::try_from(left.end - left.start)
            .unwrap_or(PIECE_BYTES)
            .min(PIECE_BYTES);
        let from = read.clone();
        let done = tokio::task::spawn_blocking(move || from(left.start, most));
        let bytes = done.await.map_err(io::Error::other)??;
        if bytes.is_empty() {
            // The length was promised: the connection must break rather than end early.
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let next = left.start + bytes.len() as u64..left.end;
        Ok(Some((Bytes::from(bytes), (read, next))))
    });
    Body::from_stream(pieces)
}

/// The range lies behind the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unsatisfiable;

/// One range of bytes (RFC 9110, 14.1.2). Nothing for what is no such range, which is then passed over as
/// the standard has it, and for several at once, which need not be served.
pub(super) fn parse_range(text: &str, length: u64) -> Option<Result<Range<u64>, Unsatisfiable>> {
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.split_once('-')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let range = match (first.trim(), last.trim()) {
        ("", last) => length.saturating_sub(number(last)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if first > last {
                return None;
            }
            first..last.saturating_add(1).min(length)
        }
    };
    Some(if range.is_empty() {
        Err(Unsatisfiable)
    } else {
        Ok(range)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_are_read_as_the_standard_has_them() {
        assert_eq!(parse_range("bytes=0-9", 100), Some(Ok(0..10)));
        assert_eq!(parse_range("Bytes=0-9", 100), Some(Ok(0..10)));
        assert_eq!(parse_range("bytes=90-", 100), Some(Ok(90..100)));
        assert_eq!(parse_range("bytes=-7", 100), Some(Ok(93..100)));
        assert_eq!(parse_range("bytes=-700", 100), Some(Ok(0..100)));
        assert_eq!(parse_range("bytes=50-5000", 100), Some(Ok(50..100)));
        assert_eq!(parse_range("bytes=100-", 100), Some(Err(Unsatisfiable)));
        assert_eq!(parse_range("bytes=0-", 0), Some(Err(Unsatisfiable)));
        for passed_over in [
            "bytes=9-1",
            "lines=0-9",
            "bytes=0-1,5-6",
            "bytes=-",
            "bytes=a-b",
        ] {
            assert_eq!(parse_range(passed_over, 100), None, "{passed_over}");
        }
    }

    proptest! {
        #[test]
        fn no_range_leaves_what_is_kept(text in "bytes=[0-9]{0,25}-[0-9]{0,25}", kept: u64) {
            if let Some(Ok(range)) = parse_range(&text, kept) {
                prop_assert!(range.start < range.end && range.end <= kept);
            }
        }
    }
}
