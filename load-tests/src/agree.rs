//! Whether pages that are shown the same show the same.

use std::time::Duration;

use liandong::domain::Position;

use crate::Failure;
use crate::link::Link;

/// How often pages are compared, and how long after one another: time moves cases, too, and a
/// change may just be on its way.
const LOOKS: usize = 6;
const APART: Duration = Duration::from_millis(500);

/// How many pages show something else than the first, or stand elsewhere in one of `places`.
pub(crate) async fn differing(
    pages: &[&Link],
    places: &[(u16, Position)],
) -> Result<usize, Failure> {
    let mut differing = 0;
    for look in 1..=LOOKS {
        let shown = pages.iter().map(|page| shown(page, places)).collect::<Result<Vec<_>, _>>()?;
        differing = shown.iter().filter(|one| Some(*one) != shown.first()).count();
        if differing == 0 {
            break;
        }
        if look == LOOKS {
            tell_first(pages, &shown);
        }
        tokio::time::sleep(APART).await;
    }
    Ok(differing)
}

/// What a page shows, and where it stands.
type Shown = (u64, Vec<Option<Position>>);

fn shown(page: &Link, places: &[(u16, Position)]) -> Result<Shown, Failure> {
    let seen = page.seen();
    let stands = places.iter().map(|(partition, _)| seen.picture.at(*partition)).collect();
    Ok((seen.picture.digest()?, stands))
}

/// Says of the first page that differs in what it does.
#[expect(clippy::print_stderr, reason = "faults of a bench go to stderr")]
fn tell_first(pages: &[&Link], shown: &[Shown]) {
    let Some((first, of_first)) = pages.first().zip(shown.first()) else { return };
    let other = pages.iter().zip(shown).find(|(_, of_other)| *of_other != of_first);
    let Some((other, of_other)) = other else { return };
    let (first, other) = (first.seen(), other.seen());
    let rows = first.picture.difference(&other.picture);
    eprintln!("{:?} and {:?}; {}", of_first.1, of_other.1, rows.unwrap_or_default());
}
