//! Configuration: layers and faults, the calendar's laws, organisations and cities made of files.

pub(crate) mod calendar;
mod cities;
mod layers;
mod new_city;
