//! The page as a whole: its state, and where everything stands.

use std::rc::Rc;

use pipeyard_shared::StageId;
use pipeyard_shared::check::check;
use pipeyard_shared::example;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::message::Refusal;
use pipeyard_shared::problem::Problem;
use pipeyard_shared::recording::RECORDING_BYTES;
use yew::{
    Callback, ContextProvider, Html, classes, component, hook, html, use_effect_with, use_memo,
    use_mut_ref, use_reducer, use_state,
};

use crate::commands::{Command, Scene, State as Applies, ask};
use crate::components::canvas::{Canvas, Fill};
use crate::components::divider::divider;
use crate::components::drawer::Drawer;
use crate::components::files::{opener, replay_notice};
use crate::components::header::{self, header};
use crate::components::inspector::{self, inspector};
use crate::components::left::left;
use crate::components::live::Live;
use crate::components::notice::notice;
use crate::components::outline::{self, outline};
use crate::components::over::{covering, covers};
use crate::components::phone::{self, phone};
use crate::components::picture;
use crate::components::problems::problem_list;
use crate::components::shell_line::{Line, shell_line};
use crate::components::toasts::ToastList;
use crate::components::visit::visit;
use crate::desk::Desk;
use crate::editor::{Editor, Part, Selection};
use crate::embed::{Embed, embed};
use crate::hooks::address::use_address;
use crate::hooks::context_menu::{Touched, use_context_menu};
use crate::hooks::files::use_dropped_file;
use crate::hooks::history::use_kept_history;
use crate::hooks::{
    focus, focus_if_lost, typing, use_frames, use_keyboard, use_media, use_printing, use_same,
};
use crate::later::{Later, use_later};
use crate::link::shell::Handle;
use crate::link::{Intent, Link, State, View};
use crate::looks::use_looks;
use crate::panes::Pane;
use crate::part::Frozen;
use crate::replay::{Pauses, Play, Replay};
use crate::runs::output::shown_place;
use crate::runs::{Run, Stale};
use crate::same::Same;
use crate::sharing::Sharing;
use crate::storage;
use crate::text_size::TextSize;
use crate::toast::{Say, Toasts, is_expected, removed, was_expected};
use crate::ui::{Over, Picture, Show, Ui, veiled};

/// Where there is room for one thing at a time: on a phone, and in a window whose content is shown twice as large.
fn narrow_query(text: TextSize) -> String {
    let [alone, with, low] = [699, 899, 559].map(|pixels| text.times(pixels));
    format!("(max-width: {alone}px), (max-width: {with}px) and (max-height: {low}px)")
}

