//! Places of a small pack, looked up.

use geo::{Geometry, LineString, Point};
use proptest::prelude::*;

use super::*;
use crate::base::text::Lang;
use crate::spatial::feature::{Feature, Layer};
use crate::spatial::pack::Pack;
use crate::spatial::pack::PackWriter;

fn gazetteer() -> Gazetteer {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("g.gpkg");
    let mut pack = PackWriter::create(&path).unwrap();
    let mut add = |layer, name: &str, code: &str, extra: &[(&'static str, &str)], geometry: Geometry<f64>| {
        let extra = extra.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
        let (class, code, name) = (String::new(), code.to_owned(), name.to_owned());
        pack.add(&Feature { layer, class, code, name, extra, geometry }).unwrap();
    };
    let at = |east: f64| Geometry::from(Point::new(116.2 + east, 39.9));
    let line = |points: Vec<(f64, f64)>| Geometry::from(LineString::from(points));
    add(Layer::Roads, "鲁谷路", "", &[], line(vec![(116.2, 39.9), (116.22, 39.9), (116.3, 39.9)]));
    add(Layer::Roads, "八角东街", "", &[], line(vec![(116.25, 39.8), (116.25, 39.95)]));
    for (number, east) in [("10", 0.01), ("12", 0.012), ("17", 0.017)] {
        add(Layer::Addresses, "", "", &[("street", "鲁谷路"), ("number", number)], at(east));
    }
    add(Layer::Addresses, "", "", &[("compound", "十字坡小区"), ("building", "6")], at(0.03));
    add(Layer::Compounds, "十字坡小区", "", &[], geo::Rect::new((116.22, 39.9), (116.23, 39.91)).to_polygon().into());
    add(Layer::Pois, "鲁谷医院", "", &[], at(0.04));
    add(
        Layer::UnitGrids,
        "",
        "110107011001001",
        &[],
        geo::Rect::new((116.2, 39.9), (116.21, 39.91)).to_polygon().into(),
    );
    pack.finish().unwrap();
    Gazetteer::build(&Pack::open(&path).unwrap()).unwrap()
}

#[test]
fn queries_find_their_places() {
    let all = gazetteer();
    let cases = [
        ("北京市石景山区鲁谷路１２号", "鲁谷路12号", HitKind::Door, Reason::Exact),
        ("鲁谷路 十二号", "鲁谷路12号", HitKind::Door, Reason::Exact),
        ("鲁谷路13号", "鲁谷路17号", HitKind::Door, Reason::NearestNumber { wanted: 13 }),
        ("鲁谷路14号", "鲁谷路12号", HitKind::Door, Reason::NearestNumber { wanted: 14 }),
        ("鲁谷路", "鲁谷路", HitKind::Road, Reason::Exact),
        ("十字坡小区六号楼", "十字坡小区6号楼", HitKind::Building, Reason::Exact),
        ("十字坡小区", "十字坡小区", HitKind::Compound, Reason::Exact),
        ("鲁谷医院", "鲁谷医院", HitKind::Poi, Reason::Exact),
        ("鲁谷路与八角东街交叉口", "鲁谷路与八角东街交叉口", HitKind::Crossing, Reason::Exact),
        ("110107011001001", "110107011001001", HitKind::Cell, Reason::Exact),
        ("鲁谷医", "鲁谷医院", HitKind::Poi, Reason::Prefix),
        ("医院", "鲁谷医院", HitKind::Poi, Reason::Part),
        ("lgyy", "鲁谷医院", HitKind::Poi, Reason::Pinyin),
        ("luguyi", "鲁谷医院", HitKind::Poi, Reason::Pinyin),
    ];
    for (query, label, kind, reason) in cases {
        let hits = all.search(query, None, 5);
        let first = hits.first().unwrap_or_else(|| panic!("{query} finds nothing"));
        assert_eq!((first.label.as_str(), first.kind, first.reason), (label, kind, reason), "{query}");
    }
    let crossing = &all.search("鲁谷路与八角东街交叉口", None, 1)[0];
    assert!((crossing.at.lon - 116.25).abs() < 1e-9 && (crossing.at.lat - 39.9).abs() < 1e-9);
    assert!(all.search("无此路9号", None, 5).is_empty());
    assert!(all.search("", None, 5).is_empty());
    assert!(all.search("鲁谷", None, 1).len() <= 1);
}

#[test]
fn a_missing_number_lies_between_its_neighbours_and_says_so() {
    let all = gazetteer();
    let first = all.search("鲁谷路11号", None, 1).remove(0);
    assert_eq!(first.reason, Reason::NearestNumber { wanted: 11 });
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("g.gpkg");
    let mut pack = PackWriter::create(&path).unwrap();
    for (number, east) in [("10", 0.010), ("11", 0.0), ("20", 0.020)] {
        let extra = vec![("street", "鲁谷路".to_owned()), ("number", number.to_owned())];
        let geometry = Point::new(116.2 + east, 39.9).into();
        let (class, code, name) = Default::default();
        pack.add(&Feature { layer: Layer::Addresses, class, code, name, extra, geometry }).unwrap();
    }
    pack.finish().unwrap();
    let all = Gazetteer::build(&Pack::open(&path).unwrap()).unwrap();
    let hit = all.search("鲁谷路16号", None, 1).remove(0);
    assert_eq!(hit.reason, Reason::Interpolated { wanted: 16, low: 10, high: 20 });
    assert_eq!(hit.label, "鲁谷路16号");
    assert!((hit.at.lon - 116.216).abs() < 1e-6 && (hit.score - 0.76).abs() < 1e-9, "{hit:?}");
    for lang in [Lang::ZhCn, Lang::En] {
        let why = hit.why(lang);
        assert!(why.contains("16") && why.contains("10") && why.contains("20"), "{why}");
    }
}

#[test]
fn every_reason_and_move_has_words() {
    let all = gazetteer();
    for query in ["鲁谷医院对面", "鲁谷路与八角东街交叉口西南角", "十字坡小区东门往北100米", "鲁谷医院旁边几十米"]
    {
        let hits = all.search(query, None, 3);
        let first = hits.first().unwrap_or_else(|| panic!("{query} finds nothing"));
        assert!(!first.moves.is_empty(), "{query}: {first:?}");
        for lang in [Lang::ZhCn, Lang::En] {
            let why = first.why(lang);
            assert!(!why.contains("place.") && !why.contains('{'), "{why}");
        }
    }
}

static SMALL: std::sync::LazyLock<Gazetteer> = std::sync::LazyLock::new(gazetteer);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_answered_in_bounded_time(text in "(鲁谷路|与|和|交叉口|十字坡小区|东门|往北|对面|之间|附近|的|[0-9]{1,3}|号|米|路|.){0,3000}") {
        let text: String = text.chars().take(10_000).collect();
        let hits = SMALL.search(&text, None, 5);
        prop_assert!(hits.len() <= 5);
        for hit in hits {
            prop_assert!(hit.at.is_valid() && (0.0..=1.0).contains(&hit.score) && hit.uncertainty_m.is_finite(), "{:?}", hit);
        }
    }
}
