//! Everything that a person can ask for, each once, as data: keys, menus, buttons and the palette of actions all
//! read this list. What a command is called stands in `i18n/commands.rs`, when it applies in [`state`], and what
//! it does in [`perform`].

pub(crate) mod chord;
mod perform;
mod state;
mod table;

use pipeyard_shared::export::Form;
use pipeyard_shared::words::Language;

use crate::editor::view::Look;
use crate::editor::{Editor, Side};
use crate::left::{Ask, Left};
use crate::platform::is_mac;
use crate::runs::Run;
use crate::same::Same;
use crate::text_size::TextStep;
use crate::ui::{Over, Picture, Sheet, Theme, Ui};

pub(crate) use chord::{Chord, Pressed};
pub(crate) use perform::ask;
pub(crate) use state::{Reason, State, state};
pub(crate) use table::{ALL, first_chord};

/// The keys of a command as this keyboard has them; empty where it has none.
pub(crate) fn shown_keys(command: Command) -> String {
    let chord = first_chord(command);
    chord.map(|chord| chord.shown(is_mac())).unwrap_or_default()
}

/// What a button is for, with the keys that do the same.
pub(crate) fn titled(words: &str, command: Command) -> String {
    format!("{words} · {}", shown_keys(command))
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Run the chain.
    Run,
    /// Stop the run.
    Stop,
    /// Come back to the present of a run.
    Now,
    /// Close what covers the page, or select nothing.
    Leave,
    /// Take the last edit back.
    Undo,
    /// Do it again.
    Redo,
    /// Remove the selected parts.
    Remove,
    /// Run the selected stage and what it needs.
    RunUpTo,
    /// Make a group of the selected stages.
    Group,
    /// Let the selected group go; its stages stay.
    Ungroup,
    /// Show one card for the selected group, or its stages again.
    Fold,
    /// Put a note below the chain.
    AddNote,
    /// Put an empty chain in place of this one.
    NewChain,
    /// Set how many lanes there are, and how many run at once.
    Lanes,
    /// Remove the selected parts and join what they were between.
    RemoveThrough,
    /// Duplicate the selected parts.
    Duplicate,
    /// Leave the selected stages out of runs, or take them in again.
    Bypass,
    /// Select every stage and note.
    SelectAll,
    /// Select the stage beside the selected one.
    Select(Side),
    /// Change places with the stage beside.
    Move(Side),
    /// Look at the canvas otherwise.
    Look(Look),
    /// Search the bytes that are shown.
    Find,
    /// Go to the shell line.
    Type,
    /// Move the selected parts by so many pixels, to the right and downwards.
    Nudge(i16, i16),
    /// Lay the stages out again.
    Tidy,
    /// Add a stage that is chosen from a list.
    Add,
    /// Join a port of the selected stage to one that is chosen by keys.
    Connect,
    /// Name the selected stage.
    Rename,
    /// Copy the selected parts.
    Copy,
    /// The same, as shell text.
    CopyShell,
    /// Copy the whole chain in a form.
    CopyAs(Form),
    /// Copy the selected parts and remove them.
    Cut,
    /// Paste what the clipboard has.
    Paste,
    /// Let dragging the ground move the view, or select.
    OtherGround,
    /// Let the grid hold what is moved, or not.
    OtherSnap,
    /// Open what covers the page.
    Open(Over),
    /// Show the chain alone and large, or everything again.
    Present(bool),
    /// Show everything larger or smaller.
    Text(TextStep),
    /// Turn to a tab of the pane on the left.
    Left(Left),
    /// Ask something of the lesson that is open.
    Lesson(Ask),
    /// Give all panes their usual sizes.
    ResetPanes,
    /// Wear this theme.
    Wear(Theme),
    /// Speak this language.
    Speak(Language),
}

/// A command as it stands in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// What it asks for.
    pub(crate) command: Command,
    /// Its name in the document (`data-command`); never changes.
    pub(crate) id: &'static str,
    /// Under which heading it stands.
    pub(crate) group: Group,
    /// The keys that ask for it; the first one is shown.
    pub(crate) chords: &'static [Chord],
    /// Whose context menus it stands in.
    pub(crate) menus: &'static [On],
}

/// A heading of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Running, stopping, looking back.
    Run,
    /// Changing the chain.
    Edit,
    /// Choosing what is changed.
    Select,
    /// Looking at the canvas.
    Look,
    /// The page around it.
    Page,
}

/// The headings, in their order.
pub(crate) const GROUPS: [Group; 5] = [
    Group::Run,
    Group::Edit,
    Group::Select,
    Group::Look,
    Group::Page,
];

/// What a context menu is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    /// One stage.
    Stage,
    /// One wire.
    Wire,
    /// One note.
    Note,
    /// Several parts.
    Many,
    /// The canvas itself.
    Ground,
}

/// What decides whether a command applies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scene {
    /// The chain that is shown, and what of it is selected.
    pub(crate) editor: Editor,
    /// How the page is looked at.
    pub(crate) ui: Ui,
    /// Whether the chain is one of a recorded run, which stays as it is.
    pub(crate) recorded: bool,
    /// Whether the runner answers.
    pub(crate) connected: bool,
    /// Whether a start has not been answered yet.
    pub(crate) starting: bool,
    /// Whether a run of the page's own goes on, its stopping included.
    pub(crate) active: bool,
    /// Whether one goes on that can be stopped.
    pub(crate) live: bool,
    /// Whether an instant of a run is shown, and not where it is now.
    pub(crate) back: bool,
    /// How many problems the chain has.
    pub(crate) problems: usize,
    /// Whether the page is narrow: it has no canvas then.
    pub(crate) narrow: bool,
    /// Whether the chain came with a link and its commands are not shown yet.
    pub(crate) unread: bool,
    /// The run that is shown, all of it.
    pub(crate) run: Option<Same<Run>>,
}

impl Scene {
    /// Whether the tab of the lessons can be seen: a step that nobody sees is not gone from.
    pub(crate) fn shows_lessons(&self) -> bool {
        match self.narrow {
            true => self.ui.sheet == Some(Sheet::Left(Left::Lessons)),
            false => self.ui.left == Left::Lessons && !self.ui.presenting,
        }
    }

    /// Whether the chain is shown as a canvas, alone or with the list.
    pub(crate) fn has_canvas(&self) -> bool {
        !self.narrow && (self.ui.presenting || self.ui.picture != Picture::Outline)
    }
}

/// The command that a key asks for just now, and whether it applies.
pub(crate) fn meaning(key: &Pressed<'_>, scene: &Scene) -> Option<(Command, State)> {
    let entries = ALL.iter().copied().flatten();
    let mut asked = entries.filter(|entry| entry.chords.iter().any(|chord| chord.fits(key)));
    asked.find_map(|entry| {
        let state = state(entry.command, scene);
        (state != State::Hidden).then_some((entry.command, state))
    })
}

#[cfg(test)]
mod tests;
