//! Manual pages of a program that does not exist, so that what they say is certain.

use std::fs;

use anyhow::Result;
use tempfile::TempDir;

const SIFT: &str = r#".TH SIFT 1 2024-05-01 "sift 2.1" "User Commands"
.SH NAME
sift \- let some lines through
.SH OPTIONS
.TP
.BR \-v ", " \-\-invert
Let the other lines through.
That is all.
.TP
.BR \-m " NUM, " \-\-most=\fINUM\fR
Stop after NUM lines.
.TP
.BR \-n ", " \-\-number
Number lines.
"#;

const SIFT_LOG: &str = r#".TH SIFT-LOG 1 2024-05-01 "sift 2.1" "User Commands"
.SH NAME
sift-log \- tell what was sifted
"#;

const SIFT_KO: &str = r#".TH SIFT 1 2024-05-01 "sift 2.1" "사용자 명령"
.SH 이름
sift \- 줄을 골라 냅니다
.SH 옵션
.TP
.BR \-v ", " \-\-invert
나머지 줄을 냅니다.
"#;

/// A folder for `MANPATH`: `sift` in English and Korean, and `git-sift` in English.
///
/// # Errors
/// When it cannot be written.
pub fn sift() -> Result<TempDir> {
    let folder = TempDir::with_prefix("pipeyard-manual-")?;
    for (place, page, text) in [
        ("man1", "sift.1", SIFT),
        ("man1", "git-sift.1", SIFT_LOG),
        ("ko/man1", "sift.1", SIFT_KO),
    ] {
        let place = folder.path().join(place);
        fs::create_dir_all(&place)?;
        fs::write(place.join(page), text)?;
    }
    Ok(folder)
}