/// The page.
#[component]
pub(crate) fn App() -> Html {
    let editor = use_reducer(|| {
        let first = || Editor::new(storage::chain().unwrap_or_else(example::opening));
        storage::editor().unwrap_or_else(first)
    });
    let ui = use_reducer(|| Ui {
        picture: storage::picture(),
        panes: storage::panes(),
        left: storage::left(),
        text: storage::text(),
        frozen: Rc::new(storage::frozen()),
        ..Ui::new(storage::language(), storage::theme())
    });
    let replay = use_reducer(Replay::default);
    let toasts = use_reducer(Toasts::default);
    let view = use_state(|| Same::new(Link::new(None).view()));
    let link = {
        let setter = view.setter();
        use_memo((), move |()| {
            Handle::begin(Callback::from(move |view| setter.set(Same::new(view))))
        })
    };
    // The bytes are of one's own chain: one that came with a link may have wires of the same names.
    let frozen = use_memo(
        (ui.frozen.clone(), editor.visited().is_some()),
        |(frozen, visits)| {
            if *visits {
                Rc::default()
            } else {
                frozen.clone()
            }
        },
    );
    let frozen: Rc<Frozen> = (*frozen).clone();
    let idle = use_memo(
        (Same::from(editor.chain().clone()), frozen.clone()),
        |(chain, frozen)| frozen.idle(chain),
    );
    let asking = use_memo(
        (Same::from(editor.chain().clone()), ui.guesses.clone()),
        |(chain, guesses)| veiled(chain, guesses),
    );
    let loaded = use_later(view.state == State::Connected);
    let desk = Desk::new(
        ui.language,
        editor.dispatcher(),
        ui.dispatcher(),
        &replay,
        toasts.dispatcher(),
        (*link).clone(),
        loaded,
    )
    .with_frozen(frozen, idle)
    .with_visited(editor.visited().cloned().map(Same::from))
    .with_veiled(asking);
    let recorded = desk.recorded;
    // The chain that is shown, and what of it is selected: the page's own, or a recorded one.
    let shown = replay
        .opened
        .as_ref()
        .map_or(&*editor, |opened| &opened.editor);
    let printing = use_printing();
    let narrow = use_media(&narrow_query(ui.text)) && !printing && embed() != Some(Embed::Result);
    let chain = Same::from(shown.chain().clone());
    let problems = use_memo(
        (chain.clone(), view.limits.clone(), recorded),
        |(chain, limits, recorded)| match recorded {
            // It is looked at and not run.
            true => Vec::new(),
            false => check(chain, limits),
        },
    );
    let problems = use_same(&problems);
    // What the runner found stands at its stage too, until the chain is another.
    let marked = use_memo(
        (problems.clone(), view.refusal.clone(), recorded),
        |(problems, refusal, recorded)| {
            let mut marked: Vec<Problem> = problems.to_vec();
            let refusal = refusal.as_deref().filter(|_| !recorded);
            if let Some(Refusal::Problems { problems }) = refusal {
                marked.extend(problems.iter().cloned());
            }
            marked
        },
    );
    let marked = use_same(&marked);
    {
        let desk = desk.clone();
        use_effect_with(chain.clone(), move |_| desk.wish(Intent::Dismiss));
    }
    let whole = match &replay.opened {
        Some(opened) => Some(opened.latest(&view.runs)),
        None => {
            let run = view.run.clone();
            run.filter(|run| is_of_what_is_shown(&editor, run))
        }
    };
    let whole = whole.map(Same::from);
    // The run as everything but the timeline shows it. This is the one place that turns it back.
    let run = use_memo(
        (whole.clone(), replay.player.instant),
        |(whole, instant)| whole.as_ref().map(|whole| picture(whole, *instant)),
    );
    let run: Option<Same<Run>> = (*run).clone();
    let seen = seen(&view, run.as_ref());
    // What is shown may be the run of a part.
    let part = ui.started.clone().filter(|started| {
        let ran = run.as_ref().map(|run| &run.chain);
        ran.is_some_and(|ran| Rc::ptr_eq(ran, &started.chain))
    });
    let part = part.map(|started| started.part);
    let stale = use_memo(
        (
            run.as_ref().map(|run| Same::from(run.source.clone())),
            chain.clone(),
            recorded,
        ),
        |(ran, chain, recorded)| match ran {
            Some(ran) if !recorded => Stale::of(ran, chain),
            _ => Stale::default(),
        },
    );
    let stale = use_same(&stale);
    let live = view.run.as_ref().is_some_and(|run| run.is_live());
    let active = view.run.as_ref().is_some_and(|run| run.is_active());
    let place = shown_place(run.as_deref(), &chain, ui.place.as_ref());

    use_address(&desk);
    use_effect_with(ui.frozen.clone(), |frozen| storage::keep_frozen(frozen));
    // A recorded chain is never kept in place of the page's own.
    use_kept_history(&editor);
    use_looks(&ui);
    use_effect_with(ui.picture, |picture| storage::keep_picture(*picture));
    {
        // A sheet is for a small screen: none is open when a screen becomes one.
        let desk = desk.clone();
        use_effect_with(narrow, move |_| desk.show(Show::Sheet(None)));
    }
    {
        let desk = desk.clone();
        use_effect_with(
            (place.clone(), ui.lane),
            move |(place, lane): &(Option<FlowPoint>, _)| {
                desk.wish(Intent::Show(place.clone().map(|place| (*lane, place))));
            },
        );
    }
    {
        // Another run is shown from where it is, and not from where the one before it was left.
        let desk = desk.clone();
        use_effect_with(view.run.as_ref().map(|run| run.id), move |_| {
            if !recorded {
                desk.play(Play::Now);
            }
        });
    }
    {
        let desk = desk.clone();
        let opened = replay.opened.as_ref();
        let looked = opened.filter(|opened| !opened.run.recorded);
        use_effect_with(looked.map(|opened| opened.run.id), move |looked| {
            desk.wish(Intent::Look(*looked));
        });
    }
    let scene = Rc::new(Scene {
        editor: shown.clone(),
        ui: (*ui).clone(),
        recorded,
        connected: view.state == State::Connected,
        starting: view.starting,
        active,
        live,
        back: replay.player.instant.is_some(),
        problems: problems.len(),
        narrow,
        // Its commands cannot be read yet.
        unread: desk.is_unread(),
        run: whole.clone(),
    });
    let heir = use_mut_ref(|| None);
    use_keyboard(scene.clone(), {
        let scene = scene.clone();
        let desk = desk.clone();
        let heir = heir.clone();
        Callback::from(move |(command, applies)| {
            let removes = matches!(command, Command::Remove | Command::RemoveThrough);
            if removes && applies == Applies::Can {
                *heir.borrow_mut() = Some(writer_of_selected(&scene.editor));
            }
            ask(command, &desk, &scene);
        })
    });
    use_context_menu({
        let (desk, scene) = (desk.clone(), scene.clone());
        Callback::from(move |(touched, at)| {
            let selection = scene.editor.selection();
            let part = match touched {
                Touched::Stage(id) => Part::Stage(id.as_str().into()),
                Touched::Wire(id) => Part::Wire(id.as_str().into()),
                Touched::Note(id) => Part::Note(id.as_str().into()),
                Touched::Ground => {
                    desk.select(Selection::Chain);
                    return desk.show(Show::Over(Some(Over::Menu(at))));
                }
            };
            if !selection.has(&part) {
                desk.select(part.into());
            }
            desk.show(Show::Over(Some(Over::Menu(at))));
        })
    });
    use_end_of_visits(&desk, &editor);
    use_removals(&desk, &editor);
    let neighbour = shown.selected_stage().cloned();
    use_effect_with(chain.clone(), move |_| {
        if let Some(writer) = heir.take() {
            focus_card(neighbour.or(writer).as_ref());
        }
    });
    use_place_of_recording(replay.opened.as_ref().map(|opened| &opened.run));
    let held = use_dropped_file(RECORDING_BYTES, opener(&desk));
    use_playing(&desk, &replay, whole.as_ref(), view.now_ms);

    // What is covered cannot be reached, not by keys either.
    let covered = ui.over.is_some() && covers(&desk);
    let body = if narrow {
        let shown = phone::Props {
            scene: scene.clone(),
            over: covered,
            chain,
            selection: shown.selection().clone(),
            view: (*view).clone(),
            seen,
            run,
            whole,
            stale,
            part,
            replay: (*replay).clone(),
            ui: (*ui).clone(),
            place,
            problems,
            marked,
            undo: shown.can_undo(),
            redo: shown.can_redo(),
        };
        phone(&desk, &shown)
    } else {
        let fill = match (printing, ui.presenting) {
            (true, _) => Fill::Paper,
            (false, true) => Fill::Room,
            (false, false) => Fill::No,
        };
        let drawn = match (printing, ui.presenting) {
            // On paper nobody can switch.
            (true, _) => Picture::Both,
            (false, true) => Picture::Canvas,
            (false, false) => ui.picture,
        };
        let top = header::Props {
            scene: scene.clone(),
            chain: chain.clone(),
            view: (*view).clone(),
            seen: seen.clone(),
            theme: ui.theme,
            stale: stale.clone(),
            part,
            changed: shown.is_changed(),
            problems: problems.len(),
            undo: shown.can_undo(),
            redo: shown.can_redo(),
        };
        let list = outline::Props {
            chain: chain.clone(),
            selection: shown.selection().clone(),
            run: run.clone(),
            now_ms: seen.now_ms,
            stale: stale.clone(),
            problems: marked.clone(),
            beside: drawn == Picture::Both,
            narrow: false,
        };
        let typed = Line {
            chain: chain.clone(),
            hovered: ui.hovered.clone(),
            selected: shown.selected_stage().cloned(),
            connected: view.state == State::Connected,
        };
        let form = inspector::Props {
            chain: chain.clone(),
            selection: shown.selection().clone(),
            run: run.clone(),
            problems: marked.clone(),
        };
        html! {
            <div class={classes!("page", (ui.presenting && !printing).then_some("page--presenting"))} inert={covered}>
                { header(&desk, &top) }
                { shell_line(&desk, typed) }
                <div class="page__body">
                    { left(&desk, &scene, &view) }
                    <main class="page__middle">
                        { divider(&desk, Pane::Palette, ui.panes) }
                        { notice(&desk, &view) }
                        { replay_notice(&desk, &replay, &view) }
                        { visit(&desk, &scene) }
                        <div class={picture::class(drawn)}>
                            { picture::choice(&desk, ui.picture) }
                            if drawn != Picture::Outline {
                                <Canvas
                                    chain={chain.clone()}
                                    selection={shown.selection().clone()}
                                    run={run.clone()}
                                    now_ms={seen.now_ms}
                                    stale={stale.clone()}
                                    hovered={ui.hovered.clone()}
                                    problems={marked.clone()}
                                    fill={fill}
                                />
                            }
                            if drawn != Picture::Canvas {
                                <div class="picture__outline">
                                    { outline(&desk, list) }
                                </div>
                            }
                        </div>
                        { problem_list(&desk, &chain, &problems, &view) }
                        { divider(&desk, Pane::Drawer, ui.panes) }
                        <Drawer
                            chain={chain.clone()}
                            run={run.clone()}
                            whole={whole}
                            player={replay.player}
                            view={(*view).clone()}
                            stale={stale.clone()}
                            ui={(*ui).clone()}
                            place={place}
                        />
                        { divider(&desk, Pane::Inspector, ui.panes) }
                    </main>
                    <fieldset class="as-it-is" disabled={recorded}>
                        { inspector(&desk, form) }
                    </fieldset>
                </div>
                <Live view={(*view).clone()} />
            </div>
        }
    };
    let over = ui.over.map(|over| covering(&desk, &scene, over));
    let beside = match desk.later {
        Later::Here(parts) => Some((parts.beside)(&scene)),
        _ => None,
    };
    let words = desk.words.replay;
    html! {
        <ContextProvider<Later> context={desk.later}>
        <ContextProvider<Sharing> context={desk.sharing}>
            <ContextProvider<Desk> context={desk}>
                { body }
                { over.unwrap_or_default() }
                <div>{ beside.unwrap_or_default() }</div>
                <ToastList toasts={(*toasts).clone()} editor={(*editor).clone()} />
                <div class="drop" hidden={!held} aria-hidden="true"><p class="drop__word">{ words.drop_here }</p></div>
            </ContextProvider<Desk>>
        </ContextProvider<Sharing>>
        </ContextProvider<Later>>
    }
}

