//! What the palette offers. The table is text: it is read when the palette is shown, and costs the page little.

use pipeyard_shared::chain::{
    Access, Chain, File, Input, InputPort, OutputPort, Setup, Shell, Stage, StageKind, Stdin,
    Variable, Wire,
};
use pipeyard_shared::words::Language;

use crate::i18n::templates::TemplateWords;
use crate::platform::lower;
use crate::sharing::chain_of;

/// A stage that can be added by a click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// Its name in the page and in tests; no two have the same.
    pub(crate) id: &'static str,
    /// The heading under which it stands.
    pub(crate) group: Group,
    /// The command that it adds; empty where it starts no program.
    line: &'static str,
}

/// A heading of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Where bytes come from, and where they go.
    Ends,
    /// What lets some of the lines through.
    Filters,
    /// What makes other text of a text.
    Text,
    /// Smaller and back.
    Compression,
    /// Digests, ciphers and encodings.
    Hashes,
    /// What looks at files, or writes them.
    Files,
    /// Time, and other processes.
    Processes,
    /// Anything else.
    Shell,
}

impl Group {
    /// All of them, as the palette has them.
    pub(crate) const ALL: [Self; 8] = [
        Self::Ends,
        Self::Filters,
        Self::Text,
        Self::Compression,
        Self::Hashes,
        Self::Files,
        Self::Processes,
        Self::Shell,
    ];

    /// A template a line: its id, and the command.
    fn table(self) -> &'static str {
        match self {
            Self::Ends => "text\nlines\nrandom\nrepeat\nfile\ntyped\nsave\ndiscard",
            Self::Filters => {
                "grep grep a
head head -n 3
tail tail -n 3
sort sort
uniq uniq -c
cut cut -d ' ' -f 1
awk awk '{print $1}'
sed sed s/a/A/
tr tr a-z A-Z
shuf shuf
comm comm - {fd3}
wc wc -l"
            }
            Self::Text => {
                "cat cat
tac tac
rev rev
nl nl
fold fold -w 20
fmt fmt -w 40
paste paste - -
join join - {fd3}
diff diff - {fd3}
seq seq 10
echo echo hello
yes yes"
            }
            Self::Compression => {
                "gzip gzip -c
gunzip gunzip -c
xz xz -c
unxz xz -dc
zstd zstd -c
unzstd zstd -dc"
            }
            Self::Hashes => {
                "md5sum md5sum
sha256sum sha256sum
base64 base64
unbase64 base64 -d
openssl password='correct horse' openssl enc -des3 -pbkdf2 -pass env:password
xxd xxd
od od -An -tx1"
            }
            Self::Files => {
                "ls ls -l
find find . -type f
tee tee copy.txt
split split -l 100 - part-
du du -ah ."
            }
            Self::Processes => {
                "sleep sleep 1
timeout timeout 2 cat
date date
env env
xargs xargs -n 1 echo
ps ps -o pid,ppid,args"
            }
            Self::Shell => "program echo 'Hello from the child!'\nshell",
        }
    }

    /// The templates of the group, in order.
    pub(crate) fn templates(self) -> impl Iterator<Item = Template> {
        self.table().lines().map(move |row| {
            let (id, line) = row.split_once(' ').unwrap_or((row, ""));
            Template {
                id,
                group: self,
                line,
            }
        })
    }
}

impl Template {
    /// All of them, as the palette has them.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Group::ALL.into_iter().flat_map(Group::templates)
    }

    /// The one with this id.
    pub(crate) fn of(id: &str) -> Option<Self> {
        Self::all().find(|template| template.id == id)
    }

    /// The stage that it adds. It runs as it stands, but for a file, which has to be there, and for a second input,
    /// which wants a wire.
    pub(crate) fn kind(self) -> StageKind {
        let apple = "pear\napple\nplum\napple\npear\napple\n";
        match self.id {
            "text" => StageKind::Input(Input::Text(apple.into())),
            "lines" => StageKind::Input(Input::Lines(apple.lines().map(Into::into).collect())),
            "random" => StageKind::Input(Input::Random(10)),
            "repeat" => StageKind::Input(Input::Repeat {
                text: "y\n".into(),
                times: None,
            }),
            "file" => file("words.txt", Access::Read),
            "save" => file("out.txt", Access::Write),
            "discard" => StageKind::Discard,
            "shell" => StageKind::Shell(Shell {
                text: "echo lane {lane}".into(),
                setup: Setup::default(),
            }),
            "typed" => {
                let mut stage = Stage::process("typed", "cat", []);
                if let Some(setup) = stage.setup_mut() {
                    setup.stdin = Stdin::Typed;
                }
                stage.kind
            }
            _ => command(self.line),
        }
    }

    /// What people call it: its own name, or the program's.
    pub(crate) fn name(self, language: Language) -> &'static str {
        TemplateWords::of(language).name(self).unwrap_or(self.id)
    }

    /// Whether it is a program, whose name is written as programs are.
    pub(crate) fn is_program(self) -> bool {
        !self.line.is_empty() && self.id != "program"
    }

    /// How well what was searched for fits, best first; nothing where it does not.
    fn rank(self, language: Language, wanted: &str) -> Option<u8> {
        let name = lower(self.name(language));
        let what = lower(TemplateWords::of(language).what(self));
        Some(match () {
            () if name == wanted || self.id == wanted => 0,
            () if name.starts_with(wanted) => 1,
            () if name.contains(wanted) || self.id.contains(wanted) => 2,
            () if lower(self.line).contains(wanted) => 3,
            () if what.contains(wanted) => 4,
            () => return None,
        })
    }
}

