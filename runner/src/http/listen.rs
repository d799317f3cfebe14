//! The front of the server: takes connections, and bounds what each may cost before a request of it is known.
//!
//! A client may send half a request, or nothing, or connect a thousand times, or take nothing of its answer. So many
//! connections are [spoken with at once](super::slots), none is kept for later where half of them are taken, and whoever
//! brings requests faster than he may is answered later; whoever is refused and goes on connecting is [not heard](super::deaf)
//! for a while. A connection that does not bring a whole head in time is closed, an idle one too, and one that
//! [takes nothing](super::stream). What has become a WebSocket is counted elsewhere, and no longer here.

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, ErrorKind, Write};
use std::net::{self, IpAddr, SocketAddr};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::net::{SocketFlags, acceptfrom_with, sockopt};
use tokio::io::Interest;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::asker::TrustedProxies;
use super::crowds::Paces;
use super::deaf::Deaf;
use super::held::holding;
use super::slots::{Limit, OperatorOnly, Slot, Slots};
use super::stream::Stream;
use crate::operation::Operation;
use crate::rate::Bucket;
use crate::system::Registered;

/// How long a client may take for the head of a request, from the end of the last one on: the limit `head-time`.
pub const HEAD_TIME: Duration = Duration::from_secs(15);
/// The same where only the operator is answered: whoever waits there for nothing keeps him out.
pub const KEPT_HEAD_TIME: Duration = Duration::from_secs(3);
/// Bytes of a request's head: the limit `head-bytes`.
pub const HEAD_BYTES: usize = 64 << 10;
/// How long a client may be silent in the middle of a request's body: the limit `body-silence`.
pub const BODY_SILENCE: Duration = Duration::from_secs(60);

/// Bytes that the kernel takes for a connection before it is read. By itself it would take megabytes, and a
/// slow page would see everything that late.
const SEND_BUFFER: usize = 256 << 10;
/// After how long a silence the kernel asks whether the other end still is. It asks again each quarter of that, and gives up by the
/// time in which nothing may be taken, which stands in place of a count of questions (`TCP_USER_TIMEOUT` in tcp(7)).
const ALIVE_TIME: Duration = Duration::from_secs(60);
/// Refused connections that are told why in a second, and are in the log: who is refused as fast as he can connect is not to cost that.
pub(super) const REFUSALS_TOLD: u64 = 500;
/// How long to wait where the system has no descriptor for one more connection.
const BREATH: Duration = Duration::from_millis(100);

/// What is bounded here and can be asked for on the command line.
#[derive(Clone, Copy, Debug)]
pub struct FrontBounds {
    /// How long a client may take nothing of what it is sent: the limit `answer-silence`.
    pub answer_silence: Duration,
    /// Requests of an address in a second: the limit `request-rate`.
    pub request_rate: u64,
}

/// What the front of a server needs.
#[derive(Debug)]
pub(super) struct Front {
    /// Whose word is taken.
    pub(super) proxies: TrustedProxies,
    /// Of which each connection takes one.
    pub(super) slots: Slots,
    /// What else holds for each.
    pub(super) bounds: FrontBounds,
    /// Where refusals are counted.
    pub(super) operation: Arc<Operation>,
}

/// Serves until `end` completes; then connections are told, and given the time they need to close.
///
/// # Errors
/// The listener's.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    front: Front,
    end: impl Future<Output = ()>,
) -> io::Result<()> {
    let Front {
        proxies,
        slots,
        bounds,
        operation,
    } = front;
    let (ending, told) = watch::channel(false);
    let terms = Arc::new(Terms {
        paces: Paces::of(bounds.request_rate),
        slots,
        proxies,
        bounds,
    });
    // Whoever is refused at once should cost no more than that: tokio's own listener has each connection watched first.
    let listener = Registered::new(listener.into_std()?.into(), Interest::READABLE)?;
    let mut refusals = Bucket::full(REFUSALS_TOLD, Duration::from_secs(1), Instant::now());
    let mut deaf = Deaf::new();
    let taking = async {
        loop {
            terms.slots.room().await;
            // Each is followed by what everybody else waits for: there may always be one more.
            tokio::task::yield_now().await;
            let (mut stream, peer) = tokio::select! {
                accepted = accept(&listener) => accepted,
                () = until(deaf.next()) => {
                    deaf.forgive(Instant::now());
                    tell(&deaf, &listener);
                    continue;
                }
            };
            let address = peer.to_canonical();
            let is_proxy = terms.proxies.have(address);
            let slot = match terms.slots.take((!is_proxy).then_some(address)) {
                Ok(slot) => slot,
                Err(limit) => {
                    let (name, _) = limit.told();
                    operation.figures().refused(name);
                    if refusals.take(Instant::now()).is_ok() {
                        tracing::info!(%address, "the limit `{name}` is reached");
                        // It is new, so there is room for a line.
                        let _ = stream.write(too_many(limit).as_bytes());
                    }
                    // What a proxy brings is not one's own.
                    if !is_proxy && deaf.refused(address, Instant::now()) {
                        tracing::info!(%address, "who goes on connecting is not heard for a second");
                        tell(&deaf, &listener);
                    }
                    continue;
                }
            };
            if let Err(error) = adjust(&stream, bounds.answer_silence) {
                tracing::debug!(%error, "a connection is slower than it could be");
            }
            let stream = match TcpStream::from_std(stream) {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection cannot be watched");
                    continue;
                }
            };
            let connection = Connection {
                address,
                is_proxy,
                slot,
                terms: terms.clone(),
                told: told.clone(),
            };
            tokio::spawn(connection.serve(stream, router.clone()));
        }
    };
    tokio::select! {
        () = taking => {}
        () = end => {}
    }
    drop(listener);
    drop(told);
    ending.send_replace(true);
    ending.closed().await;
    Ok(())
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant.into()).await,
        None => std::future::pending().await,
    }
}

