//! What leaves to others and comes from them over Kafka: JSON records with CloudEvents headers.
//!
//! **Invariants.** A record for others is made of what everybody may see: there is no field for
//! words, contacts or persons. Written twice it is the same record under the same `ce_id`.

mod asyncapi;
mod case_change;
mod contact;
mod dead_letter;
mod documents;
mod envelope;
mod order;
mod outgoing;
mod topics;

pub use case_change::{CaseChange, PublicCase, PublicTicket, What, reason, row};
pub use contact::{VaultKey, contact, sealed_bytes, vault_key};
pub use dead_letter::PublicLetter;
pub use documents::documents;
pub use envelope::{Envelope, Mark, Outgoing, POSITION, Place, place_of};
pub use order::PublicOrder;
pub use outgoing::When;
pub use topics::{
    CASE_CHANGES, Cleanup, DEAD_LETTERS, FEEDS, ForeignTopic, ORDERS, SITUATION, Spread, TOPICS,
};
