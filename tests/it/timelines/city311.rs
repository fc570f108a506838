//! Made-up requests: which were in time is counted by hand.

use liandong::tools::timelines::Played;

use super::played::{root, row, told};

fn played() -> Vec<String> {
    told(Played::City311, &root().join("tests/timelines/city311"), None)
}

#[test]
fn the_engine_says_of_each_what_its_due_time_says() {
    let told = played();
    // Three of one item, place and minute: nothing is joined.
    assert_eq!(told[0], "requests 10, cases 10");
    // n, by the city in time and late, by the engine in time and late.
    for (name, counts) in [
        // 1 before, 2 at its due second, 3 a second after, 7 due before it was asked, 8 below.
        ("closed, due, marked", ["5", "2", "3", "3", "2"]),
        ("closed, due, not marked", ["1", "0", "0", "0", "1"]),
        ("closed, without a due time", ["1", "1", "0", "1", "0"]),
        ("never closed, due", ["2", "0", "1", "1", "1"]),
        ("never closed, without one", ["1", "1", "0", "1", "0"]),
    ] {
        assert_eq!(row(&told, name), counts, "{name}");
    }
    // Its city closed it in the second of two hours that the clocks called the same.
    let differs = told.iter().position(|line| line.starts_with("marks of which")).unwrap();
    assert_eq!(
        &told[differs..differs + 3],
        [
            "marks of which the engine says otherwise: 1",
            "  8: city OVERDUE, engine ONTIME: closed 1200 s before it was due; \
             the clocks showed that hour twice, it is taken as the first",
            "commands refused: 0",
        ]
    );
}

#[test]
fn the_figures_of_each_month_are_those_counted_by_hand() {
    let told = played();
    assert_eq!(row(&told, "2011-10"), ["7", "4", "2"]);
    assert_eq!(row(&told, "2011-11"), ["3", "2", "1"]);
    assert_eq!(row(&told, "2013-04"), ["0", "1", "1"]);
    assert_eq!(row(&told, "all"), ["10", "7", "4"]);
    assert_eq!(row(&told, "never closed:").join(" "), "file 3, K03 3, of these K03.overdue 1");
}

#[test]
fn a_bad_row_is_told_where_it_stands_and_hurts_no_other() {
    let folder = "tests/timelines/city311";
    assert_eq!(
        &played()[1..6],
        [
            "rows that could not be read: 4".to_owned(),
            format!("  {folder}/outcomes.csv:13 ontime: \"LATE\" is neither ONTIME nor OVERDUE"),
            format!("  {folder}/reports.csv:12 type: the catalogue has no item called \"Parade\""),
            format!(
                "  {folder}/reports.csv:13 open_dt: \"2011-11-05 25:00:00\" is no local time as \
                 %Y-%m-%d %H:%M:%S"
            ),
            "  1: it stands in the table twice".to_owned(),
        ]
    );
}
