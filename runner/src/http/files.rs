//! The files of the workspace over HTTP: `GET /files` lists them, `GET`, `PUT` and `DELETE /files/PATH` give, take and remove
//! one, `POST /files-reset` brings the seed back.
//!
//! Paths are bytes, written as in any address. What is taken is written as it comes, so that no file is ever held in memory,
//! and stands at its place only once it is whole.

mod words;

use std::os::unix::fs::FileExt;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Handle;

use super::entry::{HasKey, MayChange};
use super::{answer, file, plain};
use crate::workspace::{FileError, FilePath, Upload, Workspace};

/// How long an upload may send nothing. Then it is cut off.
const SILENCE: Duration = Duration::from_secs(60);
/// Bytes of a refused upload that are read all the same: a browser hears the answer only once it has sent everything.
const HEARD_OUT: u64 = 16 << 20;

/// `GET /files`.
pub(super) async fn list(HasKey { yard }: HasKey, headers: HeaderMap) -> Response {
    let listed = yard.workspace.in_turn(Workspace::list).await;
    match listed.unwrap_or_else(|error| Err(fault(error))) {
        Ok(listing) => answer::json(&listing),
        Err(error) => refusal(&error, &headers),
    }
}

/// `GET /files/PATH`: a file, or a range of it, to be saved.
pub(super) async fn give(HasKey { yard }: HasKey, headers: HeaderMap, uri: Uri) -> Response {
    let opened = async {
        let path = path(&uri)?;
        let disposition = disposition(path.name());
        let (file, bytes) = waiting(move || yard.workspace.open(&path)).await?;
        Ok::<_, FileError>((file, bytes, disposition))
    };
    match opened.await {
        Ok((file, bytes, disposition)) => {
            file::send(bytes, disposition, &headers, move |from, most| {
                let mut piece = vec![0; most];
                let read = file.read_at(&mut piece, from)?;
                piece.truncate(read);
                Ok(piece)
            })
        }
        Err(error) => refusal(&error, &headers),
    }
}

/// `PUT /files/PATH`: the body becomes the file. With `If-None-Match: *` nothing is replaced.
pub(super) async fn take(
    MayChange { yard }: MayChange,
    headers: HeaderMap,
    uri: Uri,
    body: Body,
) -> Response {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let Some(length) = length else {
        let sentence = words::no_length(plain::language(&headers));
        return answer::sentence(StatusCode::LENGTH_REQUIRED, sentence);
    };
    let over = headers.get(header::IF_NONE_MATCH) != Some(&HeaderValue::from_static("*"));
    let mut body = body.into_data_stream();
    match store(&yard.workspace, &uri, length, over, &mut body).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            if let Some(limit) = error.limit() {
                yard.sessions.operation().figures().refused(limit);
            }
            // Nobody is there any more to be heard out.
            if !matches!(error, FileError::CutOff) {
                hear_out(body).await;
            }
            refusal(&error, &headers)
        }
    }
}

async fn store(
    workspace: &Workspace,
    uri: &Uri,
    length: u64,
    over: bool,
    body: &mut BodyDataStream,
) -> Result<(), FileError> {
    let path = path(uri)?;
    let begun = workspace.in_turn(move |workspace| workspace.upload(&path, length, over));
    let mut upload = begun.await.unwrap_or_else(|error| Err(fault(error)))?;
    let mut file = tokio::fs::File::from_std(upload.file()?);
    let mut under_way = UnderWay(Some(upload));
    let mut written = 0;
    while written < length {
        let piece = tokio::time::timeout(SILENCE, body.next()).await;
        let Ok(Some(Ok(piece))) = piece else {
            return Err(FileError::CutOff);
        };
        written += piece.len() as u64;
        file.write_all(&piece).await?;
    }
    file.flush().await?;
    drop(file);
    match under_way.0.take() {
        Some(upload) => waiting(move || upload.finish()).await,
        None => Ok(()),
    }
}

/// An upload that is being written. When that is cut off, its end waits for the disk, and no thread of the reactor does.
struct UnderWay(Option<Upload>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let (Some(upload), Ok(reactor)) = (self.0.take(), Handle::try_current()) {
            reactor.spawn_blocking(move || drop(upload));
        }
    }
}

/// Reads what is left of a body that nobody wants, as far as that is worth it.
pub(super) async fn hear_out(mut body: BodyDataStream) {
    let mut heard = 0;
    while heard < HEARD_OUT {
        match tokio::time::timeout(SILENCE, body.next()).await {
            Ok(Some(Ok(piece))) => heard += piece.len() as u64,
            _ => return,
        }
    }
}

/// `DELETE /files/PATH`; a directory with something in it only with `?all=yes`.
pub(super) async fn remove(
    MayChange { yard }: MayChange,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let all = uri.query() == Some("all=yes");
    let removed = async {
        let path = path(&uri)?;
        waiting(move || yard.workspace.remove(&path, all)).await
    };
    done(removed.await, &headers)
}

/// `POST /files-reset`.
pub(super) async fn reset(MayChange { yard }: MayChange, headers: HeaderMap) -> Response {
    // It goes on to its end, without runs, even if nobody waits for it any more.
    let reset = tokio::spawn(async move {
        let workspace = yard.workspace.clone();
        let reset = waiting(move || workspace.reset());
        let done = yard.sessions.while_idle(reset).await;
        done.unwrap_or_else(|run| Err(FileError::Running(run)))
    });
    let reset = reset.await;
    done(reset.unwrap_or_else(|error| Err(fault(error))), &headers)
}

fn path(uri: &Uri) -> Result<FilePath, FileError> {
    let path = uri.path().strip_prefix("/files/");
    path.and_then(FilePath::decode).ok_or(FileError::BadPath)
}

/// Does off the reactor what waits for the disk.
async fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(fault(error)))
}

fn fault(error: tokio::task::JoinError) -> FileError {
    FileError::System(std::io::Error::other(error))
}

/// A file to be saved under this name, whatever is in the name (RFC 6266).
fn disposition(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name);
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            '"' | '\\' | '%' => '_',
            ' '..='~' => letter,
            _ => '_',
        })
        .collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

fn done(done: Result<(), FileError>, headers: &HeaderMap) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refusal(&error, headers),
    }
}

fn refusal(error: &FileError, headers: &HeaderMap) -> Response {
    if let FileError::System(error) = error {
        tracing::warn!(%error, "a file of the workspace");
    }
    let (status, sentence) = words::of(plain::language(headers), error);
    answer::sentence(status, &sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_can_be_saved_under() {
        assert_eq!(
            disposition(b"a b.txt"),
            "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"
        );
        assert_eq!(
            disposition("\"ü\n%".as_bytes()),
            "attachment; filename=\"____\"; filename*=UTF-8''%22%C3%BC%0A%25"
        );
        assert!(HeaderValue::from_str(&disposition(b"\xff\r\n\x7f")).is_ok());
    }
}
