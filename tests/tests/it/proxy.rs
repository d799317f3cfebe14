//! Behind nginx with TLS, by the very configuration that docs/nginx.conf has.

use std::net::TcpStream;

use anyhow::{Context, Result, bail, ensure};
use futures_util::{SinkExt, StreamExt};
use pipeyard_shared::chain::Stage;
use pipeyard_shared::message::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use pipeyard_tests::http::{self, UPGRADE};
use pipeyard_tests::proxy::Nginx;
use pipeyard_tests::{PATIENCE, lay, pattern, wait_for};
use tokio::io::{AsyncRead, AsyncWrite, join};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};

/// More wrong keys than an address may bring at once, several times over.
const MANY: usize = 60;

/// A page's socket through the proxy; and what carries it, which ends with this.
async fn open(
    nginx: &Nginx,
    origin: &str,
) -> Result<(
    WebSocketStream<impl AsyncRead + AsyncWrite + Unpin + use<>>,
    Child,
)> {
    let mut command = Command::from(nginx.command("127.0.0.1"));
    let mut child = command.kill_on_drop(true).spawn()?;
    let streams = child.stdout.take().zip(child.stdin.take());
    let (stdout, stdin) = streams.context("pipes")?;
    let mut request = format!("wss://{}/socket", nginx.host()).into_client_request()?;
    request.headers_mut().insert("Origin", origin.parse()?);
    request
        .headers_mut()
        .insert("Cookie", nginx.cookie()?.parse()?);
    let opened = tokio_tungstenite::client_async(request, join(stdout, stdin));
    let (socket, _) = timeout(PATIENCE, opened).await??;
    Ok((socket, child))
}

async fn say(
    socket: &mut WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>,
    message: &ClientMessage,
) -> Result<()> {
    let text = serde_json::to_string(message)?;
    Ok(socket.send(Message::text(text)).await?)
}

/// Receives until a message is what is waited for; nothing when the connection ends before.
async fn until<T>(
    socket: &mut WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>,
    found: impl Fn(ServerMessage) -> Option<T>,
) -> Result<Option<T>> {
    let waiting = async {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            if let Some(found) = found(serde_json::from_str(&text)?) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    };
    timeout(PATIENCE, waiting).await?
}

async fn greet(socket: &mut WebSocketStream<impl AsyncRead + AsyncWrite + Unpin>) -> Result<()> {
    let hello = ClientMessage::Hello {
        protocol: PROTOCOL_VERSION,
        session: None,
        seen: Vec::new(),
    };
    say(socket, &hello).await?;
    let welcome = until(socket, |message| {
        matches!(message, ServerMessage::Welcome { .. }).then_some(())
    });
    welcome.await?.context("a welcome")
}

#[tokio::test]
async fn a_page_by_tls_runs_chains() -> Result<()> {
    let nginx = Nginx::start()?;
    let (mut socket, _child) = open(&nginx, &nginx.origin()).await?;
    greet(&mut socket).await?;
    let chain = lay([
        Stage::process("seq", "seq", ["3"]),
        Stage::process("wc", "wc", ["-l"]),
    ])
    .build();
    say(&mut socket, &ClientMessage::start(1, &chain)).await?;
    let ended = until(&mut socket, |message| {
        let ServerMessage::Events { events, .. } = message else {
            return None;
        };
        let mut ended = events
            .iter()
            .filter(|event| matches!(event.event, pipeyard_shared::event::Event::RunEnded { .. }));
        ended.next().map(|_| ())
    });
    ended.await?.context("the run's end")
}

/// The address that a person opens first has the key in it, and stood in the proxy's log as it was.
#[test]
fn the_key_is_not_in_the_log_of_requests() -> Result<()> {
    let nginx = Nginx::start()?;
    nginx.cookie()?;
    // A line is written once its answer has gone.
    let line = wait_for("the request in the log", || {
        let log = nginx.requests();
        log.contains(" GET / 303").then_some(log)
    });
    line.with_context(|| nginx.requests())?;
    // While the runner starts again nothing answers, and what is written of that had the whole line of the request.
    nginx.runner().send(rustix::process::Signal::KILL)?;
    wait_for("the end of the runner", || {
        TcpStream::connect(("127.0.0.1", nginx.runner().port()))
            .is_err()
            .then_some(())
    })?;
    let path = format!("/?token={}", nginx.runner().token());
    assert_eq!(nginx.ask("GET", &path, &[], b"")?.status, 502);
    let line = wait_for("that request in the log", || {
        let log = nginx.requests();
        log.contains(" GET / 502").then_some(log)
    });
    let log = line.with_context(|| nginx.requests())? + nginx.log().as_str();
    ensure!(!log.contains(nginx.runner().token()), "{log}");
    Ok(())
}

#[test]
fn the_cookie_is_for_tls_only_and_the_origin_is_the_outer_one() -> Result<()> {
    let nginx = Nginx::start()?;
    let cookie = nginx.set_cookie()?;
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    let cookie = nginx.cookie()?;
    let knock = |origin: &str| {
        let mut headers = UPGRADE.to_vec();
        headers.extend([("Origin", origin), ("Cookie", &cookie)]);
        anyhow::Ok(nginx.ask("GET", "/socket", &headers, b"")?.status)
    };
    assert_eq!(knock(&nginx.origin())?, 101);
    let plain = nginx.origin().replace("https", "http");
    let inner = http::origin(nginx.runner());
    for wrong in [
        plain.as_str(),
        &inner,
        "https://yard.example",
        "https://example.org",
        "null",
        "",
    ] {
        assert_eq!(knock(wrong)?, 403, "{wrong}");
    }
    let foreign = [
        ("Cookie", cookie.as_str()),
        ("X-Forwarded-Host", "example.org"),
    ];
    let own = nginx.ask("GET", "/programs", &foreign, b"")?;
    assert_eq!(
        own.status, 200,
        "what a client says of itself is set by the proxy"
    );
    Ok(())
}

