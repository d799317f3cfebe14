//! The page as a whole: its state, and where everything stands.

use pipeyard_shared::check::check;
use pipeyard_shared::example;
use pipeyard_shared::flow::FlowPoint;
use pipeyard_shared::message::Refusal;
use pipeyard_shared::problem::Problem;
use yew::{
    Callback, ContextProvider, Html, component, html, use_effect_with, use_memo, use_reducer,
    use_state,
};

use crate::components::canvas::Canvas;
use crate::components::drawer::Drawer;
use crate::components::header::Header;
use crate::components::inspector::Inspector;
use crate::components::live::Live;
use crate::components::notice::Notice;
use crate::components::palette::Palette;
use crate::components::phone::Phone;
use crate::components::problems::Problems;
use crate::components::shell_line::ShellLine;
use crate::desk::Desk;
use crate::editor::{Action, Edit, Editor, Selection};
use crate::hooks::{use_keyboard, use_media};
use crate::link::shell::Handle;
use crate::link::{Intent, Link, State};
use crate::runs::output::shown_place;
use crate::same::Same;
use crate::shortcut::Command;
use crate::storage;
use crate::ui::{Show, Theme, Ui};

/// The page.
#[component]
pub(crate) fn App() -> Html {
    let editor = use_reducer(|| Editor::new(storage::chain().unwrap_or_else(example::opening)));
    let ui = use_reducer(|| Ui::new(storage::language(), storage::theme()));
    let view = use_state(|| Same::new(Link::new(None).view()));
    let link = {
        let setter = view.setter();
        use_memo((), move |()| {
            Handle::begin(Callback::from(move |view| setter.set(Same::new(view))))
        })
    };
    let desk = Desk::new(
        ui.language,
        editor.dispatcher(),
        ui.dispatcher(),
        (*link).clone(),
    );
    let narrow = use_media("(max-width: 699px)");
    let chain = Same::from(editor.chain().clone());
    let problems = use_memo((chain.clone(), view.limits.clone()), |(chain, limits)| {
        check(chain, limits)
    });
    let problems = Same::from(problems);
    // What the runner found stands at its stage too, until the chain is another.
    let marked = use_memo(
        (problems.clone(), view.refusal.clone()),
        |(problems, refusal)| {
            let mut marked: Vec<Problem> = problems.to_vec();
            if let Some(Refusal::Problems { problems }) = refusal.as_deref() {
                marked.extend(problems.iter().cloned());
            }
            marked
        },
    );
    let marked = Same::from(marked);
    {
        let desk = desk.clone();
        use_effect_with(chain.clone(), move |_| desk.wish(Intent::Dismiss));
    }
    let run = view.run.clone().map(Same::from);
    let active = run.as_ref().is_some_and(|run| run.is_active());
    let place = shown_place(run.as_deref(), &chain, ui.place.as_ref());

    use_effect_with(chain.clone(), |chain| storage::keep_chain(chain));
    use_effect_with(ui.language, |language| {
        storage::keep_language(*language);
        if let Some(root) = root() {
            // Refused by no browser.
            let _ = root.set_attribute("lang", language.tag());
        }
    });
    use_effect_with(ui.theme, |theme| {
        storage::keep_theme(*theme);
        wear(*theme);
    });
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
    let can_run =
        problems.is_empty() && view.state == State::Connected && !view.starting && !active;
    use_keyboard(active, {
        let desk = desk.clone();
        let editor = editor.clone();
        Callback::from(move |command| obey(command, &desk, &editor, can_run))
    });

    let body = if narrow {
        html! {
            <Phone
                chain={chain}
                selection={editor.selection().clone()}
                view={(*view).clone()}
                run={run}
                ui={(*ui).clone()}
                place={place}
                problems={problems}
                undo={editor.can_undo()}
                redo={editor.can_redo()}
            />
        }
    } else {
        html! {
            <div class="page">
                <Header
                    chain={chain.clone()}
                    view={(*view).clone()}
                    theme={ui.theme}
                    problems={problems.len()}
                    undo={editor.can_undo()}
                    redo={editor.can_redo()}
                />
                <ShellLine chain={chain.clone()} hovered={ui.hovered.clone()} selected={editor.selected_stage().cloned()} />
                <div class="page__body">
                    <Palette />
                    <main class="page__middle">
                        <Notice view={(*view).clone()} />
                        <Canvas
                            chain={chain.clone()}
                            selection={editor.selection().clone()}
                            run={run.clone()}
                            now_ms={view.now_ms}
                            hovered={ui.hovered.clone()}
                            problems={marked.clone()}
                        />
                        <Problems chain={chain.clone()} problems={problems.clone()} view={(*view).clone()} />
                        <Drawer
                            chain={chain.clone()}
                            run={run.clone()}
                            now_ms={view.now_ms}
                            ui={(*ui).clone()}
                            place={place}
                        />
                    </main>
                    <Inspector
                        chain={chain}
                        selection={editor.selection().clone()}
                        run={run}
                        problems={marked}
                    />
                </div>
                <Live view={(*view).clone()} />
            </div>
        }
    };
    html! { <ContextProvider<Desk> context={desk}>{ body }</ContextProvider<Desk>> }
}

fn obey(command: Command, desk: &Desk, editor: &Editor, can_run: bool) {
    let selected = editor.selected_stage().cloned();
    match command {
        Command::Run if can_run => desk.run(editor.chain()),
        Command::Run => {}
        Command::Stop => desk.wish(Intent::Stop),
        Command::Leave => {
            desk.show(Show::Sheet(None));
            desk.select(Selection::Chain);
        }
        Command::Undo => desk.act(Action::Undo),
        Command::Redo => desk.act(Action::Redo),
        Command::Remove => match editor.selection() {
            Selection::Stage(id) => desk.edit(Edit::Remove(id.clone())),
            Selection::Wire(id) => desk.edit(Edit::Disconnect(id.clone())),
            Selection::Chain => {}
        },
        Command::Duplicate => {
            if let Some(id) = selected {
                desk.edit(Edit::Duplicate(id));
            }
        }
        Command::Select(side) => desk.act(Action::SelectBeside(side)),
        Command::Move(side) => {
            if let Some(id) = selected {
                desk.edit(Edit::Move(id, side));
            }
        }
    }
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

fn wear(theme: Theme) {
    let Some(root) = root() else { return };
    // Refused by no browser.
    let _ = match theme.word() {
        Some(word) => root.set_attribute("data-theme", word),
        None => root.remove_attribute("data-theme"),
    };
}
