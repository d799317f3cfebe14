//! What a request brings to be let in: as the page brings it, as a program does, and as others would.

use anyhow::Result;

use crate::TestRunner;
use crate::http::{self, Answer};

/// A header.
type Header<'a> = (&'a str, &'a str);

/// What a runner asks of requests.
#[derive(Debug)]
pub struct Credentials {
    host: String,
    origin: String,
    cookie: String,
    bearer: String,
}

impl Credentials {
    /// Those of a runner.
    ///
    /// # Errors
    /// When it gives no cookie.
    pub fn of(runner: &TestRunner) -> Result<Self> {
        Ok(Self {
            host: http::host(runner),
            origin: http::origin(runner),
            cookie: http::cookie(runner)?,
            bearer: format!("Bearer {}", runner.token()),
        })
    }

    /// What the page brings.
    pub fn page(&self) -> Vec<Header<'_>> {
        vec![self.host(), self.origin(), self.cookie()]
    }

    /// What a program brings.
    pub fn program(&self) -> Vec<Header<'_>> {
        vec![self.host(), ("Authorization", &self.bearer)]
    }

    /// Without the key, or as a site brings them that has another name point to this machine: no request may.
    pub fn without_key(&self) -> Vec<Vec<Header<'_>>> {
        vec![
            vec![self.host()],
            vec![self.host(), self.origin()],
            vec![("Host", "evil.example"), self.cookie(), self.origin()],
        ]
    }

    /// With the key, which another site has the browser send along: no request may that does more than read.
    pub fn of_other_sites(&self) -> Vec<Vec<Header<'_>>> {
        let mut all = vec![vec![self.host(), self.cookie()]];
        for foreign in ["http://127.0.0.1:1", "http://evil.example", "null"] {
            all.push(vec![self.host(), self.cookie(), ("Origin", foreign)]);
        }
        all
    }

    fn host(&self) -> Header<'_> {
        ("Host", &self.host)
    }

    fn origin(&self) -> Header<'_> {
        ("Origin", &self.origin)
    }

    fn cookie(&self) -> Header<'_> {
        ("Cookie", &self.cookie)
    }
}

/// Asks as the page does, with these headers besides.
///
/// # Errors
/// When there is no answer.
pub fn ask(
    runner: &TestRunner,
    method: &str,
    path: &str,
    more: &[Header<'_>],
    body: &[u8],
) -> Result<Answer> {
    let credentials = Credentials::of(runner)?;
    let headers = [&credentials.page(), more].concat();
    http::send(runner, method, path, &headers, body)
}
