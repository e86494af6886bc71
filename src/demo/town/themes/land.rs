//! Parcels: who owns the land of a block, who may use it, for what and until when. Land of a city belongs to the state;
//! some yards of works and markets stand on land of the old villages.

use std::collections::BTreeMap;

use super::{square_metres, street, title};
use crate::demo::names;
use crate::demo::town::out::Out;
use crate::demo::town::plan::{Leaf, Use};
use crate::demo::town::shape::Block;
use crate::spatial::feature::Layer;

/// Class and word of GB/T 21010-2017, whether land of this use may be a collective's, and years for which it is granted
/// where it is not allotted.
fn land_use(use_: Use) -> (&'static str, &'static str, f64, Option<u32>) {
    match use_ {
        Use::Slabs | Use::Old => ("0701", "城镇住宅用地", 0.0, None),
        Use::Towers | Use::Site => ("0701", "城镇住宅用地", 0.0, Some(70)),
        Use::Mall => ("0501", "零售商业用地", 0.0, Some(40)),
        Use::Market => ("0502", "批发市场用地", 0.6, Some(40)),
        Use::Offices => ("0505", "商务金融用地", 0.0, Some(40)),
        Use::Works => ("0601", "工业用地", 0.4, Some(50)),
        Use::School { .. } => ("0803", "教育用地", 0.0, None),
        Use::Hospital => ("0805", "医疗卫生用地", 0.0, None),
        Use::Civic => ("0801", "机关团体用地", 0.0, None),
        Use::Fire => ("0809", "公用设施用地", 0.0, None),
        Use::Park => ("0810", "公园与绿地", 0.0, None),
        Use::Rail => ("1001", "铁路用地", 0.0, None),
        Use::River => ("1101", "河流水面", 0.0, None),
    }
}

/// A block longer than this is registered in pieces.
const LONGEST_M: f64 = 260.0;

pub fn build(out: &mut Out<'_>) {
    out.turn_to(&[41]);
    let town = out.town;
    let mut sequences: BTreeMap<String, u32> = BTreeMap::new();
    for leaf in &town.leaves {
        for piece in pieces(leaf.plot(&town.roads)) {
            if piece.is_sound() {
                parcel(out, leaf, &piece, &mut sequences);
            }
        }
    }
}

/// The plot, cut across its longer side where it is long.
fn pieces(plot: Block) -> Vec<Block> {
    let wide = plot.width() >= plot.height();
    let count = (plot.width().max(plot.height()) / LONGEST_M).ceil().max(1.0);
    (0..count as u32)
        .map(|part| {
            let at = |low: f64, length: f64| {
                (low + length * f64::from(part) / count, low + length * f64::from(part + 1) / count)
            };
            if wide {
                let (u0, u1) = at(plot.u0, plot.width());
                Block { u0, u1, ..plot }
            } else {
                let (v0, v1) = at(plot.v0, plot.height());
                Block { v0, v1, ..plot }
            }
        })
        .collect()
}

fn parcel(out: &mut Out<'_>, leaf: &Leaf, piece: &Block, sequences: &mut BTreeMap<String, u32>) {
    let (class, said, collective, years) = land_use(leaf.use_);
    let name = title(out, leaf);
    let superblock = &out.town.superblocks[leaf.superblock];
    let collective = out.dice.chance(collective);
    // District, cadastral area and part, ownership and right, number: GB/T 37346-2019.
    let (area, part) = (superblock.community % 999 + 1, leaf.superblock % 999 + 1);
    let right_letter = if matches!(leaf.use_, Use::River) { 'A' } else { 'B' };
    let part = format!("110107{area:03}{part:03}{}{right_letter}", if collective { 'J' } else { 'G' });
    let sequence = sequences.entry(part.clone()).or_default();
    *sequence += 1;
    let code = format!("{part}{sequence:05}");
    let granted = years.filter(|_| !collective && out.dice.chance(0.85));
    let since = 1996 + out.dice.whole(29);
    let until = granted.map_or_else(String::new, |years| {
        format!("{}-{:02}-{:02}", since as u32 + years, out.dice.between(1, 12), out.dice.between(1, 28))
    });
    let right = match (collective, granted) {
        (true, _) => "集体建设用地使用权",
        (false, Some(_)) => "国有建设用地使用权（出让）",
        (false, None) if leaf.use_ == Use::River => "国家土地所有权",
        (false, None) => "国有建设用地使用权（划拨）",
    };
    let owner = match leaf.use_ {
        _ if collective => format!("{}股份经济合作社", superblock.place),
        Use::Slabs | Use::Towers => format!("{name}全体业主"),
        Use::Old => "区房屋管理单位".to_owned(),
        Use::Offices | Use::Works | Use::Site => names::firm(&mut out.dice, &superblock.place),
        Use::Park => "区园林绿化部门".to_owned(),
        Use::River => "区水务部门".to_owned(),
        Use::Rail => "铁路用地管理单位".to_owned(),
        _ => name.clone(),
    };
    let compound = if matches!(leaf.use_, Use::Slabs | Use::Towers) { name.clone() } else { String::new() };
    let shape = out.town.bend.area(piece);
    let extra = vec![
        ("use", said.to_owned()),
        ("ownership", if collective { "集体" } else { "国有" }.to_owned()),
        ("right", right.to_owned()),
        ("owner", owner),
        ("area_m2", square_metres(&shape)),
        ("until", until),
        ("street", street(out, leaf)),
        ("compound", compound),
    ];
    out.add_coded(Layer::Parcels, class, (&code, &name), extra, shape);
}
