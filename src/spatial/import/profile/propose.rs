//! A first mapping of a table whose columns have names that offices use.

use std::collections::BTreeMap;

use super::{FieldRule, TableRule};
use crate::spatial::feature::Layer;

/// Our fields and what others call them, folded by [`folded`]. The first column that fits is taken.
const NAMES: &[(&str, &[&str])] = &[
    ("component_code", &["objid", "部件标识码", "部件编码", "部件代码", "部件编号", "objcode"]),
    ("cell_code", &["bgcode", "单元网格代码", "单元网格编码", "单元网格编号", "网格编码", "网格代码", "网格编号"]),
    ("grid", &["bgid", "所在单元网格", "所在网格", "所属网格", "单元网格"]),
    ("area_code", &["行政区划代码", "区划代码", "街道代码", "社区代码", "街道编码", "社区编码"]),
    ("parcel_code", &["宗地代码", "宗地号", "地块编号", "地块编码", "不动产单元号", "地籍号", "zddm"]),
    ("site_name", &["工地名称", "工程名称", "施工项目名称"]),
    ("permit", &["施工许可证号", "施工许可证", "许可证号", "占道许可证号"]),
    ("duty_code", &["责任网格编码", "责任网格编号", "责任网格代码", "责任网格"]),
    ("route_name", &["巡查路线", "巡查路线名称", "巡逻路线", "路线名称", "线路名称"]),
    ("video_code", &["摄像机编码", "摄像机编号", "国标编码", "视频点位编码", "监控点编码", "设备国标编码"]),
    ("video_name", &["摄像机名称", "点位名称", "监控点名称"]),
    ("shelter_name", &["避难场所名称", "应急避难场所", "避难场所"]),
    ("store_name", &["物资库名称", "储备库名称", "应急物资库"]),
    ("height_m_line", &["高程", "等高线高程", "等高线", "elevation", "elev", "contour"]),
    ("code", &["编码", "编号", "代码", "标识码", "code", "id", "fid", "objectid"]),
    ("component_name", &["objname", "部件名称"]),
    ("compound", &["小区名称", "小区名", "所在小区", "所属小区"]),
    ("road_name", &["道路名称", "路名", "街路巷名称"]),
    ("name", &["名称", "name", "mc", "单位名称", "社区名称", "街道名称"]),
    ("component_class", &["部件小类代码", "小类代码", "部件类型代码", "部件类型", "部件类别"]),
    ("pipe_class", &["管线类型", "管线种类", "管类", "管线类别", "管线性质"]),
    ("road_class", &["道路等级", "道路类型", "道路类别"]),
    ("building_class", &["建筑用途", "房屋用途", "建筑类型", "房屋性质"]),
    ("land_use", &["地类编码", "地类代码", "用途代码", "土地用途代码", "dlbm"]),
    ("use", &["土地用途", "用途", "地类名称", "规划用途", "批准用途"]),
    ("ownership", &["权属性质", "土地权属", "所有权性质", "土地所有权"]),
    ("right", &["使用权类型", "权利类型", "权利性质"]),
    ("until", &["终止日期", "使用期限", "使用权终止日期"]),
    ("client", &["建设单位", "业主单位", "业主"]),
    ("contractor", &["施工单位", "总包单位", "总承包单位"]),
    ("starts", &["开工日期", "计划开工", "开工时间"]),
    ("ends", &["竣工日期", "计划竣工", "竣工时间", "完工日期"]),
    ("officer", &["责任人", "网格员", "巡查员", "监督员"]),
    ("badge", &["工号", "编号牌"]),
    ("turn", &["班次"]),
    ("hours", &["巡查时段", "时段"]),
    ("direction_degrees", &["方位角", "监视方位", "朝向"]),
    ("reach_m", &["监视距离", "可视距离"]),
    ("capacity", &["容纳人数", "可容纳人数", "床位数", "容量"]),
    ("holds", &["物资", "储备物资", "设施内容"]),
    ("keeper", &["管理单位", "责任单位", "保管单位"]),
    ("checked", &["检查日期", "最近检查", "巡检日期"]),
    ("class", &["类别", "类型", "大类", "小类", "种类", "分类", "type", "class", "category"]),
    ("diameter_mm", &["管径", "断面尺寸", "diameter", "diametermm"]),
    ("depth_m", &["埋深", "起点埋深", "depth", "depthm"]),
    ("material", &["管材", "材质", "material"]),
    ("floors", &["层数", "楼层数", "地上层数", "总层数", "楼层", "floors"]),
    ("height_m", &["建筑高度", "高度", "楼高", "height", "heightm"]),
    ("street", &["街路巷", "街路巷名", "所在道路", "道路", "street"]),
    ("number", &["门牌号", "门牌号码", "门牌", "门楼牌号", "housenumber"]),
    ("building", &["楼号", "楼栋号", "楼牌号", "幢号"]),
    ("community", &["社区", "所属社区", "所在社区"]),
    ("department", &["主管部门名称", "主管部门", "主管单位", "deptname1"]),
    ("owner", &["权属部门名称", "权属单位", "权属部门", "产权单位", "deptname2"]),
    ("state", &["部件状态", "状态", "使用状态", "objstate", "status"]),
    ("built", &["建成年代", "建设年代", "建成时间", "初始日期", "ordate"]),
    ("area_m2", &["面积", "area"]),
    ("phone", &["电话", "联系电话", "phone"]),
    ("note", &["备注", "说明", "note", "remark"]),
];

