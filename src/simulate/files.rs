//! `simulate`: a day of the city as files, one for each feed, and the truth beside them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::sent::{Sent, Truth};

/// Writes `FEED.ndjson` for each feed and `truth.csv` under `directory`; returns the lines of each.
///
/// # Errors
/// Where a file cannot be written.
pub fn write_files(
    directory: &Path,
    sent: &[Sent],
    truths: &[Truth],
) -> io::Result<BTreeMap<String, usize>> {
    fs::create_dir_all(directory)?;
    let mut written = BTreeMap::new();
    let mut feeds: BTreeMap<&str, Vec<&Sent>> = BTreeMap::new();
    for post in sent {
        feeds.entry(post.feed).or_default().push(post);
    }
    for (feed, posts) in feeds {
        let name = format!("{feed}.ndjson");
        let mut file = BufWriter::new(File::create(directory.join(&name))?);
        for post in &posts {
            writeln!(file, "{}", post.json)?;
        }
        file.flush()?;
        written.insert(name, posts.len());
    }
    let mut file = BufWriter::new(File::create(directory.join("truth.csv"))?);
    writeln!(file, "feed,id,matter")?;
    for truth in truths {
        writeln!(file, "{},{},{}", truth.feed, truth.id, truth.matter)?;
    }
    file.flush()?;
    written.insert("truth.csv".to_owned(), truths.len());
    Ok(written)
}
