//! Groups: a frame around their cards, or one card for all of them.

use crate::chain::Chain;
use crate::ordered;

use super::{Area, CARD_HEIGHT, Layout, WIDEST_CARD};

/// From the cards to the frame, and what the title needs above.
const PADDING: f64 = 16.0;
const TITLE: f64 = 28.0;

/// Where a group stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupArea {
    /// Its place in the chain's groups.
    pub group: usize,
    /// Its frame, or its card.
    pub area: Area,
    /// Whether it is a card.
    pub collapsed: bool,
}

/// What stands for a stage: its card, or that of its group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// Where it stands.
    pub(super) area: Area,
    /// The collapsed group that hides it.
    pub(super) group: Option<usize>,
    /// Where its own card stands, or would.
    pub(super) own: Area,
}

impl Layout {
    /// Works out what stands for each stage; hides what collapsed groups hide.
    pub(super) fn gather(&mut self, chain: &Chain) {
        self.anchors = self
            .cards
            .iter()
            .map(|card| Anchor {
                area: card.area,
                group: None,
                own: card.area,
            })
            .collect();
        if chain.groups.is_empty() {
            return;
        }
        let stages = chain.stages.iter().enumerate();
        let place = ordered::map(stages.map(|(at, stage)| (&stage.id, at)));
        for (number, group) in chain.groups.iter().enumerate() {
            let ids = group.stages.iter();
            let members = ids.filter_map(|id| place.get(id).copied()).collect();
            self.members.push(members);
            if let Some(area) = self.group_area(number, group.collapsed) {
                self.groups.push(area);
            }
        }
        for placed in self.groups.iter().filter(|placed| placed.collapsed) {
            for stage in &self.members[placed.group] {
                self.anchors[*stage].area = placed.area;
                self.anchors[*stage].group = Some(placed.group);
            }
        }
        let anchors = &self.anchors;
        let shown = |stage: usize| anchors[stage].group.is_none();
        self.cards.retain(|placed| shown(placed.stage));
        self.errors.retain(|placed| shown(placed.stage));
    }

    /// A group's frame around its members' cards, or the card at the place of the first of them.
    pub(super) fn group_area(&self, group: usize, collapsed: bool) -> Option<GroupArea> {
        let members = self.members.get(group)?.iter();
        let own = members.filter_map(|stage| Some(self.anchors.get(*stage)?.own));
        let area = if collapsed {
            let first = own.min_by(|one, other| {
                let by_y = one.y.total_cmp(&other.y);
                one.x.total_cmp(&other.x).then(by_y)
            })?;
            Area {
                width: WIDEST_CARD,
                height: CARD_HEIGHT,
                ..first
            }
        } else {
            let frame = Area::around(own)?.grown(PADDING);
            Area {
                y: frame.y - TITLE,
                height: frame.height + TITLE,
                ..frame
            }
        };
        Some(GroupArea {
            group,
            area,
            collapsed,
        })
    }
}