/// A column's name without case, spaces, underlines and what stands in brackets.
pub(crate) fn folded(name: &str) -> String {
    let mut depth = 0_usize;
    let mut folded = String::new();
    for letter in name.chars() {
        match letter {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth > 0 || letter.is_whitespace() || matches!(letter, '_' | '-' | '.' | '\u{feff}') => {}
            _ => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

/// Whether a folded column is what a list calls by `name`. Shapefiles cut names off after five Chinese characters.
fn fits(column: &str, name: &str) -> bool {
    column == name || (column.chars().count() == 5 && !column.is_ascii() && name.starts_with(column))
}

/// A mapping for a table with these columns, or `None` when they do not say what the table is about.
pub fn propose(source: &str, columns: &[String]) -> Option<TableRule> {
    rule_for(None, source, columns)
}

/// A mapping for a table of which a person has said what it is about: what its columns are called tells the rest, as far as
/// it does.
pub fn propose_for(layer: Layer, source: &str, columns: &[String]) -> TableRule {
    let empty = || TableRule { source: source.to_owned(), layer: layer.table().to_owned(), ..TableRule::default() };
    rule_for(Some(layer), source, columns).unwrap_or_else(empty)
}

fn rule_for(said: Option<Layer>, source: &str, columns: &[String]) -> Option<TableRule> {
    let folded: Vec<(String, &String)> = columns.iter().map(|column| (folded(column), column)).collect();
    let find = |field: &str| -> Option<&str> {
        let (_, names) = NAMES.iter().find(|(known, _)| *known == field)?;
        names
            .iter()
            .find_map(|name| folded.iter().find(|(column, _)| fits(column, name)).map(|(_, column)| column.as_str()))
    };
    let has = |field: &str| find(field).is_some();
    let layer = if let Some(said) = said {
        said
    } else if has("parcel_code") {
        Layer::Parcels
    } else if has("video_code") {
        Layer::VideoPoints
    } else if has("shelter_name") || has("store_name") {
        Layer::Emergency
    } else if has("permit") || has("site_name") {
        Layer::Sites
    } else if has("duty_code") {
        Layer::DutyGrids
    } else if has("route_name") {
        Layer::PatrolRoutes
    } else if has("component_code") || has("component_name") {
        Layer::Components
    } else if has("pipe_class") || (has("diameter_mm") && (has("depth_m") || has("material"))) {
        Layer::Pipelines
    } else if has("cell_code") {
        Layer::UnitGrids
    } else if has("number") {
        Layer::Addresses
    } else if has("floors") || has("building_class") {
        Layer::Buildings
    } else if has("road_class") || has("road_name") {
        Layer::Roads
    } else if has("area_code") {
        Layer::Boundaries
    } else if has("height_m_line") && !has("name") {
        Layer::Contours
    } else if has("compound") {
        Layer::Compounds
    } else if has("name") && folded.iter().any(|(column, _)| !column.is_ascii()) {
        // A table in Chinese with a column of names is a list of places.
        Layer::Pois
    } else {
        return None;
    };
    let rule = |fields: &[&str]| -> FieldRule {
        fields.iter().find_map(|field| find(field)).map(FieldRule::column).unwrap_or_default()
    };
    let mut table = TableRule { source: source.to_owned(), layer: layer.table().to_owned(), ..TableRule::default() };
    match layer {
        Layer::Components => {
            table.code = rule(&["component_code", "code"]);
            table.name = rule(&["component_name", "name"]);
            table.class = rule(&["component_class"]);
            if table.class.columns.is_empty() && !table.code.columns.is_empty() {
                // Sixteen digits: six of the district, four of the class, six of the sequence.
                table.class = FieldRule { part: Some((6, 4)), ..table.code.clone() };
            }
        }
        Layer::Pipelines => {
            table.class = rule(&["pipe_class", "class"]);
            table.class.values = pipe_kinds();
            table.class.value = "unknown".to_owned();
            table.code = rule(&["code"]);
            table.name = rule(&["name", "road_name"]);
        }
        Layer::UnitGrids => {
            table.code = rule(&["cell_code", "code"]);
            table.code.required = true;
            table.name = rule(&["name"]);
        }
        Layer::Boundaries => {
            table.code = rule(&["area_code", "code"]);
            table.name = rule(&["name"]);
            table.class = rule(&["class"]);
        }
        Layer::Roads => {
            table.name = rule(&["road_name", "name"]);
            table.class = rule(&["road_class", "class"]);
            table.code = rule(&["code"]);
        }
        Layer::Parcels => {
            table.code = rule(&["parcel_code"]);
            table.name = rule(&["name"]);
            table.class = rule(&["land_use"]);
        }
        Layer::Sites => {
            table.name = rule(&["site_name", "name"]);
            table.code = rule(&["code", "permit"]);
            table.class = rule(&["class"]);
        }
        Layer::DutyGrids => {
            table.code = rule(&["duty_code"]);
            table.name = rule(&["name", "duty_code"]);
        }
        Layer::PatrolRoutes => {
            table.name = rule(&["route_name", "name"]);
            table.code = rule(&["code"]);
        }
        Layer::VideoPoints => {
            table.code = rule(&["video_code"]);
            table.name = rule(&["video_name", "name"]);
            table.class = rule(&["class"]);
        }
        Layer::Emergency => {
            table.name = rule(&["shelter_name", "store_name", "name"]);
            table.class = FieldRule {
                value: if has("shelter_name") { "shelter" } else { "store" }.to_owned(),
                ..FieldRule::default()
            };
            table.code = rule(&["code"]);
        }
        Layer::Contours => {
            table.name = rule(&["name"]);
            table.class = rule(&["class"]);
            table.extra.insert("height_m".to_owned(), rule(&["height_m_line"]));
            return Some(table);
        }
        Layer::Compounds => {
            table.name = rule(&["compound", "name"]);
            table.code = rule(&["code"]);
        }
        _ => {
            table.name = rule(&["name", "compound"]);
            table.class = rule(&["building_class", "class"]);
            table.code = rule(&["code"]);
        }
    }
    table.extra = layer
        .columns()
        .iter()
        .filter_map(|column| Some(((*column).to_owned(), FieldRule::column(find(column)?))))
        .collect::<BTreeMap<_, _>>();
    Some(table)
}

/// Kinds of pipelines in the words of surveys.
fn pipe_kinds() -> BTreeMap<String, String> {
    [
        ("给水", "water"),
        ("自来水", "water"),
        ("JS", "water"),
        ("污水", "sewage"),
        ("WS", "sewage"),
        ("雨水", "storm"),
        ("YS", "storm"),
        ("燃气", "gas"),
        ("天然气", "gas"),
        ("RQ", "gas"),
        ("热力", "heat"),
        ("RL", "heat"),
        ("电力", "power"),
        ("DL", "power"),
        ("通信", "telecom"),
        ("电信", "telecom"),
        ("DX", "telecom"),
    ]
    .into_iter()
    .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(columns: &[&str]) -> Option<TableRule> {
        propose("t", &columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn usual_columns_are_recognised() {
        let components = proposed(&["ObjID", "ObjName", "BGID", "ObjState", "DeptName1", "Note"]).unwrap();
        assert_eq!(components.layer, "components");
        assert_eq!(components.code.columns, ["ObjID"]);
        assert_eq!(components.class.part, Some((6, 4)));
        assert_eq!(components.extra.get("grid"), Some(&FieldRule::column("BGID")));
        let pipes = proposed(&["管线编号", "管类", "管径(mm)", "埋深", "材质"]).unwrap();
        assert_eq!((&*pipes.layer, pipes.class.columns.as_slice()), ("pipelines", &["管类".to_owned()][..]));
        assert_eq!(pipes.extra.get("diameter_mm"), Some(&FieldRule::column("管径(mm)")));
        // Cut off by a shapefile.
        assert_eq!(proposed(&["单元网格代"]).unwrap().layer, "unit_grids");
        assert_eq!(proposed(&["名称", "类别"]).unwrap().layer, "pois");
        let parcels = proposed(&["宗地代码", "地类编码", "土地用途", "权属性质", "使用权类型", "面积"]).unwrap();
        assert_eq!((&*parcels.layer, &*parcels.class.columns[0]), ("parcels", "地类编码"));
        assert_eq!(parcels.extra.get("ownership"), Some(&FieldRule::column("权属性质")));
        let sites = proposed(&["工程名称", "施工许可证号", "施工单位", "开工日期", "竣工日期"]).unwrap();
        assert_eq!((&*sites.layer, &*sites.code.columns[0]), ("sites", "施工许可证号"));
        for (columns, layer) in [
            (["责任网格编码", "责任人"], "duty_grids"),
            (["巡查路线", "班次"], "patrol_routes"),
            (["国标编码", "点位名称"], "video_points"),
            (["避难场所名称", "容纳人数"], "emergency"),
            (["高程", "备注"], "contours"),
        ] {
            assert_eq!(proposed(&columns).map(|table| table.layer).as_deref(), Some(layer));
        }
        let contour = proposed(&["ELEV"]).unwrap();
        assert_eq!(contour.extra.get("height_m"), Some(&FieldRule::column("ELEV")));
        assert_eq!(proposed(&["highway", "name"]), None);
        assert_eq!(proposed(&[]), None);
    }
}
