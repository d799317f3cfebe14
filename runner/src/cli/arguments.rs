//! What can be said on the command line. The texts here are what `--help` shows.

mod addresses;
mod learners;
mod level;
mod limits;
mod link;
mod operation;
mod workspace;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};

use pipeyard_shared::export::Form;
use pipeyard_shared::recording::DATA_BYTES;

use crate::engine::Plane;
use crate::http::framing::Origin;

pub(super) use learners::{LearnersCommand, RoomArguments};
pub(super) use level::{LevelArguments, is_root};
pub(super) use limits::LimitArguments;
pub(super) use link::{Link, ShortLinks};
pub(super) use operation::{LogForm, Operation};
pub(super) use workspace::WorkspaceArguments;

/// The most that a recording can keep of each end of a flow: what a run keeps of it.
const MOST_DATA_BYTES: u32 = 64 << 10;

/// What no argument says.
const LOG_HELP: &str = "Environment:
  PIPEYARD_LOG  What serving logs on standard error: error, warn (the default), info, debug, trace or off";

/// A yard where process pipes are laid, opened and watched.
///
/// Without a command it serves the page, as `pipeyard serve` does.
#[derive(Debug, Parser)]
#[command(
    name = "pipeyard",
    version,
    about,
    after_help = LOG_HELP,
    args_conflicts_with_subcommands = true
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve the page and run what it composes (the default)
    #[command(after_help = LOG_HELP)]
    Serve(Box<Serve>),
    /// Run a chain here, without a server
    ///
    /// Unwired standard outputs go to standard output, standard errors to standard error, and standard
    /// input to the first stage that has a free one. The exit status is the shell's: the last stage's,
    /// 128+N for a signal N, 127 for a program that is not there, 126 for one that cannot be run, 124 for
    /// a run whose time was over, 2 for a chain that is refused.
    ///
    /// The chain of a link, given as such or in a file, is shown, with what it may do besides reading, and run once you have
    /// said yes on the terminal. Where there is no terminal it is refused; with --yes it is run without a question.
    Run(Run),
    /// Tell what a recording holds, as `pipeyard run --record` wrote it
    ///
    /// Nothing in it is run. The exit status is 2 for a file that is no recording.
    Replay(Replay),
    /// Say everything that is wrong with a chain, without running it
    ///
    /// The exit status is 0 for a chain that can be run here, 2 for one that cannot.
    Check(Check),
    /// Print the chain that does what bash would do with a text, as JSON
    ///
    /// What a chain can say exactly becomes stages and wires; what only a shell can do stays text, in shell stages.
    /// The exit status is 2 for what is no shell text; its place is told.
    Import(Import),
    /// Print a chain as code that does the same without Pipeyard
    ///
    /// For bash, what a pipeline can say becomes one, which `pipeyard import` reads back as the same chain; anything
    /// else becomes a script that does the same: lanes, times, several wires into one input and all. What a form cannot
    /// say just so stands in comments at its top.
    Export(Export),
    /// Print a link that opens the page with a chain, or with a run of it
    ///
    /// All of it is in the link, behind the `#`, which browsers send to no server: arguments, texts and variables are
    /// as readable there as in the chain. Opening a link runs nothing. The exit status is 2 for what is no chain, or
    /// does not fit.
    Link(Link),
    /// Say what a program and its flags are for, or what a status or a signal means
    ///
    /// Programs and flags are explained by the manual pages of this machine, which are quoted: `pipeyard explain grep -v`.
    /// A number behind a program is a status of it (`pipeyard explain grep 1`); alone it is any program's
    /// (`pipeyard explain 141`). A signal goes by its name (`pipeyard explain SIGPIPE`). The program itself is never run.
    /// The exit status is 1 where nothing is known.
    Explain(Explain),
    /// See who has come into the room of `pipeyard serve --level class`, and remove learners
    #[command(subcommand)]
    Learners(LearnersCommand),
    /// Say what this machine can promise at the level class
    ///
    /// A sandbox is made and each promise is tried in it. The exit status is 1 where one is not kept, with what to do.
    Doctor(Doctor),
    /// Work with lessons
    #[command(subcommand)]
    Lesson(Lesson),
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Print what was found as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A program, a status, or a signal
    pub(super) what: String,
    /// The words that the program is given, as on a command line, or a status of it
    #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
    pub(super) words: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Lesson {
    /// Run every chain, every solution and every attempt of lessons, and say what is wrong and where
    ///
    /// Files are called NAME.en.md or NAME.ko.md. Each run has a fresh copy of the workspace. The exit status is 1 for
    /// lessons that do not hold, 2 for files that cannot be read.
    Check(LessonCheck),
    /// Print the names of the lessons that come with Pipeyard, how long they take, and their titles
    List(LessonLanguage),
    /// Print the file of a lesson that comes with Pipeyard, to be changed and given to `pipeyard serve --lessons`
    Show(LessonShow),
}

