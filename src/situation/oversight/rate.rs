//! Rating 评价: who blew the whistle, the firm that asked, who made the wish, says how it went.

use crate::domain::{CaseId, Happened, Refusal, VerbCode};

use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::{Effects, Situation};

/// Rates how `case` was done, 1 to 5.
pub(in crate::situation) fn rate(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, rating, resolved): (CaseId, u8, bool),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::Rate)?;
    if !(1..=5).contains(&rating) {
        return Err(Refusal::RatingOutOfRange);
    }

    let what = Happened::Rated { rating, resolved };
    take(situation, effects, asked, (taken, what), |row, _| row.rating = Some(rating));
    Ok(())
}
