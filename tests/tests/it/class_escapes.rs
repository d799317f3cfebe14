//! What a learner may try at the level *class*, and what must not come of it. Each attempt is a line of shell that says
//! `ESCAPED` if it has succeeded. Those that succeed without a sandbox are seen to: so the attempt is a real one.

use std::io::Read;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use pipeyard_shared::chain::Stage;
use pipeyard_tests::lay::apart;
use pipeyard_tests::ordinary::binary_for_all;
use pipeyard_tests::{Client, OrdinaryUser, RunModel, TestRunner, http, lay, wait_for};
use tempfile::TempDir;

/// An attempt: its name, whether it succeeds without a sandbox, and how it goes.
type Attempt = (&'static str, bool, &'static str);

const READING: [Attempt; 12] = [
    ("teachers_file", true, "grep -q treasure SECRET"),
    (
        "teachers_file_by_dots",
        true,
        "cd ../../../../../../../..; grep -q treasure .SECRET",
    ),
    (
        "teachers_file_by_proc_root",
        true,
        "grep -q treasure /proc/self/rootSECRET",
    ),
    (
        "teachers_file_by_first_process",
        false,
        "grep -q treasure /proc/1/rootSECRET",
    ),
    (
        "teachers_file_by_first_process_cwd",
        false,
        "grep -q . /proc/1/cwd/etc/shadow",
    ),
    ("homes", true, "[ -e /root ]"),
    ("shadow", false, "grep -q . /etc/shadow"),
    ("users_of_the_host", true, "grep -q ^root: /etc/passwd"),
    ("another_workspace", true, "grep -q mine OTHER"),
    (
        "host_name",
        true,
        "[ \"$(cat /proc/sys/kernel/hostname)\" = HOST ]",
    ),
    ("hardware", true, "[ -e /sys/kernel ]"),
    (
        "kernel_log_and_disks",
        false,
        "cat /dev/kmsg /dev/vda /dev/sda /dev/mem | head -c 1 | grep -q .",
    ),
];

const PROCESSES: [Attempt; 15] = [
    ("see_the_runner", true, "[ -e /proc/RUNNER ]"),
    (
        "runners_environment",
        true,
        "grep -q PIPEYARD_TEST_MARK /proc/RUNNER/environ",
    ),
    (
        "anybodys_environment",
        true,
        "cat /proc/[0-9]*/environ | grep -q PIPEYARD_TEST_MARK",
    ),
    (
        "anybodys_arguments",
        true,
        "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -q 'serv[e] --listen'",
    ),
    ("signal_the_runner", true, "kill -0 RUNNER"),
    ("signal_another_learners_process", true, "kill -0 VICTIM"),
    (
        "trace_the_runner",
        true,
        "python3 -c 'import ctypes; exit(ctypes.CDLL(None).ptrace(0x4206, RUNNER, 0, 0) != 0)'",
    ),
    (
        "trace_the_agent",
        false,
        "python3 -c 'import ctypes; exit(ctypes.CDLL(None).ptrace(0x4206, 1, 0, 0) != 0)'",
    ),
    ("agents_descriptors", false, "ls /proc/1/fd/ | grep -q ."),
    ("agents_memory", false, "head -c 1 /proc/1/maps | grep -q ."),
    (
        "agents_environment",
        false,
        "head -c 1 /proc/1/environ | grep -q .",
    ),
    // What it is told are the limits that it has already.
    ("agents_limits", false, "prlimit --pid 1 --core=0:0"),
    ("anybodys_limits", true, "prlimit --pid $$ --nofile=64:64"),
    (
        "inherited_descriptors",
        false,
        "python3 -c 'import os; exit(not [n for n in os.listdir(\"/proc/self/fd\") if int(n) > 3])'",
    ),
    (
        "shared_memory_of_others",
        true,
        "tail -n +2 /proc/sysvipc/shm | grep -q .",
    ),
];

