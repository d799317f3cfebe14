//! English.

use pipeyard_shared::chain::{FanIn, StageKind};
use pipeyard_shared::message::{Trouble, Whose};
use pipeyard_shared::words::{self, Language, milliseconds};

use super::Words;
use crate::editor::template::Group;
use crate::format::grouped;
use crate::ui::Theme;

pub(super) static WORDS: Words = Words {
    around: &super::around::EN,
    gallery: &super::gallery::EN,
    commands: &super::commands::EN,
    canvas: &super::canvas::EN,
    watch: &super::watch::EN,
    replay: &super::replay::EN,
    later: &super::later::EN,
    results: &super::results::EN,
    stage: &super::stages::EN,
    chain: "Chain",
    wire: "wire",
    wires: "Wires",
    kind,
    stages: |count| plural(count as u64, "stage"),
    lane: |number| format!("lane {number}"),
    lanes: |count| plural(count as u64, "lane"),
    standard_input: "standard input",
    standard_output: "standard output",
    standard_error: "standard error",
    direct: "direct",
    tapped: "tapped",
    no_arguments: "no arguments",
    file_read: "read",
    file_written: "written anew",
    file_appended: "appended to",
    discards: "takes everything, keeps nothing",
    bytes_a_lane: |bytes| format!("{bytes} a lane"),
    lines: |count| plural(count, "line"),
    bytes: |count| {
        if count == "1" {
            "1 byte".to_owned()
        } else {
            format!("{count} bytes")
        }
    },
    not_run_yet: "not run yet",
    waiting_to_start: "waiting to start",
    running: "running",
    nothing_in_yet: "no input yet",
    type_into_it: "type into it →",
    lanes_running: |running, ended, waiting| match (ended, waiting) {
        (0, 0) => format!("{running} lanes"),
        (ended, 0) => format!("{running} lanes, {ended} ended"),
        (ended, waiting) => format!("{running} lanes, {ended} ended, {waiting} to come"),
    },
    lanes_waiting: |count| format!("{count} to come"),
    normal: "normal",
    reader_left_short: "reader left",
    bytes_given: |bytes| format!("{bytes} given"),
    bytes_taken: |bytes| format!("{bytes} taken"),
    bytes_discarded: |bytes| format!("{bytes} discarded"),
    nothing_yet: "nothing yet",
    nothing_written: "nothing written",
    not_counted: "A direct wire: nobody counts its bytes",
    held_open: "Another process still holds it open",
    held_by: |program, pid| format!("`{program}` (pid {pid}) still holds it open"),
    end_of_file_seen: "Ended: end-of-file",
    reader_left: "Ended: the reader left first",
    abandoned: "Ended: still held by an outsider when its lane ended",
    flow_failed: "Ended: it could not be read or written any more",
    more_lanes: |count| format!("+{}", plural(count as u64, "lane")),
    show_all: "Show all of it below",
    title: "Title of the chain",
    run: "Run",
    stop: "Stop",
    starting: "Starting",
    stopping: "Stopping",
    undo: "Undo",
    redo: "Redo",
    no_runner: "There is no connection to the runner",
    problems_first: |count| format!("{} to mend first", plural(count as u64, "problem")),
    exit_status: |code| format!("exit {code}"),
    ended_of: |ended, all| format!("{ended} of {all} ended"),
    of_work: |span| format!("{span} of work"),
    parallel: |factor| format!("{factor} parallel"),
    result_note: "The time that passed, the times of all processes added up, and the second divided by the first: how many were alive side by side, on average",
    theme: |theme| match theme {
        Theme::System => "Theme: as the system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
        Theme::Contrast => "Theme: high contrast",
    },
    menu: "Menu",
    close: "Close",
    lanes_and_jobs: "Lanes and jobs",
    lanes_label: "Parallel copies of the chain",
    a_count: "a number",
    a_list: "a list of values",
    how_many: "How many",
    values_label: "Values, one a line",
    value_note: "Each lane gets one of the values as {value}.",
    lane_note: "Each lane gets its number as {lane}.",
    at_once: "At once (jobs)",
    all: "all",
    lane_label: "Lane",
    runner_at: |yard, latency| {
        let whose = match yard {
            None => "runner",
            Some(Whose::Operator) => "operator’s yard",
            Some(Whose::Learner) => "your yard",
        };
        format!("{whose} {latency}")
    },
    connecting: "connecting",
    connection_lost: "connection lost",
    no_room: "no room",
    runner_not_found: "no runner",
    connection_closed: "closed",
    connected_note: |yard| match yard {
        None => "How long a message takes to the runner and back",
        Some(Whose::Operator) => {
            "The operator’s yard: learners of this room have their own. The time is that of a message to the runner and back"
        }
        Some(Whose::Learner) => {
            "Your yard in this room: nobody else in it sees your files and runs. The time is that of a message to the runner and back"
        }
    },
    try_now: "Try to connect now",
    start_the_runner: "No runner lets this page in: none runs here, or it has a new key. Your chain is kept. Start one with this line, or open the address that a running one printed; this page then goes on by itself.",
    lost_note: "The connection to the runner is lost. Your chain is kept. If the runner goes on, so do its runs, and this page gets what it missed. If it has ended, start it with this line:",
    replaced: "This session goes on in another tab. Press the connection light to take it back.",
    removed: "You were removed from the room, or it is a new one: load the page and type the code.",
    other_protocol: "The runner is of another version than this page: load the page again.",
    run_began: |lanes| format!("Running, {}", plural(lanes as u64, "lane")),
    run_ended: |status| format!("Run ended with status {status}"),
    run_lost: "the runner was started again; this run is gone",
    trouble,
    problems: |count| plural(count as u64, "problem"),
    problems_label: "Problems",
    dismiss: "Dismiss",
    shell_line: "The chain as shell text",
    palette: "Palette",
    add_a_stage: "Add a stage",
    group: |group| match group {
        Group::Ends => "Inputs and outputs",
        Group::Filters => "Filters",
        Group::Text => "Text",
        Group::Compression => "Compression",
        Group::Hashes => "Hashes and encryption",
        Group::Files => "Files",
        Group::Processes => "Processes and time",
        Group::Shell => "Anything else",
    },
    add_typed: |text| format!("Add “{text}”"),
    typed_program: "as a program, with these arguments",
    typed_programs: |count| {
        format!(
            "as {}, wired one behind the other",
            plural(count as u64, "program")
        )
    },
    typed_shell: "only a shell understands it: as a text for the shell",
    inspector: "Inspector",
    place: "Place in the chain",
    move_left: "Move left",
    move_right: "Move right",
    duplicate: "Duplicate",
    remove: "Remove",
    up: "Up",
    label: "Label",
    label_note: "its own name",
    program: "Program",
    shell_text: "Text for the shell",
    shell_note: "Run by bash -c (sh where there is no bash).",
    arguments: "Arguments",
    arguments_note: "One word each, taken as it is: no shell, no quotes.",
    argument: |number| format!("Argument {number}"),
    argument_up: |number| format!("Move argument {number} up"),
    argument_remove: |number| format!("Remove argument {number}"),
    add_argument: |number| format!("+ argument {number}"),
    not_utf8: "These bytes are not UTF-8: they stay as they are.",
    environment: "Environment",
    variable_name: "name",
    variable_value: "value",
    unset: "unset",
    set_note: "Set to the value, or taken away",
    set: "set",
    set_variable: |name| format!("Set {name}"),
    variable_remove: |name| format!("Remove {name}"),
    add_variable: "+ variable",
    stdin_free: "free",
    stdin_closed: "closed",
    stdin_typed: "typed",
    stdin_free_note: "From this page: end-of-file at once. On the command line: what comes in there.",
    stdin_closed_note: "End-of-file at once.",
    stdin_typed_note: "You type while it runs, and say when that was all.",
    stderr_apart: "apart",
    stderr_joined: "joined to output",
    directory: "Directory",
    the_workspace: "the workspace",
    timeout: "Timeout",
    none: "none",
    type_here: "Type into it",
    type_a_line: "a line, then Enter",
    type_when_running: "while it runs",
    send_line: "Send line ⏎",
    end_of_file: "End of file",
    input_kind: "Kind of input",
    input_kinds: ["text", "lines", "random", "repeat", "hex", "base64"],
    text: "Text",
    hex_digits: "Hexadecimal digits",
    base64: "Base64",
    lines_label: "Lines",
    how_many_bytes: "How many bytes",
    a_lane: "bytes a lane",
    times: "Times",
    without_end: "without end",
    path: "Path",
    path_note: "Within the workspace.",
    access: "What is done with it",
    read: "read",
    write: "write",
    append: "append",
    add_wire: "+ wire to …",
    wire_remove: |wire| format!("Remove the wire {wire}"),
    mode: "Mode",
    tapped_note: "Relayed by the runner: counted exactly, beginning and end kept to look at.",
    direct_note: "One kernel pipe from stage to stage: nothing between, nothing counted.",
    merge: "Several wires arrive here",
    merges: ["lines", "ordered", "shared"],
    merge_note: |fan_in| match fan_in {
        FanIn::Lines => "Whole lines from whoever has one; none is torn.",
        FanIn::Ordered => "The first wire to its end, then the next.",
        FanIn::Shared => "All write into one kernel pipe, as 2>&1 does; long writes may mix.",
    },
    select_note: "Select a stage or a wire to change it. Arrow keys walk along the chain, Alt and arrows move a stage.",
    run_timeout: "Timeout of a run",
    status_rule: "Status of the chain",
    rule_last: "last stage",
    last_note: "As the shell has it: the last stage's status, whatever happened before.",
    pipefail_note: "As set -o pipefail: the last stage that failed.",
    new_chain: "Empty chain",
    opening_chain: "Example",
    last_run: "Last run",
    run_label: "Run",
    status_by_last: "Status, last stage",
    status_by_pipefail: "Status, pipefail",
    wall_time: "Wall time",
    work: "Work",
    run_timed_out: |ms| format!("the run's time was over after {}", milliseconds(ms)),
    leftovers: "Left behind",
    leftovers_ended: |count| {
        format!(
            "{} ended with its lane",
            plural(u64::from(count), "process")
        )
    },
    processor: |span| format!("CPU {span}"),
    drawer: "Data and timeline",
    data: "Data",
    timeline: "Timeline",
    errors: "stderr",
    hex: "Hex",
    invisible_characters: "Invisible characters",
    place_label: "Wire or port",
    not_kept: |count| format!("{} bytes between are not kept here", grouped(count)),
    gap: |bytes, not_kept| {
        if not_kept == 0 {
            format!("… {} bytes not shown here …", grouped(bytes))
        } else {
            format!(
                "… {} bytes not shown here, {} of them not kept …",
                grouped(bytes),
                grouped(not_kept)
            )
        }
    },
    timed_out: "timed out",
    speed_up: |factor, work, wall| format!("{factor} parallel: {work} of work in {wall}"),
    bar: |name, from, lasted, waited, ending| {
        format!(
            "{name}: started at {from}, ran {lasted}, of which {waited} before anything came in; {ending}"
        )
    },
    no_errors: "Nothing was written to standard error.",
};

