//! Roads with what stands beside them and runs below them.

use super::block;
use super::out::Out;
use super::plan::{Carried, Road, Way};
use super::shape::Axis;
use crate::spatial::feature::Layer;

/// One kind of pipeline: kind, name, material, diameters by width of road, depth, place across the carriageway (in
/// halves of it, left positive), class and name of its covers, distance between them.
struct Pipe {
    kind: &'static str,
    name: &'static str,
    material: &'static str,
    diameters_mm: [u32; 4],
    depth_m: f64,
    aside: f64,
    cover: (&'static str, &'static str),
    spacing_m: f64,
    owner: &'static str,
}

const PIPES: [Pipe; 6] = [
    Pipe {
        kind: "storm",
        name: "雨水管",
        material: "钢筋混凝土管",
        diameters_mm: [1600, 1200, 800, 500],
        depth_m: 2.4,
        aside: -0.2,
        cover: ("0103", "雨水井盖"),
        spacing_m: 44.0,
        owner: "排水服务所",
    },
    Pipe {
        kind: "sewage",
        name: "污水管",
        material: "钢筋混凝土管",
        diameters_mm: [1000, 800, 600, 400],
        depth_m: 3.5,
        aside: 0.16,
        cover: ("0102", "污水井盖"),
        spacing_m: 46.0,
        owner: "排水服务所",
    },
    Pipe {
        kind: "water",
        name: "给水管",
        material: "球墨铸铁管",
        diameters_mm: [800, 600, 400, 200],
        depth_m: 1.4,
        aside: -0.62,
        cover: ("0101", "上水井盖"),
        spacing_m: 75.0,
        owner: "供水服务所",
    },
    Pipe {
        kind: "gas",
        name: "天然气管",
        material: "聚乙烯管",
        diameters_mm: [400, 300, 250, 160],
        depth_m: 1.1,
        aside: 0.74,
        cover: ("0111", "燃气井盖"),
        spacing_m: 110.0,
        owner: "燃气服务所",
    },
    Pipe {
        kind: "heat",
        name: "供热管",
        material: "预制直埋保温钢管",
        diameters_mm: [800, 600, 400, 0],
        depth_m: 1.6,
        aside: 0.45,
        cover: ("0110", "热力井盖"),
        spacing_m: 90.0,
        owner: "供热服务所",
    },
    Pipe {
        kind: "power",
        name: "电力排管",
        material: "玻璃钢管",
        diameters_mm: [175, 175, 150, 0],
        depth_m: 0.9,
        aside: -0.85,
        cover: ("0105", "电力井盖"),
        spacing_m: 60.0,
        owner: "供电与路灯服务所",
    },
];

/// What stands along a road at regular distances: class, name, metres apart, metres beyond the kerb, on both sides, and
/// from which kind of road on.
type Row = (&'static str, &'static str, f64, f64, bool, Way);

const ROWS: [Row; 18] = [
    ("0137", "路灯", 35.0, 0.8, true, Way::Tertiary),
    ("0402", "行道树", 17.0, 1.7, true, Way::Tertiary),
    ("0104", "雨水箅子", 52.0, -0.4, true, Way::Tertiary),
    ("0305", "果皮箱", 85.0, 2.4, true, Way::Tertiary),
    ("0107", "通讯井盖", 70.0, 2.9, false, Way::Tertiary),
    ("0106", "路灯井盖", 96.0, 1.3, false, Way::Tertiary),
    ("0113", "消火栓", 120.0, 1.1, false, Way::Residential),
    ("0407", "街头座椅", 190.0, 3.4, true, Way::Secondary),
    ("0127", "通讯交接箱", 260.0, 3.8, false, Way::Tertiary),
    ("0128", "电力设施", 300.0, 3.8, false, Way::Tertiary),
    ("0225", "非机动车停放点", 210.0, 3.2, true, Way::Tertiary),
    ("0306", "户外广告", 240.0, 4.0, true, Way::Secondary),
    ("0408", "绿地护栏", 55.0, 2.6, true, Way::Primary),
    ("0217", "交通护栏", 48.0, -0.9, true, Way::Secondary),
    ("0405", "花钵", 130.0, 3.0, true, Way::Secondary),
    ("0150", "监控电子眼", 230.0, 0.9, false, Way::Tertiary),
    ("0142", "邮筒", 700.0, 3.0, false, Way::Secondary),
    ("0140", "报刊亭", 800.0, 4.2, false, Way::Secondary),
];

