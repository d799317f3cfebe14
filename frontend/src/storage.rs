//! What survives a reload. A browser that refuses storage costs comfort, and nothing else.

use pipeyard_shared::words::Language;
use pipeyard_shared::{Chain, SessionId};
use web_sys::Storage;

use crate::editor::Editor;
use crate::embed::embed;
use crate::left::Left;
use crate::panes::Panes;
use crate::part::Frozen;
use crate::text_size::TextSize;
use crate::ui::{Picture, Theme};

const CHAIN: &str = "pipeyard.chain";
/// The chain that gave way to one that came with a link.
const BEFORE: &str = "pipeyard.before";
const LANGUAGE: &str = "pipeyard.language";
const FROZEN: &str = "pipeyard.frozen";
/// The script that starts the page reads it too, before anything is painted.
const THEME: &str = "pipeyard.theme";
const PICTURE: &str = "pipeyard.picture";
/// What was done of lessons.
const LESSONS: &str = "pipeyard.lessons";
/// The lesson of one's own that was opened last.
const LESSON_FILE: &str = "pipeyard.lesson-file";
const LEFT: &str = "pipeyard.left";
/// The script that starts the page reads it too.
const TEXT: &str = "pipeyard.text";
/// That script reads this one too.
const PANES: &str = "pipeyard.panes";
/// How the canvas is handled.
const HANDLING: &str = "pipeyard.canvas";
/// Lines of shell text that were typed.
const LINES: &str = "pipeyard.lines";
/// The chain with the steps before and after it; in the tab's own storage too.
const HISTORY: &str = "pipeyard.history";
/// In the tab's own storage: two tabs are two sessions.
const SESSION: &str = "pipeyard.session";

/// The chain of the last visit, if it can still be read.
pub(crate) fn chain() -> Option<Chain> {
    let json = local()?.get_item(CHAIN).ok()??;
    Chain::from_value(serde_json::from_str(&json).ok()?).ok()
}

/// Keeps the chain.
pub(crate) fn keep_chain(chain: &Chain) {
    keep(local(), CHAIN, &chain.to_json());
}

/// The chain that gave way to one that came with a link, in a tab that cannot take the last step back.
pub(crate) fn before() -> Option<Chain> {
    if tab()?.get_item(HISTORY).ok()?.is_some() {
        return None;
    }
    let json = local()?.get_item(BEFORE).ok()??;
    Chain::from_value(serde_json::from_str(&json).ok()?).ok()
}

/// Keeps the chain that gives way.
pub(crate) fn keep_before(chain: &Chain) {
    keep(local(), BEFORE, &chain.to_json());
}

/// It has been brought back, or is not wanted.
pub(crate) fn forget_before() {
    if let Some(storage) = local() {
        // Nothing to do about a browser that does not let go.
        let _ = storage.remove_item(BEFORE);
    }
}

/// The lines that were typed before, as a text; empty where none are kept.
pub(crate) fn lines() -> String {
    let kept = local().and_then(|storage| storage.get_item(LINES).ok()?);
    kept.unwrap_or_default()
}

/// Keeps the lines that were typed.
pub(crate) fn keep_lines(text: &str) {
    keep(local(), LINES, text);
}

/// The wires that were frozen.
pub(crate) fn frozen() -> Frozen {
    let kept = local().and_then(|storage| storage.get_item(FROZEN).ok()?);
    kept.map(|text| Frozen::from_text(&text))
        .unwrap_or_default()
}

/// Keeps the frozen wires.
pub(crate) fn keep_frozen(frozen: &Frozen) {
    keep(local(), FROZEN, &frozen.to_text());
}

/// The language of the last visit, or the browser's.
pub(crate) fn language() -> Language {
    let kept = local().and_then(|storage| storage.get_item(LANGUAGE).ok()?);
    let tag = kept.or_else(|| web_sys::window()?.navigator().language());
    Language::from_tag(&tag.unwrap_or_default())
}

/// Keeps the language.
pub(crate) fn keep_language(language: Language) {
    keep(local(), LANGUAGE, language.tag());
}

/// The theme of the last visit.
pub(crate) fn theme() -> Theme {
    let kept = local().and_then(|storage| storage.get_item(THEME).ok()?);
    Theme::from_word(kept.as_deref().unwrap_or_default())
}

