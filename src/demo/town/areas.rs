//! Cells, communities and streets with their borders; river, railway and metro.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo::{Area as _, LineString, Polygon};

use super::out::Out;
use super::plan::{Town, Way};
use super::shape::{Axis, Block, points_between};
use crate::demo::people;
use crate::spatial::feature::Layer;

/// How far railway and river go on beyond the town.
const TAIL_M: f64 = 240.0;

/// All points at which cells meet, by the line they lie on. Whoever draws a border along such a line takes all its
/// points, so that neighbours share each of them and the cells leave neither gap nor overlap.
pub struct Corners(HashMap<(Axis, i64), Vec<f64>>);

fn key(metres: f64) -> i64 {
    (metres * 2.0).round() as i64
}

impl Corners {
    pub fn of(town: &Town) -> Self {
        let mut lines: HashMap<(Axis, i64), Vec<f64>> = HashMap::new();
        for cell in &town.cells {
            let Block { u0, v0, u1, v1 } = cell.block;
            for v in [v0, v1] {
                lines.entry((Axis::East, key(v))).or_default().extend([u0, u1]);
            }
            for u in [u0, u1] {
                lines.entry((Axis::North, key(u))).or_default().extend([v0, v1]);
            }
        }
        for stops in lines.values_mut() {
            stops.sort_by(f64::total_cmp);
            stops.dedup();
        }
        Self(lines)
    }

    /// Points of a side, ends included.
    fn side(&self, axis: Axis, across: f64, from: f64, to: f64) -> Vec<(f64, f64)> {
        let all: &[f64] = self.0.get(&(axis, key(across))).map_or(&[], Vec::as_slice);
        let stops = &all[all.partition_point(|at| *at < from)..all.partition_point(|at| *at <= to)];
        points_between(from, to, stops).into_iter().map(|along| axis.point(along, across)).collect()
    }

    /// The border of a rectangle, counter-clockwise, the first point once.
    fn border(&self, block: &Block) -> Vec<(f64, f64)> {
        let mut ring = self.side(Axis::East, block.v0, block.u0, block.u1);
        ring.pop();
        ring.extend(self.side(Axis::North, block.u1, block.v0, block.v1));
        ring.pop();
        let mut back = self.side(Axis::East, block.v1, block.u0, block.u1);
        back.reverse();
        ring.extend(back);
        ring.pop();
        let mut down = self.side(Axis::North, block.u0, block.v0, block.v1);
        down.reverse();
        ring.extend(down);
        ring.pop();
        ring
    }

    /// The outline of rectangles that lie side by side: the pieces of border that two of them share fall away.
    fn outline(&self, blocks: &[Block]) -> Vec<Vec<(f64, f64)>> {
        type At = (i64, i64);
        let point = |at: (f64, f64)| -> At { (key(at.0), key(at.1)) };
        let mut edges: BTreeSet<(At, At)> = BTreeSet::new();
        for block in blocks {
            let ring = self.border(block);
            for (index, from) in ring.iter().enumerate() {
                let (from, to) = (point(*from), point(ring[(index + 1) % ring.len()]));
                if !edges.remove(&(to, from)) {
                    edges.insert((from, to));
                }
            }
        }
        let mut next: BTreeMap<At, Vec<At>> = BTreeMap::new();
        for (from, to) in edges {
            next.entry(from).or_default().push(to);
        }
        let mut rings = Vec::new();
        while let Some(start) = next.keys().next().copied() {
            let mut ring = Vec::new();
            let mut at = start;
            while let Some(to) = next.get_mut(&at).and_then(Vec::pop) {
                if next.get(&at).is_some_and(Vec::is_empty) {
                    next.remove(&at);
                }
                ring.push((at.0 as f64 / 2.0, at.1 as f64 / 2.0));
                at = to;
                if at == start {
                    break;
                }
            }
            if ring.is_empty() {
                next.remove(&start);
            } else {
                rings.push(ring);
            }
        }
        rings
    }

    pub fn polygon(&self, town: &Town, blocks: &[Block]) -> geo::MultiPolygon<f64> {
        geo::MultiPolygon(self.outline(blocks).iter().map(|ring| town.bend.ring(ring)).collect())
    }
}

/// One polygon where one will do.
pub fn plain(mut shape: geo::MultiPolygon<f64>) -> geo::Geometry<f64> {
    match (shape.0.len(), shape.0.pop()) {
        (1, Some(only)) => only.into(),
        (_, last) => {
            shape.0.extend(last);
            shape.into()
        }
    }
}