/// Streets between blocks are lit and planted more sparely.
const SMALL_ROWS: [Row; 5] = [
    ("0137", "路灯", 38.0, 0.7, false, Way::Residential),
    ("0402", "行道树", 25.0, 1.4, true, Way::Residential),
    ("0104", "雨水箅子", 64.0, -0.3, true, Way::Residential),
    ("0305", "果皮箱", 110.0, 1.9, false, Way::Residential),
    ("0308", "宣传栏", 220.0, 2.6, false, Way::Residential),
];

/// Everything about one road.
pub fn build(out: &mut Out<'_>, index: usize) {
    out.turn_to(&[6, index as u64]);
    let road = out.town.roads[index].clone();
    let mut breaks: Vec<f64> = road.lights.clone();
    breaks.extend(road.carried.iter().flat_map(|(from, to, _)| [*from, *to]));
    breaks.retain(|at| *at > road.from + 1.0 && *at < road.to - 1.0);
    breaks.extend([road.from - road.tails.0, road.to + road.tails.1]);
    breaks.sort_by(f64::total_cmp);
    breaks.dedup();
    for pair in breaks.windows(2) {
        let middle = (pair[0] + pair[1]) / 2.0;
        let carried = match carried_at(&road, middle) {
            Some(Carried::Bridge) => "bridge",
            Some(Carried::Tunnel) => "tunnel",
            None => "",
        };
        out.road(&road, (pair[0], pair[1]), carried);
        if carried == "bridge" && road.way <= Way::Secondary {
            out.component("0209", "跨河桥", road.point(middle, 0.0), &road.name);
        }
        if road.way <= Way::Residential && carried != "tunnel" {
            pipes(out, &road, (pair[0].max(road.from), pair[1].min(road.to)));
        }
    }
    if road.way > Way::Residential {
        return;
    }
    let rows: &[Row] = if road.way == Way::Residential { &SMALL_ROWS } else { &ROWS };
    let kerb = road.way.carriage_m() / 2.0;
    for (order, (class, name, spacing, beyond, both, way)) in rows.iter().enumerate() {
        if road.way > *way {
            continue;
        }
        let wet = matches!(*class, "0137" | "0217");
        for left in [true, false] {
            if !left && !both {
                continue;
            }
            // Lamps of narrow roads stand in turns; nothing of one row stands on the other's places.
            let shift = if !left && road.way == Way::Tertiary && *class == "0137" { 0.5 } else { 0.0 };
            let start = road.from + 9.0 + (order % 7) as f64 * 1.9 + shift * spacing;
            let aside = if left { kerb + beyond } else { -kerb - beyond };
            let mut along = start;
            while along < road.to - 6.0 {
                let free = is_clear(&road, along) && (wet || carried_at(&road, along).is_none());
                if free && carried_at(&road, along) != Some(Carried::Tunnel) {
                    out.component(class, name, road.point(along, aside), &road.name);
                }
                along += spacing;
            }
        }
    }
    crossings(out, &road);
    if road.way <= Way::Tertiary {
        bus_stops(out, &road);
    }
}

fn carried_at(road: &Road, along: f64) -> Option<Carried> {
    road.carried.iter().find(|(from, to, _)| (*from..*to).contains(&along)).map(|(_, _, how)| *how)
}

/// Whether a place along a road is beside no crossing.
fn is_clear(road: &Road, along: f64) -> bool {
    let near = |list: &[f64], reach: f64| {
        let next = list.partition_point(|at| *at < along - reach);
        list.get(next).is_some_and(|at| *at <= along + reach)
    };
    !near(&road.lights, 30.0) && !near(&road.joints, 12.0)
}

