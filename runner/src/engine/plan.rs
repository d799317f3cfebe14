//! The plan: a chain checked against a host. Nothing has been opened or started yet.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pipeyard_shared::chain::{Chain, File, Setup, Stage, StageKind};
use pipeyard_shared::check::check;
use pipeyard_shared::flow::FlowMap;
use pipeyard_shared::id::{LaneNumber, StageId};
use pipeyard_shared::limits::Limits;
use pipeyard_shared::problem::{self, Fault, Part, Problem};
use pipeyard_shared::substitute::{Placeholder, Substitution, placeholders};
use pipeyard_shared::text::Text;

use super::descriptors;
use super::files::{Files, Reach};
use super::flow::preview_bytes;
use super::lookups::Lookups;
use super::memory::{Full, Held, Memory};
use super::place::{Entered, Place, Spot};
use super::resolve::{self, Unresolved};
use super::weight;
use crate::sandbox::{self, Enclosure, Stay};
use crate::secret::KEY_VARIABLES;
use crate::soft_limit;

/// Descriptors that the runner has open for a process, with room to spare. A lane that has more takes its turn for more.
const DESCRIPTORS_A_TURN: u64 = 16;
/// Bytes of what a stage's process is given that are put together where nothing else may wait.
const LAUNCHED_AT_ONCE: usize = 16 << 10;

/// Where stages will run.
#[derive(Clone, Debug)]
pub struct Host {
    /// The working directory of stages that name none, as an absolute path.
    pub workspace: PathBuf,
    /// The environment that stages start from.
    pub environment: Vec<(OsString, OsString)>,
    /// How far file stages reach.
    pub reach: Reach,
    /// Where its processes are.
    pub place: Place,
    /// Whether those who run something here may know why there is no sandbox: it names what is on the machine.
    pub tells_why: bool,
}

impl Host {
    /// This process's own environment, but for the runner's key, and a directory.
    pub fn here(workspace: PathBuf, reach: Reach) -> Self {
        Self {
            workspace,
            environment: std::env::vars_os()
                .filter(|(name, _)| !KEY_VARIABLES.iter().any(|key| name == key))
                .collect(),
            reach,
            place: Place::Here,
            tells_why: true,
        }
    }

    /// A sandbox around a workspace: nothing of this process's own environment, and no file beyond the workspace.
    pub fn within(enclosure: Arc<Enclosure>) -> Self {
        Self {
            workspace: enclosure.workspace().to_owned(),
            environment: sandbox::environment(),
            reach: Reach::Workspace,
            place: Place::Enclosed(enclosure),
            tells_why: false,
        }
    }

    /// The same around another directory: in a sandbox of its own, if it is in one.
    pub fn at(&self, workspace: PathBuf) -> Self {
        let place = match &self.place {
            Place::Here => Place::Here,
            Place::Enclosed(enclosure) => Place::Enclosed(enclosure.like(workspace.clone())),
        };
        Self {
            workspace,
            place,
            ..self.clone()
        }
    }
}

/// A chain that can be started.
#[derive(Debug)]
pub struct Plan {
    /// The chain.
    pub chain: Arc<Chain>,
    /// Its flows.
    pub flows: FlowMap,
    /// The bounds under which it was planned.
    pub limits: Limits,
    host: Host,
    /// Where its processes will be.
    pub(super) spot: Spot,
    /// What keeps that from ending, until a run takes it over.
    pub(super) stay: Option<Stay>,
    /// What shell stages are run by; empty where there are none.
    shell: PathBuf,
    /// The programs of stages for which it is the same one in every lane: looked up once, as a shell does
    /// (`hash` in bash(1)). One that is gone by its start is told by the start.
    programs: BTreeMap<StageId, PathBuf>,
    /// How much a lane counts among those that may be alive at once.
    turn: u32,
    /// What is held of it, once that was reserved: until it is forgotten, and while it runs.
    held: Option<Arc<Held>>,
    pub(super) held_while_running: Option<Arc<Held>>,
}

/// What a process of one stage in one lane is started with.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) program: CString,
    pub(super) arguments: Vec<CString>,
    pub(super) environment: Vec<CString>,
    pub(super) directory: CString,
}

