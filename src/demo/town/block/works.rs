//! Workshops, the fire station, a building site.

use super::public::{front, ground};
use super::{cells, gate_point};
use crate::demo::names;
use crate::demo::town::out::{House, Out, bar};
use crate::demo::town::plan::Leaf;
use crate::demo::town::shape::Block;

pub fn works(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let firm = names::firm(&mut out.dice, place);
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "industrial", &firm, &door);
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let cell = cell.shrunk(7.0);
        let (u, _) = cell.centre();
        if !cell.is_sound() {
            continue;
        }
        let depth = out.dice.range(24.0, 32.0).min(cell.height());
        let rows = ((cell.height() + 14.0) / (depth + 14.0)).floor().max(1.0);
        let pitch = cell.height() / rows;
        for row in 0..rows as usize {
            let v = cell.v0 + pitch * (row as f64 + 0.5);
            let office = order == 0 && row == 0;
            let (w, d) =
                if office { (cell.width() * 0.7, 16.0) } else { (cell.width() - out.dice.range(0.0, 16.0), depth) };
            let store = out.dice.chance(0.3);
            out.house(House {
                class: if office {
                    "office"
                } else if store {
                    "warehouse"
                } else {
                    "industrial"
                },
                at: (u, v),
                outline: bar(w, d.min(pitch - 4.0)),
                floors: if office { 4 } else { 1 },
                name: if office { firm.clone() } else { String::new() },
                door: door.clone(),
                ..House::default()
            });
        }
    }
    let at = gate_point(out, leaf, side, along, 6.0);
    out.poi("industrial", &firm, at, door.as_ref(), "");
    out.component("0151", "岗亭", gate_point(out, leaf, side, along - 6.0, 2.0), &firm);
    out.component("0128", "电力设施", gate_point(out, leaf, side, along + 12.0, 2.0), &firm);
}

pub fn fire(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let name = format!("{place}消防救援站");
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "institutional", &name, &door);
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let cell = cell.shrunk(8.0);
        let (u, v) = cell.centre();
        let (class, title, floors, size) = if order == 0 {
            ("fire_station", name.clone(), 3, ((cell.width() - 4.0).min(58.0), 20.0))
        } else {
            (
                "civic",
                format!("{place}环卫作业场{}", if order == 1 { "" } else { "二队" }),
                2,
                ((cell.width() - 4.0).min(50.0), 16.0),
            )
        };
        out.house(House {
            class,
            at: (u, v + 10.0),
            outline: bar(size.0, size.1),
            floors,
            name: title.clone(),
            door: door.clone(),
            ..House::default()
        });
        if order == 0 {
            // The tower for drills.
            out.house(House {
                class: "fire_station",
                at: (u, v - 24.0),
                outline: bar(8.0, 8.0),
                floors: 7,
                ..House::default()
            });
        } else {
            out.component("0304", "垃圾中转站", (u, v - 16.0), &title);
        }
    }
    out.poi("fire_station", &name, gate_point(out, leaf, side, along, 8.0), door.as_ref(), "");
}

pub fn site(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let name = format!("{place}安置房项目工地");
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "construction", &name, &door);
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let cell = cell.shrunk(8.0);
        let (u, v) = cell.centre();
        for row in 0..2 {
            let at = (u, v - 22.0 + 44.0 * f64::from(row));
            if cell.holds((at.0, at.1 + 9.0)) && cell.holds((at.0, at.1 - 9.0)) {
                let outline = bar((cell.width() - 10.0).min(48.0), 16.0);
                out.house(House { class: "construction", at, outline, floors: 3 + order % 4, ..House::default() });
            }
        }
        if order == 0 {
            let huts = Block { v1: cell.v0 + 8.0, ..cell };
            let outline = bar((huts.width() - 6.0).min(40.0), 6.0);
            out.house(House { class: "shed", at: huts.centre(), outline, floors: 2, ..House::default() });
        }
    }
    out.component("0396", "施工公示牌", gate_point(out, leaf, side, along + 6.0, 0.6), &name);
    out.poi("construction", &name, gate_point(out, leaf, side, along, 6.0), door.as_ref(), "");
}
