//! The palette of actions: all that can be asked for just now, every stage that can be added, and every stage to
//! go to, in one list that is searched by typing.

use std::rc::Rc;

use pipeyard_shared::StageId;
use pipeyard_shared::chain::Names;
use yew::{AttrValue, Callback, Html, html};

use crate::commands::{ALL, Command, GROUPS, Scene, State, ask, state};
use crate::components::chooser::{Chooser, Chosen, Item};
use crate::components::gallery::{item, open};
use crate::desk::Desk;
use crate::editor::template::Template;
use crate::editor::{Edit, Selection, summary};
use crate::gallery::{EXAMPLES, Example, beside};
use crate::hooks::focus_soon;
use crate::i18n::command_names::CommandNames;
use crate::i18n::templates::TemplateWords;
use crate::platform::is_mac;
use crate::same::Same;
use crate::sharing::chain_of;
use crate::toast::Say;
use crate::ui::Show;

/// What an item does.
#[derive(Clone, Debug, PartialEq)]
enum Act {
    Ask(Command),
    Add(Template),
    Go(StageId),
    Open(Example),
}

/// The palette of actions, which covers the page.
pub(crate) fn actions(desk: &Desk, scene: &Rc<Scene>) -> Html {
    let (items, acts): (Vec<Item>, Vec<Act>) = list(desk, scene).into_iter().unzip();
    let choose = {
        let (desk, scene) = (desk.clone(), scene.clone());
        Callback::from(move |chosen| {
            desk.show(Show::Over(None));
            let at = match chosen {
                Chosen::Item(at) => at,
                Chosen::Typed(line) => return add_line(&desk, &scene, &line),
            };
            match acts.get(at) {
                Some(Act::Open(example)) => open(&desk, &scene, example, false),
                Some(Act::Ask(command)) => ask(*command, &desk, &scene),
                Some(Act::Add(template)) => desk.edit(Edit::Add(template.kind())),
                Some(Act::Go(id)) => {
                    desk.select(Selection::Stage(id.clone()));
                    focus_soon(format!("[data-stage=\"{id}\"]"));
                }
                None => {}
            }
        })
    };
    let close = {
        let desk = desk.clone();
        Callback::from(move |()| desk.show(Show::Over(None)))
    };
    let line = (!scene.recorded).then(|| AttrValue::from(desk.words.gallery.add_line));
    html! {
        <Chooser id="actions" label={desk.words.commands.ask} items={Same::new(items)} typed={line} on_choose={choose} on_close={close} />
    }
}

fn list(desk: &Desk, scene: &Scene) -> Vec<(Item, Act)> {
    let words = desk.words;
    let other = desk.language.other();
    let (names, other_names) = (CommandNames::of(desk.language), CommandNames::of(other));
    let mac = is_mac();
    let mut list = Vec::new();
    for group in GROUPS {
        let entries = ALL.iter().copied().flatten();
        for entry in entries.filter(|entry| entry.group == group) {
            let why_not = match state(entry.command, scene) {
                State::Can => None,
                State::Not(reason) => Some((words.commands.why_not)(reason)),
                State::Hidden => continue,
            };
            let item = Item {
                id: entry.id.to_owned(),
                group: (words.commands.group)(group).into(),
                label: (names.name)(entry.command).to_owned(),
                keys: entry
                    .chords
                    .first()
                    .map(|chord| chord.shown(mac))
                    .unwrap_or_default(),
                words: (other_names.name)(entry.command).to_owned(),
                why_not,
                ..Item::default()
            };
            list.push((item, Act::Ask(entry.command)));
        }
    }
    if !scene.recorded {
        list.extend(Template::all().map(|template| {
            let (other_name, other_what) = (
                template.name(other),
                TemplateWords::of(other).what(template),
            );
            let item = Item {
                id: format!("add-{}", template.id),
                group: words.add_a_stage.into(),
                label: (words.commands.add)(template.name(desk.language)),
                hint: TemplateWords::of(desk.language).what(template).to_owned(),
                words: format!("{other_name} {other_what}"),
                ..Item::default()
            };
            (item, Act::Add(template))
        }));
    }
    if !scene.recorded {
        list.extend(EXAMPLES.iter().map(|example| {
            let found = item(desk, example);
            let item = Item {
                id: format!("example-{}", example.id),
                group: words.gallery.examples.into(),
                label: (words.gallery.open)(&found.label),
                ..found
            };
            (item, Act::Open(*example))
        }));
    }
    let names = Names::of(scene.editor.chain());
    let stages = scene.editor.chain().stages.iter();
    list.extend(stages.map(|stage| {
        let item = Item {
            id: format!("go-{}", stage.id),
            group: words.commands.stages.into(),
            label: (words.commands.go)(names.stage(&stage.id)),
            hint: summary::line(words, stage),
            ..Item::default()
        };
        (item, Act::Go(stage.id.clone()))
    }));
    list
}

/// A typed line of commands becomes stages.
fn add_line(desk: &Desk, scene: &Scene, line: &str) {
    match chain_of(line) {
        Some(chain) => desk.edit(beside(scene.editor.chain(), chain)),
        None => desk.say(Say::New((desk.words.gallery.not_a_line)(line), None)),
    }
}
