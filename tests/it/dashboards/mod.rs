//! Dashboards and alarms against the metrics of the code.

mod checks;
mod files;
mod promql;