#[derive(Debug, Args)]
pub(super) struct LessonCheck {
    /// The lessons
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The directory that lessons work on [default: the files that a new workspace has]
    #[arg(long, value_name = "DIR")]
    pub(super) workspace: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct LessonShow {
    /// Its name, as `pipeyard lesson list` prints it
    pub(super) name: String,
    #[command(flatten)]
    pub(super) language: LessonLanguage,
}

#[derive(Debug, Args)]
pub(super) struct LessonLanguage {
    /// The language of the lessons: en or ko [default: that of the environment]
    #[arg(long, value_name = "LANGUAGE", value_parser = ["en", "ko"])]
    pub(super) language: Option<String>,
}

/// Serve the page and run what it composes.
#[derive(Clone, Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7878", value_parser = addresses::address)]
    pub(super) listen: SocketAddr,
    #[command(flatten)]
    pub(super) room: RoomArguments,
    #[command(flatten)]
    pub(super) workspace: WorkspaceArguments,
    #[command(flatten)]
    pub(super) level: LevelArguments,
    /// A directory with lessons of your own, NAME.en.md or NAME.ko.md, as LESSONS.md has it. They stand for those of
    /// the course that have the same name
    #[arg(long, value_name = "DIR")]
    pub(super) lessons: Option<PathBuf>,
    /// Open the page in the default browser
    #[arg(long)]
    pub(super) open: bool,
    /// The key that a browser must bring [default: a new random one, which is printed]. Others see it here in the list of
    /// processes: the variable hides it
    #[arg(
        long,
        value_name = "KEY",
        env = "PIPEYARD_TOKEN",
        hide_env_values = true
    )]
    pub(super) token: Option<String>,
    /// A further name and port by which browsers reach this runner, such as yard.example:7878; behind a proxy with TLS
    /// the outer one, such as yard.example
    #[arg(long, value_name = "HOST:PORT", value_parser = addresses::host)]
    pub(super) host: Vec<String>,
    #[command(flatten)]
    pub(super) relay: Relay,
    #[command(flatten)]
    pub(super) limits: LimitArguments,
    #[command(flatten)]
    pub(super) short_links: ShortLinks,
    #[command(flatten)]
    pub(super) operation: Operation,
    /// A site, such as https://school.example, whose pages may show what links hold in a frame. In a frame nothing
    /// can be run
    #[arg(long, value_name = "ORIGIN")]
    pub(super) allow_framing: Vec<Origin>,
    /// Listen on an address that other machines can reach without --level class, although every one who knows the key
    /// can then run any program as you
    #[arg(long)]
    pub(super) let_others_run_programs_as_me: bool,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) chain: ChainArguments,
    #[command(flatten)]
    pub(super) changes: Changes,
    #[command(flatten)]
    pub(super) level: LevelArguments,
    #[command(flatten)]
    pub(super) relay: Relay,
    /// Run the chain of a link without asking
    #[arg(long)]
    pub(super) yes: bool,
    /// Print a table of the stages on standard error at the end
    #[arg(long)]
    pub(super) report: bool,
    /// Tell what happened in three sentences on standard error at the end
    #[arg(long)]
    pub(super) story: bool,
    /// Print the log of events as JSON lines instead of the output
    #[arg(long)]
    pub(super) events: bool,
    /// Write what happens to this file, to be played again on the page or told by `pipeyard replay`;
    /// like the chain, it holds arguments and variables as they are
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// How many bytes of each end of each flow the recording keeps, at most 65536
    #[arg(
        long,
        value_name = "BYTES",
        requires = "record",
        default_value_t = DATA_BYTES as u32,
        value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_DATA_BYTES))
    )]
    pub(super) record_data: u32,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The recording, or a link that holds one
    pub(super) file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) chain: ChainArguments,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The text; `-` for standard input
    pub(super) text: OsString,
    /// Let {lane} and {value} stand for what differs from lane to lane
    #[arg(long)]
    pub(super) placeholders: bool,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    pub(super) source: ChainSource,
    /// What to print
    #[arg(long, value_parser = form(), value_name = "FORM", default_value = "bash")]
    pub(super) to: Form,
    /// A recorded run of this chain, as `pipeyard run --record` wrote it, whose results the Markdown tells
    #[arg(long, value_name = "FILE")]
    pub(super) recording: Option<PathBuf>,
}