/// Says what an edit has taken away, with the way back. While somebody types, that is plain to see.
#[hook]
fn use_removals(desk: &Desk, editor: &Editor) {
    let before = use_mut_ref(|| editor.chain().clone());
    let (desk, editor) = (desk.clone(), editor.clone());
    use_effect_with(Same::from(editor.chain().clone()), move |chain| {
        let before = before.replace(chain.0.clone());
        let expected = was_expected();
        let told =
            !expected && editor.undo_leads_to(&before) && editor.visited().is_none() && !typing();
        let gone = removed(&before, chain).filter(|_| told);
        if let Some(gone) = gone {
            let sentence = (desk.words.commands.removed)(&gone);
            desk.say(Say::New(sentence, Some(before)));
            focus_if_lost(&[
                ".card.is-selected",
                ".card",
                "#palette-search",
                "#add-stage",
            ]);
        }
    });
}

/// Once a chain that came with a link has taken the place of a person's own, says so, with the way back. The own one is
/// kept beside it, and told of once more in a tab that knows nothing of it.
#[hook]
fn use_end_of_visits(desk: &Desk, editor: &Editor) {
    let own = use_mut_ref(|| (editor.chain().clone(), false));
    let desk = desk.clone();
    {
        let (desk, chain) = (desk.clone(), editor.chain().clone());
        use_effect_with((), move |()| {
            if let Some(before) = storage::before().filter(|before| *before != *chain) {
                let sentence = desk.words.gallery.gave_way.to_owned();
                desk.say(Say::Back(sentence, Rc::new(before)));
            }
        });
    }
    let visits = editor.visited().is_some();
    use_effect_with(
        (Same::from(editor.chain().clone()), visits),
        move |(chain, visits)| {
            let mut own = own.borrow_mut();
            if *visits {
                own.1 = true;
                return;
            }
            let (before, visited) = std::mem::replace(&mut *own, (chain.0.clone(), false));
            // The chain that the page opens with is nobody's work.
            let gave_way =
                visited && !is_expected() && before != chain.0 && *before != example::opening();
            if gave_way && embed().is_none() {
                storage::keep_before(&before);
                desk.say(Say::Back(desk.words.gallery.gave_way.to_owned(), before));
            }
        },
    );
}

