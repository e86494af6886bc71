//! Residential compounds: slabs in rows that face south, point houses around a garden, shops along the roads, and the
//! small institutions in between.

use super::{cells, gate, gate_point, within};
use crate::demo::names;
use crate::demo::town::out::{House, Out, bar};
use crate::demo::town::plan::{Guest, Leaf, Side, Use, Way};
use crate::demo::town::shape::{Axis, Block};
use crate::spatial::feature::Layer;

/// Depth of a row of shops with the pavement behind it.
const SHOPS_M: f64 = 16.0;

pub fn build(out: &mut Out<'_>, leaf: &Leaf, place: &str) {
    let plot = leaf.plot(&out.town.roads);
    let mut has_shops = [false; 4];
    for side in Side::ALL {
        let chance = match leaf.edges[side as usize].map(|road| out.town.roads[road].way) {
            Some(Way::Primary) => 0.55,
            Some(Way::Secondary) => 0.65,
            Some(Way::Tertiary) => 0.6,
            Some(Way::Residential) => 0.14,
            _ => 0.0,
        };
        has_shops[side as usize] = out.dice.chance(chance);
    }
    let compound = plot.inset(has_shops.map(|shops| if shops { SHOPS_M } else { 1.0 }));
    let name = compound_name(leaf, place);
    let gate = gate(out, leaf);
    let door = gate.and_then(|(side, along)| out.plot_door(leaf, side, along, &name));
    out.area(Layer::LandUse, "residential", "", &plot);
    let shape = out.town.bend.area(&compound);
    let community = &out.town.communities[out.town.superblocks[leaf.superblock].community].name;
    let (street, number) = door.clone().map_or_else(Default::default, |(s, n)| (s, n.to_string()));
    let extra = vec![("street", street), ("number", number), ("community", community.clone())];
    out.add(Layer::Compounds, "residential", &name, extra, shape);
    for side in Side::ALL {
        if has_shops[side as usize] {
            shops(out, leaf, side, &compound, place, gate);
        }
    }
    let mut houses: Vec<House> = Vec::new();
    let mut guests = leaf.guests.clone();
    let high = leaf.use_ == Use::Towers;
    for (order, cell) in cells(out, leaf).into_iter().enumerate() {
        let mut ground = within(&cell, &compound).shrunk(4.0);
        if !ground.is_sound() {
            continue;
        }
        let mut guest_fits = guests.len();
        while guest_fits > 0 && ground.width() > 74.0 {
            let guest = guests.remove(0);
            guest_fits = guests.len().min(1);
            let width = if guest == Guest::Kindergarten { 44.0 } else { 28.0 };
            let (rest, room) = ground.cut(Axis::North, ground.u1 - width);
            host(out, &room.inset([0.0, 0.0, 4.0, 0.0]), guest, place, &name);
            ground = rest.inset([0.0, 0.0, 0.0, 4.0]);
        }
        if high && ground.width() > 40.0 && ground.height() > 46.0 {
            towers(out, &ground, &mut houses);
        } else {
            slabs(out, &ground, &mut houses);
        }
        fittings(out, &ground, &name, order);
    }
    // Numbered as one walks: from the north-west, row by row.
    houses.sort_by(|a, b| {
        let row = |house: &House| -(house.at.1 / 16.0).round();
        row(a).total_cmp(&row(b)).then(a.at.0.total_cmp(&b.at.0))
    });
    for (index, mut house) in houses.into_iter().enumerate() {
        house.building = Some((name.clone(), index + 1));
        let (at, half) = (house.at, house.outline[0].1.abs());
        out.house(house);
        out.component("0118", "化粪池井盖", (at.0 - 6.0, at.1 + half + 2.0), &name);
        if index % 2 == 0 {
            out.component("0305", "垃圾箱", (at.0 + 8.0, at.1 + half + 2.6), &name);
        } else {
            out.component("0225", "非机动车停放点", (at.0 + 4.0, at.1 + half + 3.0), &name);
        }
    }
    if let Some((side, along)) = gate {
        let at = gate_point(out, leaf, side, along - 5.0, 3.0);
        out.component("0151", "岗亭", at, &name);
        out.component("0150", "监控电子眼", gate_point(out, leaf, side, along + 4.5, 2.0), &name);
    }
}

/// 青禾东里, 青禾家园, …: a name for each block of a superblock, none twice.
pub(super) fn compound_name(leaf: &Leaf, place: &str) -> String {
    const OLD: [&str; 12] =
        ["东里", "西里", "南里", "北里", "小区", "中里", "新区", "北区", "南区", "东区", "西区", "一里"];
    const NEW: [&str; 12] =
        ["家园", "嘉园", "苑", "雅苑", "花园", "名苑", "新苑", "庭", "佳苑", "锦园", "翠园", "华庭"];
    let list = if leaf.use_ == Use::Towers { &NEW } else { &OLD };
    match list.get(leaf.ordinal) {
        Some(ending) => format!("{place}{ending}"),
        None => {
            format!("{place}{}{}", list[leaf.ordinal % list.len()], if leaf.ordinal < 24 { "二区" } else { "三区" })
        }
    }
}

