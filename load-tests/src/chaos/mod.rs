//! Chaos on a cluster: processes, brokers and disks fail under load, then every promise is held
//! against the journal that is left.

mod disk;
mod hold;
mod room;
mod run;
mod scenes;

pub(crate) use run::{Options, run};
