//! Parks, the river with its banks, the railway.

use super::public::front;
use super::{cells, gate_point};
use crate::demo::town::out::{House, Out, bar};
use crate::demo::town::plan::Leaf;
use crate::demo::town::shape::{Axis, Block};
use crate::spatial::feature::Layer;

pub fn park(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let large = leaf.block.area() > 60_000.0;
    let name = format!("{place}{}", if large { "公园" } else { "口袋公园" });
    let (door, side, along) = front(out, leaf);
    let plot = leaf.plot(&out.town.roads);
    out.area(Layer::Green, "park", &name, &plot);
    let (u, v) = plot.centre();
    let (w, h) = (plot.width(), plot.height());
    let ring = plot.shrunk(w.min(h) * 0.14);
    // A walk around, and two across that do not run straight.
    let round: Vec<(f64, f64)> = (0..=40)
        .map(|step| {
            let (sin, cos) = (f64::from(step % 40) / 40.0 * std::f64::consts::TAU).sin_cos();
            let bulge = |x: f64| x.signum() * x.abs().powf(0.6);
            (u + bulge(cos) * ring.width() / 2.0, v + bulge(sin) * ring.height() / 2.0)
        })
        .collect();
    out.path("footway", "", &round);
    let wave = |from: (f64, f64), to: (f64, f64), sway: f64| -> Vec<(f64, f64)> {
        (0..=12)
            .map(|step| {
                let t = f64::from(step) / 12.0;
                let aside = (t * std::f64::consts::PI * 2.0).sin() * sway;
                let (du, dv) = (to.0 - from.0, to.1 - from.1);
                let length = du.hypot(dv).max(1.0);
                (from.0 + du * t - dv / length * aside, from.1 + dv * t + du / length * aside)
            })
            .collect()
    };
    let gate_at = gate_point(out, leaf, side, along, 0.0);
    let sway = w.min(h) * 0.06;
    out.path("footway", "", &wave(gate_at, (2.0 * u - gate_at.0, 2.0 * v - gate_at.1), sway));
    let cross = if side.axis() == Axis::East { [(plot.u0, v), (plot.u1, v)] } else { [(u, plot.v0), (u, plot.v1)] };
    out.path("footway", "", &wave(cross[0], cross[1], sway * 1.4));
    if large {
        let (pu, pv) = (u - w * 0.18, v + h * 0.19);
        let pond: Vec<(f64, f64)> = (0..28)
            .map(|step| {
                let angle = f64::from(step) / 28.0 * std::f64::consts::TAU;
                let reach = 1.0 + 0.22 * (2.0 * angle + 0.7).sin() + 0.1 * (3.0 * angle).cos();
                (pu + angle.cos() * w * 0.1 * reach, pv + angle.sin() * h * 0.09 * reach)
            })
            .collect();
        let shape = out.town.bend.ring(&pond);
        out.add(Layer::Water, "pond", &format!("{place}湖"), Vec::new(), shape);
        for (index, at) in pond.iter().enumerate().step_by(2) {
            let rail = (pu + (at.0 - pu) * 1.05, pv + (at.1 - pv) * 1.05);
            out.component("0507", "水域护栏", rail, &name);
            if index % 8 == 0 {
                out.component("0230", "水域标示牌", (rail.0 + 1.5, rail.1 + 1.0), &name);
            }
        }
    }
    for cell in cells(out, leaf) {
        let grove = cell.shrunk(cell.width().min(cell.height()) * 0.3);
        let corner = Block::new(cell.u0 + 6.0, cell.v0 + 6.0, grove.u0 + 4.0, grove.v0 + 4.0);
        let wood = out.oval(&corner);
        out.add(Layer::Green, "wood", "", Vec::new(), wood);
        for tree in 0..16 {
            let at = (out.dice.range(cell.u0 + 4.0, cell.u1 - 4.0), out.dice.range(cell.v0 + 4.0, cell.v1 - 4.0));
            let (class, what) = if tree == 0 && large { ("0401", "古树名木") } else { ("0402", "树木") };
            out.component(class, what, at, &name);
        }
        for seat in 0..4 {
            let at = (cell.u0 + cell.width() * (0.2 + 0.2 * f64::from(seat)), cell.v0 + cell.height() * 0.5);
            out.component("0407", "座椅", at, &name);
            out.component("0139", "景观灯", (at.0 + 5.0, at.1 + 4.0), &name);
            if seat % 2 == 0 {
                out.component("0305", "垃圾箱", (at.0 + 2.0, at.1 - 1.5), &name);
            }
        }
        out.component("0408", "绿地护栏", (cell.u0 + 3.0, cell.v0 + 3.0), &name);
        out.component("0114", "园林井盖", (cell.u1 - 5.0, cell.v0 + 5.0), &name);
    }
    // Pavilion and toilets stand in the middle of a cell, so that no border runs through them.
    let rooms = cells(out, leaf);
    for (order, room) in rooms.iter().enumerate() {
        let at = (room.centre().0 + room.width() * 0.22, room.centre().1 - room.height() * 0.22);
        if order == 0 {
            out.house(House { class: "toilets", at, outline: bar(12.0, 7.0), floors: 1, ..House::default() });
            out.poi("toilets", &format!("{name}公共厕所"), at, None, "");
            out.component("0301", "公共厕所", at, &name);
            out.component("0302", "公厕指示牌", (at.0 - 10.0, at.1), &name);
        } else if order % 3 == 1 {
            let outline = (0..6)
                .map(|corner| {
                    let (sin, cos) = (f64::from(corner) / 6.0 * std::f64::consts::TAU).sin_cos();
                    (4.0 * cos, 4.0 * sin)
                })
                .collect();
            out.house(House { class: "pavilion", at, outline, floors: 1, ..House::default() });
            out.component("0152", "休息亭", at, &name);
        }
    }
    out.poi("park", &name, gate_point(out, leaf, side, along, 12.0), door.as_ref(), "");
    out.component("0498", "绿地指示牌", gate_point(out, leaf, side, along + 3.0, 2.0), &name);
}

