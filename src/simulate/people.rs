//! Departments and crews: who works in the city, as organisations.

use super::names::Named;
use super::world::{Department, WorldUnit};
use crate::domain::{OrgCode, UnitId};

/// City departments: those that own items of the catalogue, and the city's own offices.
const CITY: [(&str, &str); 44] = [
    ("CG", "城管执法局"),
    ("CL", "残联"),
    ("GA", "公安局"),
    ("GD", "供电公司"),
    ("GR", "供热公司"),
    ("GS", "工商联"),
    ("HB", "生态环境局"),
    ("HW", "环卫中心"),
    ("JD", "街道办事处"),
    ("JJ", "交警支队"),
    ("JR", "金融局"),
    ("JT", "交通运输局"),
    ("JY", "教育局"),
    ("MZ", "民政局"),
    ("NY", "农业农村局"),
    ("QX", "气象局"),
    ("RQ", "燃气公司"),
    ("RS", "人社局"),
    ("SF", "司法局"),
    ("SG", "社会工作部"),
    ("SJ", "市场监管局"),
    ("SQ", "社区"),
    ("SW", "水务集团"),
    ("SWJ", "水利局"),
    ("TX", "通信管理"),
    ("TY", "退役军人局"),
    ("WG", "网格中心"),
    ("WJ", "卫健委"),
    ("WL", "文旅局"),
    ("WMB", "文明办"),
    ("XF", "消防救援支队"),
    ("YB", "医保局"),
    ("YJ", "应急管理局"),
    ("YL", "园林中心"),
    ("YS", "营商局"),
    ("ZF", "政法委"),
    ("ZH", "综治中心"),
    ("ZJ", "住建局"),
    ("ZR", "自然资源局"),
    ("ZZB", "组织部"),
    ("ZHZX", "指挥中心"),
    ("HCZX", "核查中心"),
    ("WGZX", "网格监督中心"),
    ("RX", "12345热线中心"),
];
/// Offices that counties have besides; each county has as many of them as make up the total.
const COUNTY_OFFICES: [(&str, &str); 12] = [
    ("ZZZX", "综治中心"),
    ("XFJ", "信访局"),
    ("FL", "妇联"),
    ("TW", "团委"),
    ("GH", "总工会"),
    ("TJ", "统计局"),
    ("CZ", "财政局"),
    ("FG", "发改局"),
    ("GX", "工信局"),
    ("SWB", "商务局"),
    ("DSJ", "数据局"),
    ("DA", "档案馆"),
];
/// Departments of the seven counties together.
const COUNTY_DEPARTMENTS: usize = 439;
/// Who sends crews, and how many each county's has.
const CREWS: [(&str, &str, u32); 10] = [
    ("CG", "城管中队", 8),
    ("HW", "环卫班组", 8),
    ("ZJ", "市政抢修", 7),
    ("XF", "消防站", 4),
    ("YJ", "应急分队", 4),
    ("SW", "供水抢修", 5),
    ("GD", "电力抢修", 5),
    ("YL", "园林班组", 5),
    ("JJ", "交警中队", 5),
    ("WG", "网格小组", 7),
];

/// Every department, the city's own first.
pub(super) fn departments(areas: &[Named], towns: &[Named]) -> Vec<Department> {
    let department = |code: String, name: String| Department { code: OrgCode(code), name };
    let city = CITY.iter().map(|(code, name)| department((*code).into(), format!("市{name}")));
    let mirrored = areas.iter().flat_map(|area| {
        CITY.iter().map(move |(code, name)| {
            department(format!("{}-{code}", area.code), format!("{}{name}", area.name))
        })
    });
    let of_towns = towns
        .iter()
        .map(|town| department(format!("{}-ZJ", town.code), format!("{}综治中心", town.name)));
    let offices = COUNTY_OFFICES.iter().flat_map(|(code, name)| {
        areas.iter().map(move |area| {
            department(format!("{}-{code}", area.code), format!("{}{name}", area.name))
        })
    });
    let county = mirrored.chain(of_towns).chain(offices).take(COUNTY_DEPARTMENTS);
    city.chain(county).collect()
}

/// The crews of every county.
pub(super) fn units(areas: &[Named]) -> Vec<WorldUnit> {
    let mut units = Vec::new();
    for (county, area) in (1_u32..).zip(areas) {
        let mut number = county * 1_000;
        for (code, name, count) in CREWS {
            for which in 1..=count {
                number += 1;
                units.push(WorldUnit {
                    id: UnitId(number),
                    name: format!("{}{name}{which}", area.name),
                    org: OrgCode(format!("{}-{code}", area.code)),
                    county: area.code,
                });
            }
        }
    }
    units
}
