//! A page that is not let in, or told to go.

use pipeyard_shared::message::ByeReason;

use super::*;

/// It was told that there is no runner, and by a runner that had no room.
#[test]
fn a_page_that_is_refused_asks_why_until_there_is_room() {
    let mut world = World::new();
    let reached = |limit| Reached { limit, most: 8 };
    let no_place = reached(LimitName::ConnectionsEach);
    let asked = world.link.take(Input::Closed, 1.0);
    assert!(asked.contains(&Effect::AskForRoom), "{asked:?}");
    world.link.take(Input::Room(Some(no_place)), 2.0);
    assert_eq!(world.link.view().full, Some(no_place));
    // It may be another limit the next time, which is told once the socket is open.
    let no_session = reached(LimitName::SessionsEach);
    let Reached { limit, most } = no_session;
    world.link.take(Input::Opened, 3.0);
    let trouble = ServerMessage::Trouble {
        trouble: Trouble::AtLimit { limit, most },
    };
    let text = serde_json::to_string(&trouble).expect("messages are JSON");
    world.link.take(Input::Text(text), 4.0);
    assert_eq!(world.link.view().full, Some(no_session));
    assert_eq!(world.link.view().trouble, None);
    let lost = world.link.take(Input::Closed, 5.0);
    assert!(!lost.contains(&Effect::AskForRoom), "it was open");
    world.connect();
    assert_eq!(world.link.view().full, None);
    // What was asked before comes too late.
    world.link.take(Input::Room(Some(no_place)), 99.0);
    assert_eq!(world.link.view().full, None);
}

/// It was told that there is no runner, and asked again for ever.
#[test]
fn who_was_removed_is_told_so_and_does_not_come_again() {
    let reason = ByeReason::Removed;
    let bye = serde_json::to_string(&ServerMessage::Bye { reason }).expect("messages are JSON");
    // By the socket, and where there is none any more by the answer to why.
    for is_connected in [true, false] {
        let mut world = World::new();
        if is_connected {
            world.connect();
        } else {
            let asked = world.link.take(Input::Closed, 1.0);
            assert!(asked.contains(&Effect::AskForRoom), "{asked:?}");
            world.link.take(Input::Room(None), 2.0);
        }
        world.link.take(Input::Text(bye.clone()), 3.0);
        let later = [Input::Closed, Input::Due(Timer::Reconnect)];
        for (input, now_ms) in later.into_iter().zip([4.0, 1e6]) {
            let effects = world.link.take(input, now_ms);
            assert_eq!(world.link.view().state, State::Closed(Closed::Removed));
            assert!(!effects.contains(&Effect::Open), "{effects:?}");
            let is_due = |effect: &Effect| matches!(effect, Effect::Schedule(..));
            assert!(!effects.iter().any(is_due), "{effects:?}");
        }
    }
}

/// What a newer runner says last in words that this page does not know is no reason to stay away.
#[test]
fn a_last_word_that_is_unknown_is_a_lost_connection() {
    for told in [
        r#"{"bye":{"reason":"of_tomorrow"}}"#,
        r#"{"trouble":{"trouble":{"of_tomorrow":{"most":8}}}}"#,
        r#"{"trouble":{"trouble":{"at_limit":{"limit":"of_tomorrow","most":8}}}}"#,
    ] {
        let mut world = World::new();
        world.connect();
        world.tell(Input::Text(told.to_owned()));
        assert_eq!(world.link.view().state, State::Connected, "{told}");
        world.connected = false;
        let lost = world.link.take(Input::Closed, 1.0);
        assert_eq!(world.link.view().state, State::Lost, "{told}");
        let again = Effect::Schedule(Timer::Reconnect, FIRST_WAIT_MS);
        assert!(lost.contains(&again), "{told}: {lost:?}");
        world.connect();
        assert_eq!(world.link.view().state, State::Connected, "{told}");
    }
}

/// It was told to close another tab, though the runner welcomes it in a moment.
#[test]
fn a_page_that_waits_for_its_welcome_is_told_of_no_want_of_room() {
    let mut world = World::new();
    world.link.take(Input::Closed, 1.0);
    world.link.take(Input::Opened, 2.0);
    let trouble = Trouble::AtLimit {
        limit: LimitName::Hellos,
        most: 60,
    };
    let message = ServerMessage::Trouble {
        trouble: trouble.clone(),
    };
    let text = serde_json::to_string(&message).expect("messages are JSON");
    world.link.take(Input::Text(text), 3.0);
    assert_eq!(world.link.view().full, None);
    assert_eq!(world.link.view().trouble, Some(trouble));
}
