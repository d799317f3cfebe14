//! One piece of work, done by us and by others in turn.

use anyhow::Result;

use super::measure::Sample;
use super::row::{Found, Row, Target};

/// Does the work once.
pub(super) type Go = Box<dyn FnMut() -> Result<Sample>>;

/// Work that we and others do.
pub(super) struct Work {
    /// By this it is chosen on the command line.
    pub(super) name: &'static str,
    pub(super) what: String,
    /// How many pairs tell it, where nobody asks for another number: more where single pairs differ much.
    /// Even, so that each side goes first in as many.
    pub(super) pairs: usize,
    pub(super) ours: Go,
    pub(super) peers: Vec<Peer>,
}

/// Somebody who does the same.
pub(super) struct Peer {
    pub(super) name: &'static str,
    pub(super) target: Target,
    /// Why it cannot, where it cannot.
    pub(super) go: Result<Go, String>,
    pub(super) note: Option<&'static str>,
}

impl Work {
    /// Does it in turn: we, then each of the others, and the next time the other way round. The first round
    /// is thrown away, since it warms what is cold. A row a peer.
    pub(super) fn measure(mut self, rounds: usize) -> Vec<Row> {
        let mut found: Vec<Found> = self
            .peers
            .iter()
            .map(|peer| match &peer.go {
                Ok(_) => Found::Pairs(Vec::new()),
                Err(why) => Found::NotMeasured(why.clone()),
            })
            .collect();
        for round in 0..=rounds {
            if !found.iter().any(|found| matches!(found, Found::Pairs(_))) {
                break;
            }
            let (ours, theirs) = self.once(&found, round % 2 == 1);
            for (theirs, found) in theirs.into_iter().zip(&mut found) {
                let (Some(theirs), Found::Pairs(pairs)) = (theirs, &mut *found) else {
                    continue;
                };
                match (&ours, theirs) {
                    (Ok(ours), Ok(theirs)) if round > 0 => pairs.push((*ours, theirs)),
                    (Ok(_), Ok(_)) => {}
                    (Err(error), _) => *found = Found::NotMeasured(format!("ours: {error:#}")),
                    (_, Err(error)) => *found = Found::NotMeasured(format!("{error:#}")),
                }
            }
        }
        let rows = self.peers.into_iter().zip(found);
        rows.map(|(peer, found)| Row {
            what: self.what.clone(),
            peer: peer.name.to_owned(),
            found: found.on_one_line(),
            target: peer.target,
            note: peer.note.map(str::to_owned),
        })
        .collect()
    }

    /// Each who is still measured does it once; `back` is from the last of them to us.
    fn once(
        &mut self,
        found: &[Found],
        back: bool,
    ) -> (Result<Sample>, Vec<Option<Result<Sample>>>) {
        let before = (!back).then(|| (self.ours)());
        let mut theirs: Vec<_> = self.peers.iter().map(|_| None).collect();
        let mut places: Vec<usize> = (0..theirs.len()).collect();
        if back {
            places.reverse();
        }
        for place in places {
            if let (Ok(go), Found::Pairs(_)) = (&mut self.peers[place].go, &found[place]) {
                theirs[place] = Some(go());
            }
        }
        (before.unwrap_or_else(|| (self.ours)()), theirs)
    }
}

impl Found {
    /// A reason must not break the table.
    pub(super) fn on_one_line(self) -> Self {
        match self {
            Self::NotMeasured(why) => {
                let words: Vec<&str> = why.split_whitespace().collect();
                Self::NotMeasured(words.join(" ").replace('|', "¦"))
            }
            found => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;
    use std::cell::RefCell;
    use std::rc::Rc;

    fn peer(name: &'static str, go: Result<Go, String>) -> Peer {
        Peer {
            name,
            target: Target::None,
            go,
            note: None,
        }
    }

    #[test]
    fn they_take_turns_and_the_first_round_is_thrown_away() {
        let calls = Rc::new(RefCell::new(String::new()));
        let go = |name: char| -> Go {
            let calls = calls.clone();
            Box::new(move || {
                calls.borrow_mut().push(name);
                let wall = calls.borrow().len() as f64;
                Ok(Sample { wall, cpu: None })
            })
        };
        let work = Work {
            name: "work",
            what: "work".into(),
            pairs: 2,
            ours: go('a'),
            peers: vec![
                peer("b", Ok(go('b'))),
                peer("nobody", Err("it is not installed".into())),
                peer("c", Ok(go('c'))),
            ],
        };
        let rows = work.measure(2);
        assert_eq!(*calls.borrow(), "abccbaabc");
        let walls = |row: &Row| match &row.found {
            Found::Pairs(pairs) => pairs.iter().map(|(a, b)| (a.wall, b.wall)).collect(),
            _ => Vec::new(),
        };
        assert_eq!(walls(&rows[0]), [(6.0, 5.0), (7.0, 8.0)]);
        assert_eq!(walls(&rows[2]), [(6.0, 4.0), (7.0, 9.0)]);
        assert!(matches!(&rows[1].found, Found::NotMeasured(why) if why == "it is not installed"));
    }

    #[test]
    fn a_failure_is_told_and_not_measured() {
        let fine = || -> Go {
            Box::new(|| {
                Ok(Sample {
                    wall: 1.0,
                    cpu: None,
                })
            })
        };
        let work = |ours: Go, theirs: Go| Work {
            name: "work",
            what: "work".into(),
            pairs: 2,
            ours,
            peers: vec![peer("them", Ok(theirs))],
        };
        let broken = || -> Go { Box::new(|| bail!("it\nbroke | here")) };
        for (ours, theirs, wanted) in [
            (fine(), broken(), "it broke ¦ here"),
            (broken(), fine(), "ours: it broke ¦ here"),
        ] {
            let rows = work(ours, theirs).measure(3);
            assert!(
                matches!(&rows[0].found, Found::NotMeasured(why) if why == wanted),
                "{:?}",
                rows[0]
            );
        }
    }
}
