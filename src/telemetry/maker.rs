//! Making metrics: each is registered as it is made.

use prometheus::core::Collector;
use prometheus::proto::{MetricFamily, MetricType};
use prometheus::{IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

/// A metric as it is registered, counted yet or not: one with labels prints nothing before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// Its name.
    pub name: String,
    /// Its labels, without a bucket's `le`.
    pub labels: Vec<String>,
    /// Whether it prints `_bucket`, `_sum` and `_count`.
    pub histogram: bool,
}

/// Makes metrics and registers them in one step.
#[derive(Default)]
pub(super) struct Maker {
    pub(super) registry: Registry,
    pub(super) registered: Vec<Registered>,
}

impl Maker {
    pub(super) fn register(
        &mut self,
        made: &(impl Collector + Clone + 'static),
    ) -> Result<(), prometheus::Error> {
        let is_one = |family: &MetricFamily| family.get_field_type() == MetricType::HISTOGRAM;
        let histogram = made.collect().iter().any(is_one);
        for desc in made.desc() {
            let (name, labels) = (desc.fq_name.clone(), desc.variable_labels.clone());
            self.registered.push(Registered { name, labels, histogram });
        }
        self.registry.register(Box::new(made.clone()))
    }

    pub(super) fn counters(
        &mut self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntCounterVec, prometheus::Error> {
        let made = IntCounterVec::new(Opts::new(name, help), labels)?;
        self.register(&made)?;
        Ok(made)
    }

    pub(super) fn counter(
        &mut self,
        name: &str,
        help: &str,
    ) -> Result<IntCounter, prometheus::Error> {
        let made = IntCounter::new(name, help)?;
        self.register(&made)?;
        Ok(made)
    }

    pub(super) fn gauge(&mut self, name: &str, help: &str) -> Result<IntGauge, prometheus::Error> {
        let gauge = IntGauge::new(name, help)?;
        self.register(&gauge)?;
        Ok(gauge)
    }

    pub(super) fn gauges(
        &mut self,
        name: &str,
        help: &str,
    ) -> Result<IntGaugeVec, prometheus::Error> {
        self.gauges_by(name, help, &["partition"])
    }

    pub(super) fn gauges_by(
        &mut self,
        name: &str,
        help: &str,
        labels: &[&str],
    ) -> Result<IntGaugeVec, prometheus::Error> {
        let made = IntGaugeVec::new(Opts::new(name, help), labels)?;
        self.register(&made)?;
        Ok(made)
    }
}
