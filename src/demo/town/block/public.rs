//! Schools, hospital, market, shops, offices and the street office.

use super::{cells, gate, gate_point};
use crate::demo::names;
use crate::demo::town::out::{House, Out, bar};
use crate::demo::town::plan::{Leaf, Side};
use crate::demo::town::shape::Block;
use crate::spatial::feature::Layer;

type Door = Option<(String, u32)>;

/// The door of a block that is one house-number.
pub(super) fn front(out: &mut Out<'_>, leaf: &Leaf) -> (Door, Side, f64) {
    let (side, along) = gate(out, leaf).unwrap_or((Side::South, leaf.block.centre().0));
    (out.plot_door(leaf, side, along, ""), side, along)
}

pub(super) fn ground(out: &mut Out<'_>, leaf: &Leaf, class: &str, name: &str, door: &Door) -> Block {
    let plot = leaf.plot(&out.town.roads);
    let shape = out.town.bend.area(&plot);
    let (street, number) = door.clone().map_or_else(Default::default, |(s, n)| (s, n.to_string()));
    out.add(Layer::LandUse, class, name, vec![("street", street), ("number", number)], shape);
    plot
}

pub fn school(out: &mut Out<'_>, leaf: &Leaf, place: &str, middle: bool) {
    let name = format!("{place}{}", if middle { "中学" } else { "小学" });
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "school", &name, &door);
    let rooms = cells(out, leaf);
    for (order, cell) in rooms.iter().enumerate() {
        let cell = cell.shrunk(6.0);
        let (u, _) = cell.centre();
        // The sports ground is the last cell, or the south of an only one.
        let sports = if rooms.len() > 1 { order + 1 == rooms.len() } else { false };
        if sports {
            let track = Block::new(cell.u0, cell.v0 + 2.0, cell.u1, (cell.v0 + 130.0).min(cell.v1 - 2.0));
            let oval = out.oval(&track);
            out.add(Layer::Green, "pitch", &format!("{name}操场"), Vec::new(), oval);
            let field = track.shrunk((track.width().min(track.height()) * 0.16).max(8.0));
            out.lawn("grass", &field);
            continue;
        }
        let length = (cell.width() - 6.0).min(72.0);
        let mut v = cell.v1 - 9.0;
        let mut house = 0;
        while v > cell.v0 + if rooms.len() == 1 { 56.0 } else { 20.0 } && house < 3 {
            let named = if house == 0 && order == 0 { name.clone() } else { String::new() };
            let own = length * if house == 1 { 0.8 } else { 1.0 };
            out.house(House {
                class: "school",
                at: (u, v),
                outline: bar(own, 15.0),
                floors: if middle { 5 } else { 4 },
                name: named,
                door: door.clone(),
                ..House::default()
            });
            v -= 40.0;
            house += 1;
        }
        let court = Block::new(u - 15.0, cell.v0, u + 13.0, (v + 8.0).min(cell.v0 + 18.0));
        out.lawn("pitch", &court);
        if rooms.len() == 1 {
            let oval = out.oval(&Block::new(cell.u0, cell.v0, cell.u1, cell.v0 + 48.0));
            out.add(Layer::Green, "pitch", &format!("{name}操场"), Vec::new(), oval);
        }
    }
    let at = gate_point(out, leaf, side, along, 6.0);
    out.poi("school", &name, at, door.as_ref(), "");
    out.component("0151", "岗亭", gate_point(out, leaf, side, along - 5.0, 2.0), &name);
    trees_around(out, leaf, &name);
}