/// Checks a chain against the limits and the host: every problem at once. It is for a thread that may wait; with a host at
/// the level *class*, one that belongs to a reactor and does none of its work.
///
/// # Errors
/// All problems, each with its stage or wire. Programs, directories and files are looked up only for
/// stages that are sound themselves.
pub fn plan(chain: Chain, host: &Host, limits: &Limits) -> Result<Plan, Vec<Problem>> {
    plan_at(host.place.enter_waiting(), chain, host, limits)
}

/// The same at a spot that was entered.
pub(super) fn plan_at(
    entered: io::Result<Entered>,
    chain: Chain,
    host: &Host,
    limits: &Limits,
) -> Result<Plan, Vec<Problem>> {
    let mut problems = check(&chain, limits);
    let is_sized =
        chain.stages.len() <= limits.stages as usize && chain.wires.len() <= limits.wires as usize;
    if !is_sized {
        // What follows takes its time for each stage and wire.
        return Err(problems);
    }
    // What is bypassed is no part of the run: neither looked up nor counted.
    let chain = if problems.is_empty() && chain.has_bypassed() {
        chain.reduced()
    } else {
        chain
    };
    let Entered { spot, stay } = match entered {
        Ok(entered) => entered,
        Err(error) => {
            tracing::error!(%error, "there is no sandbox");
            let error = match host.tells_why {
                true => error.to_string(),
                false => String::new(),
            };
            problems.push(Problem::of_chain(Fault::NoSandbox { error }));
            return Err(problems);
        }
    };
    let too_few = descriptors::too_few(&chain, soft_limit::descriptors());
    problems.extend(too_few.map(Problem::of_chain));
    let mut plan = Plan {
        turn: turn(&chain),
        flows: FlowMap::of(&chain),
        shell: find_shell(&chain, host, &spot),
        spot,
        stay,
        chain: Arc::new(chain),
        limits: limits.clone(),
        host: host.clone(),
        programs: BTreeMap::new(),
        held: None,
        held_while_running: None,
    };
    let unsound: Vec<StageId> = problems
        .iter()
        .filter_map(|problem| match &problem.place {
            problem::Place::Stage(stage) => Some(stage.clone()),
            problem::Place::Chain | problem::Place::Wire(_) => None,
        })
        .collect();
    let all_lanes = plan.chain.lanes.count().min(limits.lanes as usize).max(1);
    let chain = plan.chain.clone();
    let mut lookups = Lookups::new(limits.lookups);
    for stage in &chain.stages {
        if stage.bypassed || unsound.contains(&stage.id) {
            continue;
        }
        let looked_up = if differs_by_lane(stage) {
            // One lane's problem is told; the same one in a thousand lanes helps nobody.
            let mut lanes = (0..all_lanes).map(LaneNumber::from_index);
            lanes.try_for_each(|lane| plan.look_up(stage, lane, &mut lookups).map(drop))
        } else {
            let found = plan.look_up(stage, LaneNumber::FIRST, &mut lookups);
            found.map(|found| {
                plan.programs
                    .extend(found.map(|program| (stage.id.clone(), program)));
            })
        };
        problems.extend(
            looked_up
                .err()
                .map(|fault| Problem::of_stage(&stage.id, fault)),
        );
        if lookups.are_over() {
            break;
        }
    }
    if problems.is_empty() {
        Ok(plan)
    } else {
        Err(problems)
    }
}

impl Plan {
    /// Takes memory for what is held of its run, whatever passes in that.
    ///
    /// # Errors
    /// The limit that is reached; then none is taken.
    pub fn reserve(&mut self, memory: Option<&Memory>) -> Result<(), Full> {
        let mut held = Held::nothing(memory);
        held.grow(self.weight())?;
        let mut inputs = Held::nothing(memory);
        inputs.grow(weight::of_inputs(&self.chain))?;
        self.held = Some(Arc::new(held));
        self.held_while_running = Some(Arc::new(inputs));
        Ok(())
    }

    /// Whether there could be memory for its run if nothing else were held.
    ///
    /// # Errors
    /// The limit that it is too large for.
    pub fn could_reserve(&self, memory: &Memory) -> Result<(), Full> {
        memory.could_hold(self.reserved())
    }

