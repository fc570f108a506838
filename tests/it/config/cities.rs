//! A city's calendar, organisations and ownership: the built-in ones, and every fault of others'.

use std::path::Path;

use liandong::config::{Faults, Layers, load};
use liandong::domain::{Entry, OrgCode, Organisations, Partition, Playbook};
use liandong::wire::entry_v1;

fn liaoyang() -> Playbook {
    (*load(&Layers::default()).unwrap().config.playbook).clone()
}

fn org(code: &str) -> OrgCode {
    OrgCode(code.to_owned())
}

/// What is wrong with a city of two counties whose files are `files`, in a folder of their own.
fn faults_of(files: &[(&str, &str)], more: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut keys = Vec::new();
    for (name, text) in files {
        std::fs::write(at(name), text).unwrap();
        let key = Path::new(name).file_stem().unwrap().to_str().unwrap();
        keys.push(format!("{key} = {:?}\n", at(name)));
    }
    let partitions = "partitions = [{ county = \"990001\", number = 1 }, \
                      { county = \"990002\", number = 2 }]\n";
    let text = format!("{partitions}[playbook]\n{}{more}", keys.concat());
    std::fs::write(at("city.toml"), text).unwrap();
    let layers = Layers { file: Some(at("city.toml").into()), ..Layers::default() };
    let Faults(faults) = load(&layers).err().unwrap_or(Faults(Vec::new()));
    let local = |fault: &liandong::config::Fault| {
        format!("{}: {}", fault.key.replace(&at(""), ""), fault.why)
    };
    faults.iter().map(local).collect()
}

#[test]
fn every_item_is_led_in_every_county() {
    let playbook = liaoyang();
    let config = load(&Layers::default()).unwrap().config;
    for item in playbook.items.values() {
        for (county, partition) in &config.partitions.counties {
            let (lead, assists) = playbook.lead_for(item, Some(*county), *partition);
            assert!(playbook.organisations.knows(&lead), "{} in {county}: {lead}", item.code);
            assert!(assists.iter().all(|it| playbook.organisations.knows(it)), "{}", item.code);
        }
        let (lead, _) = playbook.lead_for(item, None, Partition::CITY);
        assert!(playbook.organisations.knows(&lead), "{}: {lead}", item.code);
    }
}

#[test]
fn who_leads_depends_on_the_place() {
    let playbook = liaoyang();
    for (item, place, lead, assists) in [
        ("G01009", "211002016", "211002-HW", &["211002-JD"][..]),
        ("G01009", "211021101", "211021-JD", &["211021-HW"]),
        ("G03027", "211002016", "211002-CG", &["211002-ZJ", "211002-JD"]),
        ("G03024", "211002016", "211002-TX", &["211002-CG"]),
        ("G06018", "211004001", "211004-KFQ", &["211004-YJ"]),
        ("G06018", "211002016", "211002-YJ", &[]),
        ("G07011", "211002016001", "211002016-PCS", &["211002016-PCS2"]),
        ("G07011", "211005201001", "211005201-PCS", &[]),
        ("G08002", "211002016001", "211002016-SFS", &["211002016"]),
        // Districts have no weather office of their own.
        ("G09014", "211002016", "QX", &[]),
        ("G09014", "211021101", "211021-QX", &[]),
    ] {
        let found = &playbook.items[&item.parse().unwrap()];
        let found = playbook.lead_for(found, place.parse().ok(), Partition(1));
        let assists = assists.iter().map(|it| org(it)).collect();
        assert_eq!(found, (org(lead), assists), "{item} at {place}");
    }
}

#[test]
fn the_entry_that_adopts_the_playbook_stays_small() {
    let playbook = liaoyang();
    let bytes =
        |playbook: Playbook| entry_v1::encode(&Entry::Adopt(Box::new(playbook))).unwrap().len();
    let organisations = Playbook { organisations: Organisations::default(), ..playbook.clone() };
    let (whole, without) = (bytes(playbook), bytes(organisations));
    println!("Adopt: {whole} bytes, {without} without its organisations");
    assert!(whole < 1_000_000 && without < 200_000, "{whole} bytes, {without}");
}

const ITEMS: &str = "code\tname_zh\tname_en\titem_group\tseverity\tdept_code\tresponse_limit\t\
    handle_limit\tsystem_code\tcase_kind\tvideo_ok\tprivacy_class\tpatrol_dept\n\
    G01001\t甲\tA\tpatrol\t4\tUM\t4wh\t2wd\tEVENT\tcity_event\tN\tnone\tUM\n\
    G01002\t乙\tB\tpatrol\t4\tPW\t4wh\t2wd\tEVENT\tcity_event\tN\tnone\tPS\n\
    G10001\t丙\tC\tservice\t4\tUM\t4wh\t2wd\tSERVICE\tcity_event\tN\tnone\t\n";
