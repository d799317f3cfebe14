//! The page's words. A catalogue is a value of [`Words`]: a word that is missing in a language does
//! not compile, and one that nobody uses is a warning.
//!
//! Sentences about problems and endings are in `pipeyard_shared::words`; the command line says the same.

mod around;
pub(crate) mod begin;
mod canvas;
pub(crate) mod code;
pub(crate) mod command_names;
mod commands;
pub(crate) mod data;
mod en;
pub(crate) mod examples;
pub(crate) mod explain;
pub(crate) mod file_names;
pub(crate) mod files;
mod gallery;
mod ko;
mod later;
pub(crate) mod left;
pub(crate) mod lessons;
pub(crate) mod line;
pub(crate) mod outline;
mod replay;
mod results;
pub(crate) mod runs;
pub(crate) mod sharing;
mod stages;
pub(crate) mod templates;
pub(crate) mod timeline;
mod watch;
pub(crate) mod whole;

pub(crate) use replay::ReplayWords;

use pipeyard_shared::chain::{FanIn, StageKind};
use pipeyard_shared::event::FlowEnd;
use pipeyard_shared::message::{Trouble, Whose};
use pipeyard_shared::words::Language;

use crate::editor::template::Group;
use crate::ui::Theme;

type Word = &'static str;
type With<T> = fn(T) -> String;