/// Who cannot be kept from being heard is refused, as before.
fn tell(deaf: &Deaf, listener: &Registered) {
    if let Err(error) = deaf.tell(listener.get_ref()) {
        tracing::debug!(%error, "the kernel takes no filter for the listening socket");
    }
}

async fn accept(listener: &Registered) -> (net::TcpStream, IpAddr) {
    let accept = |listener: &OwnedFd| -> io::Result<_> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (stream, peer) = acceptfrom_with(listener, flags)?;
        let peer = SocketAddr::try_from(peer.ok_or(ErrorKind::ConnectionAborted)?)?;
        Ok((stream.into(), peer.ip()))
    };
    loop {
        let error = match listener.async_io(Interest::READABLE, accept).await {
            Ok(accepted) => return accepted,
            Err(error) => error,
        };
        match error.kind() {
            // That one is gone again.
            ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset => {}
            // Descriptors or memory: it may get better.
            _ => {
                tracing::warn!(%error, "no connection can be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Messages are gathered where they are made; the kernel would hold a small one back for up to 40 ms.
fn adjust(stream: &net::TcpStream, silence: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    sockopt::set_socket_send_buffer_size(stream, SEND_BUFFER)?;
    sockopt::set_tcp_keepidle(stream, ALIVE_TIME)?;
    sockopt::set_tcp_keepintvl(stream, ALIVE_TIME / 4)?;
    sockopt::set_socket_keepalive(stream, true)?;
    // What is written is the kernel's to send: it, too, gives up when nothing is taken for so long.
    let silence = u32::try_from(silence.as_millis()).unwrap_or(u32::MAX);
    sockopt::set_tcp_user_timeout(stream, silence).map_err(io::Error::from)
}

/// What somebody hears who has too many connections. Nobody has read in which language.
fn too_many(limit: Limit) -> String {
    let (name, most) = limit.told();
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Connection: close\r\nRetry-After: 5\r\nX-Content-Type-Options: nosniff\r\n\r\n\
         The limit `{name}` is reached ({most}): close some connections.\n\
         제한 `{name}`({most})에 이르렀습니다. 연결을 몇 개 닫으세요.\n"
    )
}

/// What holds for all connections.
#[derive(Debug)]
struct Terms {
    proxies: TrustedProxies,
    slots: Slots,
    paces: Paces,
    bounds: FrontBounds,
}

struct Connection {
    address: IpAddr,
    is_proxy: bool,
    slot: Slot,
    terms: Arc<Terms>,
    told: watch::Receiver<bool>,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream, router: Router) {
        // A connection counts as the first request that it brings.
        if !self.is_proxy {
            let wait = self.terms.paces.turn(self.address, Instant::now());
            tokio::time::sleep(wait).await;
        }
        let stream = Stream::new(stream, self.terms.bounds.answer_silence);
        let pace = stream.pace().clone();
        let only_operator = self.slot.only_operator;
        let (address, is_proxy, terms) = (self.address, self.is_proxy, self.terms.clone());
        let is_paid = AtomicBool::new(!is_proxy);
        let router = TowerToHyperService::new(router);
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let asker = terms.proxies.settle(address, request.headers_mut());
            let wait = if is_paid.swap(false, Ordering::Relaxed) {
                Duration::ZERO
            } else {
                terms.paces.turn(asker.0, Instant::now())
            };
            let asked = is_proxy.then(|| terms.slots.ask(asker.0)).transpose();
            let only_operator = match &asked {
                Ok(_) => only_operator,
                Err(limit) => Some(OperatorOnly(*limit)),
            };
            let extensions = request.extensions_mut();
            extensions.insert(asker);
            extensions.insert(pace.clone());
            if let Some(only_operator) = only_operator {
                extensions.insert(only_operator);
            }
            let answering = router.call(patient(request));
            let terms = terms.clone();
            async move {
                if !wait.is_zero() {
                    tokio::time::sleep(wait).await;
                }
                let mut response: Response = answering.await?;
                let counted = (!is_proxy).then_some(address);
                // One that becomes a WebSocket is counted elsewhere from now on.
                let stays = response.status() != StatusCode::SWITCHING_PROTOCOLS;
                if stays && terms.slots.are_scarce(counted) {
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                Ok::<_, Infallible>(match asked {
                    Ok(Some(asked)) => holding(response, asked),
                    Ok(None) | Err(_) => response,
                })
            }
        });
        let head_time = match only_operator {
            None => HEAD_TIME,
            Some(_) => KEPT_HEAD_TIME,
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_time)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = std::pin::pin!(connection);
        let served = tokio::select! {
            served = connection.as_mut() => served,
            () = ending(&mut self.told) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = served {
            tracing::debug!(%error, "a connection broke");
        }
    }
}

async fn ending(told: &mut watch::Receiver<bool>) {
    // A sender that is gone ends it as well.
    let _ = told.wait_for(|told| *told).await;
}

/// A request whose body breaks off when its client falls silent in the middle of it.
fn patient(request: hyper::Request<Incoming>) -> Request {
    request.map(|body| {
        if hyper::body::Body::is_end_stream(&body) {
            return Body::empty();
        }
        let pieces = Body::new(body).into_data_stream();
        Body::from_stream(stream::unfold(Some(pieces), async |pieces| {
            let mut pieces = pieces?;
            match tokio::time::timeout(BODY_SILENCE, pieces.next()).await {
                Ok(piece) => Some((piece?, Some(pieces))),
                Err(_) => {
                    let silence = io::Error::from(ErrorKind::TimedOut);
                    Some((Err(axum::Error::new(silence)), None))
                }
            }
        }))
    })
}
