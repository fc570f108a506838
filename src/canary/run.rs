//! The role: one canary under way at a time, and what is left of earlier ones brought to its end.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use crate::domain::{CaseId, CaseState, OrgCode};
use crate::shutdown::Stop;
use crate::telemetry::{Clock, Metrics, Stopwatch};

use super::api::{Api, ApiError, Page, Report, Row};
use super::pass::Pass;
use super::road::next;

/// A canary that is not through by then is lost.
const LOST_AFTER: Duration = Duration::from_secs(30);
/// Between two tries to reach the server.
const RETRY: Duration = Duration::from_secs(1);

/// Where and how often.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The server, such as `http://127.0.0.1:8080`.
    pub url: String,
    /// Who it is.
    pub pass: Pass,
    /// From one canary to the next.
    pub every: Duration,
    /// What it reports: an item of the catalogue.
    pub item: String,
    /// Where, degrees north and east.
    pub place: (f64, f64),
    /// What is measured.
    pub metrics: Metrics,
    /// When it is.
    pub clock: Clock,
}

/// Sends canaries until asked to stop.
///
/// # Errors
/// None: it has the signature of a role. A server that is not there is what a canary finds out.
pub async fn run(settings: Settings, mut stop: Stop) -> Result<(), Infallible> {
    let mut flock = Flock { settings, open: BTreeMap::new(), flying: None };
    loop {
        tokio::select! {
            () = stop.asked() => return Ok(()),
            Err(error) = flock.fly() => tracing::debug!(%error, "the canary begins anew"),
        }
        flock.give_up_late();
        tokio::select! {
            () = stop.asked() => return Ok(()),
            () = tokio::time::sleep(RETRY) => {}
        }
    }
}

/// The canary under way.
#[derive(Debug)]
struct Flying {
    since: Stopwatch,
    /// Once it was pushed.
    case: Option<CaseId>,
}

/// Every canary that is not ended.
#[derive(Debug)]
struct Flock {
    settings: Settings,
    open: BTreeMap<CaseId, (CaseState, Option<OrgCode>)>,
    flying: Option<Flying>,
}

impl Flock {
    /// Sends canaries over one connection until it breaks.
    async fn fly(&mut self) -> Result<Infallible, ApiError> {
        let api = Api::new(&self.settings.url)?;
        let mut page = api.page(&self.settings.pass.desk).await?;
        self.open.clear();
        let mut beat = tokio::time::interval(self.settings.every);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = beat.tick() => self.send(&api).await?,
                rows = Page::rows(&mut page) => {
                    for row in rows? {
                        self.take(&api, row).await?;
                    }
                }
            }
        }
    }

    /// Sends the next canary, and asks again for those that stand still.
    async fn send(&mut self, api: &Api) -> Result<(), ApiError> {
        self.give_up_late();
        for case in self.open.keys().copied().collect::<Vec<_>>() {
            self.ask(api, case).await?;
        }
        if self.flying.is_some() {
            return Ok(());
        }
        let Settings { item, place: (lat, lon), clock, .. } = &self.settings;
        let observed_at = clock.now();
        let id = format!("canary-{}", observed_at.0);
        let (channel, canary) = ("sensor", true);
        let report = Report { id, channel, item, lat: *lat, lon: *lon, observed_at, canary };
        self.flying = Some(Flying { since: Stopwatch::start(), case: None });
        api.report(&self.settings.pass.desk, &report).await
    }

    fn give_up_late(&mut self) {
        let late = |flying: &mut Flying| LOST_AFTER < flying.since.elapsed();
        if self.flying.take_if(late).is_some() {
            self.settings.metrics.canary_lost_total.inc();
            tracing::warn!("a canary did not come through");
        }
    }

    /// Takes what a page was told of a canary, and asks for its next step.
    async fn take(&mut self, api: &Api, row: Row) -> Result<(), ApiError> {
        let known = self.open.get(&row.case).cloned();
        let before = known.as_ref().map(|(state, _)| *state);
        let Some(state) = row.state.or(before) else { return Ok(()) };
        self.note(row.case, (before, state));
        if state.is_ended() {
            self.open.remove(&row.case);
            return Ok(());
        }
        let lead = row.lead.or_else(|| known.and_then(|(_, lead)| lead));
        self.open.insert(row.case, (state, lead));
        if before == Some(state) { Ok(()) } else { self.ask(api, row.case).await }
    }

    /// Notes how far the canary under way has come.
    fn note(&mut self, case: CaseId, (before, state): (Option<CaseState>, CaseState)) {
        let Some(flying) = &mut self.flying else { return };
        let seconds = flying.since.elapsed().as_secs_f64();
        let road = |stage| {
            self.settings.metrics.canary_road_seconds.with_label_values(&[stage]).observe(seconds);
        };
        if flying.case.is_none() && before.is_none() && !state.is_ended() {
            flying.case = Some(case);
            road("pushed");
        }
        if flying.case != Some(case) || before == Some(state) {
            return;
        }
        if state == CaseState::Dispatched {
            road("ordered");
        } else if state.is_ended() {
            road("closed");
            self.flying = None;
        }
    }

    async fn ask(&self, api: &Api, case: CaseId) -> Result<(), ApiError> {
        let Some((state, lead)) = self.open.get(&case) else { return Ok(()) };
        match next(&self.settings.pass, (case, *state), lead.as_ref()) {
            Some(step) => api.ask(&step).await,
            None => Ok(()),
        }
    }
}
