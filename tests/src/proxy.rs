//! A real reverse proxy with TLS in front of a runner, as docs/nginx.conf has it, and clients of it.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{TestRunner, http};

/// The name for which its certificate is.
pub const NAME: &str = "yard.example";

/// nginx on a free port, in front of a runner. Killed when dropped.
pub struct Nginx {
    child: Child,
    folder: TempDir,
    port: u16,
    runner: TestRunner,
}

/// A connection to it by TLS, which `openssl` speaks.
pub struct Tls {
    child: Child,
    /// Gives back what is to stay open: its end would be the connection's.
    saying: Option<JoinHandle<ChildStdin>>,
}

impl Nginx {
    /// Starts both, and has the proxy trusted.
    ///
    /// # Errors
    /// When one of them cannot be started.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// The same with some texts of the configuration replaced by others.
    ///
    /// # Errors
    /// When one of them cannot be started, or a text does not stand there once.
    pub fn start_with(changes: &[(&str, &str)]) -> Result<Self> {
        // It is bound before anybody is told of it, so that nobody else has the port; nginx gets it as it gets those of
        // its own predecessor.
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let port = listener.local_addr()?.port();
        let host = format!("{NAME}:{port}");
        let runner =
            TestRunner::start_with(&["--host", &host, "--trusted-proxy", "127.0.0.1"], &[])?;
        let folder = TempDir::with_prefix("pipeyard-nginx-")?;
        let path = folder.path().to_str().context("a plain path")?;
        make_certificate(&folder)?;
        let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/nginx.conf");
        let mut site = fs::read_to_string(docs)?;
        let own = [
            ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
            ("127.0.0.1:7878", format!("127.0.0.1:{}", runner.port())),
            ("/var/log/nginx/pipeyard.log", format!("{path}/access")),
            ("/var/log/nginx/pipeyard-error.log", format!("{path}/log")),
            ("/etc/ssl/yard.example.crt", format!("{path}/crt")),
            ("/etc/ssl/yard.example.key", format!("{path}/key")),
        ];
        let own = own.iter().map(|(from, to)| (*from, to.as_str()));
        for (from, to) in own.chain(changes.iter().copied()) {
            ensure!(
                site.matches(from).count() == 1,
                "`{from}` does not stand in {docs} once"
            );
            site = site.replace(from, to);
        }
        fs::write(folder.path().join("site"), site)?;
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let folders = folders.map(|what| format!("{what}_temp_path {path}/{what};"));
        let all = format!(
            "daemon off; user root; worker_processes 1; pid {path}/pid; error_log {path}/log info;\n\
             events {{ worker_connections 256; }}\n\
             http {{ access_log off; {} include {path}/site; }}\n",
            folders.concat()
        );
        fs::write(folder.path().join("conf"), all)?;
        let child = Command::new(program())
            .args([
                "-p",
                path,
                "-c",
                &format!("{path}/conf"),
                "-e",
                &format!("{path}/log"),
            ])
            .env("NGINX", "0;")
            .stdin(Stdio::from(OwnedFd::from(listener)))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("nginx cannot be started (Debian: apt-get install nginx)")?;
        Ok(Self {
            child,
            folder,
            port,
            runner,
        })
    }

    /// The runner behind it.
    pub fn runner(&self) -> &TestRunner {
        &self.runner
    }

    /// The `Host` of its page.
    pub fn host(&self) -> String {
        format!("{NAME}:{}", self.port)
    }

    /// The `Origin` of its page.
    pub fn origin(&self) -> String {
        format!("https://{NAME}:{}", self.port)
    }

    /// The cookie that a browser gets through it, with all that is said of it.
    ///
    /// # Errors
    /// When it gets none.
    pub fn set_cookie(&self) -> Result<String> {
        let path = format!("/?token={}", self.runner.token());
        let answer = self.ask("GET", &path, &[], b"")?;
        let cookie = answer.header("set-cookie");
        Ok(cookie.with_context(|| format!("{answer:?}"))?.to_owned())
    }

    /// The same as `NAME=VALUE`.
    ///
    /// # Errors
    /// When it gets none.
    pub fn cookie(&self) -> Result<String> {
        let cookie = self.set_cookie()?;
        Ok(cookie.split(';').next().unwrap_or_default().to_owned())
    }

    /// Connects from this address of this machine.
    ///
    /// # Errors
    /// When there is no `openssl`.
    pub fn connect(&self, from: &str) -> Result<Tls> {
        Ok(Tls {
            child: self.command(from).spawn()?,
            saying: None,
        })
    }

    /// What connects from this address, with pipes for what is said.
    pub fn command(&self, from: &str) -> Command {
        let mut command = Command::new("openssl");
        command
            .args(["s_client", "-quiet", "-verify_return_error"])
            .args(["-verify_hostname", NAME, "-servername", NAME])
            .arg("-CAfile")
            .arg(self.folder.path().join("crt"))
            .args(["-bind", &format!("{from}:0")])
            .args(["-connect", &format!("127.0.0.1:{}", self.port)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    /// Asks as a browser would, with these headers besides `Host`.
    ///
    /// # Errors
    /// When there is no answer; with nginx's log.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<http::Answer> {
        let (host, length) = (self.host(), body.len().to_string());
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        if method != "GET" {
            all.push(("Content-Length", &length));
        }
        let mut connection = self.connect("127.0.0.1")?;
        connection.say([http::text(method, path, &all).as_bytes(), body].concat())?;
        http::answer(connection.answers()?).with_context(|| self.log())
    }

    /// Its log of requests.
    pub fn requests(&self) -> String {
        fs::read_to_string(self.folder.path().join("access")).unwrap_or_default()
    }

    /// What it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("nginx:\n{}", self.log());
        }
        // It takes its workers along, which a KILL would leave. Errors mean that it has ended already.
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

impl Tls {
    /// Says this while the other side may already answer.
    ///
    /// # Errors
    /// When it was said something before.
    pub fn say(&mut self, bytes: Vec<u8>) -> Result<()> {
        let mut stdin = self.child.stdin.take().context("a pipe")?;
        self.saying = Some(thread::spawn(move || {
            // Who is refused early may not be heard out.
            let _ = stdin.write_all(&bytes).and_then(|()| stdin.flush());
            stdin
        }));
        Ok(())
    }

    /// What is answered.
    ///
    /// # Errors
    /// When it was taken before.
    pub fn answers(&mut self) -> Result<ChildStdout> {
        self.child.stdout.take().context("a pipe")
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> PathBuf {
    // Ordinary users' PATH may be without it.
    let usual = PathBuf::from("/usr/sbin/nginx");
    if usual.is_file() {
        usual
    } else {
        "nginx".into()
    }
}

fn make_certificate(folder: &TempDir) -> Result<()> {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
        ])
        .args(["-nodes", "-days", "2", "-subj", &format!("/CN={NAME}")])
        .args(["-addext", &format!("subjectAltName=DNS:{NAME}")])
        .args(["-keyout", "key", "-out", "crt"])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .context("openssl cannot be started")?;
    ensure!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    Ok(())
}