/// The focus goes along when a recording takes the place of the page's own chain, and back.
#[hook]
fn use_place_of_recording(opened: Option<&Rc<Run>>) {
    let before = use_mut_ref(|| false);
    let opened = opened.cloned().map(Same::from);
    use_effect_with(opened, move |opened| {
        match (before.replace(opened.is_some()), opened) {
            (_, Some(_)) => focus(&["#close-recording"]),
            (true, None) => focus(&["#run, #stop"]),
            (false, None) => {}
        }
    });
}

/// Moves the instant on while a run is played.
#[hook]
fn use_playing(desk: &Desk, replay: &Replay, whole: Option<&Same<Run>>, now_ms: f64) {
    let calm = use_media("(prefers-reduced-motion: reduce)");
    let player = replay.player;
    let end_us = whole.map_or(0, |run| run.elapsed_us(now_ms));
    // What is not played needs no pauses.
    let limit_us = player.idle.limit_us().filter(|_| player.playing);
    let pauses = use_memo((whole.cloned(), limit_us), |(whole, limit_us)| {
        let pauses = whole.as_ref().map(|run| Pauses::of(run, end_us, *limit_us));
        pauses.unwrap_or_default()
    });
    let desk = desk.clone();
    use_frames(
        player.playing && whole.is_some(),
        calm,
        Callback::from(move |passed_us| {
            let pauses = pauses.clone();
            desk.play(Play::Tick {
                passed_us,
                end_us,
                pauses,
            });
        }),
    );
}

