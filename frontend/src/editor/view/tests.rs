use super::*;
use proptest::prelude::*;

const SCREEN: Screen = Screen {
    width: 800.0,
    height: 600.0,
};

fn near(one: Point, other: Point) -> bool {
    (one.x - other.x).abs() < 1e-6 && (one.y - other.y).abs() < 1e-6
}

#[test]
fn what_is_under_the_pointer_stays_there() {
    let view = View::default().panned(30.0, -70.0);
    let at = Point::new(200.0, 150.0);
    let held = view.to_canvas(at);
    for factor in [0.5, 1.25, 3.0, 0.01] {
        assert!(near(view.zoomed(factor, at).to_canvas(at), held));
    }
}

#[test]
fn content_that_fits_is_not_enlarged() {
    let content = Area {
        x: 1_000.0,
        y: -500.0,
        width: 200.0,
        height: 100.0,
    };
    let view = View::fit(content, SCREEN);
    assert_eq!(view.zoom, 1.0);
    assert!(near(
        view.to_screen(content.centre()),
        Point::new(400.0, 300.0)
    ));
}

#[test]
fn the_view_moves_at_the_edges_only() {
    assert_eq!(
        edge_speed(Point::new(400.0, 300.0), SCREEN),
        Point::default()
    );
    let left = edge_speed(Point::new(0.0, 300.0), SCREEN);
    assert_eq!((left.x, left.y), (FASTEST, 0.0));
    let beyond = edge_speed(Point::new(9_000.0, 620.0), SCREEN);
    assert_eq!((beyond.x, beyond.y), (-FASTEST, -FASTEST));
    let slower = edge_speed(Point::new(20.0, 300.0), SCREEN);
    assert!(slower.x > 0.0 && slower.x < left.x);
}

fn any_area() -> impl Strategy<Value = Area> {
    (-9e3..9e3, -9e3..9e3, 1.0..9e3, 1.0..9e3).prop_map(|(x, y, width, height)| Area {
        x,
        y,
        width,
        height,
    })
}

proptest! {
    #[test]
    fn there_and_back_is_the_same_place(x in -1e4..1e4, y in -1e4..1e4, zoom in any::<f64>(), pan in any::<(f64, f64)>()) {
        let view = View { pan: Point { x: pan.0, y: pan.1 }, zoom }.panned(0.0, 0.0);
        prop_assert!((ZOOMS.0..=ZOOMS.1).contains(&view.zoom));
        let there = view.to_screen(Point::new(x, y));
        let back = view.to_canvas(there);
        prop_assert!((back.x - x).abs() < 1e-3 && (back.y - y).abs() < 1e-3, "{back:?}");
    }

    #[test]
    fn what_fits_is_seen_whole(content in any_area()) {
        let view = View::fit(content, SCREEN);
        let seen = view.seen(SCREEN).grown(0.01);
        if view.zoom > ZOOMS.0 {
            prop_assert!(seen.holds(content.corner()));
            prop_assert!(seen.holds(Point::new(content.x + content.width, content.y + content.height)));
        }
        prop_assert_eq!(view.keeping(content, SCREEN), view);
        prop_assert_eq!(view.showing(content, SCREEN).zoom, view.zoom);
    }

    #[test]
    fn content_cannot_be_lost(content in any_area(), x in -1e6..1e6, y in -1e6..1e6, factor in 0.01..20.0) {
        let view = View::default().zoomed(factor, Point::new(x, y)).panned(x, y);
        let kept = view.keeping(content, SCREEN);
        prop_assert!(kept.seen(SCREEN).meets(&content.grown(0.01)), "{kept:?}");
        let again = kept.keeping(content, SCREEN);
        prop_assert!((again.pan.x - kept.pan.x).abs() < 1e-6 && (again.pan.y - kept.pan.y).abs() < 1e-6);
    }

    #[test]
    fn the_minimap_shows_all_that_there_is(content in any_area(), seen in any_area()) {
        let size = Screen { width: 160.0, height: 100.0 };
        let map = Minimap::of(content, seen, size);
        let corner = map.to_canvas(Point::default());
        let far = map.to_canvas(Point::new(size.width, size.height));
        let (width, height) = (far.x - corner.x, far.y - corner.y);
        let shown = Area { x: corner.x, y: corner.y, width, height }.grown(0.01);
        for area in [content, seen] {
            prop_assert!(shown.holds(area.corner()));
            prop_assert!(shown.holds(Point::new(area.x + area.width, area.y + area.height)));
        }
        // No larger than that needs: one side of the picture is filled.
        let whole = Area::around([content, seen]).unwrap_or_default();
        prop_assert!(width <= whole.width.max(1.0) + 0.01 || height <= whole.height.max(1.0) + 0.01);
    }
}
