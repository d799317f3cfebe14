use pipeyard_shared::words::Language;

use super::*;
use crate::i18n::Words;
use crate::runs::tests::Script;

fn opened(script: &Script) -> Result<Opened, Rc<Fault>> {
    read("a.jsonl", script.play().to_recording().write())
}

fn read(name: &str, text: String) -> Result<Opened, Rc<Fault>> {
    let name = name.to_owned();
    Opened::read(&Given {
        name,
        text: Ok(text),
        among_others: false,
    })
}

fn tick(replay: &Replay, passed_us: u64, end_us: u64) -> Replay {
    let pauses = Rc::new(Pauses::default());
    replay.after(Play::Tick {
        passed_us,
        end_us,
        pauses,
    })
}

#[test]
fn playing_goes_from_the_beginning_to_the_end_and_stops_there() {
    let replay = Replay::default()
        .after(Play::Speed(Speed::Two))
        .after(Play::Toggle);
    assert_eq!(
        (replay.player.instant, replay.player.playing),
        (Some(0), true)
    );
    let replay = tick(&replay, 100, 1_000);
    assert_eq!(replay.player.instant, Some(200));
    let held = replay.after(Play::Toggle);
    assert_eq!(
        tick(&held, 100, 1_000).player.instant,
        Some(200),
        "it stands still"
    );
    let replay = tick(&replay, 400, 1_000);
    assert_eq!(
        (replay.player.instant, replay.player.playing),
        (None, false)
    );
}

#[test]
fn the_end_of_a_run_is_the_run_as_it_is() {
    let replay = Replay::default().after(Play::Seek {
        to_us: 10,
        end_us: 100,
    });
    assert_eq!(replay.player.instant, Some(10));
    let end = Play::Seek {
        to_us: 100,
        end_us: 100,
    };
    assert_eq!(replay.after(end).player.instant, None);
    assert_eq!(replay.after(Play::Now).player.instant, None);
}

#[test]
fn steps_add_up_however_fast_they_come() {
    let step = |replay: Replay, by_us| replay.after(Play::Step { by_us, end_us: 100 });
    let back = (0..3).fold(Replay::default(), |replay, _| step(replay, -30));
    assert_eq!(back.player.instant, Some(10));
    assert_eq!(step(back.clone(), -30).player.instant, Some(0));
    assert_eq!(step(back, 90).player.instant, None, "the end");
}

#[test]
fn a_file_that_cannot_be_shown_leaves_everything_as_it_is() {
    let shown = Replay::default().after(Play::Open(opened(&Script::opening(1))));
    assert!(shown.opened.is_some());
    let replay = shown.after(Play::Open(read("b.txt", "hello".to_owned())));
    assert_eq!(replay.opened, shown.opened);
    assert!(
        matches!(replay.fault.as_deref(), Some(Fault::NotARecording { name, .. }) if name == "b.txt")
    );
    assert_eq!(replay.after(Play::Dismiss), shown);
    assert_eq!(shown.after(Play::Close).opened, None);
    let closed = replay.after(Play::Close);
    assert_eq!(closed.fault, None, "a fault goes with what it was told of");
}

#[test]
fn what_is_wrong_with_a_recorded_chain_is_said_in_the_page_s_language() {
    let text = Script::opening(1).play().to_recording().write();
    let broken = text.replacen("\"openssl\"", "\"\"", 2);
    let fault = read("c.jsonl", broken).expect_err("a bad chain");
    let said = |language| (Words::of(language).replay.fault)(&fault);
    assert!(
        said(Language::En).contains("has a problem"),
        "{}",
        said(Language::En)
    );
    let korean = said(Language::Ko);
    assert!(korean.contains("체인에 문제가 있습니다"), "{korean}");
    assert!(!korean.contains("stage"), "{korean}");
}

#[test]
fn files_are_named_after_the_chain() {
    assert_eq!(
        file_name("Three digests, side by side"),
        "Three-digests-side-by-side.pipeyard-run.jsonl"
    );
    assert_eq!(file_name("../etc/passwd"), "etc-passwd.pipeyard-run.jsonl");
    assert_eq!(file_name("정렬"), "정렬.pipeyard-run.jsonl");
    assert_eq!(file_name(" / "), "run.pipeyard-run.jsonl");
}

#[test]
fn a_recorded_chain_is_looked_at_and_never_changed() {
    use crate::editor::{Edit, Selection};
    let shown = Replay::default().after(Play::Open(opened(&Script::opening(1))));
    let select = |replay: &Replay, selection| replay.after(Play::Act(Action::Select(selection)));
    let stage = Selection::Stage("md5sum".into());
    let selected = select(&shown, stage.clone());
    let editor = |replay: &Replay| replay.opened.clone().expect("a recording").editor;
    assert_eq!(editor(&selected).selection(), &stage);
    let edited = selected.after(Play::Act(Action::Edit(Edit::Remove("md5sum".into()))));
    assert_eq!(edited, selected);
    assert_eq!(edited.after(Play::Act(Action::Undo)), selected);
}
