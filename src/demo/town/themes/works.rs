//! Construction sites: housing where the plan has it, old compounds under renovation, works in the carriageway.

use super::{square_metres, street, title};
use crate::demo::names;
use crate::demo::town::out::Out;
use crate::demo::town::plan::{Use, Way};
use crate::demo::town::shape::{Axis, Block};
use crate::spatial::feature::Layer;

/// Builders of the town; no such firms exist.
const BUILDERS: [&str; 6] = [
    "示范第一建设公司",
    "示范市政工程公司",
    "示范道桥养护公司",
    "示范安居建设公司",
    "示范管网工程公司",
    "示范机电安装公司",
];
/// One of so many compounds of old slabs is being renovated.
const RENOVATED: usize = 16;
/// One site in the carriageway for so many roads of some weight.
const ROADS: usize = 6;

/// A site on its way into the pack.
struct Site {
    class: &'static str,
    name: String,
    ground: Block,
    street: String,
    client: String,
}

pub fn build(out: &mut Out<'_>) {
    out.turn_to(&[42]);
    let town = out.town;
    let mut sites = Vec::new();
    for (index, leaf) in town.leaves.iter().enumerate() {
        let renovated = leaf.use_ == Use::Slabs && index % RENOVATED == 5;
        if leaf.use_ != Use::Site && !renovated {
            continue;
        }
        let name = title(out, leaf);
        let client =
            if renovated { "区住房和城乡建设部门".to_owned() } else { names::firm(&mut out.dice, "示范") };
        sites.push(Site {
            class: if renovated { "renovation" } else { "housing" },
            name: if renovated { format!("{name}老旧小区改造") } else { format!("{name}工地") },
            ground: leaf.plot(&town.roads),
            street: street(out, leaf),
            client,
        });
    }
    let main: Vec<usize> = (0..town.roads.len())
        .filter(|road| town.roads[*road].way <= Way::Tertiary && town.roads[*road].to - town.roads[*road].from > 260.0)
        .collect();
    for _ in 0..main.len() / ROADS {
        let road = &town.roads[*out.dice.pick(&main)];
        let length = out.dice.range(45.0, 120.0);
        let from = road.from + out.dice.range(40.0, road.to - road.from - 40.0 - length);
        // One half of the carriageway is dug up; traffic goes by on the other.
        let (near, far) = if out.dice.chance(0.5) {
            (0.6, road.way.carriage_m() / 2.0)
        } else {
            (-road.way.carriage_m() / 2.0, -0.6)
        };
        let ground = match road.axis {
            Axis::East => Block::new(from, road.across + near, from + length, road.across + far),
            Axis::North => Block::new(road.across - far, from, road.across - near, from + length),
        };
        let pipes = out.dice.chance(0.6);
        let (class, what, client) = if pipes {
            let kind = *out.dice.pick(&[
                ("供热管线改造", "供热服务所"),
                ("雨污分流改造", "排水服务所"),
                ("燃气管线更新", "燃气服务所"),
            ]);
            ("utility", kind.0, kind.1)
        } else {
            ("road", "道路大修", "市政道路养护所")
        };
        let (name, street, client) = (format!("{}{what}", road.name), road.name.clone(), client.to_owned());
        sites.push(Site { class, name, ground, street, client });
    }
    for (index, site) in sites.into_iter().enumerate() {
        add(out, index + 1, site);
    }
}

fn add(out: &mut Out<'_>, number: usize, site: Site) {
    let shape = out.town.bend.area(&site.ground);
    let long = matches!(site.class, "housing" | "renovation");
    // Begun before the plan was drawn at the end of 2025, and to end after it.
    let (start, months) = if long {
        (2024 * 12 + 6 + out.dice.whole(18), out.dice.between(20, 30))
    } else {
        (2025 * 12 + 7 + out.dice.whole(5), out.dice.between(5, 10))
    };
    let (start_year, start_month, end) = (start / 12, start % 12 + 1, start + months);
    let state = ["在建", "停工", "待验收"][out.dice.weighted(&[0.8, 0.1, 0.1])];
    let kind = match site.class {
        "road" | "utility" => "占掘路许可",
        _ => "施工许可",
    };
    let extra = vec![
        ("state", state.to_owned()),
        ("permit", format!("示范{kind}〔{start_year}〕{number:03}号")),
        ("client", site.client),
        ("contractor", (*out.dice.pick(&BUILDERS)).to_owned()),
        ("starts", format!("{start_year}-{start_month:02}-{:02}", out.dice.between(1, 28))),
        ("ends", format!("{}-{:02}-{:02}", end / 12, end % 12 + 1, out.dice.between(1, 28))),
        ("area_m2", square_metres(&shape)),
        ("street", site.street),
        ("phone", names::office_phone(&mut out.dice)),
    ];
    let code = format!("SF{number:04}");
    out.add_coded(Layer::Sites, site.class, (&code, &site.name), extra, shape);
}
