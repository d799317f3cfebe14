//! Deflating and inflating, with a text that both sides know to begin with.
//!
//! A short chain holds little that could be said by pointing back, so what chains mostly say stands before it, as if it had
//! been sent already: a ten-stage chain becomes half as long.

use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, compress_to_output};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use miniz_oxide::{DataFormat, deflate::CompressionLevel};

use super::LinkError;

/// What both sides know. It is part of version 1 of the form: never change it. What is nearer to the end costs less to
/// point at.
const KNOWN: &[u8] = include_bytes!("known-1.txt");

/// What a buffer begins with beyond what is known, at the most.
const FIRST_BYTES: usize = 16 << 10;

/// The bytes, deflated (RFC 1951) behind what both sides know.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = CompressorOxide::default();
    compressor.set_format_and_level(DataFormat::Raw, CompressionLevel::BestCompression as u8);
    // A flush ends at a whole byte: what comes after it stands for itself, but for pointing back.
    compress_to_output(&mut compressor, KNOWN, TDEFLFlush::Sync, |_| true);
    let mut deflated = Vec::new();
    compress_to_output(&mut compressor, bytes, TDEFLFlush::Finish, |part| {
        deflated.extend_from_slice(part);
        true
    });
    deflated
}

/// What was deflated, if that is no more than so many bytes.
pub(super) fn inflate(deflated: &[u8], most: usize) -> Result<Vec<u8>, LinkError> {
    let mut bytes = Vec::new();
    inflate_into(&mut bytes, deflated, most)?;
    Ok(bytes.split_off(KNOWN.len()))
}

/// Inflates behind what is known, in a buffer that grows to twice its size, and never beyond the bound.
fn inflate_into(buffer: &mut Vec<u8>, deflated: &[u8], most: usize) -> Result<(), LinkError> {
    let bound = KNOWN.len() + most;
    buffer.reserve_exact(KNOWN.len() + FIRST_BYTES.min(most));
    buffer.extend_from_slice(KNOWN);
    let mut end = buffer.len();
    buffer.resize(end + FIRST_BYTES.min(most), 0);
    let mut inflater = DecompressorOxide::new();
    let mut rest = deflated;
    loop {
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, written) = decompress(&mut inflater, rest, buffer, end, flags);
        end += written;
        rest = rest.get(read..).unwrap_or_default();
        match status {
            TINFLStatus::Done if rest.is_empty() => {
                buffer.truncate(end);
                return Ok(());
            }
            TINFLStatus::HasMoreOutput if buffer.len() == bound => {
                return Err(LinkError::InflatesTooFar { most });
            }
            TINFLStatus::HasMoreOutput => {
                let larger = bound.min(buffer.len() * 2);
                buffer.reserve_exact(larger - buffer.len());
                buffer.resize(larger, 0);
            }
            _ => return Err(LinkError::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_inflates_without_end_is_given_up_at_the_bound() {
        // Sixteen megabytes of zeros in as many kilobytes; a larger one would not be read any further.
        let mut bomb = Vec::new();
        let mut compressor = CompressorOxide::default();
        compressor.set_format_and_level(DataFormat::Raw, 1);
        let zeros = vec![0; 1 << 20];
        for _ in 0..16 {
            compress_to_output(&mut compressor, &zeros, TDEFLFlush::None, |part| {
                bomb.extend_from_slice(part);
                true
            });
        }
        for most in [0, 1, 4_096, 1 << 20] {
            let mut buffer = Vec::new();
            let found = inflate_into(&mut buffer, &bomb, most);
            assert_eq!(found, Err(LinkError::InflatesTooFar { most }));
            assert!(buffer.capacity() <= KNOWN.len() + most, "{most}");
        }
    }

    #[test]
    fn a_bound_that_is_just_met_is_kept() {
        let bytes = vec![b'x'; 3 * FIRST_BYTES];
        let deflated = deflate(&bytes);
        assert_eq!(inflate(&deflated, bytes.len()).as_ref(), Ok(&bytes));
        let most = bytes.len() - 1;
        assert_eq!(
            inflate(&deflated, most),
            Err(LinkError::InflatesTooFar { most })
        );
    }

    proptest! {
        #[test]
        fn inflate_undoes_deflate(bytes in proptest::collection::vec(any::<u8>(), 0..999), times in 1_usize..99) {
            let bytes = bytes.repeat(times);
            prop_assert_eq!(inflate(&deflate(&bytes), bytes.len()), Ok(bytes));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..99), most in 0_usize..9_999) {
            if let Ok(inflated) = inflate(&bytes, most) {
                prop_assert!(inflated.len() <= most);
            }
        }

        #[test]
        fn nothing_may_follow(bytes in proptest::collection::vec(any::<u8>(), 0..99)) {
            let mut deflated = deflate(&bytes);
            deflated.push(0);
            prop_assert_eq!(inflate(&deflated, 99), Err(LinkError::Damaged));
        }
    }
}