const WHO: &str = "code\tname_zh\tname_en\tlevel\tsort\tparent\tarea\tauthority\n\
    UM\t城管\tUrban\tcity\tdepartment\t\t\t\n\
    PW\t市政\tWorks\tcity\tdepartment\t\t\t\n\
    PS\t公安\tPolice\tcity\tdepartment\t\t\t\n\
    990001-PW\t市政\tWorks\tcounty\tdepartment\tPW\t\t\n";

#[test]
fn each_faulty_row_of_the_ownership_is_located() {
    let rows = "# who leads what\nmatter\tplace\tlead\tassists\tnote\n\
        G01001\t*\tUM\tPS PW\t\n\
        G01001\t*\tPW\t\t\n\
        G01\t990001\tPW\t\t\n\
        G01\t990002001\t990001-PW\t\t\n\
        G77\t*\tUM\t\t\n\
        G01009\t*\tUM\t\t\n\
        G01002\t310000\tUM\t\t\n\
        G01002\t*\t\tXX\t\n\
        G01002\t990001001\tYY\t\t\n\
        *\t9900\tUM\tPS PS PS PS PS PS PS PS PS\t\n";
    let found = faults_of(
        &[("catalog.tsv", ITEMS), ("organisations.tsv", WHO), ("ownership.tsv", rows)],
        "",
    );
    for expected in [
        "ownership.tsv:4 matter: has a row for that place already",
        "ownership.tsv:7 matter: is nothing of the catalogue",
        "ownership.tsv:8 matter: is nothing of the catalogue",
        "ownership.tsv:9 place: is no place of this city",
        "ownership.tsv:10 lead: nobody leads",
        "ownership.tsv:10 assists: XX is not listed",
        "ownership.tsv:11 lead: 990001-YY is not listed",
        "ownership.tsv:12 assists: are too many",
    ] {
        assert!(found.iter().any(|it| it == expected), "{expected} in {found:#?}");
    }
}

#[test]
fn an_item_that_nobody_leads_somewhere_is_told_with_where() {
    let who = WHO
        .replace("PW\t市政\tWorks\tcity\tdepartment\t\t\t\n", "")
        .replace("\tPW\t\t", "\t9900\t\t");
    let who = who
        .lines()
        .filter(|line| !line.starts_with("PS"))
        .fold(String::new(), |text, line| text + line + "\n");
    let none = "matter\tplace\tlead\tassists\tnote\n";
    let found = faults_of(
        &[("catalog.tsv", ITEMS), ("organisations.tsv", &who), ("ownership.tsv", none)],
        "",
    );
    let to_pw = "is not listed, and 1 items such as G01002 go to it in";
    let expected = [
        "catalog.tsv:3 patrol_dept: is not listed".to_owned(),
        format!("catalog.tsv:3 dept_code: {to_pw} the city's own cases"),
        format!("catalog.tsv:3 dept_code: {to_pw} 990002"),
    ];
    assert_eq!(found, expected, "990001 has its own");
}

#[test]
fn who_comes_in_acts_for_an_organisation_of_the_city() {
    let row = |org: &str, digit: &str| {
        let digest = digit.repeat(64);
        let who = "account = \"a\"\nrole = \"receiver\"";
        format!("[[access]]\ntoken_blake3 = \"{digest}\"\n{who}\norg = {org:?}\n")
    };
    let rows = [row("990001-PW", "1"), row("*", "2"), row("ZHZX", "3"), row("990002001", "4")];
    let none = "matter\tplace\tlead\tassists\tnote\n";
    let files = [("catalog.tsv", ITEMS), ("organisations.tsv", WHO), ("ownership.tsv", none)];
    let found = faults_of(&files, &rows.concat());
    let keys: Vec<_> = found.iter().map(|it| it.split(':').next().unwrap()).collect();
    // 990002 has nothing listed, so no office of a place is implied there.
    assert_eq!(keys, ["access[2].org", "access[3].org"], "{found:#?}");
}

#[test]
fn the_calendars_faults_are_told_with_the_others() {
    let days = "date\tworks\tname_zh\tnote\n2026-02-30\tN\t\t\n";
    let more = "work_hours = \"17:00-08:00\"\nwork_days = \"today\"\nutc_offset = \"east\"\n";
    let none = "matter\tplace\tlead\tassists\tnote\n";
    let files = [
        ("catalog.tsv", ITEMS),
        ("calendar.tsv", days),
        ("organisations.tsv", WHO),
        ("ownership.tsv", none),
    ];
    let found = faults_of(&files, more);
    let keys: Vec<_> = found.iter().map(|it| it.split(':').next().unwrap()).collect();
    let expected =
        ["playbook.utc_offset", "playbook.work_hours", "playbook.work_days", "calendar.tsv"];
    assert_eq!(keys, expected, "{found:#?}");
}