/// Borders of streets and communities, and the cells.
pub fn divisions(out: &mut Out<'_>) {
    out.turn_to(&[7]);
    let town = out.town;
    let corners = Corners::of(town);
    for (order, (code, blocks)) in town.streets.iter().enumerate() {
        let name = match order {
            0 => "示范街道（演示数据）".to_owned(),
            more => format!("示范第{}街道（演示数据）", crate::demo::names::numeral(more + 1)),
        };
        let extra = vec![("admin_level", "8".to_owned()), ("parent", "110107".to_owned())];
        let shape = plain(corners.polygon(town, blocks));
        out.add_coded(Layer::Boundaries, "street", (code, &name), extra, shape);
    }
    for community in &town.communities {
        if community.parts.is_empty() {
            continue;
        }
        let extra = vec![("admin_level", "10".to_owned()), ("parent", community.code[..9].to_owned())];
        let shape = plain(corners.polygon(town, &community.parts));
        out.add_coded(Layer::Boundaries, "community", (&community.code, &community.name), extra, shape);
    }
    for (order, community) in town.communities.iter().enumerate() {
        for (sequence, index) in community.cells.iter().enumerate() {
            let cell = &town.cells[*index];
            let shape: Polygon<f64> = town.bend.ring(&corners.border(&cell.block));
            let metres = Polygon::new(
                shape
                    .exterior()
                    .0
                    .iter()
                    .map(|at| {
                        let at = crate::base::LonLat::new(at.x, at.y);
                        let ground = crate::spatial::crs::ground_from_lonlat(at);
                        geo::Coord { x: ground.east_m, y: ground.north_m }
                    })
                    .collect(),
                Vec::new(),
            );
            let extra = vec![
                ("community", community.name.clone()),
                ("area_m2", format!("{:.0}", metres.unsigned_area())),
                ("officer", people::officer_of(town, order, sequence).map(people::badge).unwrap_or_default()),
                ("kind", kind(cell.use_).to_owned()),
                ("state", "有效".to_owned()),
            ];
            out.add_coded(Layer::UnitGrids, "", (&cell.code, ""), extra, shape);
        }
    }
}

fn kind(use_: super::plan::Use) -> &'static str {
    use super::plan::Use;
    match use_ {
        Use::Slabs | Use::Towers | Use::Old => "居住",
        Use::Mall | Use::Offices | Use::Market => "商业办公",
        Use::School { .. } | Use::Hospital | Use::Civic | Use::Fire => "公共服务",
        Use::Works | Use::Site => "工业仓储",
        Use::Park => "公园绿地",
        Use::River => "河道",
        Use::Rail => "铁路",
    }
}

/// River, railway, metro.
pub fn lines(out: &mut Out<'_>) {
    out.turn_to(&[8]);
    let town = out.town;
    for (name, band) in &town.rivers {
        let middle = (band.v0 + band.v1) / 2.0;
        let (from, to) = (band.u0 - TAIL_M, band.u1 + TAIL_M);
        let steps = ((to - from) / 12.0).ceil() as usize;
        let bank = |side: f64, phase: f64| -> Vec<(f64, f64)> {
            (0..=steps)
                .map(|step| {
                    let u = from + (to - from) * step as f64 / steps as f64;
                    let sway = 1.7 * (u / 61.0 + phase).sin() + 1.1 * (u / 23.0).sin();
                    (u, middle + side * (11.5 + sway))
                })
                .collect()
        };
        let mut ring = bank(-1.0, 0.4);
        let mut north = bank(1.0, 2.1);
        north.reverse();
        ring.extend(north);
        let shape = town.bend.ring(&ring);
        out.add(Layer::Water, "river", name, Vec::new(), shape);
    }
    for band in &town.rails {
        for at in [22.0, 27.0] {
            let line = town.bend.line(Axis::East, band.v0 + at, band.u0 - TAIL_M, band.u1 + TAIL_M, &[]);
            out.add(Layer::Railways, "rail", "示范铁路", Vec::new(), line);
        }
    }
    for index in &town.metros {
        let road = &town.roads[*index];
        let line: LineString<f64> = town.bend.line(road.axis, road.across, road.from - TAIL_M, road.to + TAIL_M, &[]);
        let extra = vec![("tunnel", "yes".to_owned()), ("level", "-2".to_owned())];
        out.add(Layer::Railways, "subway", "地铁示范线", extra, line);
    }
    for (name, index, along) in &town.stations {
        let road = &town.roads[*index];
        out.poi("station", &format!("{name}（地铁示范线）"), road.point(*along, 0.0), None, "");
        let reach = Way::Primary.half_m() - 4.0;
        for (mark, du, aside) in [("A", -1.0, 1.0), ("B", 1.0, 1.0), ("C", 1.0, -1.0), ("D", -1.0, -1.0)] {
            let at = road.point(along + du * 34.0, aside * reach);
            if town.cell_at(at).is_some() {
                out.poi("subway_entrance", &format!("{name}{mark}口"), at, None, "");
            }
        }
    }
}
