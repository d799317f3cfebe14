//! Pictures, known by the bytes that they begin with.

/// A kind of picture that browsers show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Image {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
    /// WebP.
    Webp,
    /// SVG: a text, shown as a picture in which no script runs.
    Svg,
}

impl Image {
    /// What these bytes begin, if it is a picture.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if head.starts_with(b"\xff\xd8\xff") {
            Some(Self::Jpeg)
        } else if head.starts_with(b"GIF87a") || head.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
            Some(Self::Webp)
        } else {
            is_svg(head).then_some(Self::Svg)
        }
    }

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Gif => "GIF",
            Self::Webp => "WebP",
            Self::Svg => "SVG",
        }
    }

    /// Whether browsers know it by its bytes, whatever type they are told.
    pub(crate) fn is_raster(self) -> bool {
        self != Self::Svg
    }

    /// The media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
            Self::Webp => "image/webp",
            Self::Svg => "image/svg+xml",
        }
    }
}

/// Whether the first element of a text is `svg`; declarations and comments may stand before it.
fn is_svg(head: &[u8]) -> bool {
    let mut rest = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    loop {
        rest = rest.trim_ascii_start();
        let end: &[u8] = if rest.starts_with(b"<!--") {
            b"-->"
        } else if rest.starts_with(b"<?") {
            b"?>"
        } else if rest.starts_with(b"<!") {
            b">"
        } else {
            let after = rest.strip_prefix(b"<svg").and_then(<[u8]>::first);
            return after.is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>');
        };
        let Some(at) = rest.windows(end.len()).position(|window| window == end) else {
            return false;
        };
        rest = &rest[at + end.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        for (head, kind) in [
            (&b"\x89PNG\r\n\x1a\n..."[..], Some(Image::Png)),
            (b"\xff\xd8\xff\xe0", Some(Image::Jpeg)),
            (b"GIF89a", Some(Image::Gif)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(Image::Webp)),
            (
                b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
                Some(Image::Svg),
            ),
            (
                b"<?xml version=\"1.0\"?>\n<!-- a picture -->\n<svg>",
                Some(Image::Svg),
            ),
            (b"<html><svg>", None),
            (b"<svgs>", None),
            (b"<!-- <svg>", None),
            (b"RIFF\0\0\0\0WAVE", None),
            (b"", None),
        ] {
            assert_eq!(Image::of(head), kind, "{head:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes in proptest::collection::vec(any::<u8>(), 0..64), text in "[<!?>svg\\- ]{0,40}") {
            Image::of(&bytes);
            Image::of(text.as_bytes());
        }
    }
}