/// Everything that the page says by itself, in one language.
pub(crate) struct Words {
    // Parts with catalogues of their own
    pub(crate) around: &'static around::AroundWords,
    pub(crate) canvas: &'static canvas::CanvasWords,
    pub(crate) gallery: &'static gallery::GalleryWords,
    pub(crate) commands: &'static commands::CommandWords,
    pub(crate) watch: &'static watch::WatchWords,
    pub(crate) replay: &'static ReplayWords,
    pub(crate) later: &'static later::LaterWords,
    pub(crate) results: &'static results::ResultWords,
    pub(crate) stage: &'static stages::StageWords,
    // The chain and its parts
    pub(crate) chain: Word,
    pub(crate) wire: Word,
    pub(crate) wires: Word,
    pub(crate) kind: fn(&StageKind) -> Word,
    pub(crate) stages: With<usize>,
    pub(crate) lane: With<u32>,
    pub(crate) lanes: With<usize>,
    pub(crate) standard_input: Word,
    pub(crate) standard_output: Word,
    pub(crate) standard_error: Word,
    pub(crate) direct: Word,
    pub(crate) tapped: Word,
    // A stage in one line
    pub(crate) no_arguments: Word,
    pub(crate) file_read: Word,
    pub(crate) file_written: Word,
    pub(crate) file_appended: Word,
    pub(crate) discards: Word,
    pub(crate) bytes_a_lane: fn(&str) -> String,
    pub(crate) lines: With<u64>,
    pub(crate) bytes: fn(&str) -> String,
    // States
    pub(crate) not_run_yet: Word,
    pub(crate) waiting_to_start: Word,
    pub(crate) running: Word,
    pub(crate) nothing_in_yet: Word,
    pub(crate) type_into_it: Word,
    pub(crate) lanes_running: fn(usize, usize, usize) -> String,
    pub(crate) lanes_waiting: With<usize>,
    pub(crate) normal: Word,
    pub(crate) reader_left_short: Word,
    pub(crate) bytes_given: fn(&str) -> String,
    pub(crate) bytes_taken: fn(&str) -> String,
    pub(crate) bytes_discarded: fn(&str) -> String,
    pub(crate) nothing_yet: Word,
    pub(crate) nothing_written: Word,
    pub(crate) not_counted: Word,
    pub(crate) held_open: Word,
    pub(crate) held_by: fn(&str, u32) -> String,
    pub(crate) end_of_file_seen: Word,
    pub(crate) reader_left: Word,
    pub(crate) abandoned: Word,
    pub(crate) flow_failed: Word,
    pub(crate) more_lanes: With<usize>,
    pub(crate) show_all: Word,
    // Header
    pub(crate) title: Word,
    pub(crate) run: Word,
    pub(crate) stop: Word,
    pub(crate) starting: Word,
    pub(crate) stopping: Word,
    pub(crate) undo: Word,
    pub(crate) redo: Word,
    pub(crate) no_runner: Word,
    pub(crate) problems_first: With<usize>,
    pub(crate) exit_status: fn(i32) -> String,
    pub(crate) ended_of: fn(usize, usize) -> String,
    pub(crate) of_work: fn(&str) -> String,
    pub(crate) parallel: fn(&str) -> String,
    pub(crate) result_note: Word,
    pub(crate) theme: fn(Theme) -> Word,
    pub(crate) menu: Word,
    pub(crate) close: Word,
    // Lanes
    pub(crate) lanes_and_jobs: Word,
    pub(crate) lanes_label: Word,
    pub(crate) a_count: Word,
    pub(crate) a_list: Word,
    pub(crate) how_many: Word,
    pub(crate) values_label: Word,
    pub(crate) value_note: Word,
    pub(crate) lane_note: Word,
    pub(crate) at_once: Word,
    pub(crate) all: Word,
    pub(crate) lane_label: Word,
    // The runner
    pub(crate) runner_at: fn(Option<Whose>, &str) -> String,
    pub(crate) connecting: Word,
    pub(crate) connection_lost: Word,
    pub(crate) no_room: Word,
    pub(crate) runner_not_found: Word,
    pub(crate) connection_closed: Word,
    /// Whose yard it is, and what the time beside it is.
    pub(crate) connected_note: fn(Option<Whose>) -> Word,
    pub(crate) try_now: Word,
    pub(crate) start_the_runner: Word,
    pub(crate) lost_note: Word,
    pub(crate) replaced: Word,
    pub(crate) removed: Word,
    pub(crate) other_protocol: Word,
    pub(crate) run_began: With<usize>,
    pub(crate) run_ended: With<i32>,
    pub(crate) run_lost: Word,
    pub(crate) trouble: fn(&Trouble) -> String,
    // Problems
    pub(crate) problems: With<usize>,
    pub(crate) problems_label: Word,
    pub(crate) dismiss: Word,
    // Shell line, palette and canvas
    pub(crate) shell_line: Word,
    pub(crate) palette: Word,
    pub(crate) add_a_stage: Word,
    pub(crate) group: fn(Group) -> Word,
    pub(crate) add_typed: fn(&str) -> String,
    pub(crate) typed_program: Word,
    pub(crate) typed_programs: With<usize>,
    pub(crate) typed_shell: Word,
    // Inspector
    pub(crate) inspector: Word,
    pub(crate) place: Word,
    pub(crate) move_left: Word,
    pub(crate) move_right: Word,
    pub(crate) duplicate: Word,
    pub(crate) remove: Word,
    pub(crate) up: Word,
    pub(crate) label: Word,
    pub(crate) label_note: Word,
    pub(crate) program: Word,
    pub(crate) shell_text: Word,
    pub(crate) shell_note: Word,
    pub(crate) arguments: Word,
    pub(crate) arguments_note: Word,
    pub(crate) argument: With<usize>,
    pub(crate) argument_up: With<usize>,
    pub(crate) argument_remove: With<usize>,
    pub(crate) add_argument: With<usize>,
    pub(crate) not_utf8: Word,
    pub(crate) environment: Word,
    pub(crate) variable_name: Word,
    pub(crate) variable_value: Word,
    pub(crate) unset: Word,
    pub(crate) set_note: Word,
    pub(crate) set: Word,
    pub(crate) set_variable: fn(&str) -> String,
    pub(crate) variable_remove: fn(&str) -> String,
    pub(crate) add_variable: Word,
    pub(crate) stdin_free: Word,
    pub(crate) stdin_closed: Word,
    pub(crate) stdin_typed: Word,
    pub(crate) stdin_free_note: Word,
    pub(crate) stdin_closed_note: Word,
    pub(crate) stdin_typed_note: Word,
    pub(crate) stderr_apart: Word,
    pub(crate) stderr_joined: Word,
    pub(crate) directory: Word,
    pub(crate) the_workspace: Word,
    pub(crate) timeout: Word,
    pub(crate) none: Word,
    pub(crate) type_here: Word,
    pub(crate) type_a_line: Word,
    pub(crate) type_when_running: Word,
    pub(crate) send_line: Word,
    pub(crate) end_of_file: Word,
    pub(crate) input_kind: Word,
    /// Text, lines, random, repeat, hex, base64.
    pub(crate) input_kinds: [Word; 6],
    pub(crate) text: Word,
    pub(crate) hex_digits: Word,
    pub(crate) base64: Word,
    pub(crate) lines_label: Word,
    pub(crate) how_many_bytes: Word,
    pub(crate) a_lane: Word,
    pub(crate) times: Word,
    pub(crate) without_end: Word,
    pub(crate) path: Word,
    pub(crate) path_note: Word,
    pub(crate) access: Word,
    pub(crate) read: Word,
    pub(crate) write: Word,
    pub(crate) append: Word,
    pub(crate) add_wire: Word,
    pub(crate) wire_remove: fn(&str) -> String,
    pub(crate) mode: Word,
    pub(crate) tapped_note: Word,
    pub(crate) direct_note: Word,
    pub(crate) merge: Word,
    /// Lines, ordered, shared.
    pub(crate) merges: [Word; 3],
    pub(crate) merge_note: fn(FanIn) -> Word,
    pub(crate) select_note: Word,
    pub(crate) run_timeout: Word,
    pub(crate) status_rule: Word,
    pub(crate) rule_last: Word,
    pub(crate) last_note: Word,
    pub(crate) pipefail_note: Word,
    pub(crate) new_chain: Word,
    pub(crate) opening_chain: Word,
    pub(crate) last_run: Word,
    pub(crate) run_label: Word,
    pub(crate) status_by_last: Word,
    pub(crate) status_by_pipefail: Word,
    pub(crate) wall_time: Word,
    pub(crate) work: Word,
    pub(crate) run_timed_out: With<u64>,
    pub(crate) leftovers: Word,
    pub(crate) leftovers_ended: With<u32>,
    pub(crate) processor: fn(&str) -> String,
    // Drawer
    pub(crate) drawer: Word,
    pub(crate) data: Word,
    pub(crate) timeline: Word,
    pub(crate) errors: Word,
    pub(crate) hex: Word,
    pub(crate) invisible_characters: Word,
    pub(crate) place_label: Word,
    pub(crate) not_kept: With<u64>,
    pub(crate) gap: fn(u64, u64) -> String,
    pub(crate) timed_out: Word,
    /// Factor, work, wall time.
    pub(crate) speed_up: fn(&str, &str, &str) -> String,
    /// Name, start, duration, waiting, ending.
    pub(crate) bar: fn(&str, &str, &str, &str, &str) -> String,
    pub(crate) no_errors: Word,
}

impl Words {
    /// The catalogue of a language.
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &en::WORDS,
            Language::Ko => &ko::WORDS,
        }
    }

    /// Why a flow carries no more.
    pub(crate) fn flow_end(&self, end: FlowEnd) -> Word {
        match end {
            FlowEnd::EndOfFile => self.end_of_file_seen,
            FlowEnd::ReaderLeft => self.reader_left,
            FlowEnd::Abandoned => self.abandoned,
            FlowEnd::Failed => self.flow_failed,
        }
    }
}

#[cfg(test)]
mod tests;
