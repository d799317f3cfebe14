use super::*;
use pipeyard_shared::chain::Variable;
use proptest::prelude::*;

fn planned(variables: &[(u8, Option<u8>)]) -> (Plan, Setup) {
    let mut stage = Stage::process("a", "true", []);
    let setup = stage.setup_mut().expect("a process");
    setup.environment = variables
        .iter()
        .map(|(name, value)| Variable {
            name: format!("N{name}").as_str().into(),
            value: value.map(|value| value.to_string().as_str().into()),
        })
        .collect();
    let setup = setup.clone();
    let mut host = Host::here("/".into(), Reach::Anywhere);
    host.environment.extend([("N1".into(), "host".into())]);
    let plan = plan(Chain::of_stages("", vec![stage]), &host, &Limits::default());
    (plan.expect("sound"), setup)
}

proptest! {
    /// Each variable was looked for among all the others, so a hundred thousand of them took minutes.
    #[test]
    fn the_last_of_a_name_holds_in_the_order_of_the_last(
        variables in prop::collection::vec((0u8..4, prop::option::of(0u8..9)), 0..12),
    ) {
        let (plan, setup) = planned(&variables);
        let mut expected = plan.host.environment.clone();
        for variable in &setup.environment {
            let name = OsStr::from_bytes(variable.name.as_bytes());
            expected.retain(|(known, _)| known != name);
            if let Some(value) = &variable.value {
                let value = OsString::from_vec(value.clone().into_bytes());
                expected.push((name.to_owned(), value));
            }
        }
        prop_assert_eq!(plan.environment(&setup, LaneNumber::FIRST), expected);
    }
}
