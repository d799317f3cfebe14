//! What the palette offers.

use pipeyard_shared::Text;
use pipeyard_shared::chain::{
    Access, File, Input, Process, Setup, Shell, StageKind, Stdin, Variable,
};

/// A stage that can be added by a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// A text that the chain holds.
    Text,
    /// Random bytes, other ones in every lane.
    Random,
    /// The same line again and again.
    Repeat,
    /// A file that is read.
    File,
    /// `cat` with typed input.
    Typed,
    /// `grep`.
    Grep,
    /// `sort`.
    Sort,
    /// `uniq -c`.
    Uniq,
    /// `cut`.
    Cut,
    /// `tr`.
    Tr,
    /// `head`.
    Head,
    /// `wc`.
    Wc,
    /// `openssl enc`.
    Encrypt,
    /// `md5sum`.
    Md5,
    /// `sha256sum`.
    Sha256,
    /// `gzip`.
    Gzip,
    /// `sleep`.
    Sleep,
    /// `tee`.
    Tee,
    /// A shell text.
    Shell,
    /// Any program.
    Program,
    /// A file that is written.
    Save,
    /// Nowhere.
    Discard,
}

/// A heading of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Where bytes come from.
    Inputs,
    /// Programs that work on lines.
    Text,
    /// Hashes, encryption and compression.
    Hash,
    /// What steers the bytes or the time.
    Flow,
}

/// The palette, in its order.
pub(crate) const PALETTE: [(Group, &[Template]); 4] = [
    (
        Group::Inputs,
        &[
            Template::Text,
            Template::Random,
            Template::Repeat,
            Template::File,
            Template::Typed,
        ],
    ),
    (
        Group::Text,
        &[
            Template::Grep,
            Template::Sort,
            Template::Uniq,
            Template::Cut,
            Template::Tr,
            Template::Head,
            Template::Wc,
        ],
    ),
    (
        Group::Hash,
        &[
            Template::Encrypt,
            Template::Md5,
            Template::Sha256,
            Template::Gzip,
        ],
    ),
    (
        Group::Flow,
        &[
            Template::Program,
            Template::Shell,
            Template::Sleep,
            Template::Tee,
            Template::Save,
            Template::Discard,
        ],
    ),
];

impl Template {
    /// The stage that it adds: it runs as it stands, but for a file, which has to be there.
    pub(crate) fn kind(self) -> StageKind {
        match self {
            Self::Text => StageKind::Input(Input::Text(
                "pear\napple\nplum\napple\npear\napple\n".into(),
            )),
            Self::Random => StageKind::Input(Input::Random(10)),
            Self::Repeat => StageKind::Input(Input::Repeat {
                text: "y\n".into(),
                times: None,
            }),
            Self::File => StageKind::File(File {
                path: "words.txt".into(),
                access: Access::Read,
            }),
            Self::Typed => StageKind::Process(Process {
                program: "cat".into(),
                args: Vec::new(),
                setup: Setup {
                    stdin: Stdin::Typed,
                    ..Setup::default()
                },
            }),
            Self::Grep => process("grep", &["a"]),
            Self::Sort => process("sort", &[]),
            Self::Uniq => process("uniq", &["-c"]),
            Self::Cut => process("cut", &["-c", "1-3"]),
            Self::Tr => process("tr", &["a-z", "A-Z"]),
            Self::Head => process("head", &["-n", "3"]),
            Self::Wc => process("wc", &["-l"]),
            Self::Encrypt => StageKind::Process(Process {
                program: "openssl".into(),
                args: ["enc", "-des3", "-pbkdf2", "-pass", "env:password"]
                    .map(Text::from)
                    .to_vec(),
                setup: Setup {
                    environment: vec![Variable::set("password", "correct horse")],
                    ..Setup::default()
                },
            }),
            Self::Md5 => process("md5sum", &[]),
            Self::Sha256 => process("sha256sum", &[]),
            Self::Gzip => process("gzip", &["-c"]),
            Self::Sleep => process("sleep", &["1"]),
            Self::Tee => process("tee", &["copy.txt"]),
            Self::Shell => StageKind::Shell(Shell {
                text: "echo lane {lane}".into(),
                setup: Setup::default(),
            }),
            Self::Program => process("echo", &["Hello from the child!"]),
            Self::Save => StageKind::File(File {
                path: "out.txt".into(),
                access: Access::Write,
            }),
            Self::Discard => StageKind::Discard,
        }
    }

    /// A program's name as the palette shows it; nothing where the catalogue has a word for it.
    pub(crate) fn program(self) -> Option<&'static str> {
        Some(match self {
            Self::Grep => "grep",
            Self::Sort => "sort",
            Self::Uniq => "uniq -c",
            Self::Cut => "cut",
            Self::Tr => "tr",
            Self::Head => "head",
            Self::Wc => "wc -l",
            Self::Encrypt => "openssl enc",
            Self::Md5 => "md5sum",
            Self::Sha256 => "sha256sum",
            Self::Gzip => "gzip",
            Self::Sleep => "sleep",
            Self::Tee => "tee",
            _ => return None,
        })
    }
}

fn process(program: &str, args: &[&str]) -> StageKind {
    StageKind::Process(Process {
        program: program.into(),
        args: args.iter().copied().map(Text::from).collect(),
        setup: Setup::default(),
    })
}
