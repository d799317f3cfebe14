//! Compressing once, at build time and well, what would otherwise be compressed at each request.

use std::io::{self, Read};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::read::GzEncoder;

use crate::profile::Profile;

use super::bundle::Asset;

/// The compressed forms of a file.
pub(super) struct Compressed {
    pub(super) gzip: Vec<u8>,
    pub(super) brotli: Vec<u8>,
}

/// Compresses each file both ways: as hard as it goes for a release, quickly otherwise.
///
/// # Errors
/// None that is expected: everything happens in memory.
pub(super) fn compress(assets: Vec<Asset>, profile: Profile) -> Result<Vec<(Asset, Compressed)>> {
    let compress_one = |asset: Asset| {
        let failed = || format!("{} cannot be compressed", asset.name);
        let gzip = gzip(&asset.bytes, profile).with_context(failed)?;
        let brotli = brotli(&asset.bytes, profile).with_context(failed)?;
        Ok((asset, Compressed { gzip, brotli }))
    };
    assets.into_iter().map(compress_one).collect()
}

fn gzip(bytes: &[u8], profile: Profile) -> io::Result<Vec<u8>> {
    let level = match profile {
        Profile::Release => Compression::best(),
        Profile::Debug => Compression::fast(),
    };
    let mut packed = Vec::new();
    GzEncoder::new(bytes, level).read_to_end(&mut packed)?;
    Ok(packed)
}

fn brotli(mut bytes: &[u8], profile: Profile) -> io::Result<Vec<u8>> {
    let quality = match profile {
        Profile::Release => 11,
        Profile::Debug => 1,
    };
    let parameters = BrotliEncoderParams {
        quality,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut packed, &parameters)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use flate2::read::GzDecoder;

    use super::super::sizes::Load;
    use super::*;

    #[test]
    fn both_forms_unpack_to_the_file_in_both_profiles() -> Result<()> {
        for profile in [Profile::Release, Profile::Debug] {
            for bytes in [Vec::new(), b"one wire, one wire, ".repeat(500)] {
                let asset = Asset {
                    name: "some.js".to_owned(),
                    bytes: bytes.clone(),
                    load: Load::First,
                };
                for (_, packed) in compress(vec![asset], profile)? {
                    let mut unpacked = Vec::new();
                    GzDecoder::new(packed.gzip.as_slice()).read_to_end(&mut unpacked)?;
                    assert_eq!(unpacked, bytes);
                    unpacked.clear();
                    brotli::BrotliDecompress(&mut packed.brotli.as_slice(), &mut unpacked)?;
                    assert_eq!(unpacked, bytes);
                }
            }
        }
        Ok(())
    }
}
