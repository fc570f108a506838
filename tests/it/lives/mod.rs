//! The life of each kind of matter, from outside: a whole city in one process, asked by HTTP and by
//! sockets, and seen in the stream after each step until its ending.

mod across;
mod certificates;
mod city;
mod city_events;
mod disputes;
mod emergencies;
mod hazards;
mod leads;
mod life;
mod nineteenth;
mod notices;
mod offices;
mod requests;
mod tasks;
mod wishes;