pub fn hospital(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let name = format!("{place}医院");
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "hospital", &name, &door);
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let cell = cell.shrunk(8.0);
        let (u, v) = cell.centre();
        let (w, d) = ((cell.width() - 8.0).min(74.0), 17.0);
        let titles = ["门诊楼", "住院楼", "医技楼", "行政楼"];
        let title = titles[order % titles.len()];
        // A comb: two bars and a spine between them.
        let outline = if order % 2 == 0 && cell.height() > 66.0 {
            let x = w / 2.0;
            vec![
                (-x, -27.0),
                (x, -27.0),
                (x, -10.0),
                (8.0, -10.0),
                (8.0, 10.0),
                (x, 10.0),
                (x, 27.0),
                (-x, 27.0),
                (-x, 10.0),
                (-8.0, 10.0),
                (-8.0, -10.0),
                (-x, -10.0),
            ]
        } else {
            bar(w, d)
        };
        let floors = if order == 1 { 14 } else { 6 };
        out.house(House {
            class: "hospital",
            at: (u, v),
            outline,
            floors,
            name: format!("{name}{title}"),
            door: door.clone(),
            ..House::default()
        });
        out.lawn("garden", &Block { v1: v - 32.0, ..cell }.shrunk(2.0));
    }
    let at = gate_point(out, leaf, side, along, 10.0);
    out.poi("hospital", &name, at, door.as_ref(), "");
    out.poi("pharmacy", &format!("{name}门诊药房"), (at.0 + 9.0, at.1), door.as_ref(), "");
    trees_around(out, leaf, &name);
}

pub fn market(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let name = format!("{place}便民市场");
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "retail", &name, &door);
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let hall = cell.shrunk(9.0);
        let (u, v) = hall.centre();
        if order == 0 {
            let (w, d) = (hall.width().min(90.0), hall.height().min(70.0));
            out.house(House {
                class: "retail",
                at: (u, v),
                outline: bar(w, d),
                floors: 2,
                name: name.clone(),
                door: door.clone(),
                ..House::default()
            });
            for stall in 0..6 {
                let at = (u - w / 2.0 + 6.0 + f64::from(stall) * 11.0, v - d / 2.0 + 4.0);
                if at.0 < u + w / 2.0 {
                    let (class, shop) = names::shop(&mut out.dice, place);
                    out.poi(class, &shop, at, door.as_ref(), "");
                }
            }
        } else {
            let mut v = hall.v0 + 6.0;
            while v < hall.v1 - 6.0 {
                out.house(House {
                    class: "retail",
                    at: (u, v),
                    outline: bar(hall.width().min(86.0), 9.0),
                    floors: 1,
                    door: door.clone(),
                    ..House::default()
                });
                v += 20.0;
            }
        }
    }
    out.poi("marketplace", &name, gate_point(out, leaf, side, along, 5.0), door.as_ref(), "");
    out.component("0304", "垃圾中转站", gate_point(out, leaf, side, along + 9.0, 4.0), &name);
}

pub fn mall(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let name = format!("{place}购物中心");
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "commercial", &name, &door);
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let cell = cell.shrunk(7.0);
        let (u, v) = cell.centre();
        let (x, y) = (cell.width() / 2.0, (cell.height() / 2.0).min(64.0));
        if order == 0 {
            let outline = vec![(-x, -y), (x * 0.4, -y), (x, -y * 0.5), (x, y), (-x, y)];
            out.house(House {
                class: "retail",
                at: (u, v),
                outline,
                floors: 5,
                name: name.clone(),
                door: door.clone(),
                ..House::default()
            });
            for shop in 0..12 {
                let at =
                    (u - x + 7.0 + f64::from(shop % 4) * (x / 2.4), v - y + 10.0 + f64::from(shop / 4) * (y / 2.0));
                let (class, shop) = names::shop(&mut out.dice, place);
                out.poi(class, &shop, at, door.as_ref(), "");
            }
        } else {
            let tower = (u, v + y * 0.35);
            let title = format!("{place}大厦{}座", ["A", "B", "C", "D"][order % 4]);
            let floors = out.dice.between(16, 26);
            out.house(House {
                class: "office",
                at: tower,
                outline: bar((2.0 * x - 8.0).min(44.0), (y * 0.9).min(38.0)),
                floors,
                name: title.clone(),
                door: door.clone(),
                ..House::default()
            });
            let firm = names::firm(&mut out.dice, place);
            out.poi("office", &firm, tower, door.as_ref(), "");
            // The square lies before the tower.
            let square = Block::new(u - x, v - y, u + x, v - y * 0.2);
            out.area(Layer::LandUse, "pedestrian", &format!("{place}广场"), &square);
            for seat in 0..8 {
                let at = (square.u0 + 6.0 + f64::from(seat) * square.width() / 9.0, square.v0 + 8.0);
                out.component("0407", "街头座椅", at, &name);
                out.component("0405", "花钵", (at.0, at.1 + 8.0), &name);
            }
            out.component("0406", "雕塑", square.centre(), &name);
        }
    }
    out.poi("mall", &name, gate_point(out, leaf, side, along, 12.0), door.as_ref(), "");
}

