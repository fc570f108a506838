//! The made-up city's departments, and which of Liaoyang's each takes the place of.

/// One department.
pub(super) struct Department {
    /// Its code.
    pub(super) code: &'static str,
    /// Its Chinese name, without a place before it.
    pub(super) zh: &'static str,
    /// Its English name.
    pub(super) en: &'static str,
    /// Whether counties have one of their own.
    pub(super) in_counties: bool,
    /// Departments of the built-in catalogue whose items are its.
    takes: &'static [&'static str],
}

const fn of(
    (code, zh, en): (&'static str, &'static str, &'static str),
    in_counties: bool,
    takes: &'static [&'static str],
) -> Department {
    Department { code, zh, en, in_counties, takes }
}

/// All of them; whatever nobody takes is the last one's.
pub(super) const DEPARTMENTS: [Department; 14] = [
    of(("CS", "城市服务局", "City Services"), true, &["CG", "HW", "YL"]),
    of(
        ("BW", "建设与公用局", "Building and Works"),
        true,
        &["ZJ", "ZR", "JT", "GR", "GS", "RQ", "GD", "TX"],
    ),
    of(("MK", "市场局", "Markets"), true, &["SJ", "SWJ", "NY", "JR"]),
    of(("PS", "公安局", "Public Security"), true, &["GA", "JJ"]),
    of(("FR", "消防救援局", "Fire and Rescue"), true, &["XF"]),
    of(("EM", "应急局", "Emergencies"), true, &["YJ", "QX"]),
    of(("EP", "环境局", "Environment"), false, &["HB"]),
    of(("WA", "水务局", "Water"), false, &["SW"]),
    of(("JU", "司法局", "Justice"), true, &["SF"]),
    of(("HE", "卫生局", "Health"), false, &["WJ", "YB"]),
    of(("CA", "民政与人社局", "Civil Affairs"), true, &["MZ", "CL", "TY", "RS", "JY", "WL"]),
    of(("TO", "镇街工作处", "Townships Office"), true, &["JD"]),
    of(("CO", "社区工作处", "Communities Office"), true, &["SQ", "WG"]),
    of(("DC", "联动与政务局", "Command and Affairs"), true, &["ZF", "ZH"]),
];

/// Whose the items of `liaoyang`'s department are.
pub(super) fn successor(liaoyang: &str) -> &'static Department {
    let found = DEPARTMENTS.iter().find(|it| it.takes.contains(&liaoyang));
    let [.., last] = &DEPARTMENTS;
    found.unwrap_or(last)
}
