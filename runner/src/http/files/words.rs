//! Why something cannot be done with a file of the workspace, in words.

use std::io::ErrorKind;

use axum::http::StatusCode;
use pipeyard_shared::words::Language;

use crate::workspace::{FileError, UPLOADS};

/// The status of the answer, and a sentence.
pub(super) fn of(language: Language, error: &FileError) -> (StatusCode, String) {
    let sentence = match language {
        Language::En => en(error),
        Language::Ko => ko(error),
    };
    (status(error), sentence)
}

/// An upload does not say how long it is.
pub(super) fn no_length(language: Language) -> &'static str {
    match language {
        Language::En => "An upload must say how many bytes it has, in `Content-Length`.",
        Language::Ko => "올릴 파일의 바이트 수를 `Content-Length`로 알려 주세요.",
    }
}

fn status(error: &FileError) -> StatusCode {
    match error {
        FileError::BadPath => StatusCode::BAD_REQUEST,
        FileError::Nothing | FileError::NoFolder => StatusCode::NOT_FOUND,
        FileError::Exists => StatusCode::PRECONDITION_FAILED,
        FileError::Outside
        | FileError::IsFolder
        | FileError::NotOrdinary
        | FileError::NotEmpty
        | FileError::Uploading
        | FileError::Running(_)
        | FileError::Elsewhere
        | FileError::NotOurs => StatusCode::CONFLICT,
        FileError::UploadBytes(_) => StatusCode::PAYLOAD_TOO_LARGE,
        FileError::WorkspaceBytes(_) | FileError::WorkspaceFiles(_) => {
            StatusCode::INSUFFICIENT_STORAGE
        }
        FileError::TooManyUploads | FileError::Resetting | FileError::Restless => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        FileError::CutOff => StatusCode::REQUEST_TIMEOUT,
        FileError::System(error) => status_of_system(error.kind()),
    }
}

fn status_of_system(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StatusCode::INSUFFICIENT_STORAGE,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StatusCode::CONFLICT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn en(error: &FileError) -> String {
    let sentence = match error {
        FileError::BadPath => {
            "That is no name of a file: it must stay in the workspace, without `..`, and each part of it has 1 to 255 bytes."
        }
        FileError::Nothing => "There is no such file in the workspace.",
        FileError::Outside => "A link leads out of the workspace there.",
        FileError::IsFolder => "That is a folder.",
        FileError::NotOrdinary => {
            "That is no ordinary file, but a named pipe, a socket or a device: it is not opened."
        }
        FileError::NoFolder => "There is no folder of that name to put the file in.",
        FileError::NotEmpty => "The folder is not empty.",
        FileError::Exists => "There is something of that name already.",
        FileError::UploadBytes(most) => {
            return format!(
                "The limit `upload-bytes` is {most} for one file: choose a smaller one, or start the runner with more, by --upload-bytes."
            );
        }
        FileError::WorkspaceBytes(most) => {
            return format!(
                "With this file the workspace would have more than the limit `workspace-bytes` allows ({most}): delete something, or start the runner with more, by --workspace-bytes."
            );
        }
        FileError::WorkspaceFiles(most) => {
            return format!(
                "The workspace has as many files as the limit `workspace-files` allows ({most}): delete some, or start the runner with more, by --workspace-files."
            );
        }
        FileError::TooManyUploads => {
            return format!(
                "There are as many uploads at once as there may be (limit `uploads`, {UPLOADS}): try again in a moment."
            );
        }
        FileError::CutOff => "The upload was cut off before its end.",
        FileError::Uploading => "A file is being uploaded: try again in a moment.",
        FileError::Running(run) => {
            return format!(
                "Run {run} still goes on in the workspace: stop it first, or wait until it has ended."
            );
        }
        FileError::Elsewhere => {
            "Another runner has this workspace too, and something runs or is uploaded there: try again once it is over."
        }
        FileError::Resetting => "Another runner is resetting the workspace: try again in a moment.",
        FileError::Restless => {
            "Files come faster than they are removed: end what makes them, and try again."
        }
        FileError::NotOurs => "This directory was named with --workspace, so it is not reset.",
        FileError::System(error) => return format!("The system refuses: {error}."),
    };
    sentence.to_owned()
}

fn ko(error: &FileError) -> String {
    let sentence = match error {
        FileError::BadPath => {
            "쓸 수 없는 파일 이름입니다. `..` 없이 작업 공간 안에 있어야 하고, 각 부분은 1~255바이트여야 합니다."
        }
        FileError::Nothing => "작업 공간에 그런 파일이 없습니다.",
        FileError::Outside => "작업 공간 밖으로 나가는 링크입니다.",
        FileError::IsFolder => "폴더입니다.",
        FileError::NotOrdinary => {
            "일반 파일이 아니라 이름 있는 파이프나 소켓, 장치라서 열지 않습니다."
        }
        FileError::NoFolder => "파일을 넣을 폴더가 없습니다.",
        FileError::NotEmpty => "폴더가 비어 있지 않습니다.",
        FileError::Exists => "같은 이름이 이미 있습니다.",
        FileError::UploadBytes(most) => {
            return format!(
                "파일 하나의 제한 `upload-bytes`는 {most}입니다. 더 작은 파일을 고르거나, 실행기를 --upload-bytes로 더 크게 시작하세요."
            );
        }
        FileError::WorkspaceBytes(most) => {
            return format!(
                "이 파일을 더하면 제한 `workspace-bytes`({most})를 넘습니다. 파일을 지우거나, 실행기를 --workspace-bytes로 더 크게 시작하세요."
            );
        }
        FileError::WorkspaceFiles(most) => {
            return format!(
                "작업 공간의 파일 수가 제한 `workspace-files`({most})에 이르렀습니다. 몇 개를 지우거나, 실행기를 --workspace-files로 더 크게 시작하세요."
            );
        }
        FileError::TooManyUploads => {
            return format!(
                "한 번에 올릴 수 있는 파일 수에 이르렀습니다(제한 `uploads`, {UPLOADS}). 잠시 뒤에 다시 시도하세요."
            );
        }
        FileError::CutOff => "올리기가 도중에 끊겼습니다.",
        FileError::Uploading => "파일을 올리는 중입니다. 잠시 뒤에 다시 시도하세요.",
        FileError::Running(run) => {
            return format!(
                "작업 공간에서 실행 {run}번이 아직 진행 중입니다. 먼저 멈추거나 끝날 때까지 기다리세요."
            );
        }
        FileError::Elsewhere => {
            "이 작업 공간을 함께 쓰는 다른 실행기에서 실행이나 올리기가 진행 중입니다. 끝난 뒤에 다시 시도하세요."
        }
        FileError::Resetting => {
            "다른 실행기가 작업 공간을 되돌리는 중입니다. 잠시 뒤에 다시 시도하세요."
        }
        FileError::Restless => {
            "지우는 것보다 빨리 파일이 생깁니다. 파일을 만드는 프로그램을 끝내고 다시 시도하세요."
        }
        FileError::NotOurs => "--workspace로 지정한 폴더라서 처음 상태로 되돌리지 않습니다.",
        FileError::System(error) => return format!("시스템이 거부했습니다: {error}"),
    };
    sentence.to_owned()
}
