//! Where everything stands on the canvas: see [`pipeyard_shared::layout`].

use pipeyard_shared::chain::{Chain, Point};
pub(crate) use pipeyard_shared::layout::*;

use super::Port;

/// Where a port is, if its card is seen.
pub(crate) fn port_at(layout: &Layout, chain: &Chain, port: &Port) -> Option<Point> {
    let card = layout.card(chain.stage_index(port.stage())?)?;
    let (x, y) = match port {
        Port::Output(end) => output_port(card, end.port),
        Port::Input(end) => input_port(card, end.port),
    };
    Some(Point::new(x, y))
}
