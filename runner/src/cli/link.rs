//! `pipeyard link`: a chain, and a run of it, as an address.

use std::process::ExitCode;

use anyhow::{Result, anyhow, bail, ensure};
use pipeyard_shared::check::unsound;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::link::{self, Shared};
use pipeyard_shared::qr::{self, QR_BYTES};
use pipeyard_shared::words::{self, Language};

use super::{STATUS_USAGE, arguments, chain, linked, replay, voice};

pub(super) fn link(arguments: &arguments::Link, language: Language) -> ExitCode {
    let address = match address(arguments, language) {
        Ok(address) => address,
        Err(error) => {
            voice::say_pointing(&error);
            return ExitCode::from(STATUS_USAGE);
        }
    };
    let mut printed = format!("{address}\n");
    if arguments.qr {
        match qr::code(&address) {
            Some(code) => printed.push_str(&code.lines()),
            None => {
                let length = address.len();
                voice::say(match language {
                    Language::En => format!(
                        "the link has {length} characters, and a QR code holds at most {QR_BYTES}: leave out results"
                    ),
                    Language::Ko => format!(
                        "링크가 {length}자인데 QR 코드에는 {QR_BYTES}자까지 들어갑니다. 결과를 빼세요"
                    ),
                });
                return ExitCode::from(STATUS_USAGE);
            }
        }
    }
    voice::print(printed.as_bytes(), language)
}

fn address(arguments: &arguments::Link, language: Language) -> Result<String> {
    let base = checked_base(&arguments.base)?;
    let shared = shared(arguments)?;
    if let Some(problem) = unsound(&shared.chain, &Limits::default()) {
        bail!("{}", words::problem(language, &problem));
    }
    let fragment = fitting(&shared, language)?;
    Ok(format!("{base}#{fragment}"))
}

fn shared(arguments: &arguments::Link) -> Result<Shared> {
    let limits = Limits::default();
    let recorded = arguments.with_recording.as_deref();
    let mut shared = match (arguments.source(), recorded) {
        (None, Some(file)) => {
            let recording = replay::read(file)?;
            Shared {
                chain: recording.chain.clone(),
                recording: Some(recording),
            }
        }
        (None, None) => bail!("name a file with a chain, or give a pipeline with -c"),
        (Some(source), recorded) => {
            let of_a_link = source
                .file
                .as_deref()
                .and_then(|file| linked::given(file, &limits));
            let mut shared = match of_a_link {
                Some(shared) => shared?,
                None => Shared::of_chain(chain::of_text_or_file(&source, &limits)?),
            };
            if let Some(file) = recorded {
                shared.recording = Some(replay::read_of(file, &shared.chain)?);
            }
            shared
        }
    };
    if arguments.without_recording {
        shared.recording = None;
    }
    Ok(shared)
}

/// The fragment, with as much of the recorded data as fits.
fn fitting(shared: &Shared, language: Language) -> Result<String> {
    let fitting = link::encode_fitting(shared)
        .map_err(|refused| anyhow!(words::link_too_long(language, &refused)))?;
    if let Some(bytes) = fitting.cut {
        voice::say(match language {
            Language::En => format!(
                "so that it fits, at most {bytes} bytes of each end of what passed are in the link"
            ),
            Language::Ko => {
                format!("링크에 들어가도록, 지나간 데이터의 앞뒤를 {bytes}바이트까지만 담았습니다")
            }
        });
    }
    Ok(fitting.fragment)
}

/// The address of a page, to which a fragment can be added.
fn checked_base(base: &str) -> Result<&str> {
    let is_address = base.starts_with("http://") || base.starts_with("https://");
    let is_plain = base.bytes().all(|byte| byte.is_ascii_graphic());
    ensure!(
        is_address && is_plain && !base.contains('#'),
        "--base must be the address of a page, such as https://yard.example/pipeyard/, without a `#`"
    );
    let query = base.split_once('?').map_or("", |(_, query)| query);
    let is_key = |part: &str| {
        let name = part.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("token")
    };
    ensure!(
        !query.split(['&', ';']).any(is_key),
        "--base has the key of a runner behind `?token=`: whoever gets the link could run anything there; leave it out"
    );
    Ok(base)
}
