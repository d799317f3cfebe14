//! Short links: asking a runner on this machine what one stands for.
//!
//! Other machines are not asked: whoever gives somebody a link would learn where and when it is opened, and could make
//! `pipeyard` talk to whatever is behind a firewall.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use axum::body::Body;
use axum::http::{Request, StatusCode, Uri, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use pipeyard_shared::limits::LINK_BYTES;
use pipeyard_shared::link;
use tokio::net::TcpStream;

/// How long a runner on this machine may take to answer.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// Bytes that an answer's head may have: the fragment of a link, and some headers.
const HEAD_BYTES: usize = LINK_BYTES + (16 << 10);

/// The fragment that a short link stands for.
///
/// # Errors
/// When the address is no short link of a runner on this machine, or that does not know it.
pub(super) fn resolve(address: &str) -> Result<String> {
    let target = Target::of(address)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the reactor could not be started")?;
    let asked = runtime.block_on(async { tokio::time::timeout(ANSWER_TIME, target.ask()).await });
    let seconds = ANSWER_TIME.as_secs();
    asked
        .unwrap_or_else(|_| Err(anyhow!("it does not answer within {seconds} s")))
        .with_context(|| format!("the short link {address}"))
}

/// Whom to ask for what.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    /// All of this machine.
    addresses: Vec<SocketAddr>,
    host: String,
    path: String,
}

impl Target {
    fn of(address: &str) -> Result<Self> {
        let no_link = || {
            anyhow!(
                "{address} is no link: a link has its chain behind a `#`, and a short one ends in /s/ and letters"
            )
        };
        let uri: Uri = address.parse().map_err(|_| no_link())?;
        let authority = uri.authority().ok_or_else(no_link)?;
        let name = authority.host().trim_matches(['[', ']']);
        let port = authority.port_u16().unwrap_or(80);
        let id = uri.path().rsplit_once("/s/").map(|(_, id)| id);
        ensure!(id.is_some_and(|id| !id.is_empty()), no_link());
        let addresses: Vec<IpAddr> = if name.eq_ignore_ascii_case("localhost") {
            vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
        } else {
            let address = name.parse::<IpAddr>().into_iter();
            address.filter(IpAddr::is_loopback).collect()
        };
        if addresses.is_empty() || uri.scheme_str() != Some("http") {
            bail!(
                "{address} is a short link of another machine, which is not asked: open it in a browser, and give the \
                 address that it leads to, with all that is behind its `#`"
            );
        }
        Ok(Self {
            addresses: addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, port))
                .collect(),
            host: authority.host().to_owned() + &format!(":{port}"),
            path: uri.path().to_owned(),
        })
    }

    /// Asks once, and goes nowhere else: the answer says what the link stands for.
    async fn ask(&self) -> Result<String> {
        let stream = TcpStream::connect(&self.addresses[..])
            .await
            .context("no runner can be reached there")?;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(HEAD_BYTES)
            .handshake::<_, Body>(TokioIo::new(stream))
            .await?;
        let request = Request::get(&self.path)
            .header(header::HOST, &self.host)
            .body(Body::empty())?;
        let answer = async {
            let answer = sender.send_request(request).await;
            answer.context("what answers there is no runner")
        };
        let mut answer = pin!(answer);
        // The connection is what moves the bytes; it ends when the answer is dropped.
        let answer = tokio::select! {
            biased;
            answer = &mut answer => answer?,
            // It may end as soon as the answer has come.
            ended = connection => match answer.await {
                Ok(answer) => answer,
                Err(error) => {
                    ended.context("what answers there is no runner")?;
                    return Err(error);
                }
            }
        };
        let leads_to = answer.headers().get(header::LOCATION);
        let leads_to = leads_to.and_then(|location| location.to_str().ok());
        match (answer.status(), leads_to) {
            (StatusCode::NOT_FOUND, _) => {
                bail!("the runner does not know it: it has expired, or another runner made it")
            }
            (status, Some(location)) if status.is_redirection() => {
                let found = location
                    .find('#')
                    .and_then(|place| link::fragment_in(&location[place..]));
                found
                    .map(str::to_owned)
                    .context("it leads to something that is no link")
            }
            (status, _) => bail!("what answers there says {status}, as no runner would"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(address: &str) -> String {
        match Target::of(address) {
            Ok(target) => panic!("{address} is asked: {target:?}"),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn only_this_machine_is_asked() {
        for address in [
            "http://127.0.0.1:7878/s/abc",
            "http://127.8.8.8/s/abc",
            "http://localhost:7878/s/abc",
            "http://[::1]:7878/s/abc",
        ] {
            let target = Target::of(address).unwrap_or_else(|error| panic!("{address}: {error}"));
            assert!(target.addresses.iter().all(|to| to.ip().is_loopback()));
            assert_eq!(target.path, "/s/abc");
        }
        for address in [
            "http://192.168.0.1:7878/s/abc",
            "http://0.0.0.0:7878/s/abc",
            "http://yard.example/s/abc",
            "http://127.0.0.1.yard.example/s/abc",
            "http://localhost@yard.example/s/abc",
            "https://127.0.0.1:7878/s/abc",
        ] {
            assert!(refused(address).contains("another machine"), "{address}");
        }
        for address in [
            "http://127.0.0.1:7878/",
            "http://127.0.0.1:7878/s/",
            "http://",
            "http://a b/s/abc",
        ] {
            assert!(refused(address).contains("is no link"), "{address}");
        }
    }
}
