//! The command line: one subcommand a role or tool.
//!
//! Only what works is listed. Each subcommand says with what it ends: 0 done, 1 a fault or a broken
//! role, 2 a wrong call.

mod all;
mod archiver;
mod arguments;
mod canary;
mod cluster;
mod configuration;
mod demo;
mod foreign;
mod gateway;
mod ground;
mod ingest;
mod launch;
mod map;
mod new_city;
mod outbound;
mod processor;
mod replay;
mod roles;
mod run;
mod schemas;
mod server;
mod simulate;
mod watched;

pub use run::main;
pub use server::{Server, ServerError};