/// The banks of the river, between the roads along it. The water itself is drawn for the whole town at once.
pub fn river(out: &mut Out<'_>, leaf: &Leaf) {
    let block = leaf.block;
    let plot = leaf.plot(&out.town.roads);
    let middle = (plot.v0 + plot.v1) / 2.0;
    let name = river_name(out, &block);
    for (low, high, walk) in [(plot.v0, middle - 15.0, plot.v0 + 7.0), (middle + 15.0, plot.v1, plot.v1 - 7.0)] {
        let bank = Block::new(plot.u0, low, plot.u1, high);
        out.area(Layer::Green, "park", "", &bank);
        let walk: Vec<(f64, f64)> = (0..=16)
            .map(|step| {
                let t = f64::from(step) / 16.0;
                (plot.u0 + plot.width() * t, walk + 2.2 * (t * 19.0).sin())
            })
            .collect();
        out.path("footway", &format!("{name}步道"), &walk);
        let mut along = plot.u0 + 8.0;
        let mut count = 0;
        while along < plot.u1 - 4.0 {
            out.component("0402", "树木", (along, low + 3.2), &name);
            if count % 3 == 0 {
                out.component("0139", "景观灯", (along + 4.0, high - 3.0), &name);
                out.component("0407", "座椅", (along + 6.0, (low + high) / 2.0 + 2.0), &name);
            }
            let edge = if low < middle { high + 0.8 } else { low - 0.8 };
            out.component("0507", "水域护栏", (along + 5.0, edge), &name);
            if count % 12 == 5 {
                out.component("0305", "垃圾箱", (along + 2.0, (low + high) / 2.0 - 2.0), &name);
                out.component("0230", "水域标示牌", (along + 3.0, edge), &name);
            }
            along += 13.0;
            count += 1;
        }
    }
}

fn river_name(out: &Out<'_>, block: &Block) -> String {
    let band = out.town.rivers.iter().find(|(_, band)| band.holds(block.centre()));
    band.map_or_else(String::new, |(name, _)| name.clone())
}

/// Grass along the tracks, and the station where the superblock has it.
pub fn rail(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let block = leaf.block;
    let plot = leaf.plot(&out.town.roads);
    out.area(Layer::LandUse, "railway", "", &Block { u0: plot.u0, u1: plot.u1, ..block }.inset([0.0, 13.0, 0.0, 0.0]));
    out.area(Layer::Green, "grass", "", &Block::new(plot.u0, block.v0 + 1.0, plot.u1, block.v0 + 10.0));
    let mut along = plot.u0 + 6.0;
    while along < plot.u1 {
        out.component("0402", "树木", (along, block.v0 + 5.0), "铁路防护林");
        along += 9.0;
    }
    // The station lies in the third column of each tile, in the middle of a cell.
    if out.town.superblocks[leaf.superblock].at.0 % 4 == 2 {
        let Some(cell) = cells(out, leaf).get(1).copied() else { return };
        let (u, _) = cell.centre();
        let name = format!("{place}火车站");
        let at = (u, plot.v1 - 6.5);
        let door = leaf.edges[1].map(|road| out.door(road, u, false, (u, plot.v1 - 0.8), ""));
        out.house(House {
            class: "train_station",
            at,
            outline: bar(64.0, 10.0),
            floors: 2,
            name: name.clone(),
            door: door.clone(),
            ..House::default()
        });
        out.poi("station", &name, at, door.as_ref(), "");
        let platform = Block::new(u - 80.0, block.v0 + 29.0, u + 80.0, block.v0 + 34.0);
        out.area(Layer::LandUse, "transport", "", &platform);
    }
}
