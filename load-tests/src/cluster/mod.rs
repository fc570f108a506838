//! A city on a cluster: real brokers, each role a process of its own, and a reader of its changes.
//!
//! Everything runs on loopback and in a scratch folder, is started by pid and ended with the run.

mod brokers;
mod centre;
mod load;
mod reader;
mod record;

pub(crate) use brokers::Brokers;
pub(crate) use centre::{Centre, On, Role, open_journal};
pub(crate) use load::Load;
pub(crate) use reader::Reader;
pub(crate) use record::entries;