/// The forms that can be printed, in the order in which the page offers them.
fn form() -> impl TypedValueParser<Value = Form> {
    let known = Form::ALL.map(|form| {
        let (word, help) = said(form);
        PossibleValue::new(word).help(help)
    });
    PossibleValuesParser::new(known).try_map(|given| {
        let meant = |form: &Form| said(*form).0 == given;
        Form::ALL.into_iter().find(meant).ok_or("no such form")
    })
}

/// What a form is called here, and what it is.
fn said(form: Form) -> (&'static str, &'static str) {
    match form {
        Form::Bash => ("bash", "A pipeline, or a script"),
        Form::Python => (
            "python",
            "A program of subprocess.Popen, for Python 3.8 or newer",
        ),
        Form::Rust => (
            "rust",
            "A program of std::process, in one file that needs no crate, for Rust 1.87 or newer",
        ),
        Form::Markdown => (
            "markdown",
            "A page that people read, with the results of a recorded run",
        ),
        Form::Svg => (
            "svg",
            "A picture with the chain inside, which can be opened again",
        ),
        Form::Json => ("json", "The chain's own form"),
    }
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct ChainSource {
    /// A chain as JSON, a picture with one inside, a recorded run, `-` for standard input, or a link: an address or what is behind its `#`, with that
    pub(super) file: Option<PathBuf>,
    /// A pipeline as bash reads it: 'sort words.txt | uniq -c'
    #[arg(short = 'c', long = "command", value_name = "TEXT")]
    pub(super) text: Option<OsString>,
}

#[derive(Debug, Args)]
pub(super) struct ChainArguments {
    #[command(flatten)]
    pub(super) source: ChainSource,
    /// The directory in which stages run and find their files [default: the current one]
    #[arg(long, value_name = "DIR")]
    pub(super) workspace: Option<PathBuf>,
}

impl Run {
    /// Whether somebody wants to know how much comes out of the chain.
    pub(super) fn counts_output(&self) -> bool {
        self.report || self.story || self.record.is_some()
    }
}

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Relay {
    /// How busy tapped wires are relayed
    #[arg(
        long = "relay",
        value_enum,
        value_name = "HOW",
        default_value = "splice",
        env = "PIPEYARD_RELAY"
    )]
    how: RelayBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RelayBy {
    /// Within the kernel (splice and tee), or copied where it cannot do that
    Splice,
    /// Read and written
    Copy,
}

impl Relay {
    pub(super) fn plane(self) -> Plane {
        match self.how {
            RelayBy::Splice => Plane::Splice,
            RelayBy::Copy => Plane::Copy,
        }
    }
}

/// What the command line changes in the chain.
#[derive(Debug, Args)]
pub(super) struct Changes {
    /// How many copies to run side by side; {lane} in arguments is the copy's number
    #[arg(long, value_name = "N", conflicts_with = "values")]
    pub(super) lanes: Option<u32>,
    /// One copy for each of these values; {value} in arguments is the copy's
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    pub(super) values: Option<Vec<OsString>>,
    /// How many copies run at once [default: all]
    #[arg(long, value_name = "N")]
    pub(super) jobs: Option<u32>,
    /// How the wires carry their bytes
    #[arg(long, value_enum, value_name = "MODE")]
    pub(super) wires: Option<Wires>,
    /// Fail when any stage fails, not only the last
    #[arg(long)]
    pub(super) pipefail: bool,
    /// End everything after this time: 100ms, 10s, 1m30s; a bare number is seconds
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(super) timeout: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Wires {
    /// Relayed and counted exactly
    Tapped,
    /// One kernel pipe each, as a shell lays them; where that is not possible, relayed
    Direct,
}

/// A time with its unit; a bare number is seconds, as for sleep and timeout.
fn time(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string());
    }
    humantime::parse_duration(text)
        .map_err(|error| format!("{error}: write it as 100ms, 10s or 1m30s"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Quota;
    use crate::level::Level;
    use crate::limits::{SANDBOX, TABLE};
    use clap::CommandFactory;

    #[test]
    fn every_limit_is_in_the_help_with_what_it_is_at_each_level() {
        let mut command = Arguments::command();
        let serve = command.find_subcommand_mut("serve").expect("a command");
        let help = serve.render_long_help().to_string();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for row in TABLE.iter().chain(SANDBOX) {
            let told = format!(
                "{}. {} [default: {}",
                row.bounds,
                row.beyond,
                row.told(Level::Own)
            );
            assert!(help.contains(&told), "{told} is not in {help}");
            assert!(help.contains(&format!("--{} <", row.name)));
        }
        let flows = format!("at most {} flows", Quota::DISK_FLOWS);
        assert!(help.contains(&flows), "{help}");
    }
}
