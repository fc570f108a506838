//! The command line: one subcommand a role or tool.
