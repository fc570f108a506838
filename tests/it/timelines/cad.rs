//! A made-up table of dispatch: what it says is counted by hand.

use liandong::tools::timelines::Played;

use super::played::{refused, root, row, told};

#[test]
fn the_figures_are_those_counted_by_hand() {
    let told = told(Played::Cad, &root().join("tests/timelines/cad.csv"), None);
    assert_eq!(told[0], "unit responses 8, calls 7");
    // 100, 200, 400, 400, 400, 600 s, and 600 s of a unit that was sent on and so never arrived.
    for (name, n, file, figure) in [
        ("each unit response       P50", "7/6", "400.0", "K43.p50"),
        ("each unit response       P90", "7/6", "600.0", "K43.p90"),
        ("the first of each call   P50", "6/5", "400.0", "K43.first.p50"),
        ("the first of each call   P90", "6/5", "600.0", "K43.first.p90"),
    ] {
        let row = row(&told, name);
        assert_eq!(&row[..3], [figure, n, file], "{name}");
        let (file, engine): (f64, f64) = (file.parse().unwrap(), row[3].parse().unwrap());
        // Spans lie in buckets, 128 to a doubling.
        assert!((engine / file - 1.0).abs() < 0.004, "{name}: {engine}");
    }
    let differs = told.iter().position(|line| line.starts_with("responses of which")).unwrap();
    assert_eq!(
        &told[differs..differs + 3],
        [
            "responses of which the engine says otherwise: 1",
            "  call 6, unit E9: file 600.0, engine nothing: \
             the unit was sent to call 5 before it was there",
            "commands refused: 0",
        ]
    );
}

#[test]
fn a_bad_row_is_told_where_it_stands_and_hurts_no_other() {
    let told = told(Played::Cad, &root().join("tests/timelines/cad.csv"), None);
    let file = "tests/timelines/cad.csv";
    assert_eq!(
        &told[1..6],
        [
            "rows that could not be read: 4".to_owned(),
            format!("  {file}:10 Call Type: the catalogue has no item called \"Parade\""),
            format!("  {file}:11 Dispatch DtTm: it was sent before the call came in"),
            format!(
                "  {file}:12 Received DtTm: \"01/01/2017 25:00:00 PM\" is no local time as \
                 %m/%d/%Y %I:%M:%S %p"
            ),
            format!("  {file}:13: 3 cells in this row; the header has 34"),
        ]
    );
}

#[test]
fn each_response_is_written_with_what_the_engine_says() {
    let out = tempfile::NamedTempFile::new().unwrap();
    told(Played::Cad, &root().join("tests/timelines/cad.csv"), Some(out.path()));
    let text = std::fs::read_to_string(out.path()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[0], "call,unit,received,on_scene,file_s,engine_s,sent_on_to_call");
    assert_eq!(rows[1], "1,E1,2017-01-01T07:59:00Z,2017-01-01T08:00:40Z,100.0,100.0,");
    assert!(rows.contains(&"6,E9,2017-01-01T20:00:00Z,2017-01-01T20:10:00Z,600.0,,5"), "{text}");
}

#[test]
fn files_that_hold_nothing_to_play_are_refused() {
    let nothing = tempfile::tempdir().unwrap();
    assert!(refused(Played::Cad, nothing.path()).contains("no .csv"));
    assert!(refused(Played::City311, nothing.path()).contains("no reports.csv"));
    let text = std::fs::read_to_string(root().join("tests/timelines/cad.csv")).unwrap();
    let late = text.replace("12/31/2016", "11/01/2016");
    std::fs::write(nothing.path().join("long.csv"), late).unwrap();
    assert!(refused(Played::Cad, nothing.path()).contains("30 days"));
}