const NETWORK: [Attempt; 5] = [
    ("the_runners_port", true, "exec 3<>/dev/tcp/127.0.0.1/PORT"),
    ("out_of_the_machine", false, "exec 3<>/dev/udp/192.0.2.1/53"),
    (
        "interfaces",
        true,
        "tail -n +3 /proc/net/dev | grep -v ' lo:' | grep -q . || grep -q 0100007F /proc/net/tcp",
    ),
    (
        "abstract_socket",
        true,
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"\\0ABSTRACT\")'",
    ),
    (
        "socket_in_a_folder",
        true,
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"SOCKET\")'",
    ),
];

const CHANGING: [Attempt; 15] = [
    ("write_usr", false, "touch /usr/escaped"),
    ("write_etc", false, "touch /etc/escaped"),
    ("write_root", false, "touch /escaped"),
    ("write_dev", false, "touch /dev/escaped"),
    ("write_agent", false, "echo >> /.agent"),
    ("write_exposed", false, "touch EXPOSED/escaped"),
    (
        "kernel_settings",
        false,
        "echo x > /proc/sys/kernel/core_pattern",
    ),
    ("mount", false, "mount -t tmpfs none /tmp"),
    (
        "mount_in_a_namespace",
        true,
        "unshare -rm mount -t tmpfs none /tmp",
    ),
    ("user_namespace", true, "unshare -U true"),
    ("chroot", false, "chroot / true"),
    ("device_node", false, "mknod escaped c 1 3"),
    ("clock", false, "date -s '2001-01-01'"),
    ("host_name_changed", false, "hostname escaped"),
    (
        "rights_by_setuid",
        false,
        "grep -q 'NoNewPrivs:.0' /proc/self/status",
    ),
];

/// What no namespace keeps apart. The numbers of the calls stand for x86-64 and for what has the newer, common ones.
const KERNEL: [Attempt; 9] = [
    (
        "keys_of_the_kernel",
        true,
        "python3 -c 'import ctypes, os; x = os.uname().machine == \"x86_64\"; exit(ctypes.CDLL(None).syscall(248 if x else 217, b\"user\", b\"escaped\", b\"x\", 1, -2) < 0)'",
    ),
    (
        "keys_of_who_started_it",
        true,
        "python3 -c 'import ctypes, os; x = os.uname().machine == \"x86_64\"; exit(ctypes.CDLL(None).syscall(250 if x else 219, 0, -3, 1) < 0)'",
    ),
    ("names_of_keys", true, "cat /proc/keys /proc/key-users"),
    (
        "io_uring",
        false,
        "python3 -c 'import ctypes; exit(ctypes.CDLL(None).syscall(425, 1, ctypes.create_string_buffer(256)) < 0)'",
    ),
    // Where the kernel has no such sockets, or keeps its log for root, they fail without a sandbox as well.
    (
        "sockets_of_virtual_machines",
        false,
        "python3 -c 'import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)'",
    ),
    // So many descriptors could be on their way by them that no sandbox was sent any.
    (
        "datagrams_over_unix_sockets",
        true,
        "python3 -c 'import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)'",
    ),
    (
        "raw_unix_sockets",
        true,
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX, socket.SOCK_RAW)'",
    ),
    ("log_of_the_kernel", false, "dmesg --syslog | grep -q ."),
    (
        "another_kind_of_calls",
        false,
        "python3 -c 'import ctypes; exit(ctypes.CDLL(None).syscall(0x40000000 + 39) < 0)'",
    ),
];

const USING: [Attempt; 6] = [
    (
        "fill_tmp",
        true,
        "head -c 3000000 /dev/zero > /tmp/escapedNAME; [ $(stat -c %s /tmp/escapedNAME) -gt 2000000 ]",
    ),
    (
        "fill_shared_memory",
        true,
        "head -c 3000000 /dev/zero > /dev/shm/escapedNAME; [ $(stat -c %s /dev/shm/escapedNAME) -gt 2000000 ]",
    ),
    (
        "huge_file",
        true,
        "head -c 6000000 /dev/zero > huge; [ $(stat -c %s huge) -gt 5500000 ]",
    ),
    ("more_processes", false, "ulimit -u 5000"),
    ("more_memory", true, "ulimit -v 4000000"),
    ("core_files", false, "ulimit -c 1000"),
];

