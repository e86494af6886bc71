//! Video points where the town's cameras stand, hydrants where its hydrants stand, and what an emergency needs beside: room
//! to gather, stores, medical help.

use std::collections::HashMap;

use geo::Point;

use super::title;
use crate::demo::names;
use crate::demo::offices::DEPARTMENTS;
use crate::demo::town::out::{Mark, Out};
use crate::demo::town::plan::{Guest, Leaf, Road, Use};
use crate::demo::town::shape::Axis;
use crate::spatial::feature::Layer;

/// Square metres of open ground for one person, about, with paths and trees taken off.
const GROUND_OF_A_PERSON_M2: f64 = 4.0;

pub fn build(out: &mut Out<'_>) {
    out.turn_to(&[44]);
    let roads: HashMap<&str, &Road> = out.town.roads.iter().map(|road| (&*road.name, road)).collect();
    for (number, camera) in std::mem::take(&mut out.cameras).into_iter().enumerate() {
        video(out, number + 1, &camera, roads.get(&*camera.street).copied());
    }
    for (number, hydrant) in std::mem::take(&mut out.hydrants).into_iter().enumerate() {
        let holds = *out.dice.pick(&["SS100/65，流量15升/秒", "SS150/80，流量25升/秒", "SA100/65，流量15升/秒"]);
        let state = ["完好", "待检修", "缺水"][out.dice.weighted(&[0.95, 0.04, 0.01])];
        let (name, street) = (format!("{}室外消火栓", hydrant.street), hydrant.street.clone());
        resource(
            out,
            "hydrant",
            number + 1,
            &name,
            hydrant.at,
            [("holds", holds), ("state", state), ("street", &street)],
        );
    }
    let town = out.town;
    for (index, leaf) in town.leaves.iter().enumerate() {
        places(out, index + 1, leaf);
    }
}

fn video(out: &mut Out<'_>, number: usize, camera: &Mark, road: Option<&Road>) {
    let town = out.town;
    let mut extra = Vec::new();
    let class = match road {
        Some(road) => {
            let along = match road.axis {
                Axis::East => camera.at.0,
                Axis::North => camera.at.1,
            };
            let nearest = |list: &[f64]| {
                list.iter().map(|at| at - along).min_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(f64::INFINITY)
            };
            let light = nearest(&road.lights);
            // At a crossing they look at it; elsewhere down the road.
            let ahead = if light.abs() < 40.0 { light } else { nearest(&road.joints) };
            let degrees = town.bend.heading_degrees(camera.at, road.axis, ahead >= 0.0) + out.dice.range(-9.0, 9.0);
            extra.push(("direction_degrees", format!("{:.0}", degrees.rem_euclid(360.0).floor())));
            if light.abs() < 40.0 { "crossing" } else { "fixed" }
        }
        None => "dome",
    };
    let what = match class {
        "crossing" => "路口视频",
        "fixed" => "路段视频",
        _ => "出入口视频",
    };
    extra.extend([
        ("reach_m", if class == "dome" { "80" } else { "60" }.to_owned()),
        ("state", ["在线", "离线"][out.dice.weighted(&[0.97, 0.03])].to_owned()),
        ("owner", if class == "dome" { DEPARTMENTS[13].1 } else { DEPARTMENTS[11].1 }.to_owned()),
        ("grid", town.cell_at(camera.at).map(|cell| cell.code.clone()).unwrap_or_default()),
        ("street", camera.street.clone()),
        ("built", (2014 + out.dice.whole(12)).to_string()),
    ]);
    // Eight digits of the centre, two of the trade, three of the kind of device, one of the network, six of the sequence.
    let code = format!("11010790001320{number:06}");
    let name = format!("{}{what}{number:04}", camera.street);
    let at = town.bend.coord(camera.at);
    out.add_coded(Layer::VideoPoints, class, (&code, &name), extra, Point(at));
}