fn plural(count: u64, noun: &str) -> String {
    let ending = match (count, noun.ends_with('s')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{} {noun}{ending}", grouped(count))
}

fn kind(kind: &StageKind) -> &'static str {
    kind.word()
}

fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::BadMessage { error } | Trouble::BadFrame { error } => {
            format!("the runner did not understand the page: {error}")
        }
        Trouble::HelloExpected => "the runner expected a greeting first".to_owned(),
        Trouble::OtherProtocol { .. } => WORDS.other_protocol.to_owned(),
        Trouble::NoSuchRun { run } => format!("the runner knows no run {run}"),
        Trouble::NoSuchPlace { .. } => "that run has no such stage, lane or wire".to_owned(),
        Trouble::NotRunning { .. } => "that stage does not run any more".to_owned(),
        Trouble::NotTapped { .. } => {
            "that wire is direct: the kernel carries it, and nobody can slow it down".to_owned()
        }
        Trouble::NotTyped { .. } => "that stage takes no typed input".to_owned(),
        Trouble::TypedOutOfTurn { .. } => "typed input came out of turn".to_owned(),
        Trouble::BadSignal { signal } => format!("{signal} cannot be sent"),
        Trouble::StillRunning { .. } => "that run is not over".to_owned(),
        Trouble::AtLimit { limit, most } => words::at_limit_so(Language::En, *limit, *most),
    }
}
