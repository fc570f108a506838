//! Sheets in their store, and the table that those in force make.

use liandong::domain::{Register, RegisterRow, SheetHead, SheetId, SheetInForce, Timestamp};
use liandong::registers::{NewSheet, RegisterError, Sheets, Table};

fn table(rows: &[(&str, &str)]) -> Table {
    let mut table = Table::default();
    for (code, address) in rows {
        let grid = "211002001001001".parse().unwrap();
        let (name, sort, owner) = ("", "manhole", None);
        let (licence, licence_until) = (None, None);
        let row = RegisterRow { code, grid, address, name, sort, owner, licence, licence_until };
        table.push(&row).unwrap();
    }
    table.sorted()
}

fn put(sheets: &Sheets, over: Option<SheetId>, rows: &[(&str, &str)], gone: &[&str]) -> SheetHead {
    let gone = gone.iter().map(|code| (*code).to_owned()).collect();
    let new = NewSheet::of((Register::Asset, over), &table(rows), gone).unwrap();
    sheets.put(&new.head, new.bytes).unwrap();
    new.head
}

fn in_force(heads: &[&SheetHead]) -> Vec<SheetInForce> {
    let sheet = |head: &&SheetHead| SheetInForce {
        head: (*head).clone(),
        proposed_by: "a".to_owned(),
        confirmed_by: "b".to_owned(),
        at: Timestamp(0),
    };
    heads.iter().map(sheet).collect()
}

fn rows(table: &Table) -> Vec<(&str, &str)> {
    table.rows().map(|row| (row.code, row.address)).collect()
}

#[test]
fn the_newest_sheet_that_names_a_code_says_what_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let sheets = Sheets::open(directory.path()).unwrap();
    let whole = put(&sheets, None, &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")], &[]);
    let second = put(&sheets, Some(whole.sheet), &[("b", "0"), ("e", "5")], &["c"]);
    let third = put(&sheets, Some(second.sheet), &[("c", "9")], &["e", "d"]);
    assert_eq!((third.rows, third.gone), (1, 2));
    let of = |heads: &[&SheetHead]| {
        let table = sheets.table(&in_force(heads)).unwrap();
        rows(&table).iter().map(|(code, at)| format!("{code}{at}")).collect::<Vec<_>>()
    };
    assert_eq!(of(&[]), [""; 0]);
    assert_eq!(of(&[&whole]), ["a1", "b2", "c3", "d4"]);
    assert_eq!(of(&[&whole, &second]), ["b0", "a1", "d4", "e5"]);
    assert_eq!(of(&[&whole, &second, &third]), ["b0", "a1", "c9"]);
}

#[test]
fn many_rows_come_back_as_they_were() {
    let directory = tempfile::tempdir().unwrap();
    let sheets = Sheets::open(directory.path()).unwrap();
    let all: Vec<_> = (0..20_000).map(|n| (format!("m{n:05}"), format!("{:05}", n / 3))).collect();
    let all: Vec<_> = all.iter().map(|(code, at)| (code.as_str(), at.as_str())).collect();
    let head = put(&sheets, None, &all, &[]);
    let read = sheets.table(&in_force(&[&head])).unwrap();
    assert_eq!((read.len(), head.rows), (20_000, 20_000));
    assert_eq!(rows(&read), all);
    assert_eq!(read.of_code("m00700").unwrap().address, "00233");
    // The same rows are the same sheet, whoever writes them.
    assert_eq!(put(&sheets, None, &all, &[]), head);
}

#[test]
fn a_sheet_that_is_gone_or_changed_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let sheets = Sheets::open(directory.path()).unwrap();
    let head = put(&sheets, None, &[("a", "1")], &[]);
    let path = directory.path().join("registers").join(head.sheet.to_string());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[6] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let read = || sheets.table(&in_force(&[&head])).map(|table| table.len());
    assert!(matches!(read(), Err(RegisterError::Damaged(sheet)) if sheet == head.sheet));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(read(), Err(RegisterError::Missing(sheet)) if sheet == head.sheet));
}
