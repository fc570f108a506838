//! Supervising 督办: a card that only rises, and what a higher level says 批示.

use crate::domain::trade::{Card, Supervision};
use crate::domain::{CaseId, Happened, OrderTo, OrderWhat, ReasonCode, Refusal, Sealed, VerbCode};

use super::super::clocks::supervise_row;
use super::super::road::{road, take};
use super::super::why::Asked;
use super::super::write::tell;
use super::super::{Effects, Situation};

/// Gives `case` a card, graver than the one it has.
pub(in crate::situation) fn supervise(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, card): (CaseId, Card),
) -> Result<(), Refusal> {
    let (row, taken) = road(situation, asked, case, VerbCode::Supervise)?;
    let held = row.supervision.as_ref().map(|supervision| supervision.card);
    if Some(card) <= held {
        return Err(Refusal::CardMustRise);
    }

    let by = Some(asked.actor().org.clone());
    take(situation, effects, asked, (taken, Happened::Supervised { card }), |row, _| {
        supervise_row(row, Supervision { card, by, at: asked.now });
    });
    tell_lead(situation, effects, (case, OrderWhat::Supervised));
    Ok(())
}

/// Supervises it no more: by who set it, or higher.
pub(in crate::situation) fn cancel_supervise(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, reason): (CaseId, ReasonCode),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::CancelSupervise)?;

    let what = Happened::SupervisionCancelled { reason };
    take(situation, effects, asked, (taken, what), |row, _| row.supervision = None);
    Ok(())
}

/// A higher level says something to it; nothing else changes.
pub(in crate::situation) fn instruct(
    situation: &mut Situation,
    effects: &mut Effects,
    asked: Asked<'_>,
    (case, text): (CaseId, Option<&Sealed>),
) -> Result<(), Refusal> {
    let (_, taken) = road(situation, asked, case, VerbCode::Instruct)?;

    take(
        situation,
        effects,
        asked,
        (taken, Happened::Instructed { text: text.cloned() }),
        |_, _| {},
    );
    tell_lead(situation, effects, (case, OrderWhat::Instructed));
    Ok(())
}

fn tell_lead(situation: &Situation, effects: &mut Effects, (case, what): (CaseId, OrderWhat)) {
    if let Some(lead) = situation.case(case).and_then(|row| row.lead.clone()) {
        tell(situation, effects, case, (OrderTo::Org(lead), what));
    }
}