/// The templates that fit what was searched for, best first; all of them where that is nothing.
pub(crate) fn search(language: Language, wanted: &str) -> Vec<Template> {
    let wanted = lower(wanted.trim());
    let mut found: Vec<(u8, Template)> = Template::all()
        .filter_map(|template| Some((template.rank(language, &wanted)?, template)))
        .collect();
    if !wanted.is_empty() {
        found.sort_by_key(|(rank, _)| *rank);
    }
    found.into_iter().map(|(_, template)| template).collect()
}

/// The stages of a text that is typed where a stage is looked for: of a plain pipeline, its commands one behind the
/// other; of anything else, a shell stage. None of an empty one.
pub(crate) fn typed(text: &str) -> Vec<StageKind> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    match chain_of(text).filter(is_row) {
        Some(chain) => chain.stages.into_iter().map(|stage| stage.kind).collect(),
        None => vec![StageKind::Shell(Shell {
            text: text.into(),
            setup: Setup::default(),
        })],
    }
}

/// Whether each stage starts a process that feeds the next one, and nothing else is joined.
fn is_row(chain: &Chain) -> bool {
    let feeds = |(wire, pair): (&Wire, &[Stage])| {
        wire.from.stage == pair[0].id
            && wire.from.port == OutputPort::Stdout
            && wire.to.stage == pair[1].id
            && wire.to.port == InputPort::Stdin
    };
    chain.stages.iter().all(Stage::starts_process)
        && chain.wires.len() + 1 == chain.stages.len()
        && chain.wires.iter().zip(chain.stages.windows(2)).all(feeds)
}

/// The stage of a command of the table, which has words, words in `'…'`, and variables in front.
fn command(line: &str) -> StageKind {
    let mut words = line.split('\'').enumerate().flat_map(|(at, piece)| {
        let is_quoted = at % 2 == 1;
        let pieces: Vec<&str> = match is_quoted {
            true => vec![piece],
            false => piece.split(' ').filter(|word| !word.is_empty()).collect(),
        };
        pieces
    });
    let mut environment = Vec::new();
    let mut program = words.next().unwrap_or_default();
    while let Some(name) = program.strip_suffix('=') {
        environment.push(Variable::set(name, words.next().unwrap_or_default()));
        program = words.next().unwrap_or_default();
    }
    let mut stage = Stage::process("x", program, words);
    if let Some(setup) = stage.setup_mut() {
        setup.environment = environment;
    }
    stage.kind
}

fn file(path: &str, access: Access) -> StageKind {
    StageKind::File(File {
        path: path.into(),
        access,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::check::check;
    use pipeyard_shared::limits::Limits;
    use pipeyard_shared::problem::Fault;
    use pipeyard_shared::words::Language;

    #[test]
    fn every_template_has_an_id_of_its_own_and_words_in_both_languages() {
        let mut seen = std::collections::BTreeSet::new();
        for template in Template::all() {
            assert!(seen.insert(template.id), "{}", template.id);
            assert_eq!(Template::of(template.id), Some(template));
            for language in [Language::En, Language::Ko] {
                let words = TemplateWords::of(language);
                assert!(!template.name(language).is_empty(), "{}", template.id);
                assert!(!words.what(template).is_empty(), "{}", template.id);
            }
        }
        assert!(seen.len() >= 45, "{}", seen.len());
    }

    /// What is wired, or read from a file, needs more than the template; nothing else is wrong with any.
    #[test]
    fn every_template_is_in_order_as_it_stands() {
        for template in Template::all() {
            let mut chain = Chain::new("");
            chain.stages.push(Stage::new("x", template.kind()));
            for problem in check(&chain, &Limits::default()) {
                let wants_a_wire = matches!(
                    problem.fault,
                    Fault::NotWired | Fault::UnwiredExtraInput { .. } | Fault::NothingToRun
                );
                assert!(wants_a_wire, "{}: {problem:?}", template.id);
            }
        }
    }

    #[test]
    fn the_name_that_is_typed_comes_first() {
        let words = Language::En;
        for (wanted, first) in [
            ("sort", "sort"),
            ("GZ", "gzip"),
            ("ope", "openssl"),
            ("cat", "cat"),
        ] {
            assert_eq!(search(words, wanted)[0].id, first, "{wanted}");
        }
        assert!(search(words, "no such thing").is_empty());
        let korean = search(Language::Ko, "정렬");
        assert!(korean.iter().any(|template| template.id == "sort"));
    }

    #[test]
    fn what_is_typed_becomes_stages() {
        let words = |text: &str| -> Vec<String> {
            let stages = typed(text).into_iter();
            stages.map(|kind| Stage::new("x", kind).name()).collect()
        };
        assert_eq!(words("xyz -a 'b c'"), ["xyz"]);
        assert_eq!(words("a | b"), ["a", "b"]);
        assert!(matches!(typed("echo $HOME")[..], [StageKind::Shell(_)]));
        assert!(typed("  ").is_empty());
        assert!(matches!(
            typed("sort < words | uniq")[..],
            [StageKind::Shell(_)]
        ));
    }

    #[test]
    fn commands_of_the_table_are_what_a_shell_would_read() {
        let mut same = 0;
        for group in Group::ALL {
            for template in group.templates().filter(|template| template.is_program()) {
                let StageKind::Process(process) = template.kind() else {
                    panic!("{}", template.id);
                };
                let line = template.line.replace("{fd3}", "FD");
                let read = typed(&line);
                let mut args = process.args.clone();
                for word in &mut args {
                    if *word == "{fd3}".into() {
                        *word = "FD".into();
                    }
                }
                let own = StageKind::Process(pipeyard_shared::chain::Process { args, ..process });
                // What bash has built in is bash's.
                if !matches!(read[..], [StageKind::Shell(_)]) {
                    assert_eq!(read, [own], "{}", template.id);
                    same += 1;
                }
            }
        }
        assert!(same > 30, "{same}");
    }
}