/// What a block offers.
fn places(out: &mut Out<'_>, number: usize, leaf: &Leaf) {
    let plot = leaf.plot(&out.town.roads);
    // Beside the middle, where the block's own name stands.
    let (u, v) = (plot.centre().0, plot.v0 + plot.height() * 0.3);
    let name = title(out, leaf);
    match leaf.use_ {
        Use::Park if plot.area() > 8_000.0 => {
            let holds = "应急厕所、应急供水、应急供电、指示标识";
            shelter(out, number, &format!("{name}应急避难场所"), plot.area(), (u, v), holds);
        }
        Use::School { .. } => {
            let holds = "操场、教室、应急供电";
            shelter(out, number, &format!("{name}应急避难场所"), plot.area() * 0.35, (u, v), holds);
        }
        Use::Hospital => {
            resource(
                out,
                "medical",
                number,
                &format!("{name}急诊"),
                (u, v),
                [("capacity", "320"), ("holds", "急诊、救护车6辆、血库")],
            );
        }
        Use::Civic => {
            let holds = "帐篷120顶、棉被600床、发电机8台、抽水泵12台、照明灯40盏";
            resource(out, "store", number, &format!("{name}应急物资库"), (u, v), [("holds", holds)]);
        }
        Use::Fire => {
            let holds = "抢险车辆、破拆器材、冲锋舟4艘、沙袋3000条";
            resource(out, "store", number, &format!("{name}抢险物资库"), (u, v), [("holds", holds)]);
        }
        _ => {}
    }
    for guest in &leaf.guests {
        match guest {
            Guest::CommunityOffice => {
                let community = &out.town.communities[out.town.superblocks[leaf.superblock].community].name;
                let name = format!("{community}应急物资点");
                let holds = "沙袋200条、铁锹40把、手电30支、急救包20个";
                resource(out, "store", number, &name, (u + plot.width() * 0.2, v), [("holds", holds)]);
            }
            Guest::Clinic => {
                let holds = "全科、输液、急救箱、除颤仪1台";
                let place = out.town.superblocks[leaf.superblock].place.clone();
                let name = format!("{place}社区卫生服务站");
                resource(
                    out,
                    "medical",
                    number,
                    &name,
                    (u - plot.width() * 0.2, v),
                    [("capacity", "6"), ("holds", holds)],
                );
            }
            _ => {}
        }
    }
}

fn shelter(out: &mut Out<'_>, number: usize, name: &str, ground_m2: f64, at: (f64, f64), holds: &str) {
    let people = format!("{:.0}", (ground_m2 / GROUND_OF_A_PERSON_M2 / 50.0).floor().max(1.0) * 50.0);
    resource(out, "shelter", number, name, at, [("capacity", &*people), ("holds", holds)]);
}

fn resource<const N: usize>(
    out: &mut Out<'_>,
    class: &'static str,
    number: usize,
    name: &str,
    at: (f64, f64),
    told: [(&'static str, &str); N],
) {
    let keeper = match class {
        "hydrant" => DEPARTMENTS[5].1,
        "medical" => "社区卫生服务中心",
        _ => "街道应急管理办公室",
    };
    let mut extra: Vec<(&'static str, String)> = told.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    if !told.iter().any(|(key, _)| *key == "state") {
        extra.push(("state", "可用".to_owned()));
    }
    extra.extend([
        ("keeper", keeper.to_owned()),
        ("phone", names::office_phone(&mut out.dice)),
        ("grid", out.town.cell_at(at).map(|cell| cell.code.clone()).unwrap_or_default()),
        ("checked", format!("2025-{:02}-{:02}", out.dice.between(7, 12), out.dice.between(1, 28))),
    ]);
    let letter = match class {
        "shelter" => 'B',
        "hydrant" => 'X',
        "store" => 'W',
        _ => 'Y',
    };
    let place = out.town.bend.coord(at);
    out.add_coded(Layer::Emergency, class, (&format!("YJ{letter}{number:05}"), name), extra, Point(place));
}
