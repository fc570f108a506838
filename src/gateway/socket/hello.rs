//! The first word: who the page is, what it may see, and where it stands.

use std::collections::BTreeMap;

use crate::access::{Act, Sight, Turned, Visitor, Whence};
use crate::domain::{Partition, Position};
use crate::wire::rows::PageKind;
use crate::wire::socket_v1::{Hello, Said, Standpoint};

use super::super::following::Since;
use super::super::gateway::Gateway;
use super::close::Ended;
use super::hubs::View;

/// A page that was let in.
#[derive(Debug)]
pub(super) struct Admitted {
    pub(super) visitor: Visitor,
    pub(super) view: View,
    pub(super) partitions: Vec<Partition>,
    /// Where it stands, in the journal as it is.
    pub(super) since: BTreeMap<Partition, Position>,
}

/// Lets a page in.
pub(super) fn admit(gateway: &Gateway, whence: Whence, first: &str) -> Result<Admitted, Ended> {
    let hello = match Said::read(first) {
        Ok(Said::Hello(hello)) => hello,
        Ok(_) => return Err(Ended::Unreadable("the first word is `hello`".to_owned())),
        Err(error) => return Err(Ended::Unreadable(error.to_string())),
    };
    let unknown = |turned: Turned| Ended::Unknown(turned.to_string());
    let visitor = gateway.door.enter(hello.token.as_deref(), whence).map_err(unknown)?;
    visitor.may(Act::ReadRows).map_err(|turned| Ended::OutOfReach(turned.to_string()))?;
    let partitions = partitions(gateway, &visitor, &hello)?;
    let since = since(gateway, &hello)?;
    let sight = match hello.page {
        PageKind::Wall => Sight::of_wall(&visitor),
        PageKind::Desk => Sight::of_desk(&visitor),
    };
    let view = View { page: hello.page, sight };
    Ok(Admitted { visitor, view, partitions, since })
}

/// The partitions a page is shown: those it asks for, or all it may see.
fn partitions(
    gateway: &Gateway,
    visitor: &Visitor,
    hello: &Hello,
) -> Result<Vec<Partition>, Ended> {
    let reaches = |partition: &Partition| gateway.door.reaches(visitor, *partition);
    let Some(asked) = &hello.partitions else {
        return Ok(gateway.counties.keys().copied().filter(|it| reaches(it)).collect());
    };
    let mut partitions = asked.clone();
    partitions.sort_unstable();
    partitions.dedup();
    match partitions.iter().find(|it| !gateway.counties.contains_key(it) || !reaches(it)) {
        Some(beyond) => Err(Ended::OutOfReach(format!("partition {beyond} is not yours to see"))),
        None => Ok(partitions),
    }
}

/// Where a page stands.
fn since(gateway: &Gateway, hello: &Hello) -> Result<BTreeMap<Partition, Position>, Ended> {
    let epoch = gateway.parts.journal.epoch();
    let mut since = BTreeMap::new();
    for (partition, Standpoint(text)) in &hello.since {
        match Since::read(Some(text)) {
            Ok(Since::After(theirs, _)) if theirs != epoch => return Err(Ended::OtherEpoch),
            Ok(Since::After(_, position)) => {
                since.insert(*partition, position);
            }
            Ok(Since::Start | Since::End) => {}
            Err(_) => {
                let right = "is not EPOCH:OFFSET.INDEX";
                return Err(Ended::Unreadable(format!("since of {partition}: {text} {right}")));
            }
        }
    }
    Ok(since)
}