/// Walk-ups in rows.
fn slabs(out: &mut Out<'_>, ground: &Block, houses: &mut Vec<House>) {
    let depth = out.dice.range(11.5, 13.5);
    if ground.height() < depth || ground.width() < 18.0 {
        return;
    }
    let high = out.dice.chance(0.2);
    let floors = if high { out.dice.between(9, 12) } else { out.dice.between(5, 6) };
    let pitch = if high { 41.0 } else { out.dice.range(27.0, 31.0) };
    let rows = (((ground.height() - depth) / pitch).floor() as usize) + 1;
    let pitch = if rows > 1 { (ground.height() - depth) / (rows - 1) as f64 } else { 0.0 };
    let gap = 9.0;
    let columns = ((ground.width() + gap) / 62.0).round().max(1.0);
    let length = (ground.width() - gap * (columns - 1.0)) / columns;
    for row in 0..rows {
        let v = ground.v0 + depth / 2.0 + pitch * row as f64;
        for column in 0..columns as usize {
            let u = ground.u0 + length / 2.0 + (length + gap) * column as f64;
            if rows > 2 && out.dice.chance(0.07) {
                // An open place among the rows, with its gear.
                let square = Block::new(u - length / 2.0, v - depth / 2.0, u + length / 2.0, v + depth / 2.0);
                out.lawn("playground", &square.shrunk(1.0));
                continue;
            }
            // Not every slab fills its place.
            let own = length * if out.dice.chance(0.3) { out.dice.range(0.72, 0.92) } else { 1.0 };
            let own_floors = if row + 1 == rows && !high && out.dice.chance(0.12) { 11 } else { floors };
            houses.push(House {
                class: "apartments",
                at: (u - (length - own) / 2.0 * if out.dice.chance(0.5) { 1.0 } else { -1.0 }, v),
                outline: bar(own, depth),
                floors: own_floors,
                ..House::default()
            });
            if row + 1 < rows && pitch - depth > 11.0 {
                let south = v + depth / 2.0 + 5.5;
                let north = v + pitch - depth / 2.0 - 3.0;
                out.lawn("grass", &Block::new(u - length / 2.0 + 2.0, south, u + length / 2.0 - 2.0, north));
            }
        }
    }
}

/// Point houses and high slabs around a garden.
fn towers(out: &mut Out<'_>, ground: &Block, houses: &mut Vec<House>) {
    let rows = ((ground.height() + 22.0) / 58.0).floor().max(1.0);
    let columns = ((ground.width() + 16.0) / 52.0).floor().max(1.0);
    let (du, dv) = (ground.width() / columns, ground.height() / rows);
    for row in 0..rows as usize {
        for column in 0..columns as usize {
            let at = (ground.u0 + du * (column as f64 + 0.5), ground.v0 + dv * (row as f64 + 0.6));
            let slab = out.dice.chance(0.45);
            let outline = if slab {
                bar((du - 12.0).min(40.0), 15.0)
            } else {
                // Two wings to the south, a core to the north.
                vec![
                    (-14.0, -9.0),
                    (-4.0, -9.0),
                    (-4.0, -5.5),
                    (4.0, -5.5),
                    (4.0, -9.0),
                    (14.0, -9.0),
                    (14.0, 4.0),
                    (8.0, 4.0),
                    (8.0, 9.0),
                    (-8.0, 9.0),
                    (-8.0, 4.0),
                    (-14.0, 4.0),
                ]
            };
            let floors = if slab { out.dice.between(11, 18) } else { out.dice.between(18, 28) };
            houses.push(House { class: "apartments", at, outline, floors, ..House::default() });
            let lawn = Block::new(at.0 - du / 2.0 + 3.0, at.1 - dv * 0.6 + 3.0, at.0 + du / 2.0 - 3.0, at.1 - 14.0);
            if lawn.is_sound() && lawn.height() > 6.0 {
                out.lawn("garden", &lawn);
            }
        }
    }
}

/// What a compound is fitted with.
fn fittings(out: &mut Out<'_>, ground: &Block, compound: &str, order: usize) {
    let edge = |out: &mut Out<'_>, side: bool| {
        let v = out.dice.range(ground.v0, ground.v1);
        (if side { ground.u0 - 2.5 } else { ground.u1 + 2.5 }, v)
    };
    let at = edge(out, true);
    out.component("0308", "宣传栏", at, compound);
    let at = edge(out, false);
    out.component("0148", "箱式变压器", at, compound);
    let at = edge(out, true);
    out.component("0127", "通讯交接箱", at, compound);
    if order == 0 {
        let at = edge(out, false);
        out.component("0149", "燃气调压箱", at, compound);
        let (u, v) = edge(out, true);
        for piece in 0..4 {
            out.component("0146", "户外健身器材", (u, v + 2.5 * f64::from(piece)), compound);
        }
    } else {
        let at = edge(out, false);
        out.component("0154", "充电桩", at, compound);
    }
    for _ in 0..2 {
        let side = out.dice.chance(0.5);
        let at = edge(out, side);
        out.component("0407", "座椅", at, compound);
    }
    let mut along = ground.u0 + 3.0;
    while along < ground.u1 {
        out.component("0402", "树木", (along, ground.v0 - 2.4), compound);
        out.component("0402", "树木", (along + 16.0, ground.v1 + 2.4), compound);
        along += 32.0;
    }
}

