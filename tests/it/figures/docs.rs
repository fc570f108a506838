//! `docs/figures.md` lists what the table in the code says.

use std::fmt::Write as _;
use std::path::Path;

use liandong::picture::figures::FIGURES;
use liandong::wire::pages::KpiAbout;

const BEGINS: &str = "<!-- the table of src/picture/figures/table.rs begins -->\n";
const ENDS: &str = "<!-- … and ends -->\n";

fn table() -> String {
    let mut text = String::from("| id | 指标 | name | unit | formula | source | waits for |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for figure in FIGURES {
        let KpiAbout { id, zh, en, unit, formula, source, pending } = KpiAbout::of(figure);
        let (unit, pending) = (unit.as_str(), pending.unwrap_or(""));
        writeln!(text, "| {id} | {zh} | {en} | {unit} | {formula} | {source} | {pending} |")
            .unwrap();
    }
    text
}

#[test]
fn the_table_is_written_down_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/figures.md");
    let found = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = found.split_once(BEGINS).unwrap();
    let (_, after) = rest.split_once(ENDS).unwrap();
    let right = format!("{before}{BEGINS}\n{}\n{ENDS}{after}", table());
    assert!(found == right, "docs/figures.md is to hold this table:\n{}", table());
}