/// Keeps the theme; the system's is what nothing kept means.
pub(crate) fn keep_theme(theme: Theme) {
    match theme.word() {
        Some(word) => keep(local(), THEME, word),
        None => {
            if let Some(storage) = local() {
                // Nothing to do about a browser that does not let go.
                let _ = storage.remove_item(THEME);
            }
        }
    }
}

/// How the chain was drawn.
pub(crate) fn picture() -> Picture {
    let kept = local().and_then(|storage| storage.get_item(PICTURE).ok()?);
    Picture::from_word(kept.as_deref().unwrap_or_default())
}

/// Keeps how the chain is drawn.
pub(crate) fn keep_picture(picture: Picture) {
    keep(local(), PICTURE, picture.word());
}

/// What the pane on the left showed.
pub(crate) fn left() -> Left {
    let kept = local().and_then(|storage| storage.get_item(LEFT).ok()?);
    Left::from_word(kept.as_deref().unwrap_or_default())
}

/// Keeps what the pane on the left shows.
pub(crate) fn keep_left(left: Left) {
    keep(local(), LEFT, left.word());
}

/// What was done of lessons.
pub(crate) fn lessons() -> Option<String> {
    local()?.get_item(LESSONS).ok()?
}

/// Keeps what was done of lessons.
pub(crate) fn keep_lessons(text: &str) {
    keep(local(), LESSONS, text);
}

/// The lesson of one's own that was opened last.
pub(crate) fn lesson_file() -> Option<String> {
    local()?.get_item(LESSON_FILE).ok()?
}

/// Keeps a lesson of one's own.
pub(crate) fn keep_lesson_file(text: &str) {
    keep(local(), LESSON_FILE, text);
}

/// How large the panes were wanted.
pub(crate) fn panes() -> Panes {
    let kept = local().and_then(|storage| storage.get_item(PANES).ok()?);
    Panes::from_text(&kept.unwrap_or_default())
}

/// Keeps how large the panes are wanted.
pub(crate) fn keep_panes(panes: Panes) {
    keep(local(), PANES, &panes.text());
}

/// How large everything was shown.
pub(crate) fn text() -> TextSize {
    let kept = local().and_then(|storage| storage.get_item(TEXT).ok()?);
    TextSize::from_text(&kept.unwrap_or_default())
}

/// Keeps how large everything is shown.
pub(crate) fn keep_text(text: TextSize) {
    keep(local(), TEXT, &text.percent().to_string());
}

/// This tab's session with its runner.
pub(crate) fn session() -> Option<SessionId> {
    let kept = tab()?.get_item(SESSION).ok()??;
    Some(SessionId::new(kept))
}

/// Keeps the session.
pub(crate) fn keep_session(session: &SessionId) {
    keep(tab(), SESSION, session.as_str());
}

/// How the canvas was handled at the last visit.
pub(crate) fn handling() -> Option<String> {
    local()?.get_item(HANDLING).ok()?
}

/// Keeps how the canvas is handled.
pub(crate) fn keep_handling(handling: &str) {
    keep(local(), HANDLING, handling);
}

/// The editor as this tab had it, if it can still be read. A chain that another tab has kept since is its last step,
/// so that this tab's own work is one step back.
pub(crate) fn editor() -> Option<Editor> {
    let editor = Editor::from_text(&tab()?.get_item(HISTORY).ok()??)?;
    Some(match chain() {
        Some(other) => editor.with(other),
        None => editor,
    })
}

/// Keeps the chain and the way back.
pub(crate) fn keep_editor(editor: &Editor) {
    keep(tab(), HISTORY, &editor.to_text());
}

fn keep(storage: Option<Storage>, key: &str, value: &str) {
    if let Some(storage) = storage {
        // Full or refused: the page works on without.
        let _ = storage.set_item(key, value);
    }
}

/// Nothing within another page: what is kept is a person's own.
fn local() -> Option<Storage> {
    if embed().is_some() {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}

fn tab() -> Option<Storage> {
    if embed().is_some() {
        return None;
    }
    web_sys::window()?.session_storage().ok()?
}