/// What attempts are made against.
struct Ground {
    folder: TempDir,
    user: OrdinaryUser,
    _listeners: [UnixListener; 2],
    segment: String,
}

impl Ground {
    fn new() -> Result<Self> {
        let folder = TempDir::with_prefix("pipeyard-ground-")?;
        let user = OrdinaryUser::new();
        std::fs::write(folder.path().join("secret"), "treasure\n")?;
        let socket = UnixListener::bind(folder.path().join("socket"))?;
        let name = folder.path().to_string_lossy().into_owned();
        let abstract_socket = UnixListener::bind_addr(&SocketAddr::from_abstract_name(name)?)?;
        user.owns(folder.path())?;
        let made = Command::new("ipcmk").args(["-M", "64"]).output()?;
        let made = String::from_utf8_lossy(&made.stdout).into_owned();
        let segment = made
            .split_whitespace()
            .last()
            .context("a segment")?
            .to_owned();
        Ok(Self {
            folder,
            user,
            _listeners: [socket, abstract_socket],
            segment,
        })
    }

    /// Makes attempts at a level, and gives the names of those that succeeded.
    async fn attempt(&self, level: &str, attempts: &[Attempt]) -> Result<Vec<&'static str>> {
        let bounds = match level {
            "class" => &["--tmp-bytes", "1000000", "--file-bytes", "5000000"][..],
            _ => &[],
        };
        let runner = TestRunner::start_at(level, self.user, bounds, &[])?;
        let other = TestRunner::start_at(level, self.user, &[], &[])?;
        let mine = other.workspace().join("mine");
        std::fs::write(&mine, "mine\n")?;
        let mut elsewhere = Client::connect(&other).await?;
        let victim = lay([Stage::process("victim", "sleep", ["600"])]).build();
        let mut victim = elsewhere.run(&victim).await?;
        let victim = victim.pid(1, "victim").await?;
        let path = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        let mut host = String::new();
        std::fs::File::open("/proc/sys/kernel/hostname")?.read_to_string(&mut host)?;
        let exposed = pipeyard_tests::ordinary::folder_for_all()?;
        let known = [
            ("EXPOSED", exposed.to_string_lossy().into_owned()),
            ("SECRET", path("secret")),
            ("SOCKET", path("socket")),
            (
                "ABSTRACT",
                self.folder.path().to_string_lossy().into_owned(),
            ),
            ("OTHER", mine.to_string_lossy().into_owned()),
            ("RUNNER", runner.pid().to_string()),
            ("VICTIM", victim.to_string()),
            ("PORT", runner.port().to_string()),
            ("HOST", host.trim().to_owned()),
            ("NAME", runner.pid().to_string()),
        ];
        let stages = attempts.iter().map(|(name, _, text)| {
            let text = known.iter().fold((*text).to_owned(), |text, (word, is)| {
                text.replace(word, is)
            });
            let text = format!("{{ {text}; }} > /dev/null 2>&1 && echo ESCAPED");
            Stage::process(name, "bash", ["-c", &text])
        });
        let mut client = Client::connect(&runner).await?;
        let mut run = client.run(&apart(stages).build()).await?;
        run.until_ended().await?;
        let mut escaped = Vec::new();
        for (name, _, _) in attempts {
            if run
                .text(1, &format!("{name}.stdout"))
                .await?
                .contains("ESCAPED")
            {
                escaped.push(*name);
            }
        }
        // Of what was filled without a sandbox nothing is to stay.
        for folder in ["/tmp", "/dev/shm"] {
            let _ = std::fs::remove_file(format!("{folder}/escaped{}", runner.pid()));
        }
        Ok(escaped)
    }

    async fn hold(attempts: &[Attempt]) -> Result<()> {
        let ground = Self::new()?;
        let escaped = ground.attempt("class", attempts).await?;
        assert_eq!(escaped, <[&str; 0]>::default(), "they escaped");
        let real: Vec<_> = attempts
            .iter()
            .filter(|(_, succeeds, _)| *succeeds)
            .map(|(name, _, _)| *name)
            .collect();
        let escaped = ground.attempt("own", attempts).await?;
        for name in real {
            assert!(
                escaped.contains(&name),
                "`{name}` tries nothing: it fails anyway"
            );
        }
        Ok(())
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        let _ = Command::new("ipcrm").args(["-m", &self.segment]).status();
    }
}

