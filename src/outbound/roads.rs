//! The roads of the partitions that this process owns: begun and ended as they come and go.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt as _};

use crate::domain::Partition;
use crate::journal::Ownership;
use crate::shutdown::{Stop, Stopper, stop_pair};

use super::run::OutboundError;

/// How often it is asked which partitions are owned.
const OWNED_LOOKED_EVERY: Duration = Duration::from_millis(250);

/// A partition's road until it is asked to stop.
pub type Road = Pin<Box<dyn Future<Output = Result<(), OutboundError>> + Send>>;

/// Runs what `road` makes of each owned partition until asked to stop. A partition that is taken
/// away has its road end before it is begun again.
///
/// # Errors
/// The first that a road ends with.
pub async fn run_owned(
    mut ownership: Ownership,
    road: impl Fn(Partition, Stop) -> Road + Send,
    mut stop: Stop,
) -> Result<(), OutboundError> {
    let mut running: BTreeMap<Partition, Stopper> = BTreeMap::new();
    let mut roads = FuturesUnordered::new();
    while !stop.is_asked() {
        let owned = ownership.now();
        begin(owned, &mut running, |partition, stop| {
            let road = road(partition, stop);
            roads.push(async move { (partition, road.await) });
        });
        tokio::select! {
            Some((partition, ended)) = roads.next() => {
                running.remove(&partition);
                ended?;
            }
            () = tokio::time::sleep(OWNED_LOOKED_EVERY) => {}
            () = stop.asked() => {}
        }
    }
    running.values().for_each(Stopper::stop);
    while let Some((_, ended)) = roads.next().await {
        ended?;
    }
    Ok(())
}

/// Asks those that are not owned to stop, and begins those that are and do not run.
fn begin(
    owned: &BTreeSet<Partition>,
    running: &mut BTreeMap<Partition, Stopper>,
    mut begin: impl FnMut(Partition, Stop),
) {
    for (partition, stopper) in running.iter() {
        if !owned.contains(partition) {
            stopper.stop();
        }
    }
    for partition in owned {
        if !running.contains_key(partition) {
            let (stopper, stop) = stop_pair();
            running.insert(*partition, stopper);
            begin(*partition, stop);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::sync::watch;

    use super::*;

    #[tokio::test]
    async fn roads_begin_and_end_with_what_is_owned() {
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&told);
        let road = move |partition: Partition, mut stop: Stop| -> Road {
            let told = Arc::clone(&noted);
            Box::pin(async move {
                told.lock().unwrap().push(format!("+{partition}"));
                stop.asked().await;
                told.lock().unwrap().push(format!("-{partition}"));
                Ok(())
            })
        };
        let (one, two) = (Partition(1), Partition(2));
        let (send, owned) = watch::channel(BTreeSet::from([one]));
        let (stopper, stop) = stop_pair();
        let asked = async {
            for owned in [vec![one, two], vec![two], vec![one, two]] {
                tokio::time::sleep(3 * OWNED_LOOKED_EVERY).await;
                send.send_replace(owned.into_iter().collect());
            }
            tokio::time::sleep(3 * OWNED_LOOKED_EVERY).await;
            stopper.stop();
        };
        let (ended, ()) = tokio::join!(run_owned(Ownership::told(owned), road, stop), asked);
        ended.unwrap();
        let mut told = told.lock().unwrap().clone();
        told[4..].sort();
        assert_eq!(told, ["+1", "+2", "-1", "+1", "-1", "-2"]);
    }
}