fn pipes(out: &mut Out<'_>, road: &Road, (from, to): (f64, f64)) {
    if to - from < 5.0 {
        return;
    }
    let width = match road.way {
        Way::Primary => 0,
        Way::Secondary => 1,
        Way::Tertiary => 2,
        _ => 3,
    };
    let half = road.way.carriage_m() / 2.0;
    let bridge = carried_at(road, (from + to) / 2.0).is_some();
    for pipe in &PIPES {
        let diameter = pipe.diameters_mm[width];
        if diameter == 0 {
            continue;
        }
        let aside = pipe.aside * half;
        let across = match road.axis {
            Axis::East => road.across + aside,
            Axis::North => road.across - aside,
        };
        let line = out.town.bend.line(road.axis, across, from, to, &[]);
        let depth = if bridge { 0.6 } else { pipe.depth_m + out.dice.range(-0.25, 0.35) };
        let extra = vec![
            ("depth_m", format!("{depth:.2}")),
            ("diameter_mm", diameter.to_string()),
            ("material", pipe.material.to_owned()),
            ("owner", pipe.owner.to_owned()),
            ("state", "在用".to_owned()),
            ("built", (1992 + out.dice.whole(31)).to_string()),
        ];
        out.add(Layer::Pipelines, pipe.kind, &format!("{}DN{diameter}{}", road.name, pipe.name), extra, line);
        if bridge {
            continue;
        }
        let mut along = from + 14.0 + pipe.depth_m * 3.0;
        while along < to - 8.0 {
            out.component(pipe.cover.0, pipe.cover.1, road.point(along, aside), &road.name);
            along += pipe.spacing_m;
        }
    }
}

/// Lights, signs and bollards.
fn crossings(out: &mut Out<'_>, road: &Road) {
    let kerb = road.way.carriage_m() / 2.0;
    for at in &road.lights {
        for (ahead, left) in [(-23.0, false), (23.0, true)] {
            let along = at + ahead;
            if along < road.from || along > road.to {
                continue;
            }
            let side = if left { 1.0 } else { -1.0 };
            out.component("0210", "交通信号灯", road.point(along, side * (kerb + 0.9)), &road.name);
            out.component("0150", "监控电子眼", road.point(along + ahead * 0.12, side * (kerb + 1.2)), &road.name);
            for post in 0..3 {
                let along = along - ahead.signum() * (2.0 + f64::from(post) * 1.5);
                out.component("0220", "人行横道桩", road.point(along, -side * (kerb + 0.8)), &road.name);
            }
        }
    }
    for at in &road.joints {
        let along = if *at + 18.0 < road.to { at + 17.0 } else { at - 17.0 };
        if along > road.from && along < road.to && (road.way <= Way::Tertiary || *at == road.from || *at == road.to) {
            out.component("0212", "路名牌", road.point(along, kerb + 1.4), &road.name);
        }
    }
}

fn bus_stops(out: &mut Out<'_>, road: &Road) {
    let kerb = road.way.carriage_m() / 2.0;
    let spacing = 430.0;
    let mut along = road.from + 150.0;
    while along < road.to - 60.0 {
        let name = stop_name(out, road, along);
        for left in [true, false] {
            // Stops of the two directions lie a little apart, each behind a crossing.
            let mut here = along + if left { 28.0 } else { -28.0 };
            let mut tries = 0;
            while !(is_clear(road, here) && carried_at(road, here).is_none()) && tries < 12 {
                here += 9.0;
                tries += 1;
            }
            let at = road.point(here, if left { kerb + 2.2 } else { -kerb - 2.2 });
            out.component("0204", "公交站亭", at, &road.name);
            out.poi("bus_stop", &name, at, None, "");
        }
        along += spacing;
    }
}

/// 青禾东里站; where a block has no name of its own, 静远路西口站.
fn stop_name(out: &Out<'_>, road: &Road, along: f64) -> String {
    let reach = road.way.half_m() + 12.0;
    let named = [reach, -reach]
        .into_iter()
        .filter_map(|aside| out.town.leaf_at(road.point(along, aside)))
        .find_map(|leaf| block::title(out.town, leaf));
    if let Some(title) = named {
        return format!("{title}站");
    }
    let parts = match road.axis {
        Axis::East => ["西口", "", "东口"],
        Axis::North => ["南口", "", "北口"],
    };
    let third = ((along - road.from) / (road.to - road.from) * 3.0).clamp(0.0, 2.0) as usize;
    format!("{}{}站", road.name, parts[third])
}