    /// How much memory there should be for its run, out of so much: with previews of an ordinary size, which may have a quarter
    /// of all. Most flows of many carry little, and nothing that is kept is forgotten for what they may never hold.
    pub fn wanted_memory(&self, most: u64) -> u64 {
        let flows = self.flow_count();
        let preview = preview_bytes(flows, self.limits.preview_bytes as usize);
        let previews = (2 * preview as u64).saturating_mul(flows as u64);
        self.reserved().saturating_add(previews.min(most / 4))
    }

    fn reserved(&self) -> u64 {
        self.weight().saturating_add(weight::of_inputs(&self.chain))
    }

    fn weight(&self) -> u64 {
        weight::of_run(&self.chain, self.flow_count())
    }

    /// How many flows its run has.
    pub(super) fn flow_count(&self) -> usize {
        let lanes = self.chain.lanes.count();
        lanes.saturating_mul(self.flows.per_lane())
    }

    /// How much a lane counts among those that may be alive at once.
    pub(super) fn turn(&self) -> u32 {
        self.turn
    }

    /// What the process of a stage of this place is started with in a lane. What takes a while is done on another thread.
    ///
    /// # Errors
    /// The fault, when what was there at planning time is not there any more.
    pub(super) async fn launch(
        self: &Arc<Self>,
        stage: usize,
        lane: LaneNumber,
    ) -> Result<Option<Launch>, Fault> {
        if self.is_quick(&self.chain.stages[stage], lane) {
            return self.launch_here(&self.chain.stages[stage], lane);
        }
        let plan = self.clone();
        let launching = move || plan.launch_here(&plan.chain.stages[stage], lane);
        match tokio::task::spawn_blocking(launching).await {
            Ok(launch) => launch,
            // The reactor ends, and nobody else waits.
            Err(_) => self.launch_here(&self.chain.stages[stage], lane),
        }
    }

    /// Whether what a stage's process is started with is known but for a few words.
    fn is_quick(&self, stage: &Stage, lane: LaneNumber) -> bool {
        let is_known = match &stage.kind {
            StageKind::Process(_) => self.programs.contains_key(&stage.id),
            _ => true,
        };
        let value = self.chain.lanes.value(lane);
        let value = value.map_or(0, |value| value.as_bytes().len());
        is_known && value.saturating_add(given_bytes(stage)) <= LAUNCHED_AT_ONCE
    }

    fn launch_here(&self, stage: &Stage, lane: LaneNumber) -> Result<Option<Launch>, Fault> {
        let substitution = self.substitution(lane);
        let setup = match stage.setup() {
            Some(setup) => setup,
            None => return Ok(None),
        };
        // Of one lane alone: no more than the entries of a PATH.
        let mut lookups = Lookups::new(u64::MAX);
        let directory = self.directory(setup, lane, &mut lookups)?;
        let environment = self.environment(setup, lane);
        let (program, words) = match &stage.kind {
            StageKind::Process(process) => {
                let name = substitution.apply(&process.program);
                let program = match self.programs.get(&stage.id) {
                    Some(known) => known.clone(),
                    None => self.find(&name, setup, lane, &directory, &mut lookups)?,
                };
                let arguments = process.args.iter().map(|word| substitution.apply(word));
                (program, std::iter::once(name).chain(arguments).collect())
            }
            StageKind::Shell(shell) => {
                let name = self.shell.file_name().unwrap_or(OsStr::new("sh"));
                let name = Text::from_bytes(name.as_bytes());
                // Behind `--` a text may begin with a hyphen.
                let text = substitution.apply(&shell.text);
                let words = vec![name, "-c".into(), "--".into(), text];
                (self.shell.clone(), words)
            }
            StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => return Ok(None),
        };
        let words: Vec<Text> = words;
        Ok(Some(Launch {
            program: c_string(program.into_os_string().into_vec(), Part::Program)?,
            arguments: (0..)
                .zip(words)
                .map(|(number, word)| c_string(word.into_bytes(), Part::Argument(number)))
                .collect::<Result<_, _>>()?,
            environment: environment
                .into_iter()
                .map(|(name, value)| {
                    let mut entry = name.into_vec();
                    entry.push(b'=');
                    entry.extend(value.into_vec());
                    c_string(entry, Part::VariableValue)
                })
                .collect::<Result<_, _>>()?,
            directory: c_string(directory.into_os_string().into_vec(), Part::Directory)?,
        }))
    }

