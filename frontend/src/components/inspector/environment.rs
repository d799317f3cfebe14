//! Changes of the environment: variables set, and variables taken away.

use pipeyard_shared::chain::{Process, Setup, Shell, StageKind, Variable};
use pipeyard_shared::problem::{Part, Problem};
use pipeyard_shared::{StageId, Text};
use yew::{Callback, Html, InputEvent, html};

use super::errors::error_at;
use crate::components::field::TextField;
use crate::desk::Desk;

pub(super) fn environment(
    desk: &Desk,
    id: &StageId,
    kind: &StageKind,
    problems: &[Problem],
) -> Html {
    let words = desk.words;
    let variables = setup(kind)
        .map(|setup| &setup.environment[..])
        .unwrap_or_default();
    let change = |part: &'static str, index: usize| {
        let (desk, id, kind) = (desk.clone(), id.clone(), kind.clone());
        move |change: &dyn Fn(&mut Vec<Variable>)| {
            let mut kind = kind.clone();
            if let StageKind::Process(Process { setup, .. })
            | StageKind::Shell(Shell { setup, .. }) = &mut kind
            {
                change(&mut setup.environment);
            }
            desk.shape(&id, kind, part, index);
        }
    };
    let rows = variables.iter().enumerate().map(|(index, variable)| {
        let (name, value) = (change("name", index), change("value", index));
        let (set, remove) = (change("", index), change("", index));
        let name = Callback::from(move |text: String| name(&|list| list[index].name = text.clone().into()));
        let value = Callback::from(move |text: String| value(&|list| list[index].value = Some(text.clone().into())));
        let is_set = variable.value.is_some();
        let set = Callback::from(move |_: InputEvent| {
            set(&|list| list[index].value = if is_set { None } else { Some(Text::default()) });
        });
        let remove = Callback::from(move |_| remove(&|list| drop(list.remove(index))));
        let spoken = variable.name.lossy();
        html! {
            <li key={index} class="rows__row rows__row--variable">
                <TextField id={format!("variable-{index}")} label={words.variable_name} bare=true placeholder={words.variable_name} value={spoken.clone().into_owned()} mono=true on_change={name} />
                <TextField
                    id={format!("variable-value-{index}")}
                    label={words.variable_value}
                    bare=true
                    placeholder={if is_set { "" } else { words.unset }}
                    value={variable.value.as_ref().map(|value| value.lossy().into_owned()).unwrap_or_default()}
                    disabled={!is_set}
                    mono=true
                    on_change={value}
                />
                <label class="rows__check" title={words.set_note}>
                    <input type="checkbox" checked={is_set} oninput={set} aria-label={(words.set_variable)(&spoken)} />
                    <span>{ words.set }</span>
                </label>
                <button type="button" class="button button--small" aria-label={(words.variable_remove)(&spoken)} title={words.remove} onclick={remove}>{ "×" }</button>
            </li>
        }
    });
    let add = change("", variables.len());
    let add = Callback::from(move |_| add(&|list| list.push(Variable::set("", ""))));
    let errors = [Part::VariableName, Part::VariableValue];
    let errors = errors.map(|part| error_at(desk, problems, part)).join(" ");
    html! {
        <fieldset class="field">
            <legend class="field__label">{ words.environment }</legend>
            <ol class="rows">{ for rows }</ol>
            <button type="button" id="add-variable" class="button button--add" onclick={add}>{ words.add_variable }</button>
            <p class="field__note field__error" hidden={errors.trim().is_empty()}>{ errors.trim() }</p>
        </fieldset>
    }
}

fn setup(kind: &StageKind) -> Option<&Setup> {
    match kind {
        StageKind::Process(process) => Some(&process.setup),
        StageKind::Shell(shell) => Some(&shell.setup),
        _ => None,
    }
}