/// Nobody but a trusted proxy is believed: without one, the same words change nothing.
#[test]
fn without_the_proxy_its_words_are_nothing() -> Result<()> {
    let nginx = Nginx::start()?;
    let runner = pipeyard_tests::TestRunner::start_with(&["--host", "yard.example"], &[])?;
    let path = format!("/?token={}", runner.token());
    let headers = [
        ("Host", "yard.example"),
        ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-For", "192.0.2.1"),
    ];
    let answer = http::get(&runner, &path, &headers)?;
    let cookie = answer.header("set-cookie").context("a cookie")?;
    assert!(!cookie.contains("Secure"), "{cookie}");
    let host = http::host(&runner);
    let headers = [("Host", "example.org"), ("X-Forwarded-Host", &host)];
    assert_eq!(http::get(&runner, &path, &headers)?.status, 403);
    // From the trusted address the same words do.
    let own = http::host(nginx.runner());
    let headers = [("Host", "example.org"), ("X-Forwarded-Host", &own)];
    let path = format!("/?token={}", nginx.runner().token());
    assert_eq!(http::get(nginx.runner(), &path, &headers)?.status, 303);
    Ok(())
}

#[test]
fn wrong_keys_are_counted_by_the_forwarded_address() -> Result<()> {
    let nginx = Nginx::start()?;
    let host = nginx.host();
    let key = nginx.runner().token();
    let guesses = || {
        let mut text = String::new();
        for number in 0..MANY {
            // Whoever guesses would say that he is somebody else each time.
            let other = format!("192.0.2.{number}");
            let headers = [
                ("Host", host.as_str()),
                ("Connection", "keep-alive"),
                ("X-Forwarded-For", &other),
            ];
            text += &http::text("GET", &format!("/?token=guess-{number}"), &headers);
        }
        text += &http::text("GET", &format!("/?token={key}"), &[("Host", &host)]);
        text
    };
    let mut guesser = nginx.connect("127.0.0.2")?;
    guesser.say(guesses().into_bytes())?;
    let statuses = http::statuses(guesser.answers()?)?;
    assert_eq!(statuses.len(), MANY + 1, "{statuses:?}");
    assert_eq!(statuses[..20], [403; 20]);
    assert!(statuses[20..].contains(&429), "{statuses:?}");
    assert_eq!(statuses[MANY], 303, "a long key opens all the same");
    let mut other = nginx.connect("127.0.0.3")?;
    let path = format!("/?token={key}");
    other.say(http::text("GET", &path, &[("Host", &host)]).into_bytes())?;
    assert_eq!(
        http::answer(other.answers()?)?.status,
        303,
        "others are let in"
    );
    Ok(())
}

/// A proxy that waits a minute at most would cut a page off that has nothing to say. Its time is long in the file; that
/// it is this time which cuts is shown by a short one.
#[tokio::test]
async fn a_silent_socket_is_cut_by_the_time_in_the_file_and_by_no_other() -> Result<()> {
    let short = [("proxy_read_timeout 1d", "proxy_read_timeout 1s")];
    let impatient = Nginx::start_with(&short)?;
    let patient = Nginx::start()?;
    let (mut kept, _one) = open(&patient, &patient.origin()).await?;
    greet(&mut kept).await?;
    let (mut cut, _other) = open(&impatient, &impatient.origin()).await?;
    greet(&mut cut).await?;
    let nothing = until(&mut cut, Some).await?;
    ensure!(nothing.is_none(), "nothing was asked, and {nothing:?} came");
    say(&mut kept, &ClientMessage::Ping { nonce: 7 }).await?;
    let pong = until(&mut kept, |message| match message {
        ServerMessage::Pong { nonce } => Some(nonce),
        _ => None,
    });
    assert_eq!(pong.await?, Some(7));
    Ok(())
}

#[tokio::test]
async fn a_wrong_origin_is_refused_before_the_upgrade() -> Result<()> {
    let nginx = Nginx::start()?;
    let Err(refused) = open(&nginx, "https://example.org").await else {
        bail!("it was let in");
    };
    match refused.downcast_ref() {
        Some(Error::Http(answer)) => assert_eq!(answer.status(), 403),
        other => bail!("{other:?}"),
    }
    Ok(())
}

#[test]
fn large_files_go_both_ways_and_parts_can_be_had() -> Result<()> {
    let nginx = Nginx::start()?;
    let (cookie, origin) = (nginx.cookie()?, nginx.origin());
    let content = pattern::bytes(9, 12 << 20);
    let headers = [("Cookie", cookie.as_str()), ("Origin", &origin)];
    let taken = nginx.ask("PUT", "/files/large.bin", &headers, &content)?;
    assert_eq!(taken.status, 204, "{}", taken.text());
    let whole = nginx.ask("GET", "/files/large.bin", &headers, b"")?;
    assert!(whole.status == 200 && whole.body == content);
    let (from, to) = (5 << 20, 9 << 20);
    let range = format!("bytes={from}-{}", to - 1);
    let headers = [headers.as_slice(), &[("Range", range.as_str())]].concat();
    let part = nginx.ask("GET", "/files/large.bin", &headers, b"")?;
    assert!(part.status == 206 && part.body == content[from..to]);
    let wrong = [
        ("Cookie", cookie.as_str()),
        ("Origin", "https://example.org"),
    ];
    let refused = nginx.ask("PUT", "/files/other.bin", &wrong, b"x")?;
    assert_eq!(refused.status, 403);
    Ok(())
}