/// A small institution in a strip of its own.
fn host(out: &mut Out<'_>, room: &Block, guest: Guest, place: &str, compound: &str) {
    let (u, v) = room.centre();
    let (class, poi, name, width, depth, floors) = match guest {
        Guest::Kindergarten => {
            ("kindergarten", "kindergarten", format!("{place}幼儿园"), (room.width() - 4.0).min(38.0), 14.0, 3)
        }
        Guest::CommunityOffice => {
            ("civic", "community_centre", format!("{place}社区居委会"), room.width() - 4.0, 13.0, 2)
        }
        Guest::Clinic => ("clinic", "clinic", format!("{place}社区卫生服务站"), room.width() - 4.0, 14.0, 2),
        Guest::ElderCare => ("civic", "social_facility", format!("{place}养老服务驿站"), room.width() - 4.0, 12.0, 2),
    };
    let at = (u, room.v1 - depth / 2.0 - 1.0);
    let outline = bar(width, depth);
    out.house(House { class, at, outline, floors, name: name.clone(), ..House::default() });
    out.poi(poi, &name, at, None, compound);
    let yard = Block::new(room.u0 + 2.0, room.v0 + 1.0, room.u1 - 2.0, room.v1 - depth - 6.0);
    match guest {
        Guest::Kindergarten => {
            out.lawn("playground", &Block { v0: yard.v1 - 26.0_f64.min(yard.height()), ..yard });
        }
        Guest::CommunityOffice => {
            let service = (u, v - 4.0);
            let name = format!("{place}社区服务站");
            out.house(House {
                class: "civic",
                at: service,
                outline: bar(width * 0.8, 11.0),
                floors: 1,
                name: name.clone(),
                ..House::default()
            });
            out.poi("community_centre", &name, service, None, compound);
            out.lawn("garden", &Block { v1: service.1 - 10.0, ..yard });
        }
        _ => out.lawn("garden", &yard),
    }
}

/// A row of shops along a road. Nothing is built across the border of a cell or in the way of a lane.
fn shops(out: &mut Out<'_>, leaf: &Leaf, side: Side, compound: &Block, place: &str, gate: Option<(Side, f64)>) {
    const DOOR_M: f64 = 13.0;
    let Some(road) = leaf.edges[side as usize] else { return };
    let plot = leaf.plot(&out.town.roads);
    let (from, to) = match side {
        Side::South | Side::North => (plot.u0 + 4.0, plot.u1 - 4.0),
        Side::West | Side::East => (compound.v0 + 4.0, compound.v1 - 4.0),
    };
    let mut gaps: Vec<f64> = out.town.cells[leaf.cells.clone()]
        .iter()
        .flat_map(|cell| match side.axis() {
            Axis::East => [cell.block.u0, cell.block.u1],
            Axis::North => [cell.block.v0, cell.block.v1],
        })
        .chain(gate.filter(|(other, _)| *other == side).map(|(_, along)| along))
        .filter(|at| *at > from && *at < to)
        .collect();
    gaps.extend([from - 7.0, to + 7.0]);
    gaps.sort_by(f64::total_cmp);
    gaps.dedup();
    let depth = 11.0;
    for pair in gaps.windows(2) {
        let (mut at, end) = (pair[0] + 7.0, pair[1] - 7.0);
        while end - at >= DOOR_M {
            let doors = out.dice.between(1, 3).min(((end - at) / DOOR_M).floor() as usize);
            let length = doors as f64 * DOOR_M;
            let middle = at + length / 2.0;
            let centre = |along: f64, inside: f64| match side {
                Side::South => (along, plot.v0 + inside),
                Side::North => (along, plot.v1 - inside),
                Side::West => (plot.u0 + inside, along),
                Side::East => (plot.u1 - inside, along),
            };
            let floors = out.dice.between(1, 3);
            let mut first = None;
            for door in 0..doors {
                let along = at + DOOR_M * (door as f64 + 0.5);
                let address = out.door(road, along, side.is_left(), centre(along, 1.5), "");
                if out.dice.chance(0.82) {
                    let (class, name) = names::shop(&mut out.dice, place);
                    out.poi(class, &name, centre(along, 3.5), Some(&address), "");
                    if out.dice.chance(0.6) {
                        let street = address.0.clone();
                        out.component("0307", "牌匾标识", centre(along, 0.4), &street);
                    }
                }
                first.get_or_insert(address);
            }
            let size = if side.axis() == Axis::East { (length - 1.0, depth) } else { (depth, length - 1.0) };
            out.house(House {
                class: "retail",
                at: centre(middle, 2.0 + depth / 2.0),
                outline: bar(size.0, size.1),
                floors,
                door: first,
                ..House::default()
            });
            at += length + if out.dice.chance(0.25) { out.dice.range(5.0, 14.0) } else { 2.5 };
        }
    }
}