/// The run at this instant. One from a file has no present: all of it is its last instant.
fn picture(whole: &Same<Run>, instant: Option<u64>) -> Same<Run> {
    match instant {
        Some(instant) => Same::new(whole.at(instant)),
        None if whole.recorded => Same::new(whole.at(whole.elapsed_us(0.0))),
        None => whole.clone(),
    }
}

/// What came over the link, with the run as it is shown and the time on its clock.
fn seen(view: &Same<View>, run: Option<&Same<Run>>) -> Same<View> {
    let instant = run.and_then(|run| run.instant);
    match (run, instant) {
        (Some(run), Some(instant)) => Same::new(View {
            run: Some(run.0.clone()),
            now_ms: instant as f64 / 1e3,
            ..(**view).clone()
        }),
        (None, _) if view.run.is_some() => Same::new(View {
            run: None,
            ..(**view).clone()
        }),
        _ => view.clone(),
    }
}

/// A chain that came with a link wears nothing of a run of one's own, and another chain nothing of a run of which it has no
/// stage. What still runs is shown all the same, to be stopped.
fn is_of_what_is_shown(editor: &Editor, run: &Run) -> bool {
    let (ran, shown) = (&run.source, editor.chain());
    run.is_active()
        || match editor.visited() {
            Some(visited) => !Stale::of(ran, visited).any,
            None => ran
                .stages
                .iter()
                .any(|stage| shown.stage(&stage.id).is_some()),
        }
}

/// Who writes to the selected wire.
fn writer_of_selected(editor: &Editor) -> Option<StageId> {
    let Selection::Wire(id) = editor.selection() else {
        return None;
    };
    let wire = editor.chain().wire(id)?;
    Some(wire.from.stage.clone())
}

/// What had the focus is gone: a stage has it now, or where there is none, what adds one.
fn focus_card(stage: Option<&StageId>) {
    let card =
        stage.map(|id| format!(".canvas [data-stage=\"{id}\"], .outline [data-stage=\"{id}\"]"));
    let any = ".canvas [data-stage], .outline [data-stage]";
    let card = card.as_deref().unwrap_or(any);
    focus(&[card, any, "#palette-search", "#add-stage"]);
}