#[tokio::test]
async fn what_is_not_theirs_cannot_be_read() -> Result<()> {
    Ground::hold(&READING).await
}

#[tokio::test]
async fn others_processes_cannot_be_seen_signalled_or_traced() -> Result<()> {
    Ground::hold(&PROCESSES).await
}

#[tokio::test]
async fn nobody_can_be_reached_over_a_network_or_socket() -> Result<()> {
    Ground::hold(&NETWORK).await
}

#[tokio::test]
async fn nothing_of_the_system_can_be_changed() -> Result<()> {
    Ground::hold(&CHANGING).await
}

/// Who can open the terminal of whoever started the runner writes on it, reads what is typed, and where the kernel lets him types
/// commands into it (TIOCSTI). Stages have one at the level *own*: `less` needs it.
#[test]
fn the_terminal_of_the_runner_cannot_be_opened() -> Result<()> {
    let program = binary_for_all()?;
    let opened = |level: &str| -> Result<bool> {
        let user = OrdinaryUser::new();
        let folder = TempDir::with_prefix("pipeyard-test-")?;
        std::fs::write(
            folder.path().join("attempt"),
            "if (: <> /dev/tty) 2> /dev/null; then echo ESC''APED; else echo he''ld; fi",
        )?;
        user.owns(folder.path())?;
        let program = program.display();
        let line = format!("{program} run --level {level} -c 'bash attempt'");
        let mut command = Command::new("script");
        user.runs(&mut command);
        let given = ["--quiet", "--return", "--command", &line, "/dev/null"];
        command.args(given).stdin(Stdio::null());
        let output = command.current_dir(folder.path()).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(output.status.success(), "{level}: {said}");
        let opened = said.contains("ESCAPED");
        ensure!(opened != said.contains("held"), "{level}: {said}");
        Ok(opened)
    };
    ensure!(!opened("class")?, "it can be typed into");
    ensure!(opened("own")?, "the attempt tries nothing: it fails anyway");
    Ok(())
}

#[tokio::test]
async fn what_no_namespace_keeps_apart_is_closed() -> Result<()> {
    Ground::hold(&KERNEL).await
}

/// Whoever learns about processes learns to trace their own.
#[tokio::test]
async fn a_process_of_ones_own_can_be_traced() -> Result<()> {
    let runner = TestRunner::start_at_class(&[], &[])?;
    let mut client = Client::connect(&runner).await?;
    let text = "import ctypes; print(ctypes.CDLL(None).ptrace(0, 0, 0, 0))";
    let stage = Stage::process("a", "python3", ["-c", text]);
    let mut run = client.run(&lay([stage]).build()).await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "a.stdout").await?, "0\n");
    Ok(())
}

#[tokio::test]
async fn no_more_is_used_than_may_be() -> Result<()> {
    Ground::hold(&USING).await
}

/// The kernel lets no signal of those inside through to the first process, so they cannot end the sandbox under others. Its limits
/// could once be set by everybody in there, and without room for descriptors it answered nobody.
#[tokio::test]
async fn the_agent_cannot_be_ended_or_stopped_from_inside() -> Result<()> {
    let runner = TestRunner::start_at_class(&[], &[])?;
    let mut client = Client::connect(&runner).await?;
    let began = async |client: &mut Client, before: &str| -> Result<String> {
        let text = format!("{before}\ncut -d' ' -f22 /proc/1/stat");
        let chain = lay([Stage::process("a", "bash", ["-c", &text])]).build();
        let mut run = client.run(&chain).await?;
        run.until_ended().await?;
        run.text(1, "a.stdout").await
    };
    let first = began(&mut client, "").await?;
    let all = "(for signal in STOP TERM KILL SEGV USR1 HUP INT; do kill -$signal 1; done
        prlimit --pid 1 --cpu=1:1 --nofile=0:0) 2>/dev/null";
    assert_eq!(
        began(&mut client, all).await?,
        first,
        "it is the same agent"
    );
    assert_eq!(began(&mut client, "").await?, first, "and still is");
    Ok(())
}

