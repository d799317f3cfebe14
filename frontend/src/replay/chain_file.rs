//! A chain that comes as a file: what `pipeyard run` takes, and what a recording begins with.

use std::rc::Rc;

use pipeyard_shared::Chain;
use pipeyard_shared::check::unsound;
use pipeyard_shared::limits::Limits;
use pipeyard_shared::open::{OpenError, in_picture};

use super::Fault;
use crate::hooks::files::Given;

/// The chain in a file; nothing where the file is of another kind.
pub(crate) fn chain_in(given: &Given) -> Option<Result<Chain, Rc<Fault>>> {
    let text = given.text.as_ref().ok()?;
    let name = given.name.clone();
    if text.trim_start().starts_with('<') {
        let chain = in_picture(text).map_err(|error| {
            Rc::new(match error {
                OpenError::Chain(error) => Fault::NotAChain { name, error },
                _ => Fault::NoChainInside { name },
            })
        });
        return Some(chain.and_then(|chain| sound(chain, &given.name)));
    }
    let value: serde_json::Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) if begins_as_chain(text) => {
            let error = error.into();
            return Some(Err(Rc::new(Fault::NotAChain { name, error })));
        }
        Err(_) => return None,
    };
    value.get("pipeyard")?;
    let chain = Chain::from_value(value).map_err(|error| Rc::new(Fault::NotAChain { name, error }));
    Some(chain.and_then(|chain| sound(chain, &given.name)))
}

/// What was cut off, or changed by hand, still begins with what it was meant to be.
fn begins_as_chain(text: &str) -> bool {
    let inner = text.trim_start().strip_prefix('{').map(str::trim_start);
    inner.is_some_and(|inner| inner.starts_with("\"pipeyard\""))
}

fn sound(chain: Chain, name: &str) -> Result<Chain, Rc<Fault>> {
    let Some(problem) = unsound(&chain, &Limits::default()) else {
        return Ok(chain);
    };
    let (name, problem) = (name.to_owned(), Box::new(problem));
    Err(Rc::new(Fault::BadChain { name, problem }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeyard_shared::chain::Stage;
    use pipeyard_shared::export::{Form, export};

    fn given(text: String) -> Option<Result<Chain, Rc<Fault>>> {
        chain_in(&Given {
            name: "a.json".to_owned(),
            text: Ok(text),
            among_others: false,
        })
    }

    #[test]
    fn a_chain_that_can_be_mended_is_taken() {
        let chain = Chain::of_stages("", vec![Stage::process("a", "", [])]);
        assert_eq!(given(chain.to_json_pretty()), Some(Ok(chain)));
    }

    #[test]
    fn what_the_page_relies_on_is_asked_for() {
        let stage = || Stage::process("a", "true", []);
        let twice = Chain::of_stages("", vec![stage(), stage()]).to_json();
        let many = r#"{"pipeyard":1,"stages":[],"lanes":4000000000}"#.to_owned();
        for text in [twice, many] {
            let found = given(text).expect("a chain");
            let fault = found.expect_err("unsound");
            assert!(matches!(*fault, Fault::BadChain { .. }), "{fault:?}");
        }
        let strange = given(r#"{"pipeyard":1,"stages":7}"#.to_owned()).expect("a chain");
        let fault = strange.expect_err("strange");
        assert!(matches!(*fault, Fault::NotAChain { .. }), "{fault:?}");
    }

    #[test]
    fn a_chain_that_was_cut_off_is_told_as_one() {
        let chain = Chain::of_stages("", vec![Stage::process("a", "true", [])]);
        for whole in [chain.to_json(), chain.to_json_pretty()] {
            let cut = whole[..whole.len() - 5].to_owned();
            let fault = given(cut).expect("a chain").expect_err("cut off");
            assert!(matches!(*fault, Fault::NotAChain { .. }), "{fault:?}");
        }
    }

    #[test]
    fn a_picture_is_opened_as_what_is_inside() {
        let chain = Chain::of_stages("", vec![Stage::process("a", "true", [])]);
        let picture = export(&chain, Form::Svg, None).text;
        assert_eq!(given(picture), Some(Ok(chain)));
        let other = given("<svg/>".to_owned()).expect("a picture");
        let fault = other.expect_err("nothing inside");
        assert!(matches!(*fault, Fault::NoChainInside { .. }), "{fault:?}");
    }

    #[test]
    fn other_files_are_none_of_its_business() {
        for text in [
            "",
            "hello",
            "{}",
            "{\"pipeyard_recording\":1}\n{}\n",
            "{\"pipeyard_recording\":1,",
        ] {
            assert_eq!(given(text.to_owned()), None, "{text}");
        }
    }
}
