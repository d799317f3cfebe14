use super::*;
use proptest::prelude::*;

/// What is given out until nothing more can be.
fn all_given(table: &mut Table<()>) -> Vec<Owner> {
    std::iter::from_fn(|| table.grant())
        .map(|(owner, ..)| owner)
        .collect()
}

fn held(table: &Table<()>, owner: Owner) -> u32 {
    table.owners.get(&owner).map_or(0, |holding| holding.held)
}

/// Ten thousand lanes that never end, and then one.
#[test]
fn who_has_one_lane_does_not_wait_for_who_has_ten_thousand() {
    let mut table = Table::new(1_000);
    for _ in 0..5 {
        let greedy = table.owner();
        for _ in 0..10_000 {
            table.ask(greedy, 1, ());
        }
        assert!(!all_given(&mut table).is_empty());
        let modest = table.owner();
        table.ask(modest, 1, ());
        assert_eq!(all_given(&mut table), [modest]);
    }
}

/// What comes free goes to who has less, until both have the same.
#[test]
fn who_came_first_gives_way_as_lanes_end() {
    let mut table = Table::new(900);
    let [first, second] = [table.owner(), table.owner()];
    for _ in 0..10_000 {
        table.ask(first, 1, ());
    }
    all_given(&mut table);
    assert_eq!(held(&table, first), 450, "somebody may come");
    for _ in 0..10_000 {
        table.ask(second, 1, ());
    }
    all_given(&mut table);
    for _ in 0..1_000 {
        let owner = if held(&table, first) > 0 {
            first
        } else {
            second
        };
        table.give_back(owner, 1);
        all_given(&mut table);
    }
    let [first, second] = [first, second].map(|owner| held(&table, owner));
    assert_eq!((first, second), (300, 300));
}

/// One large lane waits for enough to come free, and small ones do not take that away again and again.
#[test]
fn a_large_lane_has_its_turn_too() {
    let mut table = Table::new(10);
    let [many, large] = [table.owner(), table.owner()];
    for _ in 0..100 {
        table.ask(many, 1, ());
    }
    assert_eq!(all_given(&mut table).len(), 5);
    table.ask(large, 10, ());
    for _ in 0..4 {
        table.give_back(many, 1);
        assert_eq!(all_given(&mut table), []);
    }
    table.give_back(many, 1);
    assert_eq!(all_given(&mut table), [large]);
    table.give_back(large, 10);
    assert_eq!(all_given(&mut table).len(), 5);
}

#[derive(Clone, Debug)]
enum Step {
    Ask { owner: usize, processes: u32 },
    End { lane: usize },
    Leave { lane: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0usize..5, 0u32..12).prop_map(|(owner, processes)| Step::Ask { owner, processes }),
        2 => (0usize..100).prop_map(|lane| Step::End { lane }),
        1 => (0usize..100).prop_map(|lane| Step::Leave { lane }),
    ]
}

proptest! {
    /// Whatever comes and goes: never more than there is, nobody who has nothing waits while there is enough, an owner's
    /// lanes come in order, and once all that began has ended, everybody's turn comes.
    #[test]
    fn turns_are_bounded_fair_and_never_lost(
        all in 1u32..20,
        steps in prop::collection::vec(step(), 0..200),
    ) {
        let mut table: Table<(Owner, u64)> = Table::new(all);
        let owners: Vec<Owner> = (0..5).map(|_| table.owner()).collect();
        let (mut waiting, mut running, mut asked) = (Vec::new(), Vec::new(), 0_u64);
        let end = steps.len();
        for (place, step) in steps.into_iter().chain(vec![Step::End { lane: 0 }; 400]).enumerate() {
            match step {
                Step::Ask { owner, processes } => {
                    asked += 1;
                    let owner = owners[owner];
                    let ticket = table.ask(owner, processes, (owner, asked));
                    waiting.push((asked, owner, ticket, processes.min(all)));
                }
                Step::End { lane } if !running.is_empty() => {
                    let (owner, processes) = running.remove(lane % running.len());
                    table.give_back(owner, processes);
                }
                Step::Leave { lane } if !waiting.is_empty() => {
                    let (number, _, ticket, _) = waiting.remove(lane % waiting.len());
                    prop_assert_eq!(table.leave(ticket).map(|told| told.1), Some(number));
                }
                _ => {}
            }
            while let Some((owner, processes, (told, number))) = table.grant() {
                prop_assert_eq!(owner, told);
                let first = waiting.iter().position(|(_, of, ..)| *of == owner).expect("it waited");
                prop_assert_eq!(waiting.remove(first).0, number, "in order");
                running.push((owner, processes));
            }
            let used: u32 = running.iter().map(|(_, processes)| processes).sum();
            prop_assert!(used <= all);
            prop_assert_eq!(used, all - table.free);
            for owner in &owners {
                let has = running.iter().any(|(of, processes)| of == owner && *processes > 0);
                let wants = waiting.iter().find(|(_, of, ..)| of == owner);
                if let (false, Some((.., wanted))) = (has, wants) {
                    prop_assert!(used + wanted > all, "who has nothing waits for nothing");
                }
            }
            if place >= end && running.is_empty() {
                prop_assert!(waiting.is_empty(), "everybody's turn comes");
            }
        }
        prop_assert!(waiting.is_empty() && running.is_empty());
    }
}
