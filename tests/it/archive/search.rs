//! What is asked of the index, and what it answers.

use std::fs;

use liandong::archive::Asked;
use liandong::domain::{OrgCode, Timestamp};
use liandong::vault::Vault;

use super::made::{Archive, archived, case_id, words};

#[test]
fn each_field_finds_its_own_newest_first() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    let texts = ["中华大街井盖丢失", "路灯坏了", "小区门口积水", "井盖破损 Manhole"];
    let mut cases: Vec<_> =
        (1_u64..).zip(texts).map(|(number, text)| archived(&archive.vault, number, text)).collect();
    cases[1].row.place.grid = Some("211003001001001".parse().unwrap());
    cases[2].row.assists.insert(OrgCode("211002-ZJ".to_owned()));
    cases[3].row.item = Some("G01001".parse().unwrap());
    assert_eq!(archive.take(cases), 4);
    let all = Asked::default();
    let of = |asked: Asked| archive.numbers(&asked);
    assert_eq!(of(all.clone()), [4, 3, 2, 1]);
    assert_eq!(of(Asked { number: Some("1-3".to_owned()), ..all.clone() }), [3]);
    assert_eq!(of(Asked { number: Some("GD-2".to_owned()), ..all.clone() }), [2]);
    assert_eq!(of(Asked { item: "G01001".parse().ok(), ..all.clone() }), [4]);
    assert_eq!(of(Asked { places: vec!["211002".parse().unwrap()], ..all.clone() }), [4, 3, 1]);
    assert_eq!(of(Asked { org: Some(OrgCode("211002-ZJ".to_owned())), ..all.clone() }), [3]);
    let (from, to) = (Some(Timestamp(2_000)), Some(Timestamp(4_000)));
    assert_eq!(of(Asked { from, to, ..all.clone() }), [3, 2]);
    assert_eq!(of(words("井盖")), [4, 1]);
    assert_eq!(of(words("井盖丢失 中华")), [1]);
    assert_eq!(of(words("MANHOLE")), [4]);
    assert_eq!(of(words("盖井")), [0; 0]);
}

#[test]
fn pages_follow_on_each_other_without_gap_or_repetition() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    let cases = (1..=300).map(|number| archived(&archive.vault, number, "积水")).collect();
    archive.take(cases);
    let (mut asked, mut seen) = (words("积水"), Vec::new());
    loop {
        let even =
            |case: &liandong::wire::archive_v1::Archived| case.row.id.number.is_multiple_of(2);
        let page = archive.index.search(&asked, even, 7).unwrap();
        seen.extend(page.cases.iter().map(|found| found.case.row.id.number));
        asked.below = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=150).rev().map(|half| half * 2).collect::<Vec<_>>());
}

#[test]
fn what_was_erased_is_found_no_more_and_its_hashes_leave() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    let cases = [(1, "井盖丢失"), (2, "井盖破损")];
    archive.take(cases.map(|(n, text)| archived(&archive.vault, n, text)).to_vec());
    assert_eq!(archive.numbers(&words("井盖丢失")), [1]);
    let row = archived(&archive.vault, 1, "井盖丢失");
    archive.vault.erase(Vault::key_for(row.tickets[0].source)).unwrap();
    // At once, by the vault; the hash is still a candidate.
    assert_eq!(archive.numbers(&words("井盖丢失")), [0; 0]);
    assert_eq!(archive.index.candidates_for(&words("井盖丢失")).unwrap(), 1);
    // That look has noticed: at the next catching up the hashes are gone, and nothing else.
    archive.catch_up();
    assert_eq!(archive.index.candidates_for(&words("井盖丢失")).unwrap(), 0);
    assert_eq!(archive.numbers(&words("井盖")), [2]);
    assert_eq!(archive.numbers(&Asked::default()), [2, 1]);
}

#[test]
fn no_word_stands_in_clear_in_any_file() {
    let directory = tempfile::tempdir().unwrap();
    let mut archive = Archive::open(directory.path());
    // Too little to be packed away: what is in clear would be found as it is.
    archive.take(vec![archived(&archive.vault, 1, "井盖丢失 Spaulding")]);
    assert_eq!(archive.numbers(&words("井盖丢失 spaulding")), [case_id(1).number]);
    let mut files = 0;
    let mut folders = vec![directory.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = fs::read(&path).unwrap();
            for clear in ["井盖", "丢失", "Spaulding", "spaulding"] {
                let holds = bytes.windows(clear.len()).any(|window| window == clear.as_bytes());
                assert!(!holds, "{clear} stands in {}", path.display());
            }
        }
    }
    assert!(2 < files);
}
