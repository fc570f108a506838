//! c
use crate::Failure;
/// o
#[derive(Debug, clap::Args)]
pub(crate) struct Options {}
pub(crate) async fn run(_o: Options) -> Result<(String, bool), Failure> {
    Ok((String::new(), true))
}
