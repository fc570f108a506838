//! Real files, where they are: `LIANDONG_TEST_DATA`, or `../shared/data` beside the repository.
//! They are no part of it, so a run without them says what it did not try.

use std::io::Write as _;
use std::path::PathBuf;

use liandong::tools::timelines::Played;

use super::played::{root, row, told};

/// The folder `name` of the real data; none where it is not there, and it is said so.
fn real(name: &str) -> Option<PathBuf> {
    let given = std::env::var_os("LIANDONG_TEST_DATA").map(PathBuf::from);
    let data = given.unwrap_or_else(|| root().join("../shared/data"));
    let found = Some(data.join(name)).filter(|path| path.is_dir());
    if found.is_none() {
        let folder = data.join(name);
        // Past what the harness captures: whoever reads the run must see it.
        drop(writeln!(std::io::stderr(), "SKIPPED: {} is not there", folder.display()));
    }
    found
}

#[test]
fn san_franciscos_crews_arrived_as_the_figures_say() {
    let Some(path) = real("sf-fire-dispatch") else { return };
    let told = told(Played::Cad, &path, None);
    assert_eq!(told[..2], ["unit responses 7704, calls 3560", "rows that could not be read: 0"]);
    for (name, seconds) in [
        ("each unit response       P50", 442.0),
        ("each unit response       P90", 1_107.0),
        ("the first of each call   P50", 390.0),
        ("the first of each call   P90", 1_035.0),
    ] {
        let engine: f64 = row(&told, name)[3].parse().unwrap();
        assert!((engine / seconds - 1.0).abs() < 0.01, "{name}: {engine}, not {seconds}");
    }
    assert_eq!(row(&told, "responses of which the engine says otherwise:"), ["2"]);
    assert_eq!(row(&told, "commands refused:"), ["0"]);
}

#[test]
fn bostons_requests_were_in_time_as_the_city_marked_them() {
    let Some(path) = real("boston311-2011h2") else { return };
    let told = told(Played::City311, &path, None);
    assert_eq!(told[..2], ["requests 58251, cases 58251", "rows that could not be read: 0"]);
    for (name, counts) in [
        ("closed, due, marked", ["43664", "35591", "8073", "35591", "8073"]),
        ("closed, due, not marked", ["157", "0", "0", "0", "157"]),
        ("closed, without a due time", ["10749", "10749", "0", "10749", "0"]),
        ("never closed, due", ["3449", "0", "3448", "0", "3449"]),
        ("never closed, without one", ["232", "232", "0", "232", "0"]),
        ("all", ["58251", "54570", "46340", "", ""]),
    ] {
        let counts: Vec<_> = counts.into_iter().filter(|count| !count.is_empty()).collect();
        assert_eq!(row(&told, name), counts, "{name}");
    }
    assert_eq!(row(&told, "marks of which the engine says otherwise:"), ["0"]);
    assert_eq!(row(&told, "commands refused:"), ["0"]);
}