/// What the runner looks up or hands out for a learner is what is in the sandbox, whatever links lead to.
#[tokio::test]
async fn links_lead_nowhere_for_the_runner_either() -> Result<()> {
    let ground = Ground::new()?;
    let runner = TestRunner::start_at("class", ground.user, &[], &[])?;
    let secret = ground.folder.path().join("secret");
    let secret = secret.to_string_lossy();
    let text = format!(
        "ln -s {secret} link; ln -s /proc/1/root{secret} magic; ln -s ../../../../../../../..{secret} dots; ln {secret} hard; echo done"
    );
    let mut client = Client::connect(&runner).await?;
    let mut run = client
        .run(&lay([Stage::process("a", "bash", ["-c", &text])]).build())
        .await?;
    run.until_ended().await?;
    assert_eq!(run.text(1, "a.stdout").await?, "done\n");
    let host = http::host(&runner);
    let key = format!("Bearer {}", runner.token());
    for name in ["link", "magic", "dots", "hard"] {
        let headers = [("Host", host.as_str()), ("Authorization", &key)];
        let answer = http::get(&runner, &format!("/files/{name}"), &headers)?;
        assert!(
            !answer.text().contains("treasure"),
            "{name}: {}",
            answer.text()
        );
        assert_ne!(answer.status, 200, "{name}");
    }
    Ok(())
}

/// Whether something is there on the host cannot be told from what is said of a program or directory that is not in the
/// sandbox.
#[tokio::test]
async fn nothing_is_told_about_files_outside() -> Result<()> {
    let ground = Ground::new()?;
    let runner = TestRunner::start_at("class", ground.user, &[], &[])?;
    let mut client = Client::connect(&runner).await?;
    let folder = ground.folder.path().to_string_lossy().into_owned();
    let mut told = Vec::new();
    for path in [folder.clone(), format!("{folder}-nobody")] {
        let by_directory = lay([Stage::process("a", "true", [])])
            .setup("a", |setup| setup.directory = Some(path.as_str().into()))
            .build();
        let by_program = lay([Stage::process("a", &format!("{path}/secret"), [])]).build();
        for chain in [by_directory, by_program] {
            let refused = client.run(&chain).await.err().context("it is refused")?;
            told.push(format!("{refused:?}").replace(&path, "PATH"));
        }
    }
    ensure!(told[0] == told[2] && told[1] == told[3], "{told:?}");
    Ok(())
}

/// More processes than the sandbox may have are refused where they are started, in another user namespace too.
#[tokio::test]
async fn a_learner_has_only_so_many_processes_and_others_have_theirs() -> Result<()> {
    let user = OrdinaryUser::new();
    let runner = TestRunner::start_at("class", user, &["--sandbox-processes", "40"], &[])?;
    let other = TestRunner::start_at("class", user, &["--sandbox-processes", "40"], &[])?;
    let mut client = Client::connect(&runner).await?;
    let text = "for i in $(seq 100); do sleep 600 & done; echo done; wait";
    let mut run = client
        .run(&lay([Stage::process("a", "bash", ["-c", text])]).build())
        .await?;
    let is_told = |model: &RunModel| model.pid(1, "a").is_some();
    run.until("its start", is_told).await?;
    let sleeping = || {
        let found = user.processes();
        found
            .iter()
            .filter(|process| process.name == "sleep")
            .count()
    };
    wait_for("as many as may be", || (sleeping() >= 30).then_some(()))?;
    // The same user's other sandbox has its own forty.
    let mut elsewhere = Client::connect(&other).await?;
    let text = "for i in $(seq 20); do sleep 0.01 & done; wait; echo well";
    let mut well = elsewhere
        .run(&lay([Stage::process("a", "bash", ["-c", text])]).build())
        .await?;
    well.until_ended().await?;
    assert_eq!(well.text(1, "a.stdout").await?, "well\n");
    assert!(sleeping() <= 40, "{}", sleeping());
    run.stop().await?;
    run.until_ended().await?;
    Ok(())
}
