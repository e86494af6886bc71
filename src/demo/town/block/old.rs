//! The old quarter: courtyards of one floor on both sides of the alleys.

use super::cells;
use crate::demo::names;
use crate::demo::town::out::{House, Out, bar};
use crate::demo::town::plan::{Leaf, Way};
use crate::demo::town::shape::Block;
use crate::spatial::feature::Layer;

pub fn build(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let plot = leaf.plot(&out.town.roads);
    out.area(Layer::LandUse, "residential", "", &plot);
    let rows = leaf.alleys.len().max(1) as f64;
    let depth = (plot.height() / rows) / 2.0 - Way::Hutong.half_m();
    for alley in leaf.alleys.clone() {
        let (across, name) = (out.town.roads[alley].across, out.town.roads[alley].name.clone());
        for cell in cells(out, leaf) {
            if !(cell.v0..cell.v1).contains(&across) {
                continue;
            }
            for left in [true, false] {
                let (near, far) = if left {
                    (across + Way::Hutong.half_m(), (across + Way::Hutong.half_m() + depth - 0.8).min(cell.v1))
                } else {
                    (across - Way::Hutong.half_m(), (across - Way::Hutong.half_m() - depth + 0.8).max(cell.v0))
                };
                let row = Block::new(cell.u0 + 1.0, near.min(far), cell.u1 - 1.0, near.max(far));
                courtyards(out, &row, alley, left, (&name, place));
            }
        }
        // Poles, bins and lamps stand along the walls.
        let mut along = plot.u0 + 6.0;
        let mut count = 0;
        while along < plot.u1 - 6.0 {
            out.component("0137", "路灯", (along, across + 2.2), &name);
            out.component("0130", "电力立杆", (along + 9.0, across - 2.3), &name);
            if count % 2 == 0 {
                out.component("0305", "垃圾箱", (along + 4.0, across - 2.2), &name);
                out.component("0102", "污水井盖", (along + 12.0, across + 0.4), &name);
            } else {
                out.component("0131", "通信立杆", (along + 16.0, across + 2.3), &name);
                out.component("0101", "上水井盖", (along + 6.0, across - 0.5), &name);
            }
            along += 30.0;
            count += 1;
        }
        out.component("0212", "路名牌", (plot.u0 + 1.5, across + 2.4), &name);
        out.component("0302", "公厕指示牌", (plot.u0 + 2.5, across - 2.4), &name);
    }
}

/// Lots of a courtyard each: a main house in the north, a row of rooms in the south, wings between them.
fn courtyards(out: &mut Out<'_>, row: &Block, alley: usize, left: bool, (name, place): (&str, &str)) {
    if row.height() < 12.0 || row.width() < 14.0 {
        return;
    }
    let lots = (row.width() / 16.5).floor().max(1.0);
    let width = row.width() / lots;
    for lot in 0..lots as usize {
        let u0 = row.u0 + width * lot as f64;
        let (u, v) = (u0 + width / 2.0, (row.v0 + row.v1) / 2.0);
        let gate = (u + width * 0.28, if left { row.v0 + 0.8 } else { row.v1 - 0.8 });
        if out.dice.chance(0.03) {
            let toilet = (u, v);
            let outline = bar(9.0, 6.0);
            let door = out.door(alley, u, left, gate, "");
            out.house(House { class: "toilets", at: toilet, outline, floors: 1, ..House::default() });
            out.poi("toilets", &format!("{name}公共厕所"), toilet, Some(&door), "");
            out.component("0301", "公共厕所", toilet, name);
            continue;
        }
        let door = out.door(alley, u, left, gate, "");
        if out.dice.chance(0.07) {
            // A house that was built anew, of two floors.
            let outline = bar(width - 3.0, row.height() * 0.55);
            out.house(House {
                class: "house",
                at: (u, v),
                outline,
                floors: 2,
                door: Some(door.clone()),
                ..House::default()
            });
        } else {
            let (main, front) = (5.2, 4.2);
            let wing = row.height() - main - front - 1.6;
            let w = width - 1.4;
            let mut put = |at: (f64, f64), size: (f64, f64), class: &'static str| {
                let outline = bar(size.0, size.1);
                out.house(House { class, at, outline, floors: 1, door: Some(door.clone()), ..House::default() });
            };
            put((u, row.v1 - main / 2.0 - 0.2), (w, main), "house");
            put((u, row.v0 + front / 2.0 + 0.2), (w, front), "house");
            if wing > 3.0 {
                let middle = row.v0 + front + 0.8 + wing / 2.0;
                put((u - w / 2.0 + 1.9, middle), (3.8, wing - 0.4), "house");
                put((u + w / 2.0 - 1.9, middle), (3.8, wing - 0.4), "house");
            }
        }
        if out.dice.chance(0.05) {
            out.component("0401", "古树名木", (u, v), name);
        } else if out.dice.chance(0.3) {
            out.component("0402", "行道树", (u - 4.0, gate.1 + if left { -1.4 } else { 1.4 }), name);
        }
        if out.dice.chance(0.06) {
            let (class, shop) = names::shop(&mut out.dice, place);
            out.poi(class, &shop, gate, Some(&door), "");
        }
    }
}