    /// The program that a stage starts in every lane; nothing where lanes differ in it, or none is started.
    pub fn program(&self, stage: &StageId) -> Option<&Path> {
        self.programs.get(stage).map(PathBuf::as_path)
    }

    /// Opens a file stage's file in a lane.
    pub(super) fn open_file(&self, file: &File, lane: LaneNumber) -> io::Result<OwnedFd> {
        let path = self.substitution(lane).apply(&file.path);
        let path = Path::new(OsStr::from_bytes(path.as_bytes()));
        self.files().open(path, file.access)
    }

    fn files(&self) -> Files {
        Files {
            root: self.host.workspace.clone(),
            reach: self.host.reach,
        }
    }

    /// What the placeholders stand for in a lane.
    pub(super) fn substitution(&self, lane: LaneNumber) -> Substitution<'_> {
        Substitution {
            lane,
            value: self.chain.lanes.value(lane),
        }
    }

    /// Looks up what a stage needs of the host; returns the program that it starts.
    fn look_up(
        &self,
        stage: &Stage,
        lane: LaneNumber,
        lookups: &mut Lookups,
    ) -> Result<Option<PathBuf>, Fault> {
        match &stage.kind {
            StageKind::Process(process) => {
                let directory = self.directory(&process.setup, lane, lookups)?;
                let name = self.substitution(lane).apply(&process.program);
                self.find(&name, &process.setup, lane, &directory, lookups)
                    .map(Some)
            }
            StageKind::Shell(shell) => {
                self.directory(&shell.setup, lane, lookups)?;
                Ok(Some(self.shell.clone()))
            }
            StageKind::File(file) => {
                let path = self.substitution(lane).apply(&file.path);
                lookups.take(path.as_bytes().len())?;
                let looked = self
                    .files()
                    .look(Path::new(OsStr::from_bytes(path.as_bytes())), file.access);
                looked.map(|()| None).map_err(|error| Fault::BadFile {
                    path,
                    error: error.to_string(),
                })
            }
            StageKind::Input(_) | StageKind::Discard => Ok(None),
        }
    }

    /// The program of a name, as a stage with this setup finds it in a lane.
    fn find(
        &self,
        name: &Text,
        setup: &Setup,
        lane: LaneNumber,
        directory: &Path,
        lookups: &mut Lookups,
    ) -> Result<PathBuf, Fault> {
        let mut variables = setup.environment.iter().rev();
        let own = variables.find(|variable| variable.name.as_bytes() == b"PATH");
        let path = match own {
            // Without a value it takes the variable away.
            Some(own) => own.value.as_ref().map(|value| {
                let value = self.substitution(lane).apply(value);
                OsString::from_vec(value.into_bytes())
            }),
            None => value_of(&self.host.environment, "PATH").map(OsStr::to_owned),
        };
        find(name, path.as_deref(), directory, &self.spot, lookups)
    }

    fn directory(
        &self,
        setup: &Setup,
        lane: LaneNumber,
        lookups: &mut Lookups,
    ) -> Result<PathBuf, Fault> {
        let workspace = self.spot.workspace(&self.host.workspace);
        let Some(named) = &setup.directory else {
            return Ok(workspace.to_owned());
        };
        let named = self.substitution(lane).apply(named);
        let directory = workspace.join(OsStr::from_bytes(named.as_bytes()));
        lookups.take(directory.as_os_str().len())?;
        match self.spot.directory(&directory) {
            Ok(()) => Ok(directory),
            Err(error) => Err(Fault::BadDirectory {
                directory: named,
                error: error.to_string(),
            }),
        }
    }

    fn environment(&self, setup: &Setup, lane: LaneNumber) -> Vec<(OsString, OsString)> {
        let substitution = self.substitution(lane);
        // The last of a name holds; those before it are passed over in one go, however many there are.
        let mut set: BTreeSet<&OsStr> = BTreeSet::new();
        let mut own: Vec<_> = setup
            .environment
            .iter()
            .rev()
            .filter(|variable| set.insert(OsStr::from_bytes(variable.name.as_bytes())))
            .filter_map(|variable| {
                let value = substitution.apply(variable.value.as_ref()?).into_bytes();
                let name = OsStr::from_bytes(variable.name.as_bytes()).to_owned();
                Some((name, OsString::from_vec(value)))
            })
            .collect();
        own.reverse();
        let inherited = self.host.environment.iter();
        let inherited = inherited.filter(|(name, _)| !set.contains(name.as_os_str()));
        inherited.cloned().chain(own).collect()
    }
}