pub fn offices(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let (door, _, _) = front(out, leaf);
    ground(out, leaf, "commercial", "", &door);
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let cell = cell.shrunk(8.0);
        let (u, v) = cell.centre();
        let outline = match out.dice.whole(3) {
            0 => bar((cell.width() - 6.0).min(56.0), 22.0),
            1 => bar(32.0_f64.min(cell.width() - 6.0), 30.0),
            _ => {
                let x = (cell.width() / 2.0 - 4.0).min(30.0);
                vec![(-x, -20.0), (-x + 18.0, -20.0), (-x + 18.0, 4.0), (x, 4.0), (x, 22.0), (-x, 22.0)]
            }
        };
        let firm = names::firm(&mut out.dice, place);
        let name = format!("{place}商务楼{}", if order == 0 { String::new() } else { format!("{}号", order + 1) });
        let floors = out.dice.between(7, 18);
        let class = "office";
        let named = if leaf.ordinal.is_multiple_of(2) { name } else { firm.clone() };
        out.house(House { class, at: (u, v), outline, floors, name: named, door: door.clone(), ..House::default() });
        out.poi("office", &firm, (u, v - 8.0), door.as_ref(), "");
        out.lawn("grass", &Block { v1: cell.v0 + 12.0, ..cell });
        out.component("0201", "停车场", (u, v - 30.0_f64.min(cell.height() / 2.0 - 2.0)), place);
    }
}

/// The street office, the police station, the services.
pub fn civic(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let (door, side, along) = front(out, leaf);
    ground(out, leaf, "institutional", "", &door);
    let titles = [
        ("townhall", "街道办事处（演示）", 5),
        ("police", "街道派出所（演示）", 4),
        ("community_centre", "街道政务服务中心（演示）", 3),
        ("library", "街道图书馆（演示）", 3),
        ("post_office", "街道邮政所（演示）", 2),
        ("courthouse", "街道市场监督管理所（演示）", 3),
    ];
    let rooms = cells(out, leaf);
    let count = rooms.len().max(1);
    // A larger town is several streets, each with an office of its own.
    let of = if out.town.communities.len() > 12 { place } else { "示范" };
    for (order, (class, title, floors)) in titles.into_iter().enumerate() {
        let name = format!("{of}{title}");
        let cell = rooms[order % count].shrunk(6.0);
        let row = order / count;
        let rows = titles.len().div_ceil(count) as f64;
        let pitch = cell.height() / rows;
        let at = (cell.centre().0, cell.v1 - pitch * (row as f64 + 0.5));
        let size: (f64, f64) = if row == 0 { (56.0, 18.0) } else { (38.0, 14.0) };
        out.house(House {
            class: "government",
            at,
            outline: bar(size.0.min(cell.width() - 4.0), size.1.min(pitch - 6.0)),
            floors,
            name: name.clone(),
            door: door.clone(),
            ..House::default()
        });
        out.poi(class, &name, at, door.as_ref(), "");
        let lawn = Block::new(cell.u0 + 2.0, at.1 - pitch / 2.0 + 1.0, cell.u1 - 2.0, at.1 - size.1 / 2.0 - 4.0);
        out.lawn("grass", &lawn);
    }
    out.component("0151", "岗亭", gate_point(out, leaf, side, along - 5.0, 2.0), "街道办事处");
    trees_around(out, leaf, "街道办事处");
}

/// A row of trees inside the fence.
pub(super) fn trees_around(out: &mut Out<'_>, leaf: &Leaf, name: &str) {
    let fence = leaf.plot(&out.town.roads).shrunk(1.8);
    let mut along = fence.u0;
    while along < fence.u1 {
        out.component("0402", "树木", (along, fence.v0), name);
        out.component("0402", "树木", (along + 4.0, fence.v1), name);
        along += 18.0;
    }
}
