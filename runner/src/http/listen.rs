//! The front of the server: takes connections, and bounds what each may cost before a request of it is known.
//!
//! A client may send half a request, or nothing, or connect a thousand times. So many connections are spoken with at once
//! and so many of one address; beyond the first bound the kernel keeps new ones waiting, beyond the second they are told
//! so and closed. A connection that does not bring a whole head in time is closed, an idle one too. What has become a
//! WebSocket is counted elsewhere, and no longer here.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use futures_util::{StreamExt, stream};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use rustix::net::sockopt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::asker::TrustedProxies;
use crate::operation::Operation;

/// Connections that are spoken with at once, WebSockets apart: the limit `http-connections`.
pub const HTTP_CONNECTIONS: usize = 512;
/// How many of them one address may have, unless it is a trusted proxy's: the limit `http-connections-each`.
pub const HTTP_CONNECTIONS_EACH: usize = 128;
/// How long a client may take for the head of a request, from the end of the last one on: the limit `head-time`.
pub const HEAD_TIME: Duration = Duration::from_secs(15);
/// Bytes of a request's head: the limit `head-bytes`.
pub const HEAD_BYTES: usize = 64 << 10;
/// How long a client may be silent in the middle of a request's body: the limit `body-silence`.
pub const BODY_SILENCE: Duration = Duration::from_secs(60);

/// Bytes that the kernel takes for a connection before it is read. By itself it would take megabytes, and a
/// slow page would see everything that late.
const SEND_BUFFER: usize = 256 << 10;
/// After how long a silence the kernel asks whether the other end still is. It asks four times.
const ALIVE_TIME: Duration = Duration::from_secs(60);
/// How long to wait where the system has no descriptor for one more connection.
const BREATH: Duration = Duration::from_millis(100);

/// What somebody hears who has too many connections.
const TOO_MANY: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n\
     Connection: close\r\nRetry-After: 5\r\nX-Content-Type-Options: nosniff\r\n\r\n\
     The limit `http-connections-each` is reached (128): close some connections.\n";

/// What the front of a server needs.
#[derive(Debug)]
pub(super) struct Front {
    /// Whose word is taken.
    pub(super) proxies: TrustedProxies,
    /// [`HTTP_CONNECTIONS`], of which each connection takes one.
    pub(super) slots: Arc<Semaphore>,
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
        operation,
    } = front;
    let each = Each::default();
    let proxies = Arc::new(proxies);
    let (ending, told) = watch::channel(false);
    let taking = async {
        loop {
            let Ok(slot) = slots.clone().acquire_owned().await else {
                return;
            };
            let (stream, peer) = accept(&listener).await;
            let address = peer.to_canonical();
            let counted = if proxies.have(address) {
                None
            } else {
                let Some(counted) = each.count(address) else {
                    operation.figures().refused("http-connections-each");
                    tracing::info!(%address, "the limit `http-connections-each` is reached");
                    // It is new, so there is room for a line.
                    let _ = stream.try_write(TOO_MANY.as_bytes());
                    continue;
                };
                Some(counted)
            };
            let connection = Connection {
                address,
                proxies: proxies.clone(),
                told: told.clone(),
                _slot: slot,
                _counted: counted,
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

async fn accept(listener: &TcpListener) -> (TcpStream, IpAddr) {
    loop {
        let error = match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = adjust(&stream) {
                    tracing::debug!(%error, "a connection is slower than it could be");
                }
                return (stream, peer.ip());
            }
            Err(error) => error,
        };
        match error.kind() {
            // That one is gone again.
            io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset => {}
            // Descriptors or memory: it may get better.
            _ => {
                tracing::warn!(%error, "no connection can be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Messages are gathered where they are made; the kernel would hold a small one back for up to 40 ms.
fn adjust(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    sockopt::set_socket_send_buffer_size(stream, SEND_BUFFER)?;
    sockopt::set_tcp_keepidle(stream, ALIVE_TIME)?;
    sockopt::set_tcp_keepintvl(stream, ALIVE_TIME / 4)?;
    sockopt::set_tcp_keepcnt(stream, 4)?;
    sockopt::set_socket_keepalive(stream, true)?;
    Ok(())
}

struct Connection {
    address: IpAddr,
    proxies: Arc<TrustedProxies>,
    told: watch::Receiver<bool>,
    _slot: OwnedSemaphorePermit,
    _counted: Option<Counted>,
}

impl Connection {
    async fn serve(mut self, stream: TcpStream, router: Router) {
        let router = TowerToHyperService::new(router);
        let (address, proxies) = (self.address, self.proxies.clone());
        let service = service_fn(move |mut request: hyper::Request<Incoming>| {
            let asker = proxies.settle(address, request.headers_mut());
            request.extensions_mut().insert(asker);
            router.call(patient(request))
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIME)
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
                    let silence = io::Error::from(io::ErrorKind::TimedOut);
                    Some((Err(axum::Error::new(silence)), None))
                }
            }
        }))
    })
}

/// How many connections each address has.
#[derive(Clone, Debug, Default)]
struct Each(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One of them, for as long as this lives.
struct Counted {
    address: IpAddr,
    each: Each,
}

impl Each {
    /// Counts one more; nothing if that is one too many.
    fn count(&self, address: IpAddr) -> Option<Counted> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= HTTP_CONNECTIONS_EACH {
            return None;
        }
        *count += 1;
        Some(Counted {
            address,
            each: self.clone(),
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.each.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_of_an_address_are_counted_and_given_back() {
        let each = Each::default();
        let one: IpAddr = [192, 0, 2, 1].into();
        let other: IpAddr = [192, 0, 2, 2].into();
        let held: Vec<_> = (0..HTTP_CONNECTIONS_EACH)
            .map(|_| each.count(one))
            .collect();
        assert!(held.iter().all(Option::is_some));
        assert!(each.count(one).is_none());
        assert!(each.count(other).is_some());
        drop(held);
        assert!(each.count(one).is_some());
        assert!(
            each.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty()
        );
    }

    #[test]
    fn the_refusal_names_the_bound() {
        assert!(TOO_MANY.contains(&format!("({HTTP_CONNECTIONS_EACH})")));
    }
}