/// As many as a lane has processes, or as it has descriptors for that many.
fn turn(chain: &Chain) -> u32 {
    let stages = chain.stages.iter();
    let processes = stages.filter(|stage| stage.starts_process()).count() as u64;
    let descriptors = descriptors::of_lane(chain).div_ceil(DESCRIPTORS_A_TURN);
    u32::try_from(processes.max(descriptors)).unwrap_or(u32::MAX)
}

fn value_of<'a>(environment: &'a [(OsString, OsString)], name: &str) -> Option<&'a OsStr> {
    let found = environment.iter().rev().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_os_str())
}

fn find(
    name: &Text,
    path: Option<&OsStr>,
    directory: &Path,
    spot: &Spot,
    lookups: &mut Lookups,
) -> Result<PathBuf, Fault> {
    let name_bytes = OsStr::from_bytes(name.as_bytes());
    let found = resolve::program(name_bytes, path, directory, spot, lookups);
    found.map_err(|unresolved| match unresolved {
        Unresolved::TooMany(too_many) => too_many.into(),
        Unresolved::NotFound { path } => Fault::ProgramNotFound {
            program: name.clone(),
            path: path.map(|path| Text::from_bytes(path.into_vec())),
        },
        Unresolved::NotExecutable(found, error) => Fault::ProgramNotExecutable {
            program: Text::from_bytes(found.into_os_string().into_vec()),
            error: error.to_string(),
        },
    })
}

/// bash where there is one, as people write for it; else the shell that POSIX promises. It is searched for
/// only where a stage needs it.
fn find_shell(chain: &Chain, host: &Host, spot: &Spot) -> PathBuf {
    let is_shell = |stage: &Stage| matches!(stage.kind, StageKind::Shell(_));
    if !chain.stages.iter().any(is_shell) {
        return PathBuf::new();
    }
    let path = value_of(&host.environment, "PATH");
    let workspace = spot.workspace(&host.workspace);
    let mut lookups = Lookups::new(u64::MAX);
    resolve::program("bash".as_ref(), path, workspace, spot, &mut lookups)
        .unwrap_or_else(|_| PathBuf::from("/bin/sh"))
}

/// Bytes of the words and variables that a stage's process is given, placeholders as they stand.
fn given_bytes(stage: &Stage) -> usize {
    let words = match &stage.kind {
        StageKind::Process(process) => process.args.iter().map(|word| word.as_bytes().len()).sum(),
        StageKind::Shell(shell) => shell.text.as_bytes().len(),
        StageKind::Input(_) | StageKind::File(_) | StageKind::Discard => 0,
    };
    let variables = stage.setup().map_or(0, |setup| {
        let sizes = setup.environment.iter().map(|variable| {
            let value = variable.value.as_ref();
            variable.name.as_bytes().len() + value.map_or(0, |value| value.as_bytes().len())
        });
        sizes.sum()
    });
    words + variables
}

/// Whether what is looked up for a stage can be another thing in another lane.
fn differs_by_lane(stage: &Stage) -> bool {
    let differs = |text: &Text| {
        placeholders(text)
            .iter()
            .any(|found| matches!(found, Placeholder::Lane | Placeholder::Value))
    };
    let setup_differs = stage.setup().is_some_and(|setup| {
        setup.directory.as_ref().is_some_and(differs)
            || setup.environment.iter().any(|variable| {
                variable.name.as_bytes() == b"PATH" && variable.value.as_ref().is_some_and(differs)
            })
    });
    setup_differs
        || match &stage.kind {
            StageKind::Process(process) => differs(&process.program),
            StageKind::File(file) => differs(&file.path),
            StageKind::Shell(_) | StageKind::Input(_) | StageKind::Discard => false,
        }
}

fn c_string(bytes: Vec<u8>, part: Part) -> Result<CString, Fault> {
    CString::new(bytes).map_err(|_| Fault::Nul { part })
}

#[cfg(test)]
mod tests;
