use geo::Geometry;

use super::*;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::PackWriter;

fn wish() -> SheetWish {
    SheetWish {
        middle: LonLat::new(116.205, 39.9025),
        scale: 2000,
        paper: Paper::A4,
        upright: false,
        title: None,
        approval: None,
        copyright: None,
        date: jiff::civil::date(2026, 3, 1),
    }
}

fn look() -> Look {
    Look { style: Style::built_in().clone(), hidden: Vec::new(), opacities: Vec::new() }
}

fn own() -> Own {
    let meta = |key: &str| if key == "title" { "示范街道".to_owned() } else { String::new() };
    Own::of(meta, Lang::ZhCn)
}

/// Two cells, a gas pipeline, and a lamp beyond every sheet of these tests.
fn pack() -> (tempfile::TempDir, Pack) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("street.gpkg");
    let mut pack = PackWriter::create(&path).unwrap();
    let mut add = |layer, class: &str, geometry: Geometry<f64>| {
        let (class, code, name) = (class.to_owned(), String::new(), String::new());
        pack.add(&Feature { layer, class, code, name, extra: Default::default(), geometry }).unwrap();
    };
    for west in [116.200, 116.205] {
        add(Layer::UnitGrids, "", Rect::new((west, 39.900), (west + 0.005, 39.905)).to_polygon().into());
    }
    add(Layer::Pipelines, "gas", geo::LineString::from(vec![(116.2031, 39.9), (116.2031, 39.905)]).into());
    add(Layer::Components, "0103", geo::Point::new(116.4, 39.9).into());
    pack.finish().unwrap();
    let pack = Pack::open(&path).unwrap();
    (folder, pack)
}

fn order(subject: Subject, format: Format) -> Order {
    Order { subject, look: look(), own: own(), signs: None, below: None, lang: Lang::ZhCn, format }
}

fn texts(order: &Order, pack: &Pack) -> Vec<String> {
    laid_out(order, pack).unwrap().0.texts.into_iter().map(|text| text.words).collect()
}

#[test]
fn the_ground_of_a_sheet_is_as_wide_as_its_scale_says() {
    let wish = wish();
    let footprint = Footprint::of(&wish, &own(), Lang::ZhCn);
    let [north_west, north_east, south_east, _] = footprint.corners();
    let [width_m, height_m] = footprint.ground_m();
    let rooms = words::shared_out(&wish, &own(), Lang::ZhCn, &Ruler::default());
    assert!((width_m / (rooms.map.width * 2.0) - 1.0).abs() < 1e-9, "a millimetre is two metres");
    // The plane stretches lengths here by less than a thousandth.
    for (from, to, plane_m) in [(north_west, north_east, width_m), (north_east, south_east, height_m)] {
        let metres = crate::spatial::crs::distance_m(from, to);
        assert!((metres / plane_m - 1.0).abs() < 1e-3, "{metres} {plane_m}");
    }
    let longer = SheetWish { title: Some("长".repeat(90)), ..wish };
    assert!(Footprint::of(&longer, &own(), Lang::ZhCn).points[1] < footprint.points[1], "a long title takes its room");
}

#[test]
fn what_lies_beyond_the_extent_is_told_as_a_part() {
    let footprint = Footprint::of(&wish(), &own(), Lang::ZhCn);
    assert_eq!(footprint.outside(Rect::new((116.0, 39.8), (116.5, 40.0))), 0.0);
    assert_eq!(footprint.outside(Rect::new((117.0, 39.8), (117.5, 40.0))), 1.0);
    let half = footprint.outside(Rect::new((116.205, 39.89), (116.22, 39.91)));
    assert!((half - 0.5).abs() < 0.03, "{half}");
}

#[test]
fn the_legend_names_what_lies_there_and_is_shown() {
    let (_folder, pack) = pack();
    // Close enough for pipelines to be drawn.
    let mut order =
        order(Subject::Sheet(SheetWish { scale: 1000, middle: LonLat::new(116.2035, 39.9025), ..wish() }), Format::Pdf);
    let all = texts(&order, &pack);
    for wanted in ["示范街道", "图例", "单元网格界", "燃气管线", "1:1000", "内部用图，未经审核，不得公开"]
    {
        assert!(all.iter().any(|text| text == wanted), "{wanted}: {all:?}");
    }
    assert!(all.iter().all(|text| text != "城市部件"), "nothing of them lies within");
    order.look.hidden = vec![LayerGroup::Pipelines];
    assert!(texts(&order, &pack).iter().all(|text| text != "燃气管线"));
    let Subject::Sheet(wish) = &mut order.subject else { panic!() };
    (wish.approval, wish.copyright) = (Some("京S(2026)001号".to_owned()), Some("街道办事处".to_owned()));
    order.own.pictures = "天地图".to_owned();
    order.own.moment = "2026-03-01 09:30".to_owned();
    let all = texts(&order, &pack);
    for wanted in
        ["审图号：京S(2026)001号", "版权与数据来源：街道办事处", "影像：天地图", "案件与人员截至：2026-03-01 09:30"]
    {
        assert!(all.iter().any(|text| text == wanted), "{wanted}: {all:?}");
    }
}

#[test]
fn equal_wishes_give_equal_files_of_the_size_they_say() {
    let (_folder, pack) = pack();
    let scene = Arc::new(Scene::build(&pack, |_| ()).unwrap());
    let view = ViewWish {
        camera: Camera::new(LonLat::new(116.205, 39.9025), 1.0),
        size: [640, 360],
        pixels_per_point: 1.0,
        theme: MapTheme::Dark,
        approval: None,
        copyright: Some("街道办事处".to_owned()),
    };
    for (subject, format) in [
        (Subject::Sheet(wish()), Format::Pdf),
        (Subject::Sheet(wish()), Format::Png),
        (Subject::View(view), Format::Png),
    ] {
        let order = order(subject, format);
        let mut stages = Vec::new();
        let mut made = || {
            make(&order, &pack, &scene, |stage| {
                stages.push(stage);
                true
            })
        };
        let one = made().unwrap();
        assert!(one == made().unwrap(), "{format:?}");
        assert_eq!(stages[..2], [Stage::Drawing, Stage::Writing]);
        assert_eq!(one.missing, "");
        if format == Format::Png {
            let image = image::load_from_memory(&one.bytes).unwrap().into_rgb8();
            assert_eq!([image.width(), image.height()], one.page_px);
            // The darkest and the palest pixel are far apart: something is drawn on it.
            let lights = image.pixels().map(|pixel| pixel.0[1]);
            assert!(lights.clone().max() > lights.min().map(|least| least + 100), "{order:?}");
        }
        let stopped = make(&order, &pack, &scene, |_| false);
        assert!(matches!(stopped, Err(SheetError::Stopped)));
    }
    let large = Subject::View(ViewWish {
        camera: Camera::default(),
        size: [200_000, 100],
        pixels_per_point: 1.0,
        theme: MapTheme::Light,
        approval: None,
        copyright: None,
    });
    let error = make(&order(large, Format::Png), &pack, &scene, |_| true).unwrap_err();
    assert!(error.words(Lang::ZhCn).contains("200000"), "{error}");
}
